"""A case whose answers change: in go its filings and the form as it is now, out comes what is filed anew."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from forms.intake import Prepared
from onething.case_definition import CaseDefinition, CaseInput
from onething.filing import SlotFiling

_ORDER: Final = ("after", "after_any", "instead_of")
"""What tells which slots come before one: it follows the situations."""


@dataclass(frozen=True, slots=True)
class Amendment:
    """What an amended case goes on with: its slots, the filings of the new ones, and those that changed."""

    definition: CaseDefinition
    new: dict[str, SlotFiling]
    changed: dict[str, SlotFiling]


def corrected(
    before: Mapping[str, SlotFiling], after: Mapping[str, SlotFiling], asked: Collection[str] = ()
) -> dict[str, SlotFiling]:
    """The filings that a correction changes, in the order of `after`.

    A slot that was `asked` for one is filed anew even if its form stays as it was: the paper was brought, or
    the applicant stands by what was said. A fact that several slots share changes them all.
    """
    return {
        name: filing
        for name, filing in after.items()
        if name in before and (name in asked or differs(before[name], filing))
    }


def amended(case: CaseInput, before: Mapping[str, SlotFiling], after: Prepared) -> Amendment:
    """The slots that the situations now call for; what is there already goes on as it was pinned."""
    pinned = {slot.slot: slot for slot in case.definition.slots}
    wanted = after.case.definition
    slots = tuple(
        pinned[slot.slot].model_copy(update={key: getattr(slot, key) for key in _ORDER})
        if slot.slot in pinned
        else slot
        for slot in wanted.slots
    )
    definition = case.definition.model_copy(
        update={"slots": slots, "profiles": {**wanted.profiles, **case.definition.profiles}}
    )
    new = {name: filing for name, filing in after.filings.items() if name not in before}
    return Amendment(definition, new, corrected(before, after.filings))


def differs(one: SlotFiling, other: SlotFiling) -> bool:
    """Whether the agency would receive something else: another box, or another paper."""
    papers = ({paper.sha256 for paper in one.materials}, {paper.sha256 for paper in other.materials})
    return one.payload != other.payload or papers[0] != papers[1]
