"""Corners of the reducer that only a search through everything found: few events each, in an odd order."""

from datetime import date, datetime, timedelta

import pytest

from onething.adapter import Accepted, Capabilities, CorrectionRequested, Suspended
from onething.case import check_action, next_instant
from onething.case_definition import HoldRule, OwedMaterial
from onething.case_event import (
    Amended,
    CalendarAnnounced,
    Corrected,
    FilingLeft,
    HoldEnded,
    HoldRaised,
    Migrated,
    OperatorAction,
    Reapplied,
    Replied,
    Resumed,
    Stuck,
    Ticked,
    Withdrawn,
)
from onething.case_state import BundleState, OperatorReason, SlotState
from onething.definition import HoldEnd
from onething.errors import ActionRejected
from onething.item import ClockStart
from onething.legal_profile import LegalProfile
from tests.onething.office import CALENDAR, FILED_AT, WHY, WORD

NO_QUERY = Capabilities(query_by_key=False)
OWED = (OwedMaterial(material="paper", title=WORD),)
HOLD = HoldRule(
    hold="identity", reasons=("why",), text=WORD, fix=WORD, ends=(HoldEnd.CONTINUE, HoldEnd.TERMINATE)
)
HELD = HoldRaised(hold="identity", actor="clerk")
ALL = Withdrawn(reason="wish", actor="clerk")
CORRECTED = Corrected(payloads={"a": "better"}, actor="clerk")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def act(play, action, later=timedelta()):
    check_action(play.case, play.state, action, play.now + later)
    return play.take(action, later)


def rejected(play, action) -> None:
    with pytest.raises(ActionRejected):
        check_action(play.case, play.state, action, play.now)


def stuck(play, reason, round_=1) -> None:
    play.take(Stuck(slot="a", round=round_, reason=reason))


def retried(play) -> None:
    act(play, Resumed(slot="a", actor="clerk", action=OperatorAction.RETRY))


def finished(play):
    """Store whatever receipts are asked for, and let whatever time brings come."""
    for _ in range(40):
        while play.state.receipt_asked > len(play.state.receipts):
            play.store_receipt()
        instant = next_instant(play.state, play.now)
        if instant is None:
            return play
        play.take(Ticked(), instant - play.now)
    raise AssertionError("never comes to rest")


def accepted(play):
    """Slot a received and accepted."""
    play.answer("a", play.tell.received(), play.tell.accepted())
    return play


# ---- papers owed -------------------------------------------------------------------------------------


def test_a_refused_item_is_owed_no_paper_and_the_case_completes(office):
    play = office.begun(office.slot("a", owed=OWED))
    play.answer("a", play.tell.received(), play.tell.refused())
    assert finished(play).state.state is BundleState.COMPLETED


def test_an_item_never_begun_is_owed_no_paper_and_the_case_completes(office):
    play = office.begun(office.slot("a"), office.slot("b", ["a"], owed=OWED))
    play.answer("a", play.tell.received(), play.tell.refused())
    assert finished(play).state.state is BundleState.COMPLETED


def test_a_withdrawn_item_is_owed_no_paper_and_the_case_ends(office):
    play = office.begun(office.slot("a", owed=OWED))
    play.answer("a", play.tell.received())
    act(play, ALL)
    play.take(FilingLeft(slot="a", round=1, gone=True))
    assert finished(play).state.state is BundleState.WITHDRAWN


@pytest.mark.parametrize("words", [("received", "granted"), ("received", "accepted", "granted")])
def test_a_paper_owed_after_a_grant_in_one_breath_has_its_day(office, words):
    play = office.begun(office.slot("a", owed=OWED))
    play.answer("a", *(getattr(play.tell, word)() for word in words))
    assert play.slot("a").owed[0].due is not None


def test_a_paper_owed_is_not_missed_the_moment_it_is_promised(office):
    play = office.begun(office.slot("a", owed=OWED, promised=office.limit(1)))
    play.answer("a", play.tell.received())
    play.answer("a", play.tell.accepted(FILED_AT + HOUR), later=DAY)
    assert play.slot("a").state is SlotState.ACCEPTED


