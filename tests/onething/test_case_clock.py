"""Days and lights of one slot: where its clocks start, what stops them, and when something changes next."""

from datetime import date, datetime, timedelta

import pytest

from onething.case import next_instant
from onething.case_clock import FIRST_RECEIPT_WITHIN, holder
from onething.case_event import Ticked
from onething.case_state import ClockState, Light, SlotState
from onething.duration import Unit
from onething.item import ClockStart

DAY = timedelta(days=1)


def test_what_starts_with_the_submission_counts_from_the_day_the_papers_came(office):
    play = office.begun(office.slot("a"), received_on=date(2026, 2, 27))
    play.answer("a", play.tell.received())
    assert play.slot("a").promised.due.due == date(2026, 3, 12)  # 28 February is a make-up workday


def test_what_starts_later_counts_from_its_own_day(office):
    play = office.begun(office.slot("a"), office.slot("b", ["a"]), received_on=date(2026, 2, 27))
    play.now += DAY
    play.grant("a")
    play.answer("b", play.tell.received(play.now))
    assert play.slot("b").promised.due.due == date(2026, 3, 17)


def test_what_waited_behind_a_gate_counts_from_its_own_day(office):
    play = office.begun(office.slot("a", gates=[office.gate("g")]), received_on=date(2026, 2, 27))
    play.open_gate("a", "g")
    play.answer("a", play.tell.received())
    assert play.slot("a").promised.due.due == date(2026, 3, 16)


def test_a_limit_from_acceptance_waits_for_it(office):
    late = office.limit(10, starts=ClockStart.ACCEPTED)
    play = office.begun(office.slot("a", promised=late), received_on=date(2026, 2, 27))
    play.answer("a", play.tell.received())
    assert (play.slot("a").promised, play.slot("a").statutory is None) == (None, False)
    play.now += DAY
    play.answer("a", play.tell.accepted(play.now))
    assert play.slot("a").promised.due.due == date(2026, 3, 17)


def test_hours_run_from_the_instant(office):
    play = office.begun(office.slot("a", promised=office.limit(4, Unit.HOUR)), received_on=date(2026, 2, 27))
    play.answer("a", play.tell.received())
    assert play.slot("a").promised.due.due_at == datetime.fromisoformat("2026-03-02T13:30:00+08:00")


def test_a_slot_without_a_statutory_limit_has_one_due_date(office):
    play = office.begun(office.slot("a", statutory=None))
    play.answer("a", play.tell.received())
    assert (play.slot("a").statutory, play.slot("a").promised is None) == (None, False)


def test_a_paused_clock_changes_no_light_and_goes_on_with_the_time_that_was_left(office):
    play = office.begun(office.slot("a", promised=office.limit(1), statutory=None))
    play.answer("a", play.tell.received(), play.tell.accepted(), play.tell.suspended())
    assert play.slot("a").clock is ClockState.PAUSED
    assert next_instant(play.state, play.now) is None
    play.take(Ticked(), 30 * DAY)
    assert play.slot("a").light is Light.GREEN
    play.answer("a", play.tell.resumed(play.now))
    slot = play.slot("a")
    assert (slot.light, slot.clock) == (Light.GREEN, ClockState.RUNNING)
    assert slot.promised.due.due.isoformat() == "2026-04-02"
    play.take(Ticked(), 2 * DAY)
    assert (play.slot("a").light, play.slot("a").clock) == (Light.RED, ClockState.OVERDUE)


def test_the_next_instant_is_the_earliest_at_which_a_light_changes(office):
    play = office.begun(office.slot("a"), office.slot("b", promised=office.limit(2)))
    assert next_instant(play.state, play.now) == play.now + FIRST_RECEIPT_WITHIN
    play.answer("a", play.tell.received())
    play.answer("b", play.tell.received())
    first = play.slot("b").promised
    assert next_instant(play.state, play.now) == first.yellow_from
    assert next_instant(play.state, first.yellow_from) == first.red_from
    last = play.slot("a").statutory.red_from
    assert next_instant(play.state, last) is None


def test_a_decided_slot_is_no_longer_lit(office):
    play = office.begun(office.slot("a"), office.slot("b")).grant("a")
    before = play.slot("a")
    play.take(Ticked(), 90 * DAY)
    assert play.slot("a") is before
    assert before.clock is ClockState.STOPPED


@pytest.mark.parametrize("state", list(SlotState))
def test_every_state_has_one_holder(office, state):
    play = office.begun(office.slot("a"))
    held = holder(play.slot("a").model_copy(update={"state": state}))
    assert held in {"window", "applicant", "agency", "system", "nobody"}
    ended = play.slot("a").model_copy(update={"state": state}).ended
    assert (held == "nobody") == ended
