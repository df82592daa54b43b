"""The reducer: every rule of a case. In go state, event and time; out come the new state and what to do.

Pure: no clock of its own, no I/O. The workflow executes the commands; nothing else decides. What an event
means for its slot stands here and in the modules named after what goes on: an agency's answer in
`case_answer`, trouble in `case_trouble`, corrections and the passing of time in `case_correction`, filings
taken back in `case_leave`, decisions looked at again in `case_review`,
changes to the whole in `case_change`; what follows for the others (order, gates, receipts, the end) in
`case_order`; what people may ask in `case_action`.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from onething import case_change, case_correction, case_review, case_trouble
from onething.case_action import FINAL, check_action
from onething.case_answer import DECISIONS
from onething.case_clock import next_instant
from onething.case_definition import CaseInput
from onething.case_event import (
    PLEDGE_FALSE,
    Amended,
    Begun,
    CalendarAnnounced,
    CaseEvent,
    Corrected,
    DecisionDoubted,
    FilingLeft,
    GateOpened,
    HandedOut,
    HoldEnded,
    HoldRaised,
    Migrated,
    NotFound,
    PaperBrought,
    Reapplied,
    ReceiptIssued,
    Replied,
    Resumed,
    Revoked,
    Stuck,
    Ticked,
    Unavailable,
    Uncertain,
    Withdrawn,
    WorkOrderClosed,
)
from onething.case_leave import arrive, stays
from onething.case_order import advance, correct_receipt, issue_receipts
from onething.case_record import WorkOrderKind
from onething.case_state import BundleState, CaseState, ReceiptRecord, SlotState, new_slot
from onething.case_turn import Outcome, Turn, slot_key
from onething.revocation import UNDONE_BY

__all__ = ["FINAL", "Outcome", "check_action", "initial_state", "next_instant", "slot_key", "step"]


def initial_state(case: CaseInput) -> CaseState:
    """The state of a case that was submitted and not yet begun."""
    slots = {slot.slot: new_slot(slot) for slot in case.definition.slots}
    return CaseState(number=case.number, slots=slots, updated_at=case.submitted_at)


def step(case: CaseInput, state: CaseState, event: CaseEvent, now: datetime) -> Outcome:
    """Return what `event` at `now` makes of `state`; an event that changes nothing returns it as it was."""
    turn = Turn(case, state, now)
    if state.state in FINAL:
        rule = _AFTER_THE_END.get(type(event))
        if rule is not None:
            rule(turn, event)
            _follow_the_end(turn)
        return turn.outcome()
    if state.state is not BundleState.RUNNING and not isinstance(event, Begun):
        return Outcome(state, (), ())
    case_correction.pass_time(turn)
    _RULES[type(event)](turn, event)
    case_correction.pass_time(turn)
    advance(turn)
    case_correction.give_notice(turn)
    issue_receipts(turn)
    return turn.outcome()


def _follow_the_end(turn: Turn) -> None:
    """A case that stays ended has its receipt corrected; one that goes on does so as ever."""
    if turn.changed.get("state") is not BundleState.RUNNING:
        correct_receipt(turn)
        return
    advance(turn)
    issue_receipts(turn)


# ---- what each event means ------------------------------------------------------------------------


def _begun(turn: Turn, _event: Begun) -> None:
    if turn.before.state is BundleState.SUBMITTED:
        turn.changed.update(state=BundleState.RUNNING, begun_at=turn.now)
        turn.tell("submitted", None)


def _replied(turn: Turn, event: Replied) -> None:
    """An answer about a slot that was never filed, or about an earlier round, is nobody's answer."""
    slot = turn.current(event.slot, event.round)
    if slot is not None and slot.submitted_at is not None:
        case_trouble.answer(turn, slot, event.events)
    elif slot is None:
        _decided_before(turn, event)


def _filing_left(turn: Turn, event: FilingLeft) -> None:
    """What was decided meanwhile stays decided."""
    slot = turn.current(event.slot, event.round)
    if slot is not None and slot.state is SlotState.LAPSED and not event.gone:
        turn.order(WorkOrderKind.WITHDRAW_FILING, slot, "lapsed")
    if slot is None or slot.leaving is None:
        return
    if event.gone:
        arrive(turn, slot, slot.leaving)
    else:
        stays(turn, slot)


def _gate_opened(turn: Turn, event: GateOpened) -> None:
    slot = turn.slots.get(event.slot)
    if slot is None or slot.state is not SlotState.BLOCKED or slot.blocked_by is None:
        return
    if slot.blocked_by.gate == event.gate:
        gates = (*slot.gates_open, event.gate)
        turn.put(slot, state=SlotState.WAITING, blocked_by=None, gates_open=gates)
        turn.tell("gate_opened", slot.slot, gate=event.gate)


def _corrected(turn: Turn, event: Corrected) -> None:
    """What was not said before may be what a gate waits for: the slot goes on with its new filing."""
    case_correction.correct(turn, event.payloads, event.header, event.instead, event.by)
    for slot, gate in event.opened.items():
        _gate_opened(turn, GateOpened(slot=slot, gate=gate, actor=event.actor))


