"""Order, gates, receipts and the end: what follows for the others when one slot has changed."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations, product

import pytest

from onething.case_event import GateOpened, OperatorAction, ReceiptIssued, Resumed, Stuck
from onething.case_state import BundleState, OperatorReason, SlotState

OUTCOMES = ("granted", "refused", "declined", "needs_operator")


def test_a_slot_starts_when_all_before_it_are_granted(office):
    play = office.begun(office.slot("a"), office.slot("b"), office.slot("c", ["a", "b"]))
    assert play.submitted() == ["a", "b"]
    play.grant("a")
    assert play.slot("c").state is SlotState.WAITING
    play.answer("b", play.tell.granted(partial=True))
    assert play.submitted() == ["a", "b", "c"]


@pytest.mark.parametrize("end", ["refused", "declined"])
def test_a_bad_end_blocks_all_behind_it_and_shows_the_fix(office, end):
    slots = [office.slot("a"), office.slot("b", ["a"]), office.slot("c", ["b"]), office.slot("d")]
    play = office.begun(*slots)
    play.answer("a", getattr(play.tell, end)())
    assert play.states() == {"a": end, "b": "blocked", "c": "blocked", "d": "submitting"}
    for name, behind in (("b", "a"), ("c", "b")):
        by = play.slot(name).blocked_by
        assert by.slot == behind
        assert behind in by.fix.zh
        assert behind in by.fix.en


def test_a_slot_is_blocked_although_others_before_it_are_still_open(office):
    play = office.begun(office.slot("a"), office.slot("b"), office.slot("c", ["a", "b"]))
    play.answer("b", play.tell.refused())
    assert play.slot("c").blocked_by.slot == "b"


def test_what_stood_behind_a_bad_end_goes_on_once_it_is_undone(office):
    play = office.begun(office.slot("a"), office.slot("b", ["a"]), office.slot("c", ["b"]))
    play.answer("a", play.tell.refused())
    again = play.slot("a").model_copy(update={"state": SlotState.SUBMITTING, "decided_at": None})
    play.state = play.state.model_copy(update={"slots": {**play.state.slots, "a": again}})
    play.store_receipt()
    assert play.states() == {"a": "submitting", "b": "waiting", "c": "waiting"}
    play.grant("a", "b", "c")
    assert set(play.states().values()) == {"granted"}


def test_a_shut_gate_parks_only_the_slots_behind_it(office):
    slots = [
        office.slot("a", gates=[office.gate("g"), office.gate("h"), office.gate("open", open_=True)]),
        office.slot("b", ["a"]),
        office.slot("c"),
    ]
    play = office.begun(*slots)
    assert play.states() == {"a": "blocked", "b": "waiting", "c": "submitting"}
    assert play.slot("a").blocked_by.gate == "g"
    play.open_gate("a", "g")
    assert play.slot("a").blocked_by.gate == "h"
    play.open_gate("a", "h")
    assert play.slot("a").state is SlotState.SUBMITTING
    assert play.slot("a").blocked_by is None


def test_a_gate_keeps_the_case_running(office):
    play = office.begun(office.slot("a", gates=[office.gate("g")]), office.slot("b")).grant("b")
    play.store_receipt()
    assert play.state.state is BundleState.RUNNING


# ---- receipts -------------------------------------------------------------------------------------


def test_the_first_receipt_waits_for_every_slot_that_could_start_at_once(office):
    play = office.begun(office.slot("a"), office.slot("b"), office.slot("c", ["a"]))
    play.grant("a")
    assert play.receipts() == []
    play.answer("b", play.tell.received())
    assert play.receipts() == [(1, "accepted")]


def test_a_slot_in_a_persons_hands_holds_no_receipt_back(office):
    play = office.begun(office.slot("a"), office.slot("b"), office.slot("c", gates=[office.gate("g")]))
    play.take(Stuck(slot="a", round=1, reason=OperatorReason.UNEXPECTED))
    play.answer("b", play.tell.received())
    assert play.receipts() == [(1, "accepted")]


def running(office):
    """Three slots, revision 1 stored."""
    play = office.begun(office.slot("a"), office.slot("b"), office.slot("c"))
    for name in "abc":
        play.answer(name, play.tell.received())
    play.store_receipt()
    return play


def test_an_outcome_nobody_has_a_receipt_of_asks_for_none(office):
    play = running(office)
    play.answer("a", play.tell.granted())
    assert play.receipts() == [(1, "accepted")]


def test_each_change_of_outcome_after_hand_out_asks_for_one(office):
    play = running(office)
    play.hand_out(1)
    assert play.receipts() == [(1, "accepted")]
    play.answer("a", play.tell.granted())
    assert play.receipts()[1:] == [(2, "outcome_changed")]


def test_handing_out_a_receipt_that_is_out_of_date_asks_for_the_next(office):
    play = running(office)
    play.answer("a", play.tell.granted())
    play.hand_out(1)
    assert play.receipts()[1:] == [(2, "outcome_changed")]


def test_two_receipts_are_never_under_way(office):
    play = running(office)
    play.hand_out(1)
    play.answer("a", play.tell.granted())
    play.answer("b", play.tell.granted())
    play.answer("c", play.tell.granted())
    assert play.receipts()[1:] == [(2, "outcome_changed")]
    play.store_receipt()
    assert play.receipts()[2:] == [(3, "completed")]


def test_the_end_waits_for_a_receipt_that_tells_it(office):
    play = running(office)
    play.grant("a", "b", "c")
    assert play.state.state is BundleState.RUNNING
    assert play.receipts()[1:] == [(2, "completed")]
    play.now += timedelta(seconds=3)
    play.store_receipt()
    assert (play.state.state, play.state.completed_at) == (BundleState.COMPLETED, play.now)
    assert [record.revision for record in play.state.receipts] == [1, 2]
    assert play.kinds()[-2:] == ["receipt_issued", "completed"]


def test_a_case_answered_at_once_has_one_receipt(office):
    play = office.begun(office.slot("a")).grant("a")
    assert play.receipts() == [(1, "completed")]
    play.store_receipt()
    assert play.state.state is BundleState.COMPLETED
    assert play.receipts() == [(1, "completed")]


def test_a_receipt_stored_twice_or_never_asked_for_counts_once_or_not(office):
    play = running(office)
    before = play.state
    play.store_receipt()
    play.take(ReceiptIssued(revision=2, sha256="1" * 64))
    assert play.state is before


def test_a_completed_case_may_still_hand_out_its_receipt(office):
    play = office.begun(office.slot("a")).grant("a")
    play.store_receipt()
    play.hand_out(1)
    assert (play.state.handed_out, play.receipts()) == (1, [(1, "completed")])


# ---- every shape of up to four slots --------------------------------------------------------------


def shapes(size: int) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Every order of `size` slots in which each comes after some of those before it."""
    choices = [
        [after for length in range(index + 1) for after in combinations(range(index), length)]
        for index in range(size)
    ]
    return product(*choices)


