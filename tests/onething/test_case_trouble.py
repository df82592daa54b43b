"""Filings in trouble: agencies that are away, replies that are lost, and when to call a person."""

from datetime import timedelta
from typing import Any

import pytest

from onething.adapter import Capabilities
from onething.case import slot_key
from onething.case_clock import FIRST_RECEIPT_WITHIN
from onething.case_event import NotFound, OperatorAction, Resumed, Stuck, Ticked
from onething.case_state import OperatorReason, SlotState
from onething.case_turn import LONGEST_SILENCE

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
BOTH = Capabilities(idempotent_submit=True, query_by_key=True, settle_after=600)
ASKABLE = Capabilities(idempotent_submit=False, query_by_key=True, settle_after=600)
REPEATABLE = Capabilities(idempotent_submit=True, query_by_key=False)
NEITHER = Capabilities(idempotent_submit=False, query_by_key=False)


def alone(office, can, **changes: Any):
    return office.begun(office.slot("a", capabilities=can, **changes))


def test_an_agency_that_is_away_is_tried_again_ever_more_patiently(office):
    play = alone(office, ASKABLE)
    waits = []
    for _ in range(14):
        play.unavailable("a")
        waits.append((play.commands[-1].at - play.now).total_seconds())
    assert waits[:4] == [2, 4, 8, 16]
    assert waits[-1] == 3600
    assert waits == sorted(waits)


def test_after_a_week_of_silence_a_person_is_called(office):
    play = alone(office, NEITHER)
    play.unavailable("a")
    play.unavailable("a", later=timedelta(days=6, hours=23))
    assert play.slot("a").state is SlotState.SUBMITTING
    play.unavailable("a", later=HOUR)
    assert play.slot("a").operator.reason is OperatorReason.AGENCY_UNAVAILABLE
    assert play.slot("a").operator.key == slot_key(play.case, "a", 1)


def test_when_temporal_itself_has_tried_for_a_week_a_person_is_called(office):
    play = alone(office, BOTH)
    play.unavailable("a", exhausted=True)
    assert play.slot("a").operator.reason is OperatorReason.AGENCY_UNAVAILABLE


def test_an_agency_that_is_back_is_forgiven(office):
    play = alone(office, NEITHER)
    play.unavailable("a")
    play.answer("a", play.tell.received(play.now + DAY), later=DAY)
    slot = play.slot("a")
    assert (slot.unavailable_since, slot.attempts, slot.state) == (None, 0, SlotState.RECEIVED)


# ---- uncertain submissions ------------------------------------------------------------------------


@pytest.mark.parametrize("can", [BOTH, ASKABLE], ids=["both", "askable"])
def test_where_asking_helps_an_uncertain_filing_is_asked_about_first(office, can):
    play = alone(office, can)
    play.uncertain("a")
    assert play.submitted() == ["a"]
    assert (play.asked()[-1].uncertain, play.asked()[-1].at) == (True, play.now)


@pytest.mark.parametrize("can", [BOTH, ASKABLE], ids=["both", "askable"])
def test_not_found_is_believed_only_after_the_settling_time(office, can):
    play = alone(office, can)
    play.uncertain("a")
    since = play.now
    play.not_found("a", later=timedelta(seconds=599))
    assert play.submitted() == ["a"]
    assert play.asked()[-1].at == since + timedelta(seconds=600)
    play.not_found("a", later=timedelta(seconds=1))
    assert play.submitted() == ["a", "a"]


def test_each_uncertain_attempt_has_its_own_settling_time(office):
    play = alone(office, ASKABLE)
    play.uncertain("a")
    play.not_found("a", later=timedelta(seconds=600))
    play.uncertain("a", later=timedelta(seconds=30))
    play.not_found("a", later=timedelta(seconds=1))
    assert play.submitted() == ["a", "a"]
    play.not_found("a", later=timedelta(seconds=600))
    assert play.submitted() == ["a", "a", "a"]