def _paper_brought(turn: Turn, event: PaperBrought) -> None:
    case_correction.bring_paper(turn, turn.slots[event.slot], event.material, at_agency=event.at_agency)


def _calendar_announced(turn: Turn, event: CalendarAnnounced) -> None:
    definition = turn.case.definition.model_copy(update={"calendar": event.calendar})
    turn.change_case(definition=definition)
    case_change.recount(turn)


def _work_order_closed(turn: Turn, event: WorkOrderClosed) -> None:
    for order in turn.work_orders:
        if order.order == event.order:
            turn.close_order(order, event.result)
            if event.result == PLEDGE_FALSE and order.slot is not None:
                # What was decided on a false pledge is undone as its kind allows (国办发〔2020〕42号).
                slot = turn.slots[order.slot]
                turn.order(UNDONE_BY[turn.definitions[slot.slot].reversibility], slot, PLEDGE_FALSE)
            if order.kind is WorkOrderKind.REVIEW_DECISION and order.slot is not None:
                case_review.answer(turn, turn.slots[order.slot], event)


def _handed_out(turn: Turn, event: HandedOut) -> None:
    stored = {record.revision for record in turn.before.receipts}
    if event.revision in stored and event.revision > turn.before.handed_out:
        turn.changed["handed_out"] = event.revision


def _receipt_issued(turn: Turn, event: ReceiptIssued) -> None:
    receipts = turn.before.receipts
    if event.revision == len(receipts) + 1 == turn.before.receipt_asked:
        record = ReceiptRecord(revision=event.revision, sha256=event.sha256, at=turn.now)
        turn.changed["receipts"] = (*receipts, record)
        turn.tell("receipt_issued", None, revision=event.revision)


def _ticked(turn: Turn, _event: Ticked) -> None:
    for slot in tuple(turn.slots.values()):
        turn.tick(slot)


def _decided_before(turn: Turn, event: Replied) -> None:
    """A decision about an earlier round is not this round's, but somebody has to look at what it did."""
    slot = turn.slots.get(event.slot)
    if slot is None or not 1 <= event.round < slot.round:
        return
    fresh = tuple(
        answer.event_id
        for answer in event.events
        if answer.kind in DECISIONS and answer.event_id not in slot.seen
    )
    if fresh:
        slot = turn.put(slot, seen=(*slot.seen, *fresh))
        turn.tell("late_answer", slot.slot, round=event.round)
        turn.order(WorkOrderKind.LATE_ANSWER, slot, "late_answer")


def _late(turn: Turn, event: Replied) -> None:
    """An answer after the end opens a work-order, never a closed slot."""
    slot = turn.current(event.slot, event.round)
    if slot is None:
        _decided_before(turn, event)
    if slot is None or slot.submitted_at is None:
        return
    fresh = tuple(answer.event_id for answer in event.events if answer.event_id not in slot.seen)
    if fresh:
        slot = turn.put(slot, seen=(*slot.seen, *fresh))
        turn.tell("late_answer", event.slot)
        turn.order(WorkOrderKind.LATE_ANSWER, slot, "late_answer")


def _reopened(turn: Turn, event: Reapplied) -> None:
    """One item of an ended case is applied for again: the case goes on for it, with the old data."""
    if turn.before.state is BundleState.COMPLETED:
        turn.changed.update(state=BundleState.RUNNING, completed_at=None)
        turn.tell("reopened", None)
        case_change.reapply(turn, event)


def _revoked(turn: Turn, event: Revoked) -> None:
    """Everything that was done, the last act first, is somebody's to undo."""
    turn.tell("revoked", None)
    turn.outcomes += 1
    case_change.undo(turn, event.reason)


_RULES: Final[dict[type, Callable[[Turn, Any], None]]] = {
    Begun: _begun,
    Replied: _replied,
    Unavailable: case_trouble.unavailable,
    Uncertain: case_trouble.uncertain,
    NotFound: case_trouble.not_found,
    Stuck: case_trouble.stuck,
    Resumed: case_trouble.resumed,
    GateOpened: _gate_opened,
    Corrected: _corrected,
    Withdrawn: lambda turn, event: case_change.withdraw(turn, event.slot, event.reason),
    FilingLeft: _filing_left,
    Reapplied: case_change.reapply,
    Amended: case_change.amend,
    Migrated: case_change.migrate,
    CalendarAnnounced: _calendar_announced,
    HoldRaised: case_change.raise_hold,
    HoldEnded: case_change.end_hold,
    PaperBrought: _paper_brought,
    DecisionDoubted: case_review.doubt,
    WorkOrderClosed: _work_order_closed,
    Revoked: _revoked,
    HandedOut: _handed_out,
    ReceiptIssued: _receipt_issued,
    Ticked: _ticked,
}
_AFTER_THE_END: Final[dict[type, Callable[[Turn, Any], None]]] = {
    Replied: _late,
    FilingLeft: _filing_left,
    Stuck: case_trouble.stuck,
    Reapplied: _reopened,
    DecisionDoubted: case_review.doubt,
    WorkOrderClosed: _work_order_closed,
    Revoked: _revoked,
    HandedOut: _handed_out,
    ReceiptIssued: _receipt_issued,
}
"""What follows an end: work-orders, receipts that tell of them, and an item that is applied for again."""
