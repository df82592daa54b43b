"""The reducer: every rule of a case. In go state, event and time; out come the new state and what to do.

Pure: no clock of its own, no I/O. The workflow executes the commands; nothing else decides. What an event
means for its slot stands here, what an agency's answer makes of a slot in `onething.case_answer`, and what
follows for the others (order, gates, receipts, the end) in `onething.case_order`.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from onething.adapter import AgencyEvent
from onething.case_answer import is_possible, settles
from onething.case_clock import next_instant
from onething.case_definition import CaseInput
from onething.case_event import (
    Begun,
    CaseEvent,
    GateOpened,
    HandedOut,
    NotFound,
    OperatorAction,
    ReceiptIssued,
    Replied,
    Resumed,
    Stuck,
    Ticked,
    Unavailable,
    Uncertain,
)
from onething.case_order import advance, issue_receipts
from onething.case_state import (
    DECIDED,
    BundleState,
    CaseState,
    OperatorReason,
    ReceiptRecord,
    SlotCase,
    SlotState,
)
from onething.case_turn import FILED, Outcome, Turn, slot_key
from onething.errors import ActionRejected

__all__ = ["FINAL", "Outcome", "check_action", "initial_state", "next_instant", "slot_key", "step"]

FINAL: Final = frozenset({BundleState.COMPLETED, BundleState.WITHDRAWN, BundleState.TERMINATED})
"""States of a case that nothing but a work-order follows."""

_GIVE_UP_AFTER: Final = timedelta(days=7)
_UNFILED: Final = frozenset({SlotState.WAITING, SlotState.BLOCKED})
_DOUBTFUL: Final = frozenset(
    {OperatorReason.UNCERTAIN_SUBMISSION, OperatorReason.UNEXPECTED, OperatorReason.IMPOSSIBLE_ANSWER}
)
"""Why a person was called although the filing may have arrived."""


def initial_state(case: CaseInput) -> CaseState:
    """The state of a case that was submitted and not yet begun."""
    slots = {
        slot.slot: SlotCase(
            slot=slot.slot,
            item=slot.item,
            agency=slot.agency,
            gates_open=tuple(gate.gate for gate in slot.gates if gate.open),
        )
        for slot in case.definition.slots
    }
    return CaseState(number=case.number, slots=slots, updated_at=case.submitted_at)


def step(case: CaseInput, state: CaseState, event: CaseEvent, now: datetime) -> Outcome:
    """Return what `event` at `now` makes of `state`; an event that changes nothing returns it as it was."""
    turn = Turn(case, state, now)
    if state.state in FINAL:
        _after_the_end(turn, event)
        return turn.outcome()
    if state.state is not BundleState.RUNNING and not isinstance(event, Begun):
        return Outcome(state, (), ())
    _RULES[type(event)](turn, event)
    advance(turn)
    issue_receipts(turn)
    return turn.outcome()


def check_action(state: CaseState, event: Resumed | GateOpened | HandedOut, now: datetime) -> None:
    """Raise ActionRejected when a person asks at `now` for something the case is not in a state for."""
    if isinstance(event, HandedOut):
        if event.revision not in {record.revision for record in state.receipts}:
            raise ActionRejected(what="no such receipt revision", slot="")
        return
    slot = state.slots.get(event.slot)
    if slot is None:
        raise ActionRejected(what="no such slot", slot=event.slot)
    if isinstance(event, Resumed):
        _check_resumption(slot, event, now)
    elif not _waits_for(slot, event.gate):
        raise ActionRejected(what="the slot does not wait for this gate", slot=event.slot)


def _check_resumption(slot: SlotCase, event: Resumed, now: datetime) -> None:
    if slot.state is not SlotState.NEEDS_OPERATOR:
        raise ActionRejected(what="the slot needs no operator", slot=slot.slot)
    if event.action is not OperatorAction.ENTER_ANSWER:
        return
    if not all(is_possible(answer, now) for answer in event.events):
        raise ActionRejected(what="the answer's time cannot be", slot=slot.slot)
    if not any(settles(slot, answer) for answer in event.events):
        raise ActionRejected(what="the answer is missing", slot=slot.slot)


# ---- what each event means ------------------------------------------------------------------------


def _begun(turn: Turn, _event: Begun) -> None:
    if turn.before.state is BundleState.SUBMITTED:
        turn.changed.update(state=BundleState.RUNNING, begun_at=turn.now)
        turn.tell("submitted", None)


def _replied(turn: Turn, event: Replied) -> None:
    """An answer about a slot that was never filed, or about an earlier round, is nobody's answer."""
    slot = turn.current(event.slot, event.round)
    if slot is not None and slot.state not in _UNFILED:
        _answer(turn, slot, event.events)


def _unavailable(turn: Turn, event: Unavailable) -> None:
    slot = turn.current(event.slot, event.round)
    if slot is None or _still_asked(turn, slot) or slot.state is not SlotState.SUBMITTING:
        return
    slot = _in_trouble(turn, slot)
    if event.exhausted or _given_up(turn, slot):
        turn.need_operator(slot, OperatorReason.AGENCY_UNAVAILABLE)
    else:
        turn.submit_again(slot)


def _uncertain(turn: Turn, event: Uncertain) -> None:
    """Ask where asking helps, send again only what may be sent twice, else call a person."""
    slot = turn.current(event.slot, event.round)
    if slot is None or _still_asked(turn, slot) or slot.state is not SlotState.SUBMITTING:
        return
    if slot.uncertain_since is None:
        turn.tell("uncertain", slot.slot)
    can = turn.definitions[slot.slot].capabilities
    slot = _in_trouble(turn, slot, uncertain_since=turn.now)
    if can.query_by_key:
        turn.ask(slot, turn.now, uncertain=True)
    elif can.idempotent_submit and not _given_up(turn, slot):
        turn.submit_again(slot)
    else:
        turn.need_operator(slot, OperatorReason.UNCERTAIN_SUBMISSION)


