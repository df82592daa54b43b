"""Every order of up to five slots, with every end each slot may come to: the case always goes on to its own.

What is covered, exactly:
- all acyclic orders of one to five slots up to renaming (their numbers are asserted), each with every
  assignment of {granted, refused, declined, withdrawn, lapsed, needs_operator} to its slots, the ends coming
  in every order in which they can. The end of a slot that is never filed cannot matter, and slots that change
  places without changing the order are taken once; the test counts that these stand for all 6^n assignments.
- every state that one slot can come to in two rounds, two slots in one round each (two in two rounds when
  slow tests run), and three linked slots, one at a time between its filing and its end (slow), under
  everything that agencies, people, failing calls and passing time may do; in each of these states also what
  nobody could mean. States are told apart by what the reducer goes by, not by times, ids and wording.
"""

from collections import Counter
from math import factorial

import pytest

from onething.case import FINAL, check_action, next_instant, step
from onething.case_clock import holder
from onething.case_event import (
    FilingLeft,
    OperatorAction,
    ReceiptIssued,
    Replied,
    Resumed,
    Stuck,
    SubmitItem,
    Ticked,
    Withdrawn,
)
from onething.case_state import DECIDED, WELL_ENDED, BundleState, OperatorReason, SlotState
from tests.onething.graphs import HOW_MANY, graphs, symmetries
from tests.onething.promise import ends_when_over, is_over, keeps_all, names_holders
from tests.onething.walk import NAMES, SAY, Scope, Stand, begin, nonsense, reachable, take

_DECISIONS = {
    SlotState.GRANTED: SAY.granted,
    SlotState.REFUSED: SAY.refused,
    SlotState.DECLINED: SAY.declined,
}
ENDS = (*_DECISIONS, SlotState.WITHDRAWN, SlotState.LAPSED, SlotState.NEEDS_OPERATOR)