def test_what_may_be_sent_twice_is_sent_again_under_the_same_key(office):
    play = alone(office, REPEATABLE)
    play.uncertain("a")
    assert play.submitted() == ["a", "a"]
    assert play.commands[-1].at > play.now
    assert {command.round for command in play.commands if hasattr(command, "outputs")} == {1}


def test_what_may_be_sent_twice_is_not_sent_for_ever(office):
    play = alone(office, REPEATABLE)
    play.uncertain("a")
    play.uncertain("a", later=7 * DAY)
    assert play.slot("a").operator.reason is OperatorReason.UNCERTAIN_SUBMISSION


def test_with_neither_a_filing_is_never_sent_again_by_itself(office):
    play = alone(office, NEITHER)
    play.uncertain("a")
    assert play.submitted() == ["a"]
    need = play.slot("a").operator
    assert (need.reason, need.key) == (OperatorReason.UNCERTAIN_SUBMISSION, slot_key(play.case, "a", 1))


def test_a_filing_that_is_found_after_all_goes_on(office):
    play = alone(office, ASKABLE)
    play.uncertain("a")
    play.answer("a", play.tell.received())
    assert (play.slot("a").state, play.slot("a").uncertain_since) == (SlotState.RECEIVED, None)
    assert play.submitted() == ["a"]


def test_a_filing_never_found_for_a_week_is_for_a_person(office):
    play = alone(office, ASKABLE)
    play.uncertain("a")
    play.not_found("a", later=7 * DAY)
    assert play.slot("a").operator.reason is OperatorReason.UNCERTAIN_SUBMISSION


def test_a_question_overtaken_by_a_callback_is_asked_on(office):
    play = alone(office, ASKABLE)
    play.uncertain("a")
    play.answer("a", play.tell.received())
    play.commands.clear()
    play.not_found("a")
    assert [question.uncertain for question in play.asked()] == [False]
    play.unavailable("a")
    play.uncertain("a")
    assert len(play.asked()) == 3
    assert play.submitted() == []


def test_uncertainty_is_told_once(office):
    play = alone(office, REPEATABLE)
    play.uncertain("a")
    play.uncertain("a", later=HOUR)
    assert play.kinds().count("uncertain") == 1


# ---- what must not be forgotten -------------------------------------------------------------------


def test_an_old_no_heard_late_is_not_believed(office):
    play = alone(office, ASKABLE)
    play.uncertain("a")
    early = play.now + timedelta(seconds=1)
    play.take(NotFound(slot="a", round=1, asked_at=early), later=HOUR)
    assert play.submitted() == ["a"]
    assert play.asked()[-1].uncertain


def test_a_doubt_outlives_the_next_trouble(office):
    play = alone(office, ASKABLE)
    play.uncertain("a")
    play.take(Stuck(slot="a", round=1, reason=OperatorReason.AUTH_DENIED))
    play.take(Resumed(slot="a", actor="clerk", action=OperatorAction.RETRY))
    assert play.submitted() == ["a"]
    assert play.asked()[-1].uncertain


def test_a_distant_promise_does_not_silence_us_for_good(office):
    play = alone(office, ASKABLE)
    far = play.now + 3000 * DAY
    play.answer("a", play.tell.received(), play.tell.pending(far))
    assert play.asked()[-1].at == play.now + LONGEST_SILENCE


def test_a_request_for_correction_from_a_slow_clock_is_heard(office):
    play = alone(office, BOTH)
    play.answer("a", play.tell.received(play.now))
    play.answer("a", play.tell.correction(play.now - timedelta(minutes=1)))
    assert play.slot("a").state is SlotState.CORRECTION_REQUESTED


def test_the_first_receipt_goes_out_though_one_agency_is_away(office):
    play = office.begun(office.slot("a"), office.slot("b")).grant("a")
    assert play.receipts() == []
    play.take(Ticked(), later=FIRST_RECEIPT_WITHIN)
    assert play.receipts() == [(1, "accepted")]
