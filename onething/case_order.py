"""What follows from any change: in goes a step in the making, out come starts, blocks, receipts, the end."""

from datetime import datetime
from typing import Final

from onething.case_clock import FIRST_RECEIPT_WITHIN, limit_from
from onething.case_definition import SlotDefinition, SlotGate
from onething.case_event import IssueReceipt
from onething.case_leave import leave
from onething.case_record import Leaving, OwedState, WorkOrderKind
from onething.case_state import DECIDED, FAVOURABLE, TURNED_DOWN, WELL_ENDED, BlockedBy, SlotCase, SlotState
from onething.case_turn import Turn
from onething.clock import local_day, month_gate
from onething.counting import midnight
from onething.text import Text

_UNFILED: Final = frozenset({SlotState.WAITING, SlotState.BLOCKED})


def advance(turn: Turn) -> None:
    """Start what may start and block what cannot, until nothing moves; while it is held, nothing does."""
    moved = turn.hold is None
    while moved:
        moved = _let_go(turn)
        for definition in turn.case.definition.slots:
            slot = turn.slots[definition.slot]
            if slot.state is SlotState.WAITING:
                moved = _release(turn, definition, slot) or moved
            elif slot.state is SlotState.BLOCKED:
                moved = _unblock(turn, slot) or moved


def issue_receipts(turn: Turn) -> None:
    """Ask for the receipt that is due, one at a time, and complete the case with its last one.

    Revision 1 when every slot that could start at once has answered, or a quarter of an hour after the
    submission with what is known then: nobody leaves the counter empty-handed because one agency is away.
    One for each change of outcome once a person holds the newest; one at the end.
    """
    asked = turn.before.receipt_asked
    if asked > len(turn.changed.get("receipts", turn.before.receipts)):
        return
    told = turn.before.receipt_revision_of
    held = turn.changed.get("handed_out", turn.before.handed_out)
    over = turn.hold is None and all(is_settled(turn, slot) for slot in turn.slots.values())
    if over and asked and told == turn.outcomes:
        ending = turn.changed.get("ending", turn.before.ending)
        turn.changed.update(state=ending, completed_at=turn.now)
        turn.tell(ending.value, None)
    elif over:
        _ask_receipt(turn, asked + 1, "completed")
    elif not asked and (_first_answered(turn) or _waited_long(turn)):
        _ask_receipt(turn, 1, "accepted")
    elif asked and held == asked and told < turn.outcomes:
        _ask_receipt(turn, asked + 1, "outcome_changed")


def correct_receipt(turn: Turn) -> None:
    """Ask for a new revision when something has changed since the last one of an ended case."""
    asked = turn.before.receipt_asked
    stored = len(turn.changed.get("receipts", turn.before.receipts))
    if asked <= stored and turn.before.receipt_revision_of < turn.outcomes:
        _ask_receipt(turn, asked + 1, "corrected")


def is_over(turn: Turn, slot: SlotCase) -> bool:
    """Ended, or blocked behind an ended slot."""
    by = slot.blocked_by.slot if slot.state is SlotState.BLOCKED and slot.blocked_by else None
    return slot.ended if by is None else is_over(turn, turn.slots[by])


def is_settled(turn: Turn, slot: SlotCase) -> bool:
    """Over, and no paper is owed any more; what came to nothing or was not needed is owed nothing."""
    owes = slot.state in FAVOURABLE and any(paper.state is OwedState.OWED for paper in slot.owed)
    return is_over(turn, slot) and not owes


def _release(turn: Turn, definition: SlotDefinition, slot: SlotCase) -> bool:
    """Start the slot, block it, or pass it over as not needed; false while it has to wait."""
    if _is_needless(turn, definition):
        turn.put(slot, state=SlotState.NOT_APPLICABLE)
        turn.tell("not_needed", slot.slot)
        return True
    failed = _obstacle(turn, definition)
    if failed is not None:
        _block(turn, slot, _blocked_by(turn, definition, failed))
        return True
    if not _may_start(turn, definition):
        return False
    for gate in definition.gates:
        until = _opens(turn, definition, gate)
        if gate.gate not in slot.gates_open and not gate.open and (until is None or until > turn.now):
            _block(turn, slot, BlockedBy(gate=gate.gate, until=until, text=gate.text, fix=gate.fix))
            if gate.opt_out is not None and until is not None:
                turn.tell("offered", slot.slot, until=local_day(until).isoformat())
            return True
    slot = turn.put(slot, state=SlotState.SUBMITTING, submitted_at=turn.now)
    turn.submit(slot, turn.now)
    return True


def _obstacle(turn: Turn, definition: SlotDefinition) -> SlotCase | None:
    """The slot before, if any, whose end keeps this one from starting.

    The next rung answers a refusal: what its family took back, or let lapse, leads nowhere by itself.
    """
    before = [turn.slots[name] for name in definition.after]
    failed = next((one for one in before if one.state not in WELL_ENDED and is_over(turn, one)), None)
    above = [turn.slots[name] for name in definition.instead_of]
    failed = failed or next((one for one in above if _is_given_up(turn, one)), None)
    if failed is not None or not definition.after_any:
        return failed
    others = [turn.slots[name] for name in definition.after_any]
    if any(one.state in FAVOURABLE or not is_over(turn, one) for one in others):
        return None
    return next((one for one in reversed(others) if one.state not in WELL_ENDED), None)


def _is_given_up(turn: Turn, slot: SlotCase) -> bool:
    return is_over(turn, slot) and slot.state not in TURNED_DOWN | WELL_ENDED


