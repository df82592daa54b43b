"""What nothing that happens to a case may break: in goes a step and the state before it."""

from onething.adapter import EventKind
from onething.case import FINAL
from onething.case_clock import holder
from onething.case_event import (
    Amended,
    CalendarAnnounced,
    CaseEvent,
    IssueReceipt,
    QueryItem,
    Reapplied,
    Replied,
    Resumed,
    SubmitItem,
    WithdrawItem,
)
from onething.case_record import OwedState, WorkOrderKind
from onething.case_state import (
    AT_AGENCY,
    DECIDED,
    FAVOURABLE,
    WELL_ENDED,
    BundleState,
    CaseState,
    SlotCase,
    SlotState,
)
from onething.case_turn import FILED, Outcome

HOLDERS = {"window", "applicant", "agency", "system", "nobody"}
FILES_AGAIN = {"unavailable", "uncertain", "not_found", "resumed", "hold_ended"}
"""After which a slot may be filed once more in the same round."""
_LYING = AT_AGENCY | {SlotState.CORRECTION_REQUESTED}
"""States of a filing that certainly lies at its agency."""
_GIVEN_UP = {SlotState.WITHDRAWN, SlotState.LAPSED, SlotState.NOT_APPLICABLE}
"""Ends that an agency's later decision contradicts."""
_FOUND_OUT = {"filing_left", "not_found", "resumed", "replied"}
"""After which nothing is in doubt about a filing: the agency or a person has said where it is."""


def keeps_all(before: CaseState, event: CaseEvent, outcome: Outcome) -> None:
    """Every promise about one step, and about what it leads to."""
    if outcome.state is not before:
        names_holders(outcome.state)
        ends_when_over(outcome.state)
    keeps_count(before, outcome)
    reopens_nothing(before, event, outcome.state)
    asks_in_turn(before, event, outcome)
    goes_on_asking(before, outcome)
    leaves_nothing_behind(before, event, outcome.state)
    keeps_what_was_asked(before, event, outcome.state)
    hears_what_comes_late(before, event, outcome.state)


def keeps_count(before: CaseState, outcome: Outcome) -> None:
    """A change is one revision, no change is none; lines are numbered without a gap."""
    after = outcome.state
    if after is before:
        assert outcome.entries == ()
        return
    assert after.revision == before.revision + 1
    assert [entry.seq for entry in outcome.entries] == list(range(before.entries + 1, after.entries + 1))
    assert after.outcomes >= before.outcomes


def reopens_nothing(before: CaseState, event: CaseEvent, after: CaseState) -> None:
    """Decided is decided unless applied for or wanted again; rounds and what was heard only grow."""
    for name, was in before.slots.items():
        now = after.slots[name]
        assert now.round >= was.round
        assert now.seen[: len(was.seen)] == was.seen
        assert len(set(now.seen)) == len(now.seen)
        again = isinstance(event, Reapplied) and event.slot == name
        again |= isinstance(event, Amended) and was.state is SlotState.NOT_APPLICABLE
        if was.state in DECIDED and not (again and now.round == was.round + 1):
            assert (now.state, now.decided_at, now.effects) == (was.state, was.decided_at, was.effects)
    assert after.receipts[: len(before.receipts)] == before.receipts
    if before.state in FINAL:
        reopened = before.state is BundleState.COMPLETED and isinstance(event, Reapplied)
        assert after.state is (BundleState.RUNNING if reopened else before.state)


def asks_in_turn(before: CaseState, event: CaseEvent, outcome: Outcome) -> None:
    """Commands fit the slots they are about; nothing is filed twice in a round but after a trouble."""
    about = [(command.kind, getattr(command, "slot", "")) for command in outcome.commands]
    assert len(set(about)) == len(about)
    for command in outcome.commands:
        match command:
            case SubmitItem():
                slot, was = outcome.state.slots[command.slot], before.slots.get(command.slot)
                assert (slot.state, slot.round) == (SlotState.SUBMITTING, command.round)
                sent = was is not None and was.round == slot.round and was.submitted_at is not None
                assert not sent or event.kind in FILES_AGAIN
                assert outcome.state.hold is None
                assert outcome.state.ending is BundleState.COMPLETED
            case QueryItem():
                slot = outcome.state.slots[command.slot]
                assert slot.round == command.round
                assert slot.state in FILED
                assert command.uncertain == (slot.state is SlotState.SUBMITTING)
            case WithdrawItem():
                slot = outcome.state.slots[command.slot]
                assert slot.round == command.round
                assert slot.leaving is not None or slot.state is SlotState.LAPSED
                was = before.slots.get(command.slot)
                asked = was is not None and was.leaving is not None and was.state in _LYING
                assert not asked or was.round != slot.round
            case IssueReceipt():
                assert command.revision == outcome.state.receipt_asked == len(outcome.state.receipts) + 1


