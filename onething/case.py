"""The reducer: every rule of a case. In go state, event and time; out come the new state and what to do.

Pure: no clock of its own, no I/O. The workflow executes the commands; nothing else decides.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from onething.adapter import Effect
from onething.case_answer import take_in
from onething.case_clock import begin_clocks, next_instant, tick
from onething.case_definition import CaseInput, SlotDefinition
from onething.case_event import (
    Begun,
    CaseEvent,
    Command,
    GateOpened,
    HandedOut,
    IssueReceipt,
    NotFound,
    OperatorAction,
    QueryItem,
    ReceiptIssued,
    Replied,
    Resumed,
    Stuck,
    SubmitItem,
    Ticked,
    Unavailable,
    Uncertain,
)
from onething.case_state import (
    AT_AGENCY,
    DECIDED,
    WELL_ENDED,
    BlockedBy,
    BundleState,
    CaseState,
    OperatorNeed,
    OperatorReason,
    ReceiptRecord,
    SlotCase,
    SlotState,
    TimelineEntry,
)
from onething.duration import Unit
from onething.errors import ActionRejected
from onething.text import Text

__all__ = ["Outcome", "check_action", "initial_state", "next_instant", "slot_key", "step"]

_GIVE_UP_AFTER: Final = timedelta(days=7)
_LONGEST_WAIT: Final = 600
_SECONDS: Final = {
    Unit.HOUR: 3600,
    Unit.DAY: 86400,
    Unit.WORKING_DAY: 86400,
    Unit.WEEK: 7 * 86400,
    Unit.MONTH: 30 * 86400,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one step came to."""

    state: CaseState
    commands: tuple[Command, ...]
    entries: tuple[TimelineEntry, ...]


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
    turn = _Turn(case, state, now)
    turn.take(event)
    return turn.outcome()


def slot_key(case: CaseInput, slot: str, round_: int, operation: str = "submit") -> str:
    """The idempotency key of one operation: it never changes within a round."""
    return f"{case.number}/{slot}/{round_}/{operation}"


def check_action(state: CaseState, event: Resumed | GateOpened | HandedOut) -> None:
    """Raise ActionRejected when a person asks for something the case is not in a state for."""
    if isinstance(event, HandedOut):
        if not 1 <= event.revision <= len(state.receipts):
            raise ActionRejected(what="no such receipt revision", slot="")
        return
    slot = state.slots.get(event.slot)
    if slot is None:
        raise ActionRejected(what="no such slot", slot=event.slot)
    if isinstance(event, Resumed):
        if slot.state is not SlotState.NEEDS_OPERATOR:
            raise ActionRejected(what="the slot needs no operator", slot=event.slot)
        if event.action is OperatorAction.ENTER_ANSWER and not event.events:
            raise ActionRejected(what="the answer is missing", slot=event.slot)
    elif slot.blocked_by is None or slot.blocked_by.gate != event.gate:
        raise ActionRejected(what="the slot does not wait for this gate", slot=event.slot)