def _is_needless(turn: Turn, definition: SlotDefinition) -> bool:
    """Whether a rung above was granted or not needed itself, or nothing is called for that this rests on."""
    if any(turn.slots[name].state in WELL_ENDED for name in definition.instead_of):
        return True
    rests_on = [turn.slots[name].state for name in definition.after_any]
    return bool(rests_on) and all(state is SlotState.NOT_APPLICABLE for state in rests_on)


def _may_start(turn: Turn, definition: SlotDefinition) -> bool:
    """Whether everything it comes after has ended as it must; gates apart."""
    well = all(turn.slots[name].state in WELL_ENDED for name in definition.after)
    any_of = definition.after_any
    one = not any_of or any(turn.slots[name].state in FAVOURABLE for name in any_of)
    return well and one and all(is_over(turn, turn.slots[name]) for name in definition.instead_of)


def _let_go(turn: Turn) -> bool:
    """Once a higher rung is granted, take back what is filed on a lower one, and have ended what was granted.

    An agency that cannot give a filing back is called about it once.
    """
    moved = False
    for definition in turn.case.definition.slots:
        slot = turn.slots[definition.slot]
        if not any(turn.slots[name].state in FAVOURABLE for name in definition.instead_of):
            continue
        if slot.state in FAVOURABLE and not _is_ordered(turn, slot, WorkOrderKind.END_DECISION):
            turn.order(WorkOrderKind.END_DECISION, slot, "better_granted")
        under_way = slot.state not in DECIDED and slot.state not in _UNFILED and slot.leaving is None
        if under_way and not _is_ordered(turn, slot, WorkOrderKind.WITHDRAW_FILING):
            leave(turn, slot, Leaving.DROP, "not_needed")
            moved = True
    return moved


def _is_ordered(turn: Turn, slot: SlotCase, kind: WorkOrderKind) -> bool:
    return any(order.slot == slot.slot and order.kind is kind for order in turn.work_orders)


def _opens(turn: Turn, definition: SlotDefinition, gate: SlotGate) -> datetime | None:
    """When a gate opens by itself, counted from the decision of the slots before.

    On its day of a month, or once the time is over in which the person may decline.
    """
    names = (*definition.after, *definition.after_any)
    decided = [turn.slots[name].decided_at for name in names if turn.slots[name].state in WELL_ENDED]
    since = max((instant for instant in decided if instant is not None), default=turn.before.begun_at)
    day = local_day(since or turn.now)
    if gate.opt_out is not None:
        return limit_from(day, gate.opt_out, turn.case, definition).red_from
    return midnight(month_gate(day, gate.month)) if gate.month is not None else None


def _block(turn: Turn, slot: SlotCase, by: BlockedBy) -> None:
    turn.put(slot, state=SlotState.BLOCKED, blocked_by=by)
    turn.outcomes += by.slot is not None
    turn.tell("blocked", slot.slot, by=by.slot or by.gate)


def _unblock(turn: Turn, slot: SlotCase) -> bool:
    """Let go on what stands behind no bad end and no day to come; other gates are opened by people."""
    by = slot.blocked_by.slot if slot.blocked_by else None
    until = slot.blocked_by.until if slot.blocked_by else None
    if _is_needless(turn, turn.definitions[slot.slot]):
        turn.put(slot, state=SlotState.WAITING, blocked_by=None)
        return True
    if until is not None and until <= turn.now:
        turn.put(slot, state=SlotState.WAITING, blocked_by=None)
        turn.tell("gate_opened", slot.slot, gate=slot.blocked_by.gate if slot.blocked_by else "")
        return True
    gate = slot.blocked_by.gate if slot.blocked_by else None
    if gate is not None and all(one.gate != gate or one.open for one in turn.definitions[slot.slot].gates):
        turn.put(slot, state=SlotState.WAITING, blocked_by=None)
        return True
    obstacle = _obstacle(turn, turn.definitions[slot.slot])
    if by is None or (obstacle is not None and obstacle.slot == by):
        return False
    turn.put(slot, state=SlotState.WAITING, blocked_by=None)
    return True


def _ask_receipt(turn: Turn, revision: int, reason: str) -> None:
    turn.changed.update(receipt_asked=revision, receipt_revision_of=turn.outcomes)
    turn.commands.append(IssueReceipt(revision=revision, reason=reason))


def _first_answered(turn: Turn) -> bool:
    """Whether every slot that could start at once has answered or is in somebody's hands."""
    first = [turn.slots[slot.slot] for slot in turn.case.definition.slots if not slot.waits_for]
    return all(slot.state not in {SlotState.WAITING, SlotState.SUBMITTING} for slot in first)


def _waited_long(turn: Turn) -> bool:
    begun = turn.before.begun_at
    return begun is not None and turn.now >= begun + FIRST_RECEIPT_WITHIN


def _blocked_by(turn: Turn, definition: SlotDefinition, failed: SlotCase) -> BlockedBy:
    before = turn.definitions[failed.slot]
    title = before.title
    if failed.slot in definition.instead_of:
        return BlockedBy(
            slot=before.slot,
            text=Text(
                zh=f"“{title.zh}”已撤回或者未继续办理", en=f"“{title.en}” was taken back or not gone on with"
            ),
            fix=Text(
                zh=f"重新申请“{title.zh}”，未批准的再接着办理本项；也可以单独申请本项",
                en=f"apply for “{title.en}” again, and this follows a refusal; or apply for this by itself",
            ),
        )
    return BlockedBy(
        slot=before.slot,
        text=Text(zh=f"前置事项“{title.zh}”未办成", en=f"“{title.en}” was not granted"),
        fix=Text(
            zh=f"办成“{title.zh}”后可凭原信息续办，不必重新填表",
            en=f"once “{title.en}” is granted, this goes on with the data already given",
        ),
    )