def goes_on_asking(before: CaseState, outcome: Outcome) -> None:
    """Whoever waits for an agency has asked it something: a filing, a question or a withdrawal."""
    asked = {(command.kind, getattr(command, "slot", "")) for command in outcome.commands}
    for name, slot in outcome.state.slots.items():
        was = before.slots.get(name)
        if was is slot:
            continue
        here = was is not None and (was.state, was.round, was.attempts) == (
            slot.state,
            slot.round,
            slot.attempts,
        )
        if slot.state is SlotState.SUBMITTING and not here:
            assert {("submit", name), ("query", name)} & asked
        leaves = slot.leaving is not None and slot.state in _LYING
        if leaves and (was is None or was.leaving is None or was.state not in _LYING):
            assert ("withdraw", name) in asked


def leaves_nothing_behind(before: CaseState, event: CaseEvent, after: CaseState) -> None:
    """What may lie at an agency counts as taken back only once that is found out, or somebody's to see to."""
    for name, was in before.slots.items():
        now = after.slots[name]
        gone = was.state not in DECIDED and now.state in {SlotState.WITHDRAWN, SlotState.NOT_APPLICABLE}
        anew = was.state not in DECIDED | {SlotState.CORRECTION_REQUESTED} and now.round > was.round
        lies = was.received_at is not None or was.uncertain_since is not None
        if not (gone or anew) or not lies:
            continue
        this_round = was.heard_at is not None or was.uncertain_since is not None
        assert event.kind in _FOUND_OUT or not this_round
        if gone and (isinstance(event, Resumed) or not this_round):
            assert len(after.work_orders) > len(before.work_orders)


def keeps_what_was_asked(before: CaseState, event: CaseEvent, after: CaseState) -> None:
    """A second request adds to the first, and the applicant's limit stays, unless holidays are announced."""
    for name, slot in before.slots.items():
        was, now = slot.correction, after.slots[name].correction
        if slot.state is not SlotState.CORRECTION_REQUESTED or was is None or now is None:
            continue
        content = isinstance(event, Replied) and any(said.kind is EventKind.ACCEPTED for said in event.events)
        if content:  # an agency that accepts is content: what it asks then is another request
            continue
        assert set(was.fields) <= set(now.fields)
        assert set(was.materials) <= set(now.materials)
        announced = isinstance(event, CalendarAnnounced)
        assert was.due is None or now.due == was.due or (announced and was.due.due.provisional)


def hears_what_comes_late(before: CaseState, event: CaseEvent, after: CaseState) -> None:
    """What is decided about a filing given up opens a work-order."""
    was = before.slots.get(event.slot) if isinstance(event, Replied) else None
    if was is None or was.state not in _GIVEN_UP or was.round != event.round or was.submitted_at is None:
        return
    decided = {"granted", "refused", "declined"}
    if any(one.kind in decided and one.event_id not in was.seen for one in event.events):
        opened = after.work_orders[len(before.work_orders) :]
        assert (WorkOrderKind.LATE_ANSWER, was.slot) in {(order.kind, order.slot) for order in opened}


def names_holders(state: CaseState) -> None:
    """Every slot has one holder, or an end, or a named reason; nobody holds only what is over."""
    for slot in state.slots.values():
        held = holder(slot)
        assert held in HOLDERS
        assert (slot.operator is not None) == (slot.state is SlotState.NEEDS_OPERATOR)
        assert (slot.blocked_by is not None) == (slot.state is SlotState.BLOCKED)
        assert slot.state is not SlotState.CORRECTION_REQUESTED or slot.correction is not None
        assert slot.state not in _LYING or slot.heard_at is not None  # of this round
        if slot.blocked_by is not None:
            assert (slot.blocked_by.slot is None) != (slot.blocked_by.gate is None)
        if held == "nobody":  # while a case is held, nothing is let go, whatever it was blocked behind
            assert is_settled(state, slot) or (state.hold is not None and slot.state is SlotState.BLOCKED)


def ends_when_over(state: CaseState) -> None:
    """A case that is not over runs; one that is has its last receipt under way, or has ended."""
    if state.hold is not None or not all(is_settled(state, slot) for slot in state.slots.values()):
        assert state.state is BundleState.RUNNING
    elif state.state is BundleState.RUNNING:
        assert state.receipt_asked == len(state.receipts) + 1
    else:
        assert state.state is state.ending
        told = state.receipt_revision_of == state.outcomes
        assert told or state.receipt_asked == len(state.receipts) + 1


def is_over(state: CaseState, slot: SlotCase) -> bool:
    """Decided, or blocked behind what is over and did not end well."""
    if slot.state is not SlotState.BLOCKED or slot.blocked_by is None:
        return slot.state in DECIDED
    before = state.slots.get(slot.blocked_by.slot or "")
    return before is not None and before.state not in WELL_ENDED and is_over(state, before)


def is_settled(state: CaseState, slot: SlotCase) -> bool:
    """Over, and its paper brought or missed where it was granted without one."""
    owes = slot.state in FAVOURABLE and any(paper.state is OwedState.OWED for paper in slot.owed)
    return is_over(state, slot) and not owes
