"""What an act would come to: in goes a case and what somebody is about to do, out comes what would follow.

It is the case's own rules that are asked, on the state as it was recorded last; nothing is changed by asking.
"""

from collections.abc import Iterator
from datetime import datetime

from api.standing import Standing
from onething.case import check_action, step
from onething.case_definition import SlotDefinition
from onething.case_event import Action
from onething.case_record import Leaving
from onething.case_state import DECIDED, SlotCase, SlotState
from onething.case_turn import Outcome
from onething.family_order import ORDERS_FOR_FAMILY
from onething.slot_course import state_words
from onething.text import Model, Text
from onething.wording import SLOT_STATES


class ForeseenSlot(Model):
    """One item that an act concerns, with where it stands now."""

    slot: str
    title: Text
    agency: Text
    state: str
    state_text: Text


class ForeseenOrder(Model):
    """One work-order that an act would open, and for whom."""

    kind: str
    slot: str | None
    title: Text | None
    owner: str
    text: Text
    """What will be seen to, for those whom the case concerns."""


class Foresight(Model):
    """What would follow."""

    filed_anew: tuple[ForeseenSlot, ...] = ()
    """Filed again under a new round, at once or as soon as the agency has given the filing back."""
    kept_for_later: tuple[ForeseenSlot, ...] = ()
    """Not filed yet: it goes out with the new data when its turn comes."""
    goes_on: tuple[ForeseenSlot, ...] = ()
    """Held up so far; what it waited for has been said."""
    work_orders: tuple[ForeseenOrder, ...] = ()
    """For decided items, and for those whose agency cannot give a filing back."""
    added: tuple[ForeseenSlot, ...] = ()
    dropped: tuple[ForeseenSlot, ...] = ()
    withdrawn: tuple[ForeseenSlot, ...] = ()
    held_up: tuple[ForeseenSlot, ...] = ()
    """Undecided items that come after one that is taken back, and cannot go on without it."""


def try_out(standing: Standing, action: Action, now: datetime) -> Outcome:
    """Do it in thought; raises ActionRejected when the case is not in a state for it."""
    check_action(standing.case, standing.state, action, now)
    return step(standing.case, standing.state, action, now)


def foresee(standing: Standing, outcome: Outcome, touched: tuple[str, ...] = ()) -> Foresight:
    """What the outcome of trying out means for each item; `touched` are those that get new data."""
    before, after = standing.state, outcome.state
    case = outcome.case or standing.case
    lines = {one.slot: _line(one, before.slots.get(one.slot)) for one in case.definition.slots}
    common = [name for name in lines if name in before.slots]
    anew = [name for name in common if _is_filed_anew(standing, outcome, name)]
    ended = [
        name
        for name in common
        if before.slots[name].state not in DECIDED
        and (after.slots[name].state.value in {"withdrawn", "not_applicable"} or _leaves(outcome, name))
    ]
    orders = after.work_orders[len(before.work_orders) :]
    ordered = {one.slot for one in orders}
    dropped = {name for entry in outcome.entries for name in entry.params.get("dropped", ())}
    freed = {entry.slot for entry in outcome.entries if entry.kind == "gate_opened"}
    return Foresight(
        filed_anew=tuple(lines[name] for name in anew),
        kept_for_later=tuple(
            lines[name]
            for name in common
            if name in touched and name not in {*anew, *ordered, *freed} and _is_to_come(outcome, name)
        ),
        goes_on=tuple(lines[name] for name in common if name in freed),
        work_orders=tuple(
            ForeseenOrder(
                kind=one.kind.value,
                slot=one.slot,
                title=lines[one.slot].title if one.slot in lines else None,
                owner=one.owner,
                text=ORDERS_FOR_FAMILY[one.kind.value],
            )
            for one in orders
        ),
        added=tuple(line for name, line in lines.items() if name not in before.slots),
        dropped=tuple(lines[name] for name in common if name in dropped),
        withdrawn=tuple(lines[name] for name in ended if name not in dropped),
        held_up=tuple(lines[name] for name in _behind(standing, {*ended} - dropped) if name not in ended),
    )


def lines_of(standing: Standing) -> tuple[ForeseenSlot, ...]:
    """The case's items as they stand now."""
    slots = standing.state.slots
    return tuple(_line(one, slots.get(one.slot)) for one in standing.case.definition.slots)


def _line(definition: SlotDefinition, slot: SlotCase | None) -> ForeseenSlot:
    state = slot.state if slot is not None else SlotState.WAITING
    return ForeseenSlot(
        slot=definition.slot,
        title=definition.title,
        agency=definition.agency_title,
        state=state.value,
        state_text=SLOT_STATES[state] if slot is None else state_words(definition, slot),
    )


def _behind(standing: Standing, gone: set[str]) -> Iterator[str]:
    """Undecided slots that come after one of these, one behind another, in the case's order."""
    stopped = set(gone)
    for definition in standing.case.definition.slots:
        slot = standing.state.slots.get(definition.slot)
        if slot is not None and slot.state not in DECIDED and stopped & set(definition.waits_for):
            stopped.add(definition.slot)
            yield definition.slot


def _is_filed_anew(standing: Standing, outcome: Outcome, name: str) -> bool:
    before, after = standing.state.slots[name], outcome.state.slots[name]
    asked_back = after.leaving is Leaving.REFILE and before.leaving is not Leaving.REFILE
    return after.round > before.round or asked_back


def _is_to_come(outcome: Outcome, name: str) -> bool:
    """Whether it will be filed; what was decided or is on its way back will not."""
    return outcome.state.slots[name].state not in DECIDED and not _leaves(outcome, name)


def _leaves(outcome: Outcome, name: str) -> bool:
    return outcome.state.slots[name].leaving in {Leaving.WITHDRAW, Leaving.DROP}
