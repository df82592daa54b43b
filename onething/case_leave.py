"""Filings taken back: in goes a slot and what is to become of it, out it comes withdrawn or filed anew.

An undecided filing is free to undo (domain rules: cancelled automatically). What its agency cannot give back
goes on there, and a work-order says who has to call.
"""

from typing import Any, Final

from onething.case_clock import ANEW, CORRECTION, close_pause
from onething.case_record import EarlierGrant, Leaving, OwedPaper, OwedState, WorkOrderKind
from onething.case_state import (
    AT_AGENCY,
    DECIDED,
    FAVOURABLE,
    ClockState,
    Light,
    OperatorReason,
    SlotCase,
    SlotState,
)
from onething.case_turn import Turn
from onething.clock import local_day

_UNFILED: Final = frozenset({SlotState.WAITING, SlotState.BLOCKED})
DOUBTFUL: Final = frozenset(
    {OperatorReason.UNCERTAIN_SUBMISSION, OperatorReason.UNEXPECTED, OperatorReason.IMPOSSIBLE_ANSWER}
)
"""Why a person was called although the filing may have arrived."""
_FRESH: Final[dict[str, Any]] = {
    **ANEW,
    "state": SlotState.WAITING,
    "clock": ClockState.STOPPED,
    "light": Light.GREEN,
    "ref": None,
    "submitted_at": None,
    "received_at": None,
    "accepted_at": None,
    "decided_at": None,
    "poll_at": None,
    "blocked_by": None,
    "operator": None,
    "uncertain_since": None,
    "unavailable_since": None,
    "attempts": 0,
    "reasons": (),
    "remedies": (),
    "where_to": None,
    "correction_fields": (),
    "correction_materials": (),
    "effects": (),
    "effective_from": None,
    "already": False,
    "note": None,
    "heard_at": None,
    "accept_by": None,
    "deemed": False,
    "pauses": (),
    "extension": None,
    "leaving": None,
    "declined": False,
}
_KEPT_AFTER_ACCEPTANCE: Final = ("received_at", "accepted_at", "deemed", "extension", "accept_by")
"""What a correction asked after acceptance leaves as it was: the clock goes on, it does not begin."""


def leave(turn: Turn, slot: SlotCase, leaving: Leaving, reason: str) -> None:
    """Take an undecided slot's filing back, at once where nothing lies at the agency."""
    if slot.state in DECIDED:
        return
    sent_back = slot.state is SlotState.CORRECTION_REQUESTED and leaving is Leaving.REFILE
    unfiled = slot.state in _UNFILED and slot.uncertain_since is None
    if unfiled or sent_back or is_certainly_unfiled(slot):
        arrive(turn, slot, leaving)
        return
    asked = slot.leaving is not None
    slot = turn.put(slot, leaving=leaving)
    if asked:
        return
    if slot.state in AT_AGENCY or slot.state is SlotState.CORRECTION_REQUESTED:
        ask_back(turn, slot, reason)


def ask_back(turn: Turn, slot: SlotCase, reason: str) -> None:
    """Ask the agency for the filing, or tell that its system cannot give one back."""
    if turn.definitions[slot.slot].capabilities.withdraw:
        turn.withdraw(slot, reason)
        turn.tell("withdrawal_asked", slot.slot)
    else:
        stays(turn, slot)


def arrive(turn: Turn, slot: SlotCase, leaving: Leaving) -> None:
    """Nothing of this round lies at the agency any more: do what the slot was taken back for."""
    if leaving is Leaving.REFILE:
        renew(turn, slot)
        return
    if slot.accepted_at is not None and slot.heard_at is None:
        # What the agency had accepted before it was sent back lies there still.
        turn.order(WorkOrderKind.WITHDRAW_FILING, slot, "accepted_before")
    state = SlotState.WITHDRAWN if leaving is Leaving.WITHDRAW else SlotState.NOT_APPLICABLE
    turn.put(slot, **_over(turn, slot), state=state)
    turn.tell(state.value, slot.slot)


def stays(turn: Turn, slot: SlotCase) -> None:
    """The agency keeps the filing: the slot goes on there, and somebody has to call."""
    kind = WorkOrderKind.CORRECT_FILING if slot.leaving is Leaving.REFILE else WorkOrderKind.WITHDRAW_FILING
    slot = turn.put(slot, leaving=None)
    turn.tell("not_withdrawable", slot.slot)
    turn.order(kind, slot, "not_withdrawable")
    if slot.state in AT_AGENCY:
        turn.ask_on(slot)


def renew(turn: Turn, slot: SlotCase) -> SlotCase:
    """Begin the slot's next round; what was accepted stays so, and its clock goes on after the pause."""
    changes: dict[str, Any] = dict(_FRESH)
    correction = slot.correction
    if slot.state is SlotState.CORRECTION_REQUESTED and correction is not None:
        today = local_day(turn.now)
        changes["correction"] = correction.model_copy(update={"answered_at": turn.now})
        if slot.accepted_at is not None:
            changes |= {name: getattr(slot, name) for name in _KEPT_AFTER_ACCEPTANCE}
            changes["pauses"] = close_pause(slot, today, only=CORRECTION)
            waits = any(pause.last is None and not pause.counts for pause in changes["pauses"])
            changes["clock"] = ClockState.PAUSED if waits else ClockState.RUNNING
    if changes["accepted_at"] is None:
        changes["owed"] = tuple(_owed_anew(paper) for paper in slot.owed)
    if slot.state in FAVOURABLE and slot.decided_at is not None:
        earlier = EarlierGrant(
            round=slot.round,
            decided_at=slot.decided_at,
            ref=slot.ref,
            effects=slot.effects,
            effective_from=slot.effective_from,
        )
        changes["earlier"] = (*slot.earlier, earlier)
    turn.tell("filed_anew", slot.slot, round=slot.round + 1)
    return turn.put(slot, **changes, round=slot.round + 1)


def is_certainly_unfiled(slot: SlotCase) -> bool:
    """Whether a slot in a person's hands has certainly nothing at its agency."""
    if slot.state is not SlotState.NEEDS_OPERATOR or slot.operator is None:
        return False
    return slot.heard_at is None and slot.uncertain_since is None and slot.operator.reason not in DOUBTFUL


def lapse(turn: Turn, slot: SlotCase) -> None:
    """The applicant's limit has passed: the filing counts as withdrawn, and its agency is told."""
    if slot.received_at is not None and slot.leaving is None:
        if turn.definitions[slot.slot].capabilities.withdraw:
            turn.withdraw(slot, "lapsed")
        else:
            turn.order(WorkOrderKind.WITHDRAW_FILING, slot, "lapsed")
    turn.put(slot, **_over(turn, slot), state=SlotState.LAPSED)
    turn.tell("lapsed", slot.slot)


def _owed_anew(paper: OwedPaper) -> OwedPaper:
    """A paper not brought yet is owed by the new round's clock."""
    if paper.state is OwedState.MET:
        return paper
    return paper.model_copy(
        update={"state": OwedState.OWED, "due": None, "remind_at": None, "reminded": False}
    )


def _over(turn: Turn, slot: SlotCase) -> dict[str, Any]:
    return {
        "decided_at": turn.now,
        "clock": ClockState.STOPPED,
        "pauses": close_pause(slot, local_day(turn.now)),
        "leaving": None,
        "blocked_by": None,
        "operator": None,
        "poll_at": None,
    }
