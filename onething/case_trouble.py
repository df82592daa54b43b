"""When a filing goes wrong: in goes what is certain, out comes another try, a question, or a person."""

from datetime import timedelta
from typing import Any, Final

from onething.adapter import AgencyEvent, CorrectionRequested, Declined, EventKind, Refused, StepOutcome
from onething.case_answer import is_possible
from onething.case_change import hold_for
from onething.case_event import NotFound, OperatorAction, Resumed, Stuck, Unavailable, Uncertain
from onething.case_leave import DOUBTFUL, arrive, ask_back, is_certainly_unfiled
from onething.case_record import Leaving, WorkOrderKind
from onething.case_state import (
    AT_AGENCY,
    DECIDED,
    WELL_ENDED,
    BundleState,
    OperatorReason,
    SlotCase,
    SlotState,
)
from onething.case_turn import FILED, Turn
from onething.item import StepKind

_EVIDENT: Final = frozenset({StepKind.HOME_VISIT, StepKind.PUBLIC_NOTICE})
"""Steps that leave a record whenever they are taken."""
_GIVE_UP_AFTER: Final = timedelta(days=7)
_ASKED_BACK: Final = AT_AGENCY | {SlotState.CORRECTION_REQUESTED}
"""Where a filing that is to leave has been asked back, or is about to be."""


def answer(turn: Turn, slot: SlotCase, events: tuple[AgencyEvent, ...]) -> None:
    """Take in an answer; one that cannot be, or that leaves open whether anything arrived, needs a person."""
    if slot.state not in DECIDED and not all(is_possible(event, turn.now) for event in events):
        if slot.state is not SlotState.NEEDS_OPERATOR:
            turn.need_operator(slot, OperatorReason.IMPOSSIBLE_ANSWER)
        return
    before, leaving = slot, slot.leaving
    slot = turn.take_in(slot, events)
    if slot.state is SlotState.SUBMITTING:
        turn.need_operator(slot, OperatorReason.IMPOSSIBLE_ANSWER)
    elif slot.state in DECIDED and leaving is Leaving.REFILE:
        turn.order(WorkOrderKind.CORRECT_DECISION, slot, "fact_corrected")
    elif slot.leaving is Leaving.REFILE and slot.state is SlotState.CORRECTION_REQUESTED:
        arrive(turn, slot, Leaving.REFILE)
    elif slot.leaving is not None and before.state not in _ASKED_BACK and slot.state in _ASKED_BACK:
        ask_back(turn, slot, slot.leaving.value)
    if slot.state in WELL_ENDED:
        _act_on_effects(turn, slot)
        _miss_steps(turn, before, slot)
    if turn.hold is not None and slot.state in AT_AGENCY and before.state not in AT_AGENCY:
        # It was on its way when the case was held.
        turn.order(WorkOrderKind.PAUSE_FILING, slot, turn.hold.hold)
    _hold_where_told(turn, slot, tuple(event for event in events if event.event_id not in before.seen))


def _miss_steps(turn: Turn, before: SlotCase, slot: SlotCase) -> None:
    """Tell of a grant before which nobody was visited, or nothing noticed, although the law has it so."""
    if before.state in DECIDED:
        return
    done = {one.step for one in slot.steps if one.outcome is StepOutcome.DONE}
    needed = [one.step for one in turn.definitions[slot.slot].steps if one.kind in _EVIDENT]
    missing = [step for step in needed if step not in done]
    if missing:
        turn.tell("steps_missing", slot.slot, steps=missing)


def unavailable(turn: Turn, event: Unavailable) -> None:
    """The agency certainly took nothing: file again later, for a week."""
    slot = turn.current(event.slot, event.round)
    if slot is None or _still_asked(turn, slot) or slot.state is not SlotState.SUBMITTING:
        return
    slot = _in_trouble(turn, slot)
    if slot.uncertain_since is not None and (slot.leaving is not None or turn.hold is not None):
        _find_out(turn, slot)
    elif slot.leaving is not None and not event.exhausted:
        arrive(turn, slot, slot.leaving)
    elif event.exhausted or _given_up(turn, slot):
        turn.need_operator(slot, OperatorReason.AGENCY_UNAVAILABLE)
    else:
        _file_again(turn, slot)


def uncertain(turn: Turn, event: Uncertain) -> None:
    """Ask where asking helps, send again only what may be sent twice, else call a person."""
    slot = turn.current(event.slot, event.round)
    if slot is None or _still_asked(turn, slot) or slot.state is not SlotState.SUBMITTING:
        return
    if slot.uncertain_since is None:
        turn.tell("uncertain", slot.slot)
    can = turn.definitions[slot.slot].capabilities
    slot = _in_trouble(turn, slot, uncertain_since=turn.now)
    again = can.idempotent_submit and slot.leaving is None and turn.hold is None
    if again and not can.query_by_key and not _given_up(turn, slot):
        turn.submit_again(slot)
    else:
        _find_out(turn, slot)


def not_found(turn: Turn, event: NotFound) -> None:
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
    elif slot.leaving is not None:
        arrive(turn, slot, slot.leaving)
    elif _given_up(turn, slot):
        turn.need_operator(slot, OperatorReason.UNCERTAIN_SUBMISSION)
    elif turn.hold is not None:
        _file_again(turn, turn.put(slot, uncertain_since=None))
    else:
        _file_again(turn, slot)


