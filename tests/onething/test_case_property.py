"""Whatever happens to a case, in whatever order: promises that no sequence of events may break."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from onething.adapter import Capabilities
from onething.case import FINAL, step
from onething.case_clock import holder
from onething.case_event import (
    GateOpened,
    HandedOut,
    IssueReceipt,
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
from onething.case_state import DECIDED, BundleState, OperatorReason, SlotState

NAMES = ("a", "b", "c", "d")
HOLDERS = {"window", "applicant", "agency", "system", "nobody"}
KINDS = (
    "received",
    "accepted",
    "granted",
    "refused",
    "declined",
    "correction",
    "suspended",
    "resumed",
    "extended",
    "pending",
)
TIMES = st.integers(min_value=-72, max_value=24 * 60).map(lambda hours: timedelta(hours=hours))
NAME = st.sampled_from((*NAMES, "z"))
ROUND = st.sampled_from((1, 1, 1, 1, 2))
SAID = st.tuples(st.sampled_from(KINDS), TIMES, st.integers(0, 9), st.integers(0, 40))
WHAT = st.one_of(
    st.tuples(st.just("replied"), NAME, ROUND, st.lists(SAID, max_size=3)),
    st.tuples(st.just("resumed"), NAME, st.sampled_from(OperatorAction), st.lists(SAID, max_size=2)),
    st.tuples(st.just("unavailable"), NAME, ROUND, st.booleans()),
    st.tuples(st.just("uncertain"), NAME, ROUND),
    st.tuples(st.just("not_found"), NAME, ROUND),
    st.tuples(st.just("stuck"), NAME, ROUND, st.sampled_from(OperatorReason)),
    st.tuples(st.just("gate"), NAME, st.sampled_from(("g", "h"))),
    st.tuples(st.just("handed_out"), st.integers(0, 4)),
    st.tuples(st.just("receipt"), st.integers(0, 4)),
    st.tuples(st.just("receipt_asked")),
    st.tuples(st.just("ticked")),
)
HAPPENING = st.tuples(st.integers(0, 80), WHAT)


@st.composite
def cases(draw):
    """Up to four slots in some order, each with gates and promises of its own."""
    drawn = []
    for index in range(draw(st.integers(1, 4))):
        after = draw(st.lists(st.sampled_from(NAMES[:index]), unique=True)) if index else []
        can = Capabilities(
            idempotent_submit=draw(st.booleans()),
            query_by_key=draw(st.booleans()),
            callbacks=draw(st.booleans()),
            settle_after=draw(st.sampled_from((0, 600))),
        )
        gates = draw(st.sampled_from(((), (("g", False),), (("g", True), ("h", False)))))
        drawn.append((NAMES[index], after, can, gates))
    return drawn


def begun(office, drawn):
    return office.begun(
        *[
            office.slot(
                name,
                after,
                capabilities=can,
                gates=tuple(office.gate(gate, open_=open_) for gate, open_ in gates),
            )
            for name, after, can, gates in drawn
        ]
    )


def event(play, what):
    """One happening as an event of the case, valid or not."""
    kind, *rest = what
    return MAKE[kind](play, *rest)


def answers(play, words):
    return tuple(said(play, one) for one in words)


MAKE = {
    "replied": lambda play, name, round_, words: Replied(
        slot=name, round=round_, events=answers(play, words)
    ),
    "resumed": lambda play, name, action, words: Resumed(
        slot=name, actor="clerk", action=action, events=answers(play, words)
    ),
    "unavailable": lambda _, name, round_, over: Unavailable(slot=name, round=round_, exhausted=over),
    "uncertain": lambda _, name, round_: Uncertain(slot=name, round=round_),
    "not_found": lambda _, name, round_: NotFound(slot=name, round=round_),
    "stuck": lambda _, name, round_, reason: Stuck(slot=name, round=round_, reason=reason),
    "gate": lambda _, name, gate: GateOpened(slot=name, gate=gate, actor="clerk"),
    "handed_out": lambda _, revision: HandedOut(revision=revision),
    "receipt": lambda _, revision: ReceiptIssued(revision=revision, sha256="0" * 64),
    "receipt_asked": lambda play: ReceiptIssued(revision=play.state.receipt_asked, sha256="0" * 64),
    "ticked": lambda _: Ticked(),
}


def said(play, one):
    """One word of an agency, at a time that may be impossible, under an id that may be known."""
    kind, ago, number, odd = one
    at = play.now - ago
    if odd == 0:
        at = datetime.max.replace(tzinfo=UTC)
    elif odd == 1:
        at = datetime.min.replace(tzinfo=UTC)
    elif odd == 2:
        at = at.astimezone(UTC)
    name = f"id-{number}"
    if kind == "pending":
        return play.tell.pending(at + ago if odd > 2 else at, at, event_id=name)
    return getattr(play.tell, kind)(at, event_id=name)


@settings(max_examples=250, deadline=None)
@given(drawn=cases(), happenings=st.lists(HAPPENING, max_size=30))
def test_no_sequence_of_events_breaks_a_promise(office, drawn, happenings):
    play = begun(office, drawn)
    for hours, what in happenings:
        before, now = play.state, play.now + timedelta(hours=hours)
        happened = event(play, what)
        outcome = play.take(happened, timedelta(hours=hours))
        after = outcome.state
        assert outcome == step(play.case, before, happened, now)
        _counts_up(before, after, outcome)
        _reopens_nothing(before, after)
        _has_holders(play)
        _files_in_order(play, outcome)
    _receipts_follow_each_other(play)


def _counts_up(before, after, outcome) -> None:
    """A change is one revision, no change is none; lines are numbered without a gap."""
    if after is before:
        assert outcome.entries == ()
        return
    assert after.revision == before.revision + 1
    numbers = [entry.seq for entry in outcome.entries]
    assert numbers == list(range(before.entries + 1, after.entries + 1))
    assert after.updated_at >= before.updated_at


def _reopens_nothing(before, after) -> None:
    """What is decided stays so, event ids are kept, and a completed case stays one."""
    for name, was in before.slots.items():
        now = after.slots[name]
        assert now.seen[: len(was.seen)] == was.seen
        assert len(set(now.seen)) == len(now.seen)
        if was.state in DECIDED:
            assert (now.state, now.decided_at) == (was.state, was.decided_at)
    if before.state in FINAL:
        assert after.state is before.state
        assert after.receipts == before.receipts


def _has_holders(play) -> None:
    """Every slot has one holder; a person's slot says why, and nobody holds only what is over."""
    for slot in play.state.slots.values():
        held = holder(slot)
        assert held in HOLDERS
        assert (slot.operator is not None) == (slot.state is SlotState.NEEDS_OPERATOR)
        assert (slot.blocked_by is not None) == (slot.state is SlotState.BLOCKED)
        if held == "nobody":
            assert slot.ended or slot.blocked_by.slot is not None


