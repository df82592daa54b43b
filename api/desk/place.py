"""A filing on the desk with its case around it: in goes its id, out comes how it stands.

Only the handler's own agency finds it, and of its handlers those in whose area the case lies. What was done
at the desk may still be on its way to the case, so the state that acts are judged by is the case's own with
everything told from here taken in.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Path

from api.office import Office
from api.standing import Standing, standing_of
from api.visit import Caller
from onething.case import FINAL, step
from onething.case_definition import SlotDefinition
from onething.case_event import Replied
from onething.case_state import CaseState, SlotCase, SlotState
from onething.errors import NotKnown
from onething.item import Item
from onething.legal_profile import LegalProfile
from onething.text import Text
from records.desk_item import OPEN, DeskItem, DeskState, get_item
from records.worklist_area import Area

ItemId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


@dataclass(frozen=True, slots=True)
class Place:
    """One filing, the case it belongs to, and the item as the catalog has it now."""

    item: DeskItem
    standing: Standing
    definition: SlotDefinition
    published: Item | None
    """None when the catalog no longer has it: then the filing is shown without labels."""
    state: CaseState
    """The case once everything told from this desk has arrived."""

    @property
    def slot(self) -> SlotCase:
        """The item of the case, in that state."""
        return self.state.slots[self.item.slot]

    @property
    def profile(self) -> LegalProfile:
        """The procedure that the item follows."""
        return self.standing.case.definition.profile(self.definition)

    @property
    def title(self) -> Text:
        """What the item is called in its case."""
        return self.definition.title

    @property
    def open(self) -> bool:
        """Whether a handler may still do something about it."""
        current = self.slot.round == self.item.round and self.slot.submitted_at is not None
        return self.item.state in OPEN and current and self.state.state not in FINAL

    @property
    def gone(self) -> bool:
        """Whether the applicant has taken it back: form and papers are then no longer its to read."""
        return self.item.state is DeskState.WITHDRAWN or (
            self.item.state is DeskState.SUPERSEDED and self.slot.state is SlotState.WITHDRAWN
        )


def area_of(caller: Caller) -> Area | None:
    """Where the cases lie whose filings a handler sees; None for wherever they are."""
    return Area(caller.area) if caller.area else None


async def find(office: Office, caller: Caller, item_id: str) -> Place:
    """The filing on the caller's own desk; raises NotKnown, CaseErased."""
    if caller.agency is None:
        raise NotKnown("desk_item", item_id)
    item = await get_item(office.archive, caller.agency, item_id, area_of(caller))
    standing = await standing_of(office, item.case)
    definition = next((one for one in standing.case.definition.slots if one.slot == item.slot), None)
    if definition is None or item.slot not in standing.state.slots:
        raise NotKnown("desk_item", item_id)
    return Place(
        item, standing, definition, published(office, item.item, standing), _arrived(office, item, standing)
    )


def title_of(office: Office, bundle: str, slot: str, item: Item | None) -> Text:
    """What a filing is called: its life event's own name for it, else its item's, else its code."""
    known, base = office.catalog.bundles.get(bundle), slot.partition("[")[0]
    named = next((one.title for one in known.slots if one.slot == base), None) if known is not None else None
    if named is not None:
        return named
    return item.title if item is not None else Text(zh=slot, en=slot)


def published(office: Office, item: str, standing: Standing) -> Item | None:
    """The item as it was published on the day of filing, and as its region works it."""
    try:
        return office.catalog.item(item, standing.case.received_on, standing.case.region)
    except NotKnown:
        return None


def _arrived(office: Office, item: DeskItem, standing: Standing) -> CaseState:
    told = Replied(slot=item.slot, round=item.round, events=item.events)
    if standing.state.state in FINAL or standing.state.slots[item.slot].round != item.round:
        return standing.state
    return step(standing.case, standing.state, told, office.now()).state