@pytest.mark.parametrize(("size", "count"), HOW_MANY.items())
def test_there_are_as_many_orders_as_there_are_unlabelled_acyclic_graphs(size, count):
    found = graphs(size)
    assert len(found) == len(set(found)) == count
    assert all(before < slot for graph in found for slot, after in enumerate(graph) for before in after)
    # Each kind has n!/symmetries namings; together they are the labelled graphs (OEIS A003024).
    named = sum(factorial(size) // len(symmetries(graph)) for graph in found)
    assert named == {1: 1, 2: 3, 3: 25, 4: 543, 5: 29281}[size]


# ---- ends --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 2, 3, 4, pytest.param(5, marks=pytest.mark.slow)])
def test_whatever_becomes_of_its_slots_in_whatever_order_a_case_ends_or_waits_for_a_named_person(size):
    for graph in graphs(size):
        assert _ended_cases(graph) == len(ENDS) ** size


def _ended_cases(graph) -> int:
    """End started slots in every order; return how many assignments of ends the outcomes stand for."""
    names = symmetries(graph)
    blank = (None,) * len(graph)
    known, ahead, covered = {blank}, [(blank, begin(graph))], 0
    while ahead:
        ends, stand = ahead.pop()
        _is_as_foretold(graph, ends, stand.state)
        started = _started(graph, ends)
        if not started:
            covered += _namings(ends, names) * len(ENDS) ** ends.count(None)
            _comes_to_its_end(stand, ends)
        for slot in started:
            for end in ENDS:
                after = (*ends[:slot], end, *ends[slot + 1 :])
                seen = min(_renamed(after, naming) for naming in names)
                if seen not in known:
                    known.add(seen)
                    ahead.append((after, _brought_to(stand, NAMES[slot], end)))
    return covered


def _started(graph, ends) -> list[int]:
    """Slots under way: not ended, and all before them granted."""
    return [
        slot
        for slot, after in enumerate(graph)
        if ends[slot] is None and all(ends[before] is SlotState.GRANTED for before in after)
    ]


def _renamed(ends, naming) -> tuple[str, ...]:
    there = [""] * len(ends)
    for slot, becomes in enumerate(naming):
        there[becomes] = ends[slot] or ""
    return tuple(there)


def _namings(ends, names) -> int:
    return len({_renamed(ends, naming) for naming in names})


def _is_as_foretold(graph, ends, state) -> None:
    """Granted lets go on, another end blocks all behind it; a person's slot and one under way hold it up."""
    foretold: list[SlotState] = []
    for slot, after in enumerate(graph):
        before = [foretold[one] for one in after]
        if ends[slot] is not None:
            foretold.append(ends[slot])
        elif any(one is SlotState.BLOCKED or one in DECIDED - WELL_ENDED for one in before):
            foretold.append(SlotState.BLOCKED)
        elif all(one is SlotState.GRANTED for one in before):
            foretold.append(SlotState.SUBMITTING)
        else:
            foretold.append(SlotState.WAITING)
    assert [slot.state for slot in state.slots.values()] == foretold
    names_holders(state)


def _brought_to(stand, name, end) -> Stand:
    """Bring one slot under way to its end, by the way that leads there."""
    if end is SlotState.NEEDS_OPERATOR:
        return take(stand, Stuck(slot=name, round=1, reason=OperatorReason.PAYLOAD_REJECTED))[1]
    stand = _told(stand, name, SAY.received(stand.now))
    if end is SlotState.WITHDRAWN:
        stand = take(stand, Withdrawn(slot=name, reason="wish", actor="clerk"))[1]
        return take(stand, FilingLeft(slot=name, round=1, gone=True))[1]
    if end is SlotState.LAPSED:
        return _lapsed(_told(stand, name, SAY.correction(stand.now)), name)
    return _told(stand, name, _DECISIONS[end](stand.now))


def _told(stand, name, word) -> Stand:
    return take(stand, Replied(slot=name, round=1, events=(word,)))[1]


def _lapsed(stand, name) -> Stand:
    """Let the notice go out and the applicant's limit pass."""
    for _ in range(9):
        if stand.state.slots[name].state is not SlotState.CORRECTION_REQUESTED:
            return stand
        instant = next_instant(stand.state, stand.now)
        assert instant is not None, "the applicant's limit never passes"
        stand = take(stand, Ticked(), instant)[1]
    raise AssertionError("the applicant's limit never passes")


def _comes_to_its_end(stand, ends) -> None:
    """Nothing is under way: what waits for a person is given up, and one last receipt ends the case."""
    for slot, end in enumerate(ends):
        if end is SlotState.NEEDS_OPERATOR:
            assert stand.state.state is BundleState.RUNNING
            given_up = Resumed(slot=NAMES[slot], actor="clerk", action=OperatorAction.SKIP, reason="given_up")
            check_action(stand.case, stand.state, given_up, stand.now)
            stand = take(stand, given_up)[1]
    _completes(stand)


def _completes(stand) -> None:
    """The receipt under way is the last, or tells of less than is known now: then one more is asked for."""
    ends_when_over(stand.state)
    for _ in range(2):
        if stand.state.state is BundleState.RUNNING:
            told = stand.state.receipt_revision_of == stand.state.outcomes
            issued = ReceiptIssued(revision=stand.state.receipt_asked, sha256="0" * 64)
            stand = take(stand, issued)[1]
            assert (stand.state.state in FINAL) == told
    assert stand.state.state in FINAL
    ends_when_over(stand.state)


# ---- everything that may happen ----------------------------------------------------------------------

ONE, TWO = Scope(), Scope(rounds=1, hands_out=False)
TWICE, APART = Scope(hands_out=False), Scope(rounds=1, midway=1, hands_out=False)
slow = pytest.mark.slow


def _hangs_together(graph) -> bool:
    """Whether no slot stands by itself."""
    return all(after or any(slot in other for other in graph) for slot, after in enumerate(graph))


@pytest.mark.parametrize(
    ("graph", "scope"),
    [
        *[(graph, ONE) for graph in graphs(1)],
        *[(graph, TWO) for graph in graphs(2)],
        *[pytest.param(graph, TWICE, marks=slow) for graph in graphs(2)],
        *[pytest.param(graph, APART, marks=slow) for graph in graphs(3) if _hangs_together(graph)],
    ],
)
def test_wherever_a_case_may_come_to_its_holder_brings_it_on_and_nothing_breaks_it(graph, scope):
    holders = Counter()

    def visit(stand, made) -> None:
        for move in made:
            keeps_all(stand.state, move.event, move.outcome)
            _files_in_order(graph, move)
        names_holders(stand.state)
        ends_when_over(stand.state)
        holders.update(_is_brought_on(stand, made))
        for event in nonsense(stand.state):
            assert step(stand.case, stand.state, event, stand.now).state is stand.state

    assert reachable(graph, scope, visit) > 500
    assert set(holders) == {"agency", "applicant", "system", "window"}


def _files_in_order(graph, move) -> None:
    for command in move.outcome.commands:
        if isinstance(command, SubmitItem):
            after = graph[NAMES.index(command.slot)]
            assert all(move.stand.state.slots[NAMES[one]].state in WELL_ENDED for one in after)


def _is_brought_on(stand, made) -> list[str]:
    """Of every open slot, the holder can do something that changes it; returned are the holders."""
    state, found = stand.state, []
    if state.state in FINAL:
        return found
    if all(is_over(state, slot) for slot in state.slots.values()):
        _completes(stand)
        return found
    for name, slot in state.slots.items():
        held = holder(slot)
        if is_over(state, slot):
            continue
        found.append(held)
        if slot.state is SlotState.WAITING:
            definition = next(one for one in stand.case.definition.slots if one.slot == name)
            assert any(not is_over(state, state.slots[before]) for before in definition.after)
        else:
            assert any(_moves(move, name, slot, held) for move in made), (name, slot)
    return found


def _moves(move, name, slot, held) -> bool:
    """Whether the move is its holder's and takes the slot on; the window's notice goes out by itself."""
    untold = slot.state is SlotState.CORRECTION_REQUESTED and held == "window"
    whose = {"window", "system", "agency"} if untold else {"system", "agency"} if held == "system" else {held}
    if untold and move.stand.state.notices != () and move.stand.state.slots[name].correction.notice:
        return True
    about = move.slot == name and move.by in whose
    now = move.stand.state.slots[name]
    return about and (now.state, now.round, now.leaving) != (slot.state, slot.round, slot.leaving)
