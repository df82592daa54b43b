"""What nothing that happens to a case may break: in goes a step and the state before it."""

from onething.case import FINAL
from onething.case_clock import holder
from onething.case_event import (
    CaseEvent,
    IssueReceipt,
    QueryItem,
    Reapplied,
    SubmitItem,
    WithdrawItem,
)
from onething.case_state import AT_AGENCY, DECIDED, WELL_ENDED, BundleState, CaseState, SlotCase, SlotState
from onething.case_turn import FILED, Outcome

HOLDERS = {"window", "applicant", "agency", "system", "nobody"}
FILES_AGAIN = {"unavailable", "uncertain", "not_found", "resumed", "hold_ended"}
"""After which a slot may be filed once more in the same round."""
_LYING = AT_AGENCY | {SlotState.CORRECTION_REQUESTED}
"""States of a filing that certainly lies at its agency."""


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
    """Decided is decided unless applied for again; rounds and what was heard only grow."""
    for name, was in before.slots.items():
        now = after.slots[name]
        assert now.round >= was.round
        assert now.seen[: len(was.seen)] == was.seen
        assert len(set(now.seen)) == len(now.seen)
        if was.state in DECIDED and not (isinstance(event, Reapplied) and event.slot == name):
            assert (now.state, now.decided_at, now.effects) == (was.state, was.decided_at, was.effects)
    if before.state in FINAL:
        assert (after.state, after.receipts) == (before.state, before.receipts)


def asks_in_turn(before: CaseState, event: CaseEvent, outcome: Outcome) -> None:
    """Commands fit the slots they are about; nothing is filed twice in a round but after a trouble."""
    once = [command for command in outcome.commands if isinstance(command, SubmitItem | IssueReceipt)]
    about = [(command.kind, getattr(command, "slot", "")) for command in once]
    assert len(set(about)) == len(about)
    for command in outcome.commands:
        match command:
            case SubmitItem():
                slot, was = outcome.state.slots[command.slot], before.slots.get(command.slot)
                assert (slot.state, slot.round) == (SlotState.SUBMITTING, command.round)
                sent = was is not None and was.round == slot.round and was.submitted_at is not None
                assert not sent or event.kind in FILES_AGAIN
            case QueryItem():
                slot = outcome.state.slots[command.slot]
                if slot.round == command.round and slot.state is not SlotState.LAPSED:
                    # Else the question is dropped: the slot was filed anew, or has lapsed, in this very step.
                    assert slot.state in FILED
                    assert command.uncertain == (slot.state is SlotState.SUBMITTING)
            case WithdrawItem():
                slot = outcome.state.slots[command.slot]
                assert slot.round == command.round
                assert slot.leaving is not None or slot.state is SlotState.LAPSED
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
        if was is None or slot.leaving is None or slot.state not in _LYING:
            continue
        arrived = was.received_at is None and slot.state in AT_AGENCY
        if was.leaving is None or (was.state is SlotState.SUBMITTING and arrived):
            assert ("withdraw", name) in asked


def names_holders(state: CaseState) -> None:
    """Every slot has one holder, or an end, or a named reason; nobody holds only what is over."""
    for slot in state.slots.values():
        held = holder(slot)
        assert held in HOLDERS
        assert (slot.operator is not None) == (slot.state is SlotState.NEEDS_OPERATOR)
        assert (slot.blocked_by is not None) == (slot.state is SlotState.BLOCKED)
        assert slot.state is not SlotState.CORRECTION_REQUESTED or slot.correction is not None
        if slot.blocked_by is not None:
            assert (slot.blocked_by.slot is None) != (slot.blocked_by.gate is None)
        if held == "nobody":  # while a case is held, nothing is let go, whatever it was blocked behind
            assert is_over(state, slot) or (state.hold is not None and slot.state is SlotState.BLOCKED)


def ends_when_over(state: CaseState) -> None:
    """A case that is not over runs; one that is has its last receipt under way, or has ended."""
    if state.hold is not None or not all(is_over(state, slot) for slot in state.slots.values()):
        assert state.state is BundleState.RUNNING
    elif state.state is BundleState.RUNNING:
        assert state.receipt_asked == len(state.receipts) + 1
    else:
        assert state.state is state.ending
        assert state.receipt_asked == len(state.receipts)
        assert state.receipt_revision_of == state.outcomes


def is_over(state: CaseState, slot: SlotCase) -> bool:
    """Decided, or blocked behind what is over and did not end well."""
    if slot.state is not SlotState.BLOCKED or slot.blocked_by is None:
        return slot.state in DECIDED
    before = state.slots.get(slot.blocked_by.slot or "")
    return before is not None and before.state not in WELL_ENDED and is_over(state, before)
