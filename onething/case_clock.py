"""A slot's clocks: in go its days and limits, out come due dates, lights and the next instant of note."""

from datetime import date, datetime, timedelta
from typing import Final

from onething.case_definition import CaseInput, SlotDefinition, SlotLimit
from onething.case_state import (
    AT_AGENCY,
    CaseState,
    ClockState,
    Deadline,
    Light,
    SlotCase,
    SlotState,
)
from onething.clock import Duration, due_date, lights, local_day
from onething.definition import ClockStart
from onething.duration import Unit

FIRST_RECEIPT_WITHIN: Final = timedelta(minutes=15)
"""How long a family waits at the counter for the first receipt, whichever agency is away."""


def begin_clocks(slot: SlotCase, definition: SlotDefinition, case: CaseInput, now: datetime) -> SlotCase:
    """Set due dates whose clock has started and lights for `now`; the slot itself when nothing changes."""
    if slot.state not in AT_AGENCY:
        return slot
    changes: dict[str, object] = {}
    for name, limit in (("statutory", definition.statutory), ("promised", definition.promised)):
        if limit is None or getattr(slot, name) is not None:
            continue
        start = start_of(slot, definition, limit, case)
        if start is not None:
            changes[name] = deadline(start, limit, case)
    if not changes:
        return tick(slot, now)
    if slot.clock is ClockState.STOPPED:
        changes["clock"] = ClockState.RUNNING
    return tick(slot.model_copy(update=changes), now)


def deadline(start: date | datetime, limit: SlotLimit, case: CaseInput) -> Deadline:
    """The due date of one limit from its start, with the instants of its lights."""
    duration = Duration(amount=limit.amount, unit=limit.unit)
    due = due_date(start, duration, case.definition.calendar)
    shown = lights(due, start, duration, case.definition.calendar)
    return Deadline(due=due, yellow_from=shown.yellow_from, red_from=shown.red_from)


def tick(slot: SlotCase, now: datetime) -> SlotCase:
    """The slot with its light and overdue marks as of `now`; itself when nothing changes."""
    if slot.state not in AT_AGENCY or slot.clock is ClockState.PAUSED:
        return slot
    overdue = tuple(
        name
        for name, due in (("promised", slot.promised), ("statutory", slot.statutory))
        if due is not None and now >= due.red_from
    )
    light = Light.RED if overdue else Light.GREEN
    if not overdue and any(
        due is not None and now >= due.yellow_from for due in (slot.promised, slot.statutory)
    ):
        light = Light.YELLOW
    clock = ClockState.OVERDUE if overdue else slot.clock
    if (light, overdue, clock) == (slot.light, slot.overdue, slot.clock):
        return slot
    return slot.model_copy(update={"light": light, "overdue": overdue, "clock": clock})


def next_instant(state: CaseState, now: datetime) -> datetime | None:
    """The earliest instant after `now` at which something changes by itself; None when nothing will.

    Lights change; and revision 1 of the receipt goes out in any case.
    """
    first = state.begun_at + FIRST_RECEIPT_WITHIN if state.begun_at and not state.receipt_asked else None
    instants = [first] if first is not None and first > now else []
    instants += [
        instant
        for slot in state.slots.values()
        if slot.state in AT_AGENCY and slot.clock is not ClockState.PAUSED
        for due in (slot.promised, slot.statutory)
        if due is not None
        for instant in (due.yellow_from, due.red_from)
        if instant > now
    ]
    return min(instants, default=None)


def start_of(
    slot: SlotCase, definition: SlotDefinition, limit: SlotLimit, case: CaseInput
) -> date | datetime | None:
    """The day or instant the limit counts from; None while its clock has not started.

    The window receives for every agency (Administrative Licensing Law, article 26), so for slots
    started at submission the day of receipt is the day the papers came over the counter.
    """
    if limit.starts is ClockStart.EVENT:
        return None  # it runs from something the agency has yet to tell, such as the cremation itself
    instant = slot.accepted_at if limit.starts is ClockStart.ACCEPTED else slot.received_at
    if instant is None:
        return None
    if limit.unit is Unit.HOUR:
        return instant
    at_once = slot.round == 1 and not definition.after and all(gate.open for gate in definition.gates)
    return case.received_on if limit.starts is ClockStart.RECEIVED and at_once else local_day(instant)


def holder(slot: SlotCase) -> str:
    """Who holds the slot now: exactly one of window, applicant, agency, system, nobody."""
    if slot.state is SlotState.NEEDS_OPERATOR:
        return "window"
    if slot.state is SlotState.CORRECTION_REQUESTED:
        return "applicant"
    if slot.state is SlotState.BLOCKED and slot.blocked_by is not None:
        return "applicant" if slot.blocked_by.gate else "nobody"
    if slot.state in AT_AGENCY:
        return "agency"
    return "nobody" if slot.ended else "system"