# ---- cases held or coming to their end ---------------------------------------------------------------


def test_a_reason_told_before_the_hold_ended_does_not_hold_the_case_again(office):
    play = office.begun(office.slot("a"), holds=(HOLD,))
    words = (play.tell.received(), play.tell.correction())
    play.answer("a", *words)
    assert play.state.hold is not None
    act(play, HoldEnded(end=HoldEnd.CONTINUE, actor="clerk"))
    play.answer("a", *words)
    assert play.state.hold is None


def test_nothing_is_applied_for_again_in_a_terminated_case(office):
    play = office.begun(office.slot("a"), office.slot("b"), holds=(HOLD,))
    for name in ("a", "b"):
        play.answer(name, play.tell.received())
    act(play, HELD)
    act(play, HoldEnded(end=HoldEnd.TERMINATE, actor="clerk"))
    play.take(FilingLeft(slot="a", round=1, gone=True))
    rejected(play, Reapplied(slot="a", actor="clerk"))


def test_nothing_is_added_to_a_withdrawn_case(office):
    play = office.begun(office.slot("a"))
    play.answer("a", play.tell.received())
    act(play, ALL)
    new = play.case.definition.model_copy(update={"slots": (office.slot("a"), office.slot("n"))})
    rejected(play, Amended(definition=new, payloads={"n": "blob"}, actor="clerk"))


def test_a_retry_while_the_case_is_held_files_nothing_until_it_goes_on(office):
    play = office.begun(office.slot("a"), office.slot("b"), holds=(HOLD,))
    stuck(play, OperatorReason.PAYLOAD_REJECTED)
    act(play, HELD)
    retried(play)
    assert play.submitted() == ["a", "b"]
    act(play, HoldEnded(end=HoldEnd.CONTINUE, actor="clerk"))
    assert play.submitted() == ["a", "b", "a"]


def test_an_answer_about_a_filing_in_doubt_is_heard_while_the_case_is_held(office):
    play = office.begun(office.slot("a", capabilities=NO_QUERY), office.slot("b"), holds=(HOLD,))
    act(play, HELD)
    play.uncertain("a")
    play.answer("a", play.tell.received(), play.tell.granted())
    assert play.slot("a").state is SlotState.GRANTED


def test_no_question_is_asked_about_a_round_that_is_over(office):
    play = office.begun(office.slot("a"), holds=(HOLD,))
    act(play, HELD)
    act(play, CORRECTED)
    outcome = play.answer("a", play.tell.received(), play.tell.correction())
    assert play.slot("a").round == 2
    assert [command for command in outcome.commands if command.kind == "query"] == []


# ---- corrections and their notices -------------------------------------------------------------------


def test_the_notice_keeps_its_window_though_a_silent_agency_never_counts_as_accepting(office):
    silent = {"": LegalProfile(deemed_acceptance=False)}
    play = office.begun(office.slot("a"), office.slot("b"), profiles=silent)
    play.answer("b", play.tell.received())
    play.answer("a", play.tell.received(), play.tell.correction())
    play.ring_until(FILED_AT + 8 * DAY)
    assert len(play.state.notices) == 1


def test_the_notice_keeps_its_window_when_the_request_came_with_the_receipt(office):
    play = office.begun(office.slot("a"), office.slot("b"))
    play.answer("a", play.tell.received(), play.tell.correction())
    play.uncertain("b")
    play.ring_until(FILED_AT + 8 * DAY)
    assert len(play.state.notices) == 1


def test_a_second_request_adds_to_the_first_and_keeps_its_limit(office):
    play = office.begun(office.slot("a"))
    play.answer("a", play.tell.received(), play.tell.correction())
    due = play.slot("a").correction.due
    play.take(Ticked(), 10 * DAY)
    more = CorrectionRequested(fields=("other",), reasons=WHY, event_id="more", occurred_at=play.now)
    play.answer("a", more)
    asked = play.slot("a").correction
    assert due is not None
    assert (asked.fields, asked.due) == (("name", "other"), due)


