"""What people may ask of a case, and when: in goes an action, out comes nothing, or the reason why not."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from onething.case_answer import is_possible, settles
from onething.case_definition import CaseDefinition, CaseInput, SlotDefinition
from onething.case_event import (
    PLEDGE_FALSE,
    RESULT_CORRECTED,
    REVIEWED,
    Action,
    Amended,
    Corrected,
    DecisionDoubted,
    GateOpened,
    HandedOut,
    HoldEnded,
    HoldRaised,
    Migrated,
    OperatorAction,
    PaperBrought,
    Reapplied,
    Resumed,
    Revoked,
    Withdrawn,
    WorkOrderClosed,
)
from onething.case_record import OwedState, WorkOrderKind
from onething.case_review import DOUBTED
from onething.case_state import DECIDED, FAVOURABLE, WELL_ENDED, BundleState, CaseState, SlotCase, SlotState
from onething.errors import ActionRejected
from onething.legal_profile import OnSilence
from onething.mandate import MandateScope, UnderMandate, lacking
from onething.revocation import UNDOING, reversals

FINAL: Final = frozenset({BundleState.COMPLETED, BundleState.WITHDRAWN, BundleState.TERMINATED})
"""States of a case that nothing but a work-order follows."""

_NOT_FILED: Final = frozenset({SlotState.WAITING, SlotState.BLOCKED})
"""Where what is told goes in with the filing, and asks nothing back from an agency."""


def check_action(case: CaseInput, state: CaseState, event: Action, now: datetime) -> None:
    """Raise ActionRejected when a person asks at `now` for something the case is not in a state for."""
    if isinstance(event, HandedOut):
        if event.revision not in {record.revision for record in state.receipts}:
            raise ActionRejected(what="no such receipt revision", slot="")
        return
    _check_mandate(case, event, now)
    again = isinstance(event, Reapplied) and state.state is BundleState.COMPLETED
    if state.state in FINAL and not again and not isinstance(event, _AFTERWARDS):
        raise ActionRejected(what="the case has ended", slot="")
    if state.ending is not BundleState.COMPLETED and isinstance(event, _GOING_ON):
        raise ActionRejected(what="the case is coming to its end", slot="")
    _CHECKS[type(event)](case, state, event, now)


SCOPE_OF: Final[dict[type[UnderMandate], MandateScope]] = {
    Corrected: MandateScope.CORRECT,
    PaperBrought: MandateScope.CORRECT,
    Withdrawn: MandateScope.WITHDRAW,
    Reapplied: MandateScope.FILE,
    Amended: MandateScope.FILE,
}
"""What a mandate has to cover for each action that may be asked under one."""


def _check_mandate(case: CaseInput, event: Action, now: datetime) -> None:
    if not isinstance(event, UnderMandate) or event.mandate is None:
        return
    about = (case.number, case.definition.bundle)
    why = lacking(event.mandate, SCOPE_OF[type(event)], about, now)
    if why is not None:
        raise ActionRejected(what=why.value, slot="")


_AFTERWARDS: Final = (Revoked, DecisionDoubted, WorkOrderClosed)
"""What may be asked of a case that has ended."""
_GOING_ON: Final = (Reapplied, Amended, Corrected, GateOpened, Migrated)
"""What is not asked of a case that was taken back or stopped as a whole."""


def may_reapply(definition: SlotDefinition, slot: SlotCase) -> bool:
    """Whether the item may be applied for again: it came to nothing, or what was delivered may be wrong."""
    if slot.state in FAVOURABLE:
        return definition.reopens
    return slot.state in DECIDED and slot.state not in WELL_ENDED


def _slot(state: CaseState, name: str) -> SlotCase:
    slot = state.slots.get(name)
    if slot is None:
        raise ActionRejected(what="no such slot", slot=name)
    return slot


def _resumed(_case: CaseInput, state: CaseState, event: Resumed, now: datetime) -> None:
    slot = _slot(state, event.slot)
    if slot.state is not SlotState.NEEDS_OPERATOR:
        raise ActionRejected(what="the slot needs no operator", slot=slot.slot)
    if event.action is OperatorAction.SKIP and not event.reason:
        raise ActionRejected(what="skipping needs a reason", slot=slot.slot)
    if event.action is not OperatorAction.ENTER_ANSWER:
        return
    if not all(is_possible(answer, now) for answer in event.events):
        raise ActionRejected(what="the answer's time cannot be", slot=slot.slot)
    if not any(settles(slot, answer) for answer in event.events):
        raise ActionRejected(what="the answer is missing", slot=slot.slot)


def _gate_opened(_case: CaseInput, state: CaseState, event: GateOpened, _now: datetime) -> None:
    slot = _slot(state, event.slot)
    if slot.state is not SlotState.BLOCKED or slot.blocked_by is None or slot.blocked_by.gate != event.gate:
        raise ActionRejected(what="the slot does not wait for this gate", slot=event.slot)


def _corrected(case: CaseInput, state: CaseState, event: Corrected, now: datetime) -> None:
    if not event.payloads:
        raise ActionRejected(what="nothing was changed", slot="")
    slots = [_slot(state, name) for name in event.payloads]
    asked = [slot for slot in slots if slot.state is SlotState.CORRECTION_REQUESTED]
    passed = next((slot for slot in asked if _has_passed(case, slot, now)), None)
    if passed is not None:
        raise ActionRejected(what="the time for this correction has passed", slot=passed.slot)
    for name, gate in event.opened.items():
        _gate_opened(case, state, GateOpened(slot=name, gate=gate, actor=event.actor), now)
    told = any(slot.blocked_by is not None and slot.blocked_by.gate is not None for slot in slots)
    if asked or event.opened or (told and all(slot.state in _NOT_FILED for slot in slots)):
        return
    lapsed = next((slot for slot in slots if slot.state is SlotState.LAPSED), None)
    if lapsed is not None:
        raise ActionRejected(what="the time for this correction has passed", slot=lapsed.slot)
    if state.hold is None:
        raise ActionRejected(what="nobody asked for a correction", slot=slots[0].slot)


def _has_passed(case: CaseInput, slot: SlotCase, now: datetime) -> bool:
    """Whether the answer comes after its limit, be it that nobody has rung yet."""
    due = slot.correction.due if slot.correction else None
    definition = next(one for one in case.definition.slots if one.slot == slot.slot)
    lapses = case.definition.profile(definition).on_silence is OnSilence.LAPSE
    return due is not None and lapses and now >= due.red_from


def _withdrawn(_case: CaseInput, state: CaseState, event: Withdrawn, _now: datetime) -> None:
    slots = [_slot(state, event.slot)] if event.slot is not None else list(state.slots.values())
    if all(slot.state in DECIDED for slot in slots):
        raise ActionRejected(what="decided already", slot=event.slot or "")
    if all(slot.state in DECIDED or slot.leaving is not None for slot in slots):
        raise ActionRejected(what="being withdrawn already", slot=event.slot or "")


def _reapplied(case: CaseInput, state: CaseState, event: Reapplied, _now: datetime) -> None:
    slot = _slot(state, event.slot)
    definition = next(one for one in case.definition.slots if one.slot == event.slot)
    if not may_reapply(definition, slot):
        raise ActionRejected(what="only what came to nothing is applied for again", slot=event.slot)


def _amended(case: CaseInput, state: CaseState, event: Amended, _now: datetime) -> None:
    there = {slot.slot: slot for slot in case.definition.slots}
    for slot in event.definition.slots:
        old = there.get(slot.slot)
        if old is None and slot.slot not in event.payloads:
            raise ActionRejected(what="a new slot needs its filing", slot=slot.slot)
        if old is not None and old.item != slot.item:
            raise ActionRejected(what="a slot keeps its item", slot=slot.slot)
    _check_order(event.definition, extra=set(there))
    for name in there.keys() - {slot.slot for slot in event.definition.slots}:
        if _slot(state, name).leaving is not None:
            raise ActionRejected(what="being withdrawn already", slot=name)


def _migrated(case: CaseInput, _state: CaseState, event: Migrated, _now: datetime) -> None:
    """A migration keeps every slot with its item: no answer and no finished effect is dropped."""
    new = {slot.slot: slot for slot in event.definition.slots}
    if event.definition.bundle != case.definition.bundle:
        raise ActionRejected(what="another life event", slot="")
    if event.definition.format < case.definition.format:
        raise ActionRejected(what="an older format", slot="")
    for old in case.definition.slots:
        if old.slot not in new:
            raise ActionRejected(what="a migration drops no slot", slot=old.slot)
        if new[old.slot].item != old.item:
            raise ActionRejected(what="a slot keeps its item", slot=old.slot)
        lost = {effect.item_fact for effect in old.effects} - {
            effect.item_fact for effect in new[old.slot].effects
        }
        if lost:
            raise ActionRejected(what="a migration drops no effect", slot=old.slot)
    if len(new) > len(case.definition.slots):
        raise ActionRejected(what="new slots are added by amending the case", slot="")
    _check_order(event.definition, extra=set())


def _check_order(definition: CaseDefinition, extra: set[str]) -> None:
    """Every slot comes after slots that are there, without a circle."""
    after = {slot.slot: set(slot.waits_for) for slot in definition.slots}
    for name, before in after.items():
        if before - after.keys() - extra:
            raise ActionRejected(what="comes after a slot that is not there", slot=name)
    done: set[str] = set(extra) - after.keys()
    while len(done) < len(after.keys() | extra):
        ready = {name for name, before in after.items() if name not in done and before <= done}
        if not ready:
            raise ActionRejected(what="the order runs in a circle", slot=min(after.keys() - done))
        done |= ready


def _hold_raised(case: CaseInput, state: CaseState, event: HoldRaised, _now: datetime) -> None:
    if event.hold not in {rule.hold for rule in case.definition.holds}:
        raise ActionRejected(what="no such hold", slot=event.hold)
    if state.hold is not None:
        raise ActionRejected(what="the case is held already", slot="")


def _hold_ended(case: CaseInput, state: CaseState, event: HoldEnded, _now: datetime) -> None:
    if state.hold is None:
        raise ActionRejected(what="the case is not held", slot="")
    rule = next((rule for rule in case.definition.holds if rule.hold == state.hold.hold), None)
    if rule is not None and event.end not in rule.ends:
        raise ActionRejected(what="this hold does not end so", slot="")


def _paper_brought(_case: CaseInput, state: CaseState, event: PaperBrought, _now: datetime) -> None:
    slot = _slot(state, event.slot)
    owed = {paper.material for paper in slot.owed if paper.state is OwedState.OWED}
    if event.material not in owed:
        raise ActionRejected(what="this paper is not owed", slot=event.slot)


def _work_order_closed(case: CaseInput, state: CaseState, event: WorkOrderClosed, _now: datetime) -> None:
    open_orders = {order.order for order in state.work_orders if order.closed_at is None}
    if event.order not in open_orders:
        raise ActionRejected(what="no such open work-order", slot="")
    kinds = {order.order: order.kind for order in state.work_orders}
    if event.result == PLEDGE_FALSE and kinds[event.order] is not WorkOrderKind.VERIFY_PLEDGE:
        raise ActionRejected(what="only a pledge can be found false", slot="")
    reviewing = kinds[event.order] is WorkOrderKind.REVIEW_DECISION
    if (event.result in REVIEWED) is not reviewing:
        raise ActionRejected(what="a work-order of this kind does not end so", slot="")
    if event.effects:
        _other_result(case, state, event)


def _other_result(case: CaseInput, state: CaseState, event: WorkOrderClosed) -> None:
    """Only what was granted has a result to correct, and only of facts that its item brings about."""
    name = next(order.slot for order in state.work_orders if order.order == event.order)
    definition = next((one for one in case.definition.slots if one.slot == name), None)
    facts = {one.item_fact for one in definition.effects} if definition is not None else set()
    granted = name is not None and state.slots[name].state in FAVOURABLE
    if event.result != RESULT_CORRECTED or not granted or not {one.fact for one in event.effects} <= facts:
        raise ActionRejected(what="no such result to correct", slot=name or "")


def may_doubt(state: CaseState, name: str) -> bool:
    """Whether the agency may be asked to look at its decision again: it has made one, and is not at it."""
    slot = state.slots.get(name)
    asked = any(
        order.kind is WorkOrderKind.REVIEW_DECISION and order.slot == name and order.closed_at is None
        for order in state.work_orders
    )
    return slot is not None and slot.state in DOUBTED and not asked


def _decision_doubted(_case: CaseInput, state: CaseState, event: DecisionDoubted, _now: datetime) -> None:
    slot = _slot(state, event.slot)
    if slot.state not in DOUBTED:
        raise ActionRejected(what="nothing was decided yet", slot=event.slot)
    if not may_doubt(state, event.slot):
        raise ActionRejected(what="its agency is looking at it already", slot=event.slot)
    if not event.words.strip():
        raise ActionRejected(what="a doubt says what is wrong", slot=event.slot)


def _revoked(case: CaseInput, state: CaseState, event: Revoked, _now: datetime) -> None:
    if not reversals(case, state):
        raise ActionRejected(what="nothing was done that could be undone", slot="")
    if any(order.reason == event.reason for order in state.work_orders if order.kind in UNDOING):
        raise ActionRejected(what="revoked already", slot="")


_CHECKS: Final[dict[type, Callable[[CaseInput, CaseState, Any, datetime], None]]] = {
    Resumed: _resumed,
    GateOpened: _gate_opened,
    Corrected: _corrected,
    Withdrawn: _withdrawn,
    Reapplied: _reapplied,
    Amended: _amended,
    Migrated: _migrated,
    HoldRaised: _hold_raised,
    HoldEnded: _hold_ended,
    PaperBrought: _paper_brought,
    DecisionDoubted: _decision_doubted,
    WorkOrderClosed: _work_order_closed,
    Revoked: _revoked,
}