def _not_found(turn: Turn, event: NotFound) -> None:
    """*Not found* is believed only if asked after the agency's settling time since the last attempt."""
    slot = turn.current(event.slot, event.round)
    if slot is None or _still_asked(turn, slot):
        return
    if slot.state is not SlotState.SUBMITTING or slot.uncertain_since is None:
        return
    settle_after = turn.definitions[slot.slot].capabilities.settle_after
    settled_at = slot.uncertain_since + timedelta(seconds=settle_after)
    if (event.asked_at or turn.now) < settled_at:
        turn.ask(slot, settled_at, uncertain=True)
    elif _given_up(turn, slot):
        turn.need_operator(slot, OperatorReason.UNCERTAIN_SUBMISSION)
    else:
        turn.submit_again(slot)


def _stuck(turn: Turn, event: Stuck) -> None:
    slot = turn.current(event.slot, event.round)
    if slot is not None and slot.state in FILED:
        turn.need_operator(slot, event.reason, event.detail)


def _resumed(turn: Turn, event: Resumed) -> None:
    slot = turn.slots.get(event.slot)
    if slot is None or slot.operator is None or slot.state is not SlotState.NEEDS_OPERATOR:
        return
    reason, can = slot.operator.reason, turn.definitions[slot.slot].capabilities
    unknown = reason in _DOUBTFUL or slot.uncertain_since is not None
    doubtful = unknown and can.query_by_key and not can.idempotent_submit
    back = _before_the_need(slot)
    slot = turn.put(
        slot,
        state=back,
        operator=None,
        attempts=0,
        unavailable_since=None,
        uncertain_since=turn.now if doubtful and back is SlotState.SUBMITTING else None,
    )
    turn.tell("resumed", slot.slot, action=event.action.value)
    if event.action is OperatorAction.ENTER_ANSWER:
        _answer(turn, slot, event.events)
    elif back is not SlotState.SUBMITTING:
        turn.ask_on(turn.tick(slot))
    elif doubtful:
        turn.ask(slot, turn.now, uncertain=True)
    else:
        turn.submit(slot, turn.now)


def _gate_opened(turn: Turn, event: GateOpened) -> None:
    slot = turn.slots.get(event.slot)
    if slot is None or not _waits_for(slot, event.gate):
        return
    turn.put(slot, state=SlotState.WAITING, blocked_by=None, gates_open=(*slot.gates_open, event.gate))
    turn.tell("gate_opened", slot.slot, gate=event.gate)


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


def _after_the_end(turn: Turn, event: CaseEvent) -> None:
    """Late answers are noted; they open work-orders, never a closed slot."""
    if isinstance(event, Replied) and event.slot in turn.slots:
        slot = turn.slots[event.slot]
        fresh = tuple(answer.event_id for answer in event.events if answer.event_id not in slot.seen)
        if fresh:
            turn.put(slot, seen=(*slot.seen, *fresh))
            turn.tell("late_answer", event.slot)
    elif isinstance(event, HandedOut):
        _handed_out(turn, event)


# ---- pieces ---------------------------------------------------------------------------------------


def _answer(turn: Turn, slot: SlotCase, events: tuple[AgencyEvent, ...]) -> None:
    """Take in an answer; one that cannot be, or that leaves open whether anything arrived, needs a person."""
    if slot.state not in DECIDED and not all(is_possible(answer, turn.now) for answer in events):
        if slot.state is not SlotState.NEEDS_OPERATOR:
            turn.need_operator(slot, OperatorReason.IMPOSSIBLE_ANSWER)
        return
    slot = turn.take_in(slot, events)
    if slot.state is SlotState.SUBMITTING:
        turn.need_operator(slot, OperatorReason.IMPOSSIBLE_ANSWER)


def _still_asked(turn: Turn, slot: SlotCase) -> bool:
    """Whether a question about a filing that has arrived meanwhile went unheard; then it is asked on."""
    if slot.state not in FILED or slot.state is SlotState.SUBMITTING:
        return False
    turn.ask_on(slot)
    return True


def _in_trouble(turn: Turn, slot: SlotCase, **changes: Any) -> SlotCase:
    since = slot.unavailable_since or turn.now
    return turn.put(slot, unavailable_since=since, attempts=slot.attempts + 1, **changes)


def _given_up(turn: Turn, slot: SlotCase) -> bool:
    return slot.unavailable_since is not None and turn.now - slot.unavailable_since >= _GIVE_UP_AFTER


def _before_the_need(slot: SlotCase) -> SlotState:
    """Where a slot goes on: what its agency is known to have is not filed again."""
    if slot.received_at is None:
        return SlotState.SUBMITTING
    return SlotState.RECEIVED if slot.accepted_at is None else SlotState.UNDER_REVIEW


def _waits_for(slot: SlotCase, gate: str) -> bool:
    return slot.state is SlotState.BLOCKED and slot.blocked_by is not None and slot.blocked_by.gate == gate


_RULES: Final[dict[type, Callable[[Turn, Any], None]]] = {
    Begun: _begun,
    Replied: _replied,
    Unavailable: _unavailable,
    Uncertain: _uncertain,
    NotFound: _not_found,
    Stuck: _stuck,
    Resumed: _resumed,
    GateOpened: _gate_opened,
    HandedOut: _handed_out,
    ReceiptIssued: _receipt_issued,
    Ticked: _ticked,
}