@pytest.mark.parametrize("size", [1, 2, 3, pytest.param(4, marks=pytest.mark.slow)])
def test_no_shape_of_up_to_four_slots_and_no_outcome_ever_gets_stuck(office, size):
    """1, 2, 8 and 64 shapes with four outcomes for each slot: all end, receipts and all."""
    names = "abcd"[:size]
    for shape in shapes(size):
        slots = [
            office.slot(name, [names[before] for before in after])
            for name, after in zip(names, shape, strict=True)
        ]
        for outcomes in product(OUTCOMES, repeat=size):
            _play(office, slots, dict(zip(names, outcomes, strict=True)))


def _play(office, slots, outcomes) -> None:
    play = office.begun(*slots)
    for _ in slots:
        for name, end in outcomes.items():
            if play.slot(name).state is SlotState.SUBMITTING:
                _end(play, name, end)
    play.store_receipt()
    if play.state.state is not BundleState.COMPLETED:
        play.store_receipt()
    assert play.state.state is BundleState.COMPLETED, (slots, outcomes)
    bad = {"refused", "declined"}
    for slot in slots:
        ended = play.slot(slot.slot).state
        behind_bad = any(
            play.slot(before).state is SlotState.BLOCKED or play.slot(before).state.value in bad
            for before in slot.after
        )
        expected = "blocked" if behind_bad else outcomes[slot.slot].replace("needs_operator", "granted")
        assert ended == expected, (slots, outcomes)
    assert len(play.submitted()) == len(set(play.submitted()))


def _end(play, name, end) -> None:
    if end != "needs_operator":
        play.answer(name, getattr(play.tell, end)())
        return
    play.take(Stuck(slot=name, round=1, reason=OperatorReason.UNEXPECTED))
    entered = (play.tell.granted(),)
    play.take(Resumed(slot=name, actor="clerk", action=OperatorAction.ENTER_ANSWER, events=entered))


def test_opening_every_gate_frees_every_slot(office):
    play = office.begun(*[office.slot(name, gates=[office.gate("g")]) for name in "abc"])
    for name in "abc":
        play.take(GateOpened(slot=name, gate="g", actor="clerk"))
    assert play.submitted() == ["a", "b", "c"]
