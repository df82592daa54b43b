"""Decisions looked at again: in goes a doubt, or what its agency found, out come work-orders and results.

Nothing is decided anew here: what an agency decided stays its own to correct or to take back, and everybody
who rests on it is told to look.
"""

from typing import Final

from onething import case_event
from onething.adapter import Effect
from onething.case_event import DecisionDoubted, WorkOrderClosed
from onething.case_record import WorkOrderKind
from onething.case_state import AT_AGENCY, FAVOURABLE, SlotCase, SlotState
from onething.case_turn import Turn
from onething.revocation import UNDONE_BY

DOUBTED: Final = frozenset(
    {SlotState.GRANTED, SlotState.PARTLY_GRANTED, SlotState.REFUSED, SlotState.DECLINED}
)
"""States that an agency's own decision has brought about."""
_DOUBT: Final = "decision_doubted"


def doubt(turn: Turn, event: DecisionDoubted) -> None:
    """Have the slot's agency look at its decision again."""
    turn.tell("decision_doubted", event.slot)
    turn.order(WorkOrderKind.REVIEW_DECISION, turn.slots[event.slot], _DOUBT, event.words)


def answer(turn: Turn, slot: SlotCase, event: WorkOrderClosed) -> None:
    """Take in what the agency found: another result, none, or that it has taken the decision back."""
    match event.result:
        case case_event.RESULT_CORRECTED:
            turn.tell("result_corrected", slot.slot)
            turn.put(slot, effects=corrected(slot.effects, event.effects))
            if event.effects:
                _tell_those_behind(turn, slot)
        case case_event.DECISION_REVOKED:
            turn.tell("decision_revoked", slot.slot)
            if slot.state in FAVOURABLE:
                _have_undone(turn, slot)
        case _:
            turn.tell("decision_stands", slot.slot)


def corrected(before: tuple[Effect, ...], after: tuple[Effect, ...]) -> tuple[Effect, ...]:
    """What a decision brings about once some of it is put right: each fact once, in the order it had."""
    facts = {effect.fact: effect for effect in before} | {effect.fact: effect for effect in after}
    return tuple(facts.values())


def _tell_those_behind(turn: Turn, slot: SlotCase) -> None:
    """Whoever was filed with the old result, or decided on it, is to look."""
    for definition in turn.case.definition.slots:
        later = turn.slots[definition.slot]
        if slot.slot not in (*definition.after, *definition.after_any):
            continue
        if later.state in FAVOURABLE:
            turn.order(WorkOrderKind.CORRECT_DECISION, later, case_event.RESULT_CORRECTED)
        elif later.state in AT_AGENCY:
            turn.order(WorkOrderKind.CORRECT_FILING, later, case_event.RESULT_CORRECTED)


def _have_undone(turn: Turn, slot: SlotCase) -> None:
    """What taking the decision back does not undo by itself: money paid, and what cannot be undone."""
    kind = UNDONE_BY[turn.definitions[slot.slot].reversibility]
    if kind is not WorkOrderKind.UNDO:
        turn.order(kind, slot, case_event.DECISION_REVOKED)
