"""Corners of the law: waits that end apart, extensions and answers that come late, papers owed anew."""

from datetime import date, timedelta

import pytest

from onething.adapter import Extended, Suspended
from onething.adapter import Resumed as ClockResumed
from onething.case import check_action
from onething.case_definition import OwedMaterial
from onething.case_event import CalendarAnnounced, Corrected, FilingLeft, Reapplied, Replied, Stuck
from onething.case_record import OwedState, WorkOrderKind
from onething.case_state import ClockState, OperatorReason, SlotState
from onething.errors import ActionRejected
from onething.text import Text
from tests.onething.office import CALENDAR

DAY = timedelta(days=1)
WORD = Text(zh="词", en="word")
AGAIN = Reapplied(slot="a", actor="clerk")


def answered(play):
    return play.take(Corrected(payloads={"a": "better"}, actor="clerk"))


def accepted(office, **changes: object):
    play = office.begun(office.slot("a", **changes))
    play.answer("a", play.tell.received(), play.tell.accepted())
    return play


def waits(play, since: str):
    wait = Suspended(since=date.fromisoformat(since), reason="inspection", **play.tell.named(play.now))
    return play.answer("a", wait)


def goes_on(play, at: str):
    return play.answer("a", ClockResumed(at=date.fromisoformat(at), **play.tell.named(play.now)))


def extend(play, amount: str):
    return play.answer(
        "a", Extended(amount=amount, approver="head", reason=WORD, **play.tell.named(play.now))
    )


def test_a_paper_owed_is_owed_by_the_new_rounds_clock(office):
    play = accepted(office, owed=(OwedMaterial(material="photo", title=WORD),))
    play.answer("a", play.tell.refused())
    play.now += 90 * DAY
    play.take(AGAIN)
    (paper,) = play.slot("a").owed
    assert (play.slot("a").state, paper.state, paper.due) == (SlotState.SUBMITTING, OwedState.OWED, None)


@pytest.mark.parametrize(
    "told",
    [
        FilingLeft(slot="a", round=1, gone=False),
        Stuck(slot="a", round=1, reason=OperatorReason.WITHDRAWAL_FAILED),
    ],
)
def test_a_lapsed_filing_that_stays_is_somebodys_even_after_the_end(office, told):
    play = office.begun(office.slot("a"))
    play.answer("a", play.tell.received(), play.tell.correction())
    play.ring_until(play.now + 90 * DAY)
    play.store_receipt()
    play.store_receipt()
    assert play.state.state == "completed"
    play.take(told)
    assert [order.kind for order in play.state.work_orders] == [WorkOrderKind.WITHDRAW_FILING]


def test_an_acceptance_that_ends_a_correction_lets_the_clock_go_on(office):
    play = accepted(office)
    play.answer("a", play.tell.correction(play.now + DAY), later=DAY)
    assert play.slot("a").clock is ClockState.PAUSED
    play.answer("a", play.tell.accepted(play.now + DAY), later=DAY)
    slot = play.slot("a")
    assert (slot.state, slot.clock, slot.paused) == (SlotState.ACCEPTED, ClockState.RUNNING, None)
    play.ring_until(play.now + 60 * DAY)
    assert play.slot("a").overdue == ("promised", "statutory")


def test_the_agencys_own_wait_goes_on_after_the_applicants_answer(office):
    play = accepted(office)
    waits(play, "2026-03-02")
    play.answer("a", play.tell.correction(play.now + DAY), later=DAY)
    answered(play)
    assert (play.slot("a").clock, play.slot("a").paused.reason) == (ClockState.PAUSED, "inspection")
    goes_on(play, "2026-03-06")
    assert play.slot("a").clock is ClockState.RUNNING


def test_the_agencys_word_ends_no_wait_for_the_applicant(office):
    play = accepted(office)
    play.answer("a", play.tell.correction(play.now + DAY), later=DAY)
    goes_on(play, "2026-03-06")
    assert (play.slot("a").clock, play.slot("a").paused.reason) == (ClockState.PAUSED, "correction")
    assert [entry.params["fault"] for entry in play.entries if entry.kind == "answer_rejected"] == [
        "not_paused"
    ]


def test_an_extension_counts_in_the_profiles_unit(office):
    play = accepted(office)
    due = play.slot("a").statutory
    extend(play, "1m")
    assert (play.slot("a").statutory, play.slot("a").extension) == (due, None)


def test_an_extension_moves_no_due_date_that_had_passed(office):
    play = accepted(office)
    play.ring_until(play.now + 20 * DAY)
    assert play.slot("a").overdue == ("promised",)
    extend(play, "5wd")
    slot = play.slot("a")
    assert (slot.promised.due.due.isoformat(), slot.overdue) == ("2026-03-16", ("promised",))
    assert slot.statutory.due.due.isoformat() == "2026-04-07"


def test_while_the_clock_stands_still_an_extension_is_not_too_late(office):
    play = accepted(office)
    waits(play, "2026-03-04")
    play.now += 60 * DAY
    extend(play, "5wd")
    assert play.slot("a").extension is not None


def test_an_answer_after_its_limit_is_refused_though_nobody_has_rung_yet(office):
    play = office.begun(office.slot("a"))
    play.answer("a", play.tell.received(), play.tell.correction())
    answer = Corrected(payloads={"a": "better"}, actor="clerk")
    limit = play.slot("a").correction.due.red_from
    check_action(play.case, play.state, answer, limit - timedelta(seconds=1))
    with pytest.raises(ActionRejected):
        check_action(play.case, play.state, answer, limit)


def test_a_decision_about_an_earlier_round_is_somebodys_to_look_at(office):
    play = office.begun(office.slot("a"))
    play.answer("a", play.tell.received(), play.tell.correction())
    answered(play)
    late = Replied(slot="a", round=1, events=(play.tell.granted(),))
    play.take(late)
    play.take(late)
    assert [order.kind for order in play.state.work_orders] == [WorkOrderKind.LATE_ANSWER]
    assert play.slot("a").state is SlotState.SUBMITTING


def test_an_announced_year_moves_the_applicants_limit_and_the_notice_window_too(office):
    play = office.begun(office.slot("a"), office.slot("b"), calendar=CALENDAR.slice(2025, 2025))
    play.now += timedelta(days=45)  # mid-April: Labour Day lies ahead, and nobody has announced it
    play.answer("a", play.tell.received(play.now), play.tell.correction(play.now))
    play.answer("b", play.tell.received(play.now), play.tell.accepted(play.now))
    before = play.slot("a").correction.due.due
    assert before.provisional
    play.take(CalendarAnnounced(calendar=CALENDAR))
    after = play.slot("a").correction.due.due
    assert (after.provisional, after.due > before.due) == (False, True)
