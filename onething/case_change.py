"""Changes to a case under way: in goes another set of slots, a definition, a hold; out come changed slots."""

from typing import Any

from onething.case_clock import LIMITS, is_counted, limit_from
from onething.case_correction import correct
from onething.case_definition import CaseDefinition
from onething.case_event import Amended, HoldEnded, HoldRaised, Migrated, Reapplied
from onething.case_leave import leave, renew
from onething.case_record import Correction, Deadline, Hold, Leaving, OwedPaper, OwedState, WorkOrderKind
from onething.case_state import AT_AGENCY, DECIDED, BundleState, SlotCase, SlotState, new_slot
from onething.case_turn import Turn
from onething.clock import local_day
from onething.definition import HoldEnd
from onething.revocation import UNDONE_BY, acts


def amend(turn: Turn, event: Amended) -> None:
    """Take up new slots and let go of those that are not in the definition any more.

    What was decided stays on the record whatever the situations say now.
    """
    wanted = {slot.slot for slot in event.definition.slots}
    there = {name: blob for name, blob in event.payloads.items() if name in turn.slots and name in wanted}
    dropped = [slot for slot in turn.slots.values() if slot.slot not in wanted]
    kept = tuple(one for one in turn.case.definition.slots if one.slot not in wanted)
    definition = event.definition.model_copy(update={"slots": (*event.definition.slots, *kept)})
    payloads = {**turn.case.payloads, **event.payloads}
    turn.change_case(definition=definition, payloads=payloads, header=event.header or turn.case.header)
    _take_up(turn, definition)
    turn.tell("amended", None, dropped=[slot.slot for slot in dropped])
    for slot in dropped:
        leave(turn, slot, Leaving.DROP, "amended")
    for one in event.definition.slots:
        _call_for_again(turn, turn.slots[one.slot])
    if there:
        correct(turn, there)


def migrate(turn: Turn, event: Migrated) -> None:
    """Go on under a newer definition: answers and effects stay, what is to come follows the new text."""
    turn.change_case(definition=event.definition, header=event.header or turn.case.header)
    _take_up(turn, event.definition)
    turn.tell("migrated", None, format=event.definition.format)


def recount(turn: Turn) -> None:
    """Count the due dates of open slots again, after the calendar has changed."""
    for slot in tuple(turn.slots.values()):
        if slot.state in DECIDED:
            continue
        changes: dict[str, Any] = {"accept_by": None} if slot.accepted_at is None else {}
        changes["owed"] = tuple(_uncounted(paper) for paper in slot.owed)
        if is_counted(slot):
            changes |= {name: None for name in LIMITS if _is_provisional(getattr(slot, name))}
        if slot.correction is not None and _is_provisional(slot.correction.due):
            changes["correction"] = _told_anew(turn, slot, slot.correction)
        turn.start_clocks(turn.put(slot, **changes))
    turn.tell("calendar_announced", None)


def _is_provisional(deadline: Deadline | None) -> bool:
    return deadline is not None and deadline.due.provisional


def _uncounted(paper: OwedPaper) -> OwedPaper:
    again = paper.state is OwedState.OWED and paper.due is not None and paper.due.provisional
    return paper.model_copy(update={"due": None, "remind_at": None}) if again else paper


def _told_anew(turn: Turn, slot: SlotCase, correction: Correction) -> Correction:
    """The applicant's limit, counted again from the day of the first notice that told of it."""
    day = next((local_day(notice.at) for notice in turn.before.notices if slot.slot in notice.slots), None)
    if day is None:
        return correction
    within = turn.profile(slot).answer_within
    due = limit_from(day, within, turn.case, turn.definitions[slot.slot])
    return correction.model_copy(update={"due": due})


def reapply(turn: Turn, event: Reapplied) -> None:
    """Begin a new round of a slot that came to nothing, with the old data unless there is better."""
    if event.payload is not None:
        payloads = {**turn.case.payloads, event.slot: event.payload}
        turn.change_case(payloads=payloads, header=event.header or turn.case.header)
    renew(turn, turn.slots[event.slot])


