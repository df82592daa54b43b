"""One step in the making: in goes a case as it stood, out come changed slots, commands and lines of story."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from onething.adapter import AgencyEvent, Effect
from onething.case_answer import take_in
from onething.case_clock import begin_clocks, limit_from, tick
from onething.case_definition import CaseInput, SlotDefinition
from onething.case_event import Command, QueryItem, SubmitItem, WithdrawItem
from onething.case_record import Hold, WorkOrder, WorkOrderKind
from onething.case_state import (
    AT_AGENCY,
    DECIDED,
    FAVOURABLE,
    CaseState,
    OperatorNeed,
    OperatorReason,
    SlotCase,
    SlotState,
    TimelineEntry,
)
from onething.clock import local_day
from onething.duration import Unit
from onething.item import EffectFrom
from onething.legal_profile import LegalProfile

FILED: Final = AT_AGENCY | {SlotState.SUBMITTING, SlotState.CORRECTION_REQUESTED}
"""States in which an agency may have something to say about a slot."""

_GIVEN_UP: Final = frozenset({SlotState.WITHDRAWN, SlotState.LAPSED, SlotState.NOT_APPLICABLE})
"""What an agency says about these contradicts what the family was told: somebody has to look."""
_AGENCY_ORDERS: Final = frozenset(
    {
        WorkOrderKind.CORRECT_DECISION,
        WorkOrderKind.CORRECT_FILING,
        WorkOrderKind.UNDO,
        WorkOrderKind.DEMAND_REPAYMENT,
        WorkOrderKind.ASK_PERSON,
        WorkOrderKind.END_DECISION,
        WorkOrderKind.PAUSE_FILING,
        WorkOrderKind.VERIFY_PLEDGE,
        WorkOrderKind.REVIEW_DECISION,
    }
)
"""Work-orders that the slot's own agency carries out."""
_SELDOM: Final = 6 * 3600
"""Seconds between two polls at most."""
_LONGEST_WAIT: Final = 3600
"""Seconds between two filings at an agency whose retries stand in history: it must not grow for a week."""
LONGEST_SILENCE: Final = timedelta(days=7)
"""However far off an agency's "not before" lies, it is asked at least this often."""
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
    case: CaseInput | None = None
    """The case as it is from now on, when an amendment, a correction or a migration has changed it."""


def slot_key(case: CaseInput, slot: str, round_: int, operation: str = "submit") -> str:
    """The idempotency key of one operation: it never changes within a round."""
    return f"{case.number}/{slot}/{round_}/{operation}"