def _files_in_order(play, outcome) -> None:
    """Nothing is filed before what it comes after is granted, nor before its gates are open."""
    good = {SlotState.GRANTED, SlotState.PARTLY_GRANTED}
    for command in outcome.commands:
        if command.kind == "submit":
            definition = next(one for one in play.case.definition.slots if one.slot == command.slot)
            assert all(play.slot(name).state in good for name in definition.after)
            opened = play.slot(command.slot).gates_open
            assert all(gate.gate in opened for gate in definition.gates)


def _receipts_follow_each_other(play) -> None:
    revisions = [command.revision for command in play.commands if isinstance(command, IssueReceipt)]
    assert revisions == list(range(1, len(revisions) + 1))
    stored = [record.revision for record in play.state.receipts]
    assert stored == revisions[: len(stored)]
    assert len(revisions) - len(stored) in {0, 1}
    if play.state.state is BundleState.COMPLETED:
        assert stored == revisions
        assert all(holder(slot) == "nobody" for slot in play.state.slots.values())


@settings(max_examples=60, deadline=None)
@given(drawn=cases(), happenings=st.lists(HAPPENING, max_size=15))
def test_from_wherever_a_case_is_people_and_agencies_can_bring_it_to_its_end(office, drawn, happenings):
    play = begun(office, drawn)
    for hours, what in happenings:
        play.take(event(play, what), timedelta(hours=hours))
    for _ in range(60):
        if play.state.state is BundleState.COMPLETED:
            break
        _bring_on(play)
    assert play.state.state is BundleState.COMPLETED


def _bring_on(play) -> None:
    for name in play.state.slots:
        slot = play.slot(name)
        if slot.state is SlotState.NEEDS_OPERATOR:
            play.take(Resumed(slot=name, actor="clerk", action=OperatorAction.RETRY))
        elif slot.state is SlotState.BLOCKED and slot.blocked_by.gate:
            play.open_gate(name, slot.blocked_by.gate)
        elif slot.state not in {SlotState.WAITING, SlotState.BLOCKED}:
            play.grant(name)
    play.store_receipt()