def test_a_correction_asked_again_on_the_same_day_is_heard(office):
    play = accepted(office.begun(office.slot("a")))
    play.answer("a", play.tell.correction())
    act(play, CORRECTED, HOUR)
    play.take(Replied(slot="a", round=2, events=(play.tell.correction(play.now),)))
    assert play.slot("a").state is SlotState.CORRECTION_REQUESTED


# ---- amendments --------------------------------------------------------------------------------------


def test_a_slot_dropped_and_wanted_again_is_filed_in_its_next_round(office):
    play = office.begun(office.slot("a"), office.slot("b", ["a"]))
    whole = play.case.definition
    act(play, Amended(definition=whole.model_copy(update={"slots": whole.slots[:1]}), actor="clerk"))
    assert play.slot("b").state is SlotState.NOT_APPLICABLE
    act(play, Amended(definition=whole, payloads={"b": "blob"}, actor="clerk"))
    play.grant("a")
    assert (play.slot("b").state, play.slot("b").round) == (SlotState.SUBMITTING, 2)


def test_a_gate_that_an_amendment_takes_away_holds_nothing_back(office):
    play = office.begun(office.slot("a", gates=(office.gate("g"),)), office.slot("b"))
    free = play.case.definition.model_copy(update={"slots": (office.slot("a"), office.slot("b"))})
    act(play, Amended(definition=free, actor="clerk"))
    assert play.slot("a").state is SlotState.SUBMITTING


# ---- clocks ------------------------------------------------------------------------------------------


def limits(office, statutory, promised):
    """Limits in working days from acceptance."""
    starts = ClockStart.ACCEPTED
    return {
        "statutory": office.limit(statutory, starts=starts),
        "promised": office.limit(promised, starts=starts),
    }


def test_a_pause_told_for_a_day_to_come_stops_no_clock_that_deeming_starts(office):
    play = office.begun(office.slot("a", **limits(office, 20, 10)))
    pause = Suspended(reason="doubt", since=date(2026, 6, 1), event_id="pause", occurred_at=FILED_AT)
    play.answer("a", play.tell.received(), pause)
    assert finished(play).slot("a").deemed


def test_an_acceptance_long_before_an_extension_is_counted_with_it(office):
    play = office.begun(office.slot("a", **limits(office, 20, 10)))
    play.answer("a", play.tell.received(), play.tell.extended())
    long_ago = Accepted(at=FILED_AT - 60 * DAY, event_id="accepted", occurred_at=FILED_AT + HOUR)
    play.answer("a", long_ago, later=DAY)
    assert play.slot("a").state is SlotState.ACCEPTED


def test_an_extension_told_before_acceptance_breaks_no_clock_that_deeming_starts(office):
    play = office.begun(office.slot("a", **limits(office, 3, 1)))
    play.answer("a", play.tell.received())
    play.answer("a", play.tell.extended(FILED_AT + 6 * DAY), later=6 * DAY)
    assert finished(play).slot("a").deemed


def test_an_announced_year_breaks_no_case_migrated_to_a_shorter_promise_after_an_extension(office):
    late = datetime.fromisoformat("2026-12-07T10:00:00+08:00")
    play = office.Play([office.slot("a", promised=office.limit(20))], late.date())
    play.now = late
    known = play.case.definition.model_copy(update={"calendar": CALENDAR.slice(2025, 2026)})
    play.case = play.case.model_copy(update={"submitted_at": late, "definition": known})
    play.begin()
    play.answer("a", play.tell.received(late), play.tell.accepted(late))
    play.answer("a", play.tell.extended(late + 25 * DAY), later=25 * DAY)
    assert play.slot("a").extension is not None
    short = known.model_copy(update={"slots": (office.slot("a", promised=office.limit(5)),)})
    act(play, Migrated(definition=short, actor="clerk"))
    play.take(CalendarAnnounced(calendar=CALENDAR))
    assert not play.slot("a").promised.due.provisional


def test_an_agency_that_says_no_more_than_that_it_has_it_counts_as_accepting(office):
    play = office.begun(office.slot("a"))
    play.answer("a", play.tell.received())
    assert finished(play).slot("a").deemed