def stuck(turn: Turn, event: Stuck) -> None:
    """Something that no retry mends: give the slot to a person."""
    slot = turn.current(event.slot, event.round)
    if slot is not None and slot.state in FILED:
        turn.need_operator(slot, event.reason, event.detail)
    elif slot is not None and slot.state is SlotState.LAPSED:
        turn.order(WorkOrderKind.WITHDRAW_FILING, slot, event.reason.value)


def resumed(turn: Turn, event: Resumed) -> None:
    """Go on as the person says: file again, take in what the agency told, or give the slot up."""
    slot = turn.slots.get(event.slot)
    if slot is None or slot.operator is None or slot.state is not SlotState.NEEDS_OPERATOR:
        return
    turn.tell("resumed", slot.slot, action=event.action.value, reason=event.reason)
    if event.action is OperatorAction.SKIP:
        _give_up(turn, slot)
        return
    reason, can = slot.operator.reason, turn.definitions[slot.slot].capabilities
    unknown = reason in DOUBTFUL or slot.uncertain_since is not None
    cautious = not can.idempotent_submit or slot.leaving is not None
    doubtful = unknown and can.query_by_key and cautious
    back = _before_the_need(slot)
    slot = turn.put(
        slot,
        state=back,
        operator=None,
        attempts=0,
        unavailable_since=None,
        uncertain_since=turn.now if doubtful and back is SlotState.SUBMITTING else None,
    )
    if event.action is OperatorAction.ENTER_ANSWER:
        answer(turn, slot, event.events)
        _ask_back_again(turn, turn.slots[slot.slot])
    elif back is not SlotState.SUBMITTING:
        _go_on_at_agency(turn, slot)
    elif doubtful:
        turn.ask(slot, turn.now, uncertain=True)
    elif slot.leaving is not None or turn.before.ending is not BundleState.COMPLETED:
        # A person says that nothing lies there; where that was in doubt, somebody keeps an eye on it.
        if unknown:
            turn.order(WorkOrderKind.WITHDRAW_FILING, slot, reason.value)
        arrive(turn, slot, slot.leaving or Leaving.WITHDRAW)
    else:
        _file_now(turn, slot)


def _give_up(turn: Turn, slot: SlotCase) -> None:
    """A person gives the slot up: what may lie at the agency is somebody's to take back."""
    if not is_certainly_unfiled(slot):
        turn.order(WorkOrderKind.WITHDRAW_FILING, slot, "skipped")
    arrive(turn, slot, Leaving.WITHDRAW)


def _go_on_at_agency(turn: Turn, slot: SlotCase) -> None:
    slot = turn.start_clocks(slot)
    turn.ask_on(slot)
    _ask_back_again(turn, slot)


def _ask_back_again(turn: Turn, slot: SlotCase) -> None:
    asked = any(one.kind == "withdraw" and one.slot == slot.slot for one in turn.commands)
    if slot.leaving is not None and slot.state in _ASKED_BACK and not asked:
        ask_back(turn, slot, slot.leaving.value)


def _find_out(turn: Turn, slot: SlotCase) -> None:
    """Whether it arrived has to be known before anything else is done: ask, or call a person."""
    if turn.definitions[slot.slot].capabilities.query_by_key:
        turn.ask(slot, turn.now, uncertain=True)
    else:
        turn.need_operator(slot, OperatorReason.UNCERTAIN_SUBMISSION)


def _file_again(turn: Turn, slot: SlotCase) -> None:
    """File once more after a pause; while the case is held, not before the hold has ended."""
    if turn.hold is not None:
        turn.put(slot, state=SlotState.WAITING)
    else:
        turn.submit_again(slot)


def _file_now(turn: Turn, slot: SlotCase) -> None:
    if turn.hold is not None:
        turn.put(slot, state=SlotState.WAITING)
    else:
        turn.submit(slot, turn.now)


def _act_on_effects(turn: Turn, slot: SlotCase) -> None:
    """Open what an effect calls for, once: money paid after a death comes back."""
    calls = {one.item_fact: one.opens for one in turn.definitions[slot.slot].effects if one.opens is not None}
    for effect in slot.effects:
        kind = calls.get(effect.fact)
        opened = any(order.kind is kind and order.slot == slot.slot for order in turn.work_orders)
        if kind is not None and effect.value and not opened:
            turn.order(kind, slot, "told_by_agency")


def _hold_where_told(turn: Turn, slot: SlotCase, events: tuple[AgencyEvent, ...]) -> None:
    """Hold the case when an agency's reasons say what the definition holds cases for."""
    for event in events:
        if not isinstance(event, CorrectionRequested | Declined | Refused):
            continue
        codes = {reason.code for reason in event.reasons}
        for rule in turn.case.definition.holds:
            if not codes.isdisjoint(rule.reasons):
                fields = event.fields if event.kind is EventKind.CORRECTION_REQUESTED else ()
                hold_for(turn, rule.hold, slot.slot, fields)


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
    """Where a slot goes on: what its agency is known to have of this round is not filed again."""
    if slot.heard_at is None:
        return SlotState.SUBMITTING
    return SlotState.RECEIVED if slot.accepted_at is None else SlotState.UNDER_REVIEW
