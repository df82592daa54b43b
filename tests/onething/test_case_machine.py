"""Anything at any time: agencies, people, failing calls, calendars and amendments, in random order."""

from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from onething.adapter import AgencyEvent, Capabilities, Reason
from onething.calendar import WorkCalendar
from onething.case import FINAL, check_action, initial_state, next_instant, step
from onething.case_definition import HoldRule, OwedMaterial
from onething.case_event import (
    Amended,
    Begun,
    CalendarAnnounced,
    Corrected,
    FilingLeft,
    GateOpened,
    HandedOut,
    HoldEnded,
    HoldRaised,
    Migrated,
    NotFound,
    OperatorAction,
    PaperBrought,
    Reapplied,
    ReceiptIssued,
    Replied,
    Resumed,
    Stuck,
    SubmitItem,
    Ticked,
    Unavailable,
    Uncertain,
    WithdrawItem,
    Withdrawn,
    WorkOrderClosed,
)
from onething.case_state import WELL_ENDED, BundleState, CaseState, OperatorReason, SlotState
from onething.definition import HoldEnd
from onething.duration import Duration, Unit
from onething.errors import ActionRejected
from tests.onething import promise
from tests.onething.office import CALENDAR, WORD, Events, Play, gate, limit, slot

FILED_AT = datetime.fromisoformat("2026-12-07T10:00:00+08:00")
KNOWN = WorkCalendar(name=CALENDAR.name, years=CALENDAR.slice(2025, 2026).years, otherwise=CALENDAR.otherwise)
HELD = "held"
HOLD = HoldRule(
    hold="doubt", reasons=(HELD,), text=WORD, fix=WORD, ends=(HoldEnd.CONTINUE, HoldEnd.TERMINATE)
)
NAMES, NEW = ("a", "b", "c"), ("n", "m")
NAME = st.sampled_from((*"aaaab", *NAMES, *NEW))
"""Mostly the same slot, or nothing ever comes of one."""
WORDS = st.sampled_from(
    (
        *("received", "accepted", "accepted", "granted", "granted", "refused", "declined", "pending"),
        *("correction", "correction", "correction", "suspended", "resumed", "extended"),
    )
)
AGO = st.sampled_from((0, 0, 0, 1, 30, 24 * 9)).map(lambda hours: timedelta(hours=hours))
SAID = st.lists(st.tuples(WORDS, AGO, st.booleans()), min_size=1, max_size=3)
LATER = st.sampled_from((0, 0, 0, 1, 24, 24 * 6, 24 * 30)).map(lambda hours: timedelta(hours=hours))
GOING_ON = (Amended, Corrected, GateOpened, Migrated, Reapplied)
"""What is not asked of a case that was taken back or stopped as a whole."""
DECLINABLE = gate("g").model_copy(update={"opt_out": Duration(amount=5, unit=Unit.WORKING_DAY)})
GRANTED = (SlotState.GRANTED, SlotState.PARTLY_GRANTED)
OWES = st.sampled_from(((), (), (OwedMaterial(material="paper", title=WORD),)))


@st.composite
def definitions(draw, names):
    """Slots in some order, with gates, debts, limits and agencies of every kind."""
    found = []
    for place, name in enumerate(names):
        after = draw(st.lists(st.sampled_from(names[:place]), unique=True, max_size=2)) if place else []
        kind = draw(st.sampled_from(("after", "after", "after_any", "instead_of")))
        can = Capabilities(
            idempotent_submit=draw(st.booleans()),
            query_by_key=draw(st.booleans()),
            withdraw=draw(st.booleans()),
            settle_after=draw(st.sampled_from((0, 600))),
        )
        gates = draw(st.sampled_from(((), (), (), (gate("g"),), (DECLINABLE,))))
        changes = {"gates": gates, "owed": draw(OWES), "promised": limit(draw(st.integers(1, 15)))}
        found.append(slot(name, capabilities=can, **{kind: tuple(after)}, **changes))
    return tuple(found)