class Turn:
    """One step in the making: rules replace slots one by one, ask for commands and tell the story."""

    def __init__(self, case: CaseInput, state: CaseState, now: datetime) -> None:
        """Start from `state` at `now`; nothing of it is ever changed in place."""
        self.case, self.before, self.now = case, state, now
        self.slots = dict(state.slots)
        self.changed: dict[str, Any] = {}
        self.commands: list[Command] = []
        self.entries: list[TimelineEntry] = []
        self.outcomes = state.outcomes
        self.work_orders = state.work_orders
        self.changed_case: CaseInput | None = None
        self.definitions = {slot.slot: slot for slot in case.definition.slots}

    def outcome(self) -> Outcome:
        """The new state, or the very old one when nothing has changed."""
        moved = any(slot is not self.before.slots.get(name) for name, slot in self.slots.items())
        if self.work_orders is not self.before.work_orders:
            self.changed["work_orders"] = self.work_orders
        if not (moved or self.changed or self.entries):
            return Outcome(self.before, tuple(self._wanted()), (), self.changed_case)
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
        return Outcome(state, tuple(self._wanted()), tuple(self.entries), self.changed_case)

    def _wanted(self) -> Iterator[Command]:
        """The commands that still make sense at the step's end: no question about a round that is over."""
        newest = {one.slot: one for one in self.commands if isinstance(one, QueryItem)}
        for command in self.commands:
            if isinstance(command, QueryItem):
                slot = self.slots[command.slot]
                over = slot.round != command.round or slot.state not in FILED
                if over or command is not newest[command.slot]:
                    continue
            yield command

    def change_case(self, **changes: Any) -> None:
        """Go on under a changed case: other slots, other filings, another calendar."""
        self.case = self.changed_case = self.case.model_copy(update=changes)
        self.definitions = {slot.slot: slot for slot in self.case.definition.slots}

    @property
    def hold(self) -> Hold | None:
        """Why nothing is filed at this moment of the step."""
        hold: Hold | None = self.changed.get("hold", self.before.hold)
        return hold

    def profile(self, slot: SlotCase) -> LegalProfile:
        """The procedure that the slot's item follows."""
        return self.case.definition.profile(self.definitions[slot.slot])

    def current(self, name: str, round_: int) -> SlotCase | None:
        """The slot when an agency may have something to say about this round of it."""
        slot = self.slots.get(name)
        return slot if slot is not None and slot.round == round_ else None

    def put(self, slot: SlotCase, **changes: Any) -> SlotCase:
        """Replace a slot, counting a change of outcome."""
        updated = slot.model_copy(update=changes)
        if updated.state is not slot.state and (updated.state in DECIDED or slot.state in DECIDED):
            self.outcomes += 1
        self.slots[slot.slot] = updated
        if updated.state in FAVOURABLE and slot.state not in FAVOURABLE:
            self._check_pledges(updated)
        return updated

    def _check_pledges(self, slot: SlotCase) -> None:
        """Have the agency check, after its decision, what a pledge stood for."""
        open_ = any(
            one.kind is WorkOrderKind.VERIFY_PLEDGE and one.slot == slot.slot and one.closed_at is None
            for one in self.work_orders
        )
        if self.definitions[slot.slot].pledged and not open_:
            self.order(WorkOrderKind.VERIFY_PLEDGE, slot, "pledged")

    def tell(self, kind: str, slot: str | None, **params: Any) -> None:
        """Write one line of the case's story."""
        seq = self.before.entries + len(self.entries) + 1
        self.entries.append(TimelineEntry(seq=seq, at=self.now, kind=kind, slot=slot, params=params))

    def take_in(self, slot: SlotCase, events: tuple[AgencyEvent, ...]) -> SlotCase:
        """Take in what an agency said, each event once, and go on asking while more is to come."""
        definition = self.definitions[slot.slot]
        for event in events:
            if event.event_id in slot.seen:
                continue
            taken = take_in(slot, definition, self.case, event)
            heard = max(slot.heard_at or event.occurred_at, event.occurred_at)
            changes = {**taken.changes, **self._since(definition, taken.changes)}
            slot = self.put(slot, **changes, heard_at=heard, seen=(*slot.seen, event.event_id))
            if taken.kind is not None:
                self.tell(taken.kind, slot.slot, **taken.params)
            if taken.kind == "late_answer" and slot.state in _GIVEN_UP:
                self.order(WorkOrderKind.LATE_ANSWER, slot, "late_answer")
        slot = self.start_clocks(slot)
        if slot.state in FILED and slot.state is not SlotState.SUBMITTING:
            self.ask_on(slot)
        return slot

    def _since(self, definition: SlotDefinition, changes: Mapping[str, Any]) -> dict[str, Any]:
        """From when a grant counts that follows another: from the same day, never both and never a gap."""
        follows = any(effect.since is EffectFrom.SLOT_BEFORE for effect in definition.effects)
        if changes.get("effective_from") is None or not follows:
            return {}
        before = [self.slots[name].effective_from for name in (*definition.after, *definition.after_any)]
        known = [day for day in before if day is not None]
        return {"effective_from": max(known)} if known else {}

    def start_clocks(self, slot: SlotCase) -> SlotCase:
        """Count the due dates that are to be counted, and set the lights.

        The day by which a paper owed must come is news for the receipt that told of the paper.
        """
        counted = begin_clocks(slot, self.definitions[slot.slot], self.case, self.now)
        if counted.owed is not slot.owed and self.before.receipt_asked:
            self.outcomes += 1
        return self.light(slot, counted)

    def tick(self, slot: SlotCase) -> SlotCase:
        """Set the slot's light for now."""
        return self.light(slot, tick(slot, self.now))

    def light(self, slot: SlotCase, lit: SlotCase) -> SlotCase:
        """Keep the slot as lit; a due date newly passed is told."""
        if lit is slot:
            return slot
        self.slots[slot.slot] = lit
        for which in lit.reminded:
            # Of a limit that is short from its first moment nobody need be reminded.
            counted_before = getattr(slot, which, None) is not None
            if which not in slot.reminded and which not in lit.overdue and counted_before:
                self.tell("reminded", slot.slot, limit=which)
        for which in lit.overdue:
            if which not in slot.overdue:
                self.tell("overdue", slot.slot, limit=which)
        return lit

    def order(self, kind: WorkOrderKind, slot: SlotCase | None, reason: str, words: str = "") -> None:
        """Open a work-order: at the slot's agency, or at the window for what it does itself."""
        name = slot.slot if slot is not None else None
        number = 1 + sum(one.kind is kind and one.slot == name for one in self.work_orders)
        definition = self.definitions[slot.slot] if slot is not None else self.case.definition.slots[0]
        profile = self.case.definition.profile(definition)
        pledge = kind is WorkOrderKind.VERIFY_PLEDGE
        within = profile.pledge_check_within if pledge else profile.work_order_within
        due = limit_from(local_day(self.now), within, self.case, definition).due.due
        at_agency = slot is not None and kind in _AGENCY_ORDERS
        order = WorkOrder(
            order=f"{kind}:{name or 'case'}:{number}",
            kind=kind,
            slot=name,
            owner=slot.agency if slot is not None and at_agency else "window",
            due=due,
            opened_at=self.now,
            reason=reason,
            words=words,
        )
        self.work_orders = (*self.work_orders, order)
        self.tell("work_order_opened", name, order=kind.value)

    def close_order(self, order: WorkOrder, result: str) -> None:
        """Write down that a work-order is done, and with what result."""
        closed = order.model_copy(update={"closed_at": self.now, "result": result})
        self.work_orders = tuple(closed if one.order == order.order else one for one in self.work_orders)
        self.outcomes += 1
        self.tell("work_order_closed", order.slot, order=order.order)

    def need_operator(self, slot: SlotCase, reason: OperatorReason, detail: str = "") -> None:
        """Give the slot into a person's hands."""
        need = OperatorNeed(
            reason=reason,
            owner="window",
            since=self.now,
            key=slot_key(self.case, slot.slot, slot.round),
            detail=detail,
        )
        self.put(slot, state=SlotState.NEEDS_OPERATOR, operator=need)
        self.tell("needs_operator", slot.slot, reason=reason.value)

    def submit(self, slot: SlotCase, at: datetime) -> None:
        """File the slot, not before `at`, with what earlier slots brought about."""
        outputs = tuple(self._outputs())
        self.commands.append(SubmitItem(slot=slot.slot, round=slot.round, at=at, outputs=outputs))

    def submit_again(self, slot: SlotCase) -> None:
        """File once more, after a pause that doubles from attempt to attempt."""
        self.submit(slot, self.now + timedelta(seconds=min(2 ** min(slot.attempts, 12), _LONGEST_WAIT)))

    def withdraw(self, slot: SlotCase, reason: str) -> None:
        """Ask the agency to give the filing back."""
        self.commands.append(WithdrawItem(slot=slot.slot, round=slot.round, reason=reason))

    def ask(self, slot: SlotCase, at: datetime, *, uncertain: bool = False) -> None:
        """Ask the agency by key, not before `at`."""
        self.commands.append(
            QueryItem(
                slot=slot.slot,
                round=slot.round,
                at=at,
                every=self._every(slot),
                seen=slot.seen,
                uncertain=uncertain,
            )
        )

    def ask_on(self, slot: SlotCase) -> None:
        """Go on asking where asking is how we hear; who neither answers questions nor calls is asked too."""
        can = self.definitions[slot.slot].capabilities
        if can.query_by_key or not can.callbacks:
            promised = slot.poll_at or self.now + timedelta(seconds=self._every(slot))
            self.ask(slot, min(promised, self.now + LONGEST_SILENCE))

    def _every(self, slot: SlotCase) -> int:
        """Seconds between two polls: a fiftieth of the promise, between a minute and six hours.

        While the applicant's answer is awaited the agency has little to say.
        """
        if slot.state is SlotState.CORRECTION_REQUESTED:
            return _SELDOM
        promised = self.definitions[slot.slot].promised
        return max(60, min(promised.amount * _SECONDS[promised.unit] // 50, _SELDOM))

    def _outputs(self) -> Iterator[Effect]:
        """What ended slots brought about, over the bundle's roles."""
        for definition in self.case.definition.slots:
            yield from _bound(definition, self.slots[definition.slot].effects)


def _bound(definition: SlotDefinition, effects: tuple[Effect, ...]) -> Iterator[Effect]:
    facts = {effect.item_fact: effect.fact for effect in definition.effects}
    for effect in effects:
        fact = facts.get(effect.fact)
        if fact is not None:
            yield Effect(fact=fact, value=effect.value)