class _Turn:
    """One step in the making: slots are replaced one by one, then order, receipts and completion follow."""

    def __init__(self, case: CaseInput, state: CaseState, now: datetime) -> None:
        self.case, self.before, self.now = case, state, now
        self.slots = dict(state.slots)
        self.changed: dict[str, Any] = {}
        self.commands: list[Command] = []
        self.entries: list[TimelineEntry] = []
        self.outcomes = state.outcomes
        self.definitions = {slot.slot: slot for slot in case.definition.slots}

    def take(self, event: CaseEvent) -> None:
        if self.before.state in {BundleState.COMPLETED, BundleState.WITHDRAWN, BundleState.TERMINATED}:
            self._after_the_end(event)
            return
        handler: Callable[[Any], None] = _HANDLERS[type(event)]
        handler(self, event)  # type: ignore[call-arg]
        self._advance()
        self._receipts()

    def outcome(self) -> Outcome:
        slots = {name: slot for name, slot in self.slots.items() if slot is not self.before.slots[name]}
        if not (slots or self.changed or self.entries or self.outcomes != self.before.outcomes):
            return Outcome(self.before, tuple(self.commands), ())
        state = self.before.model_copy(
            update={
                **self.changed,
                "slots": self.slots,
                "outcomes": self.outcomes,
                "revision": self.before.revision + 1,
                "entries": self.before.entries + len(self.entries),
                "updated_at": self.now,
            }
        )
        return Outcome(state, tuple(self.commands), tuple(self.entries))

    # ---- events -----------------------------------------------------------------------------

    def begun(self, _event: Begun) -> None:
        self.changed["state"] = BundleState.RUNNING
        self.tell("submitted", None)

    def replied(self, event: Replied) -> None:
        slot = self._current(event.slot, event.round)
        if slot is not None:
            self._take_in(slot, event)

    def unavailable(self, event: Unavailable) -> None:
        slot = self._current(event.slot, event.round)
        if slot is None or slot.state is not SlotState.SUBMITTING:
            return
        since = slot.unavailable_since or self.now
        if event.exhausted or self.now - since >= _GIVE_UP_AFTER:
            self._need_operator(slot, OperatorReason.AGENCY_UNAVAILABLE)
            return
        slot = self.put(slot, unavailable_since=since, attempts=slot.attempts + 1)
        self._submit(slot, self.now + self._wait(slot.attempts))

    def uncertain(self, event: Uncertain) -> None:
        slot = self._current(event.slot, event.round)
        if slot is None or slot.state is not SlotState.SUBMITTING:
            return
        can = self.definitions[slot.slot].capabilities
        since = slot.uncertain_since or self.now
        slot = self.put(slot, uncertain_since=since, attempts=slot.attempts + 1)
        self.tell("uncertain", slot.slot)
        if can.query_by_key:
            self._query(slot, self.now, uncertain=True)
        elif can.idempotent_submit:
            self._submit(slot, self.now + self._wait(slot.attempts))
        else:
            self._need_operator(slot, OperatorReason.UNCERTAIN_SUBMISSION)

    def not_found(self, event: NotFound) -> None:
        """*Not found* is believed only once the agency's own settling time has passed."""
        slot = self._current(event.slot, event.round)
        if slot is None or slot.state is not SlotState.SUBMITTING or slot.uncertain_since is None:
            return
        can = self.definitions[slot.slot].capabilities
        settled_at = slot.uncertain_since + timedelta(seconds=can.settle_after)
        if self.now < settled_at:
            self._query(slot, settled_at, uncertain=True)
        elif self.now - slot.uncertain_since >= _GIVE_UP_AFTER:
            self._need_operator(slot, OperatorReason.UNCERTAIN_SUBMISSION)
        else:
            self._submit(slot, self.now + self._wait(slot.attempts))

    def stuck(self, event: Stuck) -> None:
        slot = self._current(event.slot, event.round)
        if slot is not None and slot.state not in DECIDED:
            self._need_operator(slot, event.reason, event.detail)

    def resumed(self, event: Resumed) -> None:
        slot = self.slots[event.slot]
        slot = self.put(
            slot,
            state=SlotState.SUBMITTING,
            operator=None,
            attempts=0,
            unavailable_since=None,
            uncertain_since=None,
        )
        self.tell("resumed", slot.slot, action=event.action.value)
        if event.action is OperatorAction.RETRY:
            self._submit(slot, self.now)
        else:
            self._take_in(slot, Replied(slot=slot.slot, round=slot.round, events=event.events))

    def gate_opened(self, event: GateOpened) -> None:
        slot = self.slots[event.slot]
        self.put(slot, state=SlotState.WAITING, blocked_by=None, gates_open=(*slot.gates_open, event.gate))
        self.tell("gate_opened", slot.slot, gate=event.gate)

    def handed_out(self, event: HandedOut) -> None:
        if event.revision > self.before.handed_out:
            self.changed["handed_out"] = event.revision

    def receipt_issued(self, event: ReceiptIssued) -> None:
        known = {record.revision for record in self.before.receipts}
        if event.revision not in known:
            record = ReceiptRecord(revision=event.revision, sha256=event.sha256, at=self.now)
            self.changed["receipts"] = (*self.before.receipts, record)
            self.tell("receipt_issued", None, revision=event.revision)

    def ticked(self, _event: Ticked) -> None:
        for name, slot in self.slots.items():
            updated = tick(slot, self.now)
            if updated is not slot:
                self.slots[name] = updated
                for which in updated.overdue:
                    if which not in slot.overdue:
                        self.tell("overdue", name, limit=which)

    # ---- pieces -----------------------------------------------------------------------------

    def put(self, slot: SlotCase, **changes: Any) -> SlotCase:
        """Replace a slot, counting a change of outcome."""
        updated = slot.model_copy(update=changes)
        if updated.state is not slot.state and (updated.state in DECIDED or slot.state in DECIDED):
            self.outcomes += 1
        self.slots[slot.slot] = updated
        return updated

    def tell(self, kind: str, slot: str | None, **params: Any) -> None:
        """Write one line of the case's story."""
        seq = self.before.entries + len(self.entries) + 1
        self.entries.append(TimelineEntry(seq=seq, at=self.now, kind=kind, slot=slot, params=params))

    def _take_in(self, slot: SlotCase, event: Replied) -> None:
        definition = self.definitions[slot.slot]
        for answer in event.events:
            if answer.event_id in slot.seen:
                continue
            taken = take_in(slot, definition, answer)
            slot = self.put(slot, **taken.changes, seen=(*slot.seen, answer.event_id))
            if taken.kind is not None:
                self.tell(taken.kind, slot.slot, **taken.params)
        slot = self._put_clocks(slot, definition)
        open_ = slot.state is SlotState.SUBMITTING or slot.state in AT_AGENCY
        if open_ and definition.capabilities.query_by_key:
            self._query(slot, slot.poll_at or self.now + timedelta(seconds=self._every(definition)))

    def _put_clocks(self, slot: SlotCase, definition: SlotDefinition) -> SlotCase:
        clocked = begin_clocks(slot, definition, self.case, self.now)
        if clocked is not slot:
            self.slots[slot.slot] = clocked
        return clocked

    def _need_operator(self, slot: SlotCase, reason: OperatorReason, detail: str = "") -> None:
        need = OperatorNeed(
            reason=reason,
            owner="window",
            since=self.now,
            key=slot_key(self.case, slot.slot, slot.round),
            detail=detail,
        )
        self.put(slot, state=SlotState.NEEDS_OPERATOR, operator=need)
        self.tell("needs_operator", slot.slot, reason=reason.value)

    def _current(self, name: str, round_: int) -> SlotCase | None:
        slot = self.slots.get(name)
        return slot if slot is not None and slot.round == round_ else None

    def _wait(self, attempts: int) -> timedelta:
        return timedelta(seconds=min(2 ** min(attempts, 12), _LONGEST_WAIT))

    def _every(self, definition: SlotDefinition) -> int:
        """Seconds between two polls: a fiftieth of the promise, between a minute and six hours."""
        promised = definition.promised.amount * _SECONDS[definition.promised.unit]
        return max(60, min(promised // 50, 6 * 3600))

    def _submit(self, slot: SlotCase, at: datetime) -> None:
        outputs = tuple(self._outputs())
        self.commands.append(SubmitItem(slot=slot.slot, round=slot.round, at=at, outputs=outputs))

    def _query(self, slot: SlotCase, at: datetime, *, uncertain: bool = False) -> None:
        every = self._every(self.definitions[slot.slot])
        self.commands.append(
            QueryItem(
                slot=slot.slot, round=slot.round, at=at, every=every, seen=slot.seen, uncertain=uncertain
            )
        )

    def _outputs(self) -> Iterator[Effect]:
        """What ended slots brought about, over the bundle's roles."""
        for definition in self.case.definition.slots:
            facts = {effect.item_fact: effect.fact for effect in definition.effects}
            for effect in self.slots[definition.slot].effects:
                fact = facts.get(effect.fact)
                if fact is not None:
                    yield Effect(fact=fact, value=effect.value)

    # ---- order, receipts, completion --------------------------------------------------------

    def _advance(self) -> None:
        """Start what may start, block what cannot, until nothing moves."""
        moved = True
        while moved:
            moved = False
            for definition in self.case.definition.slots:
                slot = self.slots[definition.slot]
                if slot.state is SlotState.WAITING:
                    moved = self._release(definition, slot) or moved
                elif slot.state is SlotState.BLOCKED:
                    moved = self._unblock(slot) or moved

    def _release(self, definition: SlotDefinition, slot: SlotCase) -> bool:
        for before in definition.after:
            if self._over(self.slots[before]) and self.slots[before].state not in WELL_ENDED:
                title = self.definitions[before].title
                self._block(slot, _blocked_by_slot(before, title))
                return True
        if not all(self.slots[before].state in WELL_ENDED for before in definition.after):
            return False
        for gate in definition.gates:
            if gate.gate not in slot.gates_open:
                self._block(slot, BlockedBy(gate=gate.gate, text=gate.text, fix=gate.fix))
                return True
        slot = self.put(slot, state=SlotState.SUBMITTING, submitted_at=self.now)
        self._submit(slot, self.now)
        return True

    def _block(self, slot: SlotCase, by: BlockedBy) -> None:
        self.put(slot, state=SlotState.BLOCKED, blocked_by=by)
        self.outcomes += by.slot is not None
        self.tell("blocked", slot.slot, by=by.slot or by.gate)

    def _unblock(self, slot: SlotCase) -> bool:
        by = slot.blocked_by.slot if slot.blocked_by else None
        if by is None or self._over(self.slots[by]):
            return False
        self.put(slot, state=SlotState.WAITING, blocked_by=None)
        return True

    def _over(self, slot: SlotCase) -> bool:
        """Ended, or blocked behind an ended slot."""
        if (
            slot.state is SlotState.BLOCKED
            and slot.blocked_by is not None
            and slot.blocked_by.slot is not None
        ):
            return self._over(self.slots[slot.blocked_by.slot])
        return slot.ended

    def _receipts(self) -> None:
        asked = self.before.receipt_asked
        stored = len(self.changed.get("receipts", self.before.receipts))
        if asked > stored:
            return
        told = self.before.receipt_revision_of
        over = all(self._over(slot) for slot in self.slots.values())
        if over and asked and told == self.outcomes:
            self.changed.update(state=BundleState.COMPLETED, completed_at=self.now)
            self.tell("completed", None)
        elif over:
            self._ask_receipt(asked + 1, "completed")
        elif not asked and self._first_answered():
            self._ask_receipt(1, "accepted")
        elif (
            asked and self.changed.get("handed_out", self.before.handed_out) == asked and told < self.outcomes
        ):
            self._ask_receipt(asked + 1, "outcome_changed")

    def _ask_receipt(self, revision: int, reason: str) -> None:
        self.changed.update(receipt_asked=revision, receipt_revision_of=self.outcomes)
        self.commands.append(IssueReceipt(revision=revision, reason=reason))

    def _first_answered(self) -> bool:
        """Whether every slot that could start at once has answered or is in somebody's hands."""
        first = [self.slots[slot.slot] for slot in self.case.definition.slots if not slot.after]
        return all(slot.state not in {SlotState.WAITING, SlotState.SUBMITTING} for slot in first)

    def _after_the_end(self, event: CaseEvent) -> None:
        """Late answers are noted; they open work-orders, never a closed slot."""
        if isinstance(event, Replied) and event.slot in self.slots:
            slot = self.slots[event.slot]
            fresh = [answer.event_id for answer in event.events if answer.event_id not in slot.seen]
            if fresh:
                self.slots[event.slot] = slot.model_copy(update={"seen": (*slot.seen, *fresh)})
                self.tell("late_answer", event.slot)
        elif isinstance(event, HandedOut):
            self.handed_out(event)


def _blocked_by_slot(slot: str, title: Text) -> BlockedBy:
    return BlockedBy(
        slot=slot,
        text=Text(zh=f"前置事项“{title.zh}”未办成", en=f"“{title.en}” was not granted"),
        fix=Text(
            zh=f"办成“{title.zh}”后可凭原信息续办，不必重新填表",
            en=f"once “{title.en}” is granted, this goes on with the data already given",
        ),
    )


_HANDLERS: Final[dict[type, Any]] = {
    Begun: _Turn.begun,
    Replied: _Turn.replied,
    Unavailable: _Turn.unavailable,
    Uncertain: _Turn.uncertain,
    NotFound: _Turn.not_found,
    Stuck: _Turn.stuck,
    Resumed: _Turn.resumed,
    GateOpened: _Turn.gate_opened,
    HandedOut: _Turn.handed_out,
    ReceiptIssued: _Turn.receipt_issued,
    Ticked: _Turn.ticked,
}