class CaseMachine(RuleBasedStateMachine):
    """One case; every rule is something that may happen, told to the reducer as the workflow would."""

    @initialize(slots=definitions(NAMES))
    def begin(self, slots):
        play = Play(slots, FILED_AT.date())
        whole = play.case.definition.model_copy(update={"calendar": KNOWN, "holds": (HOLD,)})
        self.case = play.case.model_copy(update={"definition": whole, "submitted_at": FILED_AT})
        self.state, self.now, self.tell = initial_state(self.case), FILED_AT, Events()
        self.asked_back: set[tuple[str, int]] = set()
        self.take(Begun())

    def take(self, event):
        """Take the event in, and hold the reducer to its promises."""
        before, case = self.state, self.case
        outcome = step(case, before, event, self.now)
        assert outcome == step(case, before, event, self.now)
        promise.keeps_all(before, event, outcome)
        self.state, self.case = outcome.state, outcome.case or case
        self._files_in_order(outcome)
        back = [command for command in outcome.commands if isinstance(command, WithdrawItem)]
        self.asked_back |= {(command.slot, command.round) for command in back}
        assert self.state.slots.keys() == {one.slot for one in self.case.definition.slots}
        assert before.slots.keys() <= self.state.slots.keys()

    def act(self, action):
        """A person asks; what the case is not in a state for is not taken in."""
        try:
            check_action(self.case, self.state, action, self.now)
        except ActionRejected:
            return
        before = self.state
        assert before.ending is BundleState.COMPLETED or not isinstance(action, GOING_ON)
        self.take(action)
        told_late = before.state in FINAL or isinstance(action, HandedOut)
        assert told_late or self.state.revision == before.revision + 1

    def _files_in_order(self, outcome) -> None:
        definitions = {one.slot: one for one in self.case.definition.slots}
        for command in outcome.commands:
            if isinstance(command, SubmitItem):
                definition = definitions[command.slot]
                states = {name: slot.state for name, slot in self.state.slots.items()}
                assert all(states[name] in WELL_ENDED for name in definition.after)
                granted = [states[name] in GRANTED for name in definition.after_any]
                assert any(granted) or not granted
                assert not any(states[name] in WELL_ENDED for name in definition.instead_of)

    # ---- agencies and calls ------------------------------------------------------------------------

    @rule(name=NAME, said=SAID, stale=st.sampled_from((0, 0, 0, 0, 1)), later=LATER)
    def agency_tells(self, name, said, stale, later):
        one = self.state.slots.get(name)
        self.now += later
        round_ = one.round - stale if one else 1
        words = tuple(self._word(word, ago, held=held) for word, ago, held in said)
        event = Replied(slot=name, round=round_, events=words)
        before = self.state
        self.take(event)
        if one is not None and {word for word, _, _ in said} <= {"suspended", "resumed"}:
            self._is_no_earlier(one, before)
        told, case = self.state, self.case
        after = told.slots.get(name)
        if one is not None and after is not None and one.submitted_at is None and after.submitted_at:
            return  # a gate opened by itself in this very moment: only now the agency may know of it
        self.take(event)
        assert (self.state, self.case) == (told, case), "told twice, counted twice"

    def _word(self, word, ago, *, held) -> AgencyEvent:
        at = self.now - ago
        if word == "pending":
            return self.tell.pending(at + timedelta(days=9), at)
        spoken = getattr(self.tell, word)(at)
        if held and word in {"correction", "refused", "declined"}:
            return spoken.model_copy(update={"reasons": (Reason(code=HELD, text=WORD),)})
        return spoken

    def _is_no_earlier(self, was, before) -> None:
        now = self.state.slots[was.slot]
        for limit_ in ("statutory", "promised"):
            old, new = getattr(was, limit_), getattr(now, limit_)
            if old is not None and new is not None and self.state.notices == before.notices:
                assert new.due.due >= old.due.due, "a pause has brought a due date forward"

    @rule(name=NAME, kind=st.sampled_from(("unavailable", "exhausted", "uncertain", "not_found")))
    def call_fails(self, name, kind):
        one = self.state.slots.get(name)
        named = {"slot": name, "round": one.round if one else 1}
        made = {"unavailable": Unavailable, "exhausted": Unavailable, "uncertain": Uncertain}
        event = made.get(kind, NotFound)(**named)
        self.take(event.model_copy(update={"exhausted": True}) if kind == "exhausted" else event)

    @rule(name=NAME, reason=st.sampled_from(OperatorReason))
    def call_breaks(self, name, reason):
        one = self.state.slots.get(name)
        self.take(Stuck(slot=name, round=one.round if one else 1, reason=reason))

    @rule(name=NAME, gone=st.booleans())
    def agency_gives_back_or_not(self, name, gone):
        one = self.state.slots.get(name)
        if one is not None and (name, one.round) in self.asked_back:
            self.take(FilingLeft(slot=name, round=one.round, gone=gone))

    # ---- people ------------------------------------------------------------------------------------

    @rule(name=NAME, action=st.sampled_from(OperatorAction), said=SAID)
    def person_resumes(self, name, action, said):
        words = tuple(self._word(word, ago, held=held) for word, ago, held in said)
        self.act(Resumed(slot=name, actor="clerk", action=action, events=words, reason="known"))

    @rule(names=st.sets(NAME, min_size=1, max_size=2), later=LATER)
    def applicant_corrects(self, names, later):
        self.now += later
        self.act(Corrected(payloads=dict.fromkeys(sorted(names), "blob"), actor="clerk"))

    @rule(name=st.one_of(NAME, NAME, NAME, NAME, st.none()))
    def applicant_withdraws(self, name):
        self.act(Withdrawn(slot=name, reason="wish", actor="clerk"))

    @rule(name=NAME)
    def applicant_applies_again(self, name):
        self.act(Reapplied(slot=name, payload="blob", actor="clerk"))

    @rule(name=NAME)
    def gate_opens(self, name):
        self.act(GateOpened(slot=name, gate="g", actor="clerk"))

    @rule(name=NAME)
    def paper_comes(self, name):
        self.act(PaperBrought(slot=name, material="paper", actor="clerk"))

    @rule()
    def case_is_held(self):
        self.act(HoldRaised(hold="doubt", actor="clerk"))

    @precondition(lambda self: self.state.hold is not None)
    @rule(end=st.sampled_from((HoldEnd.CONTINUE, HoldEnd.CONTINUE, HoldEnd.TERMINATE)))
    def hold_ends(self, end):
        self.act(HoldEnded(end=end, actor="clerk"))

    @rule(new=definitions(NEW), kept=st.sets(st.sampled_from(NAMES)), anew=st.booleans())
    def case_is_amended(self, new, kept, anew):
        """Slots come, go and come back; those kept go on with their filings or with others."""
        slots = tuple(one for one in self.case.definition.slots if one.slot in kept)
        slots += tuple(one for one in new if one.slot not in self.state.slots)
        changed = self.case.definition.model_copy(update={"slots": slots})
        payloads = {one.slot: "blob" for one in slots if anew or one.slot not in self.state.slots}
        self.act(Amended(definition=changed, payloads=payloads, actor="clerk"))

    @rule(days=st.integers(1, 30))
    def case_is_migrated(self, days):
        slots = tuple(one.model_copy(update={"promised": limit(days)}) for one in self.case.definition.slots)
        changed = self.case.definition.model_copy(update={"slots": slots})
        effects = {name: one.effects for name, one in self.state.slots.items()}
        self.act(Migrated(definition=changed, actor="clerk"))
        assert {name: one.effects for name, one in self.state.slots.items()} == effects

    @precondition(lambda self: any(order.closed_at is None for order in self.state.work_orders))
    @rule()
    def work_order_is_done(self):
        order = next(one for one in self.state.work_orders if one.closed_at is None)
        self.act(WorkOrderClosed(order=order.order, result="done", actor="clerk"))

    # ---- time and receipts -------------------------------------------------------------------------

    @rule()
    def time_comes(self):
        instant = next_instant(self.state, self.now)
        if instant is None:
            return
        self.now = instant
        self.take(Ticked())
        before = self.state
        self.take(Ticked())
        assert self.state is before, "an instant has come twice"

    @rule()
    def year_is_announced(self):
        self.take(CalendarAnnounced(calendar=CALENDAR))

    @rule(out=st.booleans())
    def receipt_is_stored(self, out):
        self.take(ReceiptIssued(revision=self.state.receipt_asked, sha256="0" * 64))
        if out and self.state.receipts:
            self.act(HandedOut(revision=len(self.state.receipts)))

    # ---- what always holds -------------------------------------------------------------------------

    @invariant()
    def every_slot_has_its_holder(self):
        promise.names_holders(self.state)

    @invariant()
    def a_case_ends_when_all_is_over(self):
        promise.ends_when_over(self.state)

    @invariant()
    def it_is_written_down_and_read_back_as_it_is(self):
        assert CaseState.model_validate_json(self.state.model_dump_json()) == self.state


CaseMachine.TestCase.settings = settings(max_examples=250, stateful_step_count=40, deadline=None)


class TestAnythingAtAnyTime(CaseMachine.TestCase):
    """No order of events breaks a promise of the reducer."""