def withdraw(turn: Turn, name: str | None, reason: str) -> None:
    """Take back one slot, or all that is undecided; what was granted stays."""
    if name is not None:
        slot = turn.slots[name]
        if _is_offered(turn, slot):
            slot = turn.put(slot, declined=True)
        leave(turn, slot, Leaving.WITHDRAW, reason)
        return
    turn.changed["ending"] = BundleState.WITHDRAWN
    turn.tell("case_withdrawn", None)
    _withdraw_all(turn, reason)


def _is_offered(turn: Turn, slot: SlotCase) -> bool:
    """Whether nothing stands in the item's way but the days in which it may be declined."""
    by = slot.blocked_by
    if slot.state is not SlotState.BLOCKED or by is None or by.until is None:
        return False
    gates = turn.definitions[slot.slot].gates
    return any(gate.gate == by.gate and gate.opt_out is not None for gate in gates)


def raise_hold(turn: Turn, event: HoldRaised) -> None:
    """Stop every filing until a person has looked."""
    hold_for(turn, event.hold, None, ())


def hold_for(turn: Turn, name: str, slot: str | None, fields: tuple[str, ...]) -> None:
    """Hold the case; one hold at a time, the first reason stands."""
    if turn.hold is not None:
        return
    turn.changed["hold"] = Hold(hold=name, since=turn.now, slot=slot, fields=fields)
    turn.tell("held", slot, hold=name)
    for filed in tuple(turn.slots.values()):
        # Who told of it knows; whoever else has a filing is asked to let it rest.
        if filed.slot != slot and filed.state in AT_AGENCY:
            turn.order(WorkOrderKind.PAUSE_FILING, filed, name)


def end_hold(turn: Turn, event: HoldEnded) -> None:
    """Go on, or end the case and have undone what was done."""
    held = turn.hold
    turn.changed["hold"] = None
    turn.tell("hold_ended", None, hold=held.hold if held else "", end=event.end.value)
    _free_filings(turn, told=event.end is HoldEnd.CONTINUE)
    if event.end is HoldEnd.TERMINATE:
        turn.changed["ending"] = BundleState.TERMINATED
        undo(turn, held.hold if held else "terminated")
        _withdraw_all(turn, "terminated")


def undo(turn: Turn, reason: str) -> None:
    """Open a work-order for every act that has to be undone, the last one first (domain rules 4.5)."""
    state = turn.before.model_copy(update={"slots": turn.slots})
    for slot in acts(state):
        kind = UNDONE_BY[turn.definitions[slot.slot].reversibility]
        turn.order(kind, slot, reason)


def _free_filings(turn: Turn, *, told: bool) -> None:
    """Nobody has to let a filing rest any more; where it rests, its agency is told to go on."""
    resting = [one for one in turn.work_orders if one.kind is WorkOrderKind.PAUSE_FILING]
    for order in resting:
        if order.closed_at is None:
            turn.close_order(order, "hold_ended")
    for name in dict.fromkeys(order.slot for order in resting if order.slot is not None):
        if told and turn.slots[name].state in AT_AGENCY:
            turn.tell("filing_freed", name)


def _call_for_again(turn: Turn, slot: SlotCase) -> None:
    """A slot that was dropped and is wanted again begins its next round."""
    if slot.state is SlotState.NOT_APPLICABLE:
        renew(turn, slot)
    elif slot.leaving is Leaving.DROP:
        turn.put(slot, leaving=Leaving.REFILE)


def _withdraw_all(turn: Turn, reason: str) -> None:
    for slot in tuple(turn.slots.values()):
        leave(turn, slot, Leaving.WITHDRAW, reason)


def _take_up(turn: Turn, definition: CaseDefinition) -> None:
    """Slots in the definition's order: those that are there as they stand, the new ones waiting."""
    turn.slots = {slot.slot: turn.slots.get(slot.slot) or new_slot(slot) for slot in definition.slots}
