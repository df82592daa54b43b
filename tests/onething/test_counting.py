from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onething.calendar import load_calendar
from onething.clock import BEIJING, Duration, Extension, Pause, Resume, Unit, due_date, last_day

CALENDAR = load_calendar(Path(__file__).parents[2] / "catalog" / "calendars")


def _limit(text: str) -> Duration:
    return Duration.parse(text)


starts = st.dates(date(2007, 1, 1), date(2026, 12, 31))
day_limits = st.builds(
    Duration,
    amount=st.integers(0, 60),
    unit=st.sampled_from([Unit.DAY, Unit.WEEK, Unit.MONTH, Unit.WORKING_DAY]),
)


@st.composite
def pause_lists(draw, start, most=3):
    pauses, day = [], start
    for _ in range(draw(st.integers(0, most))):
        first = day + timedelta(days=draw(st.integers(0, 40)))
        last = first + timedelta(days=draw(st.integers(0, 25)))
        resume = draw(st.sampled_from(Resume))
        pauses.append(Pause(first=first, last=last, reason="correction", resume=resume))
        day = last + timedelta(days=1)
    return pauses


@settings(max_examples=150)
@given(data=st.data(), start=starts, limit=day_limits)
def test_a_pause_never_brings_a_date_forward(data, start, limit):
    pauses = data.draw(pause_lists(start - timedelta(days=5)))
    fewer = list(pauses)
    if fewer:
        fewer.pop(data.draw(st.integers(0, len(fewer) - 1)))
    with_all = last_day(start, limit, CALENDAR, pauses=pauses)
    assert with_all >= last_day(start, limit, CALENDAR, pauses=fewer)
    assert with_all >= last_day(start, limit, CALENDAR)


@settings(max_examples=150)
@given(
    start=starts,
    limit=day_limits,
    shape=st.tuples(st.integers(-10, 90), st.integers(1, 40), st.integers(0, 39)),
    calendar=st.sampled_from([CALENDAR, None]),
)
def test_a_pause_cut_in_two_is_the_same_pause(start, limit, shape, calendar):
    lead, length, cut = shape
    if calendar is None and limit.unit is Unit.WORKING_DAY:
        limit = Duration(amount=limit.amount, unit=Unit.DAY)
    first = start + timedelta(days=lead)
    last = first + timedelta(days=length)
    middle = first + timedelta(days=min(cut, length - 1))
    whole = [Pause(first=first, last=last, reason="correction")]
    halves = [
        Pause(first=first, last=middle, reason="correction"),
        Pause(first=middle + timedelta(days=1), last=last, reason="correction"),
    ]
    assert last_day(start, limit, calendar, pauses=whole) == last_day(start, limit, calendar, pauses=halves)


@settings(max_examples=150)
@given(data=st.data(), start=starts, limit=day_limits, more=st.integers(1, 30))
def test_a_longer_limit_never_ends_earlier(data, start, limit, more):
    pauses = data.draw(pause_lists(start))
    longer = Duration(amount=limit.amount + more, unit=limit.unit)
    short_day = last_day(start, limit, CALENDAR, pauses=pauses)
    assert short_day <= last_day(start, longer, CALENDAR, pauses=pauses)


@settings(max_examples=100)
@given(data=st.data(), start=starts, limit=day_limits)
def test_a_limit_ends_on_a_worked_day_on_which_the_clock_runs(data, start, limit):
    pauses = data.draw(pause_lists(start))
    due = last_day(start, limit, CALENDAR, pauses=pauses)
    assert CALENDAR.is_working_day(due)
    assert not any(pause.first <= due <= pause.last for pause in pauses)


@settings(max_examples=60)
@given(data=st.data(), start=starts, limit=day_limits)
def test_the_day_alone_and_the_full_answer_agree(data, start, limit):
    pauses = data.draw(pause_lists(start))
    full = due_date(start, limit, CALENDAR, pauses=pauses)
    assert full.due == last_day(start, limit, CALENDAR, pauses=pauses)


@settings(max_examples=60)
@given(start=starts, amount=st.integers(1, 60))
def test_working_days_count_up_to_exactly_the_limit(start, amount):
    due = last_day(start, Duration(amount=amount, unit=Unit.WORKING_DAY), CALENDAR)
    assert CALENDAR.working_days(start + timedelta(days=1), due) == amount


@pytest.mark.parametrize(
    "day",
    [
        day
        for year in CALENDAR.years
        for day in CALENDAR.make_up_days(date(year.year, 1, 1), date(year.year, 12, 31))
    ],
)
def test_a_make_up_day_counts(day):
    assert last_day(day - timedelta(days=1), _limit("1wd"), CALENDAR) == day
    paused = [Pause(first=day, last=day, reason="correction")]
    assert last_day(day - timedelta(days=1), _limit("1wd"), CALENDAR, pauses=paused) > day


def test_a_reset_that_begins_on_the_due_day_still_gives_the_full_limit_anew():
    stop = Pause(first=date(2026, 3, 9), last=date(2026, 3, 10), reason="correction", resume=Resume.RESET)
    assert last_day(date(2026, 3, 2), _limit("5wd"), CALENDAR, pauses=[stop]) == date(2026, 3, 17)


def test_a_reset_into_a_short_month_does_not_bring_the_date_forward():
    before = Pause(first=date(2026, 1, 29), last=date(2026, 1, 30), reason="correction")
    stop = Pause(first=date(2026, 1, 31), last=date(2026, 1, 31), reason="correction", resume=Resume.RESET)
    assert last_day(date(2026, 1, 28), _limit("1m"), None, pauses=[before]) == date(2026, 3, 2)
    assert last_day(date(2026, 1, 28), _limit("1m"), None, pauses=[before, stop]) == date(2026, 3, 3)


def test_a_pause_takes_only_the_hours_after_the_start():
    start = datetime(2026, 3, 2, 9, tzinfo=BEIJING)
    found = due_date(
        start, _limit("48h"), CALENDAR, pauses=[Pause.parse("2026-03-01..2026-03-02:correction")]
    )
    assert found.due_at == datetime(2026, 3, 5, tzinfo=BEIJING)
    assert found.due == date(2026, 3, 4)


def test_hours_pause_and_split_alike():
    start = datetime(2026, 3, 2, 9, tzinfo=BEIJING)
    whole = [Pause.parse("2026-03-03..2026-03-05:correction")]
    halves = [
        Pause.parse("2026-03-03..2026-03-03:correction"),
        Pause.parse("2026-03-04..2026-03-05:correction"),
    ]
    expected = datetime(2026, 3, 7, 9, tzinfo=BEIJING)
    assert due_date(start, _limit("48h"), CALENDAR, pauses=whole).due_at == expected
    assert due_date(start, _limit("48h"), CALENDAR, pauses=halves).due_at == expected


extra = st.builds(
    Duration,
    amount=st.integers(0, 30),
    unit=st.sampled_from([Unit.DAY, Unit.WEEK, Unit.MONTH, Unit.WORKING_DAY]),
)
instants = st.datetimes(datetime(2020, 1, 1), datetime(2026, 12, 31), timezones=st.just(BEIJING))  # noqa: DTZ001


@settings(max_examples=100)
@given(data=st.data(), start=starts, limit=day_limits, more=extra)
def test_an_extension_never_brings_a_date_forward(data, start, limit, more):
    pauses = data.draw(pause_lists(start))
    before = last_day(start, limit, CALENDAR, pauses=pauses)
    decided = before - timedelta(days=data.draw(st.integers(0, 20)))
    granted = Extension(duration=more, decided=decided)
    extended = due_date(start, limit, CALENDAR, pauses=pauses, extension=granted)
    assert extended.due >= before
    assert extended.due > before or not more.amount


@settings(max_examples=100)
@given(
    start=starts,
    limit=day_limits,
    lead=st.integers(-5, 60),
    length=st.integers(0, 60),
    resume=st.sampled_from(Resume),
)
def test_an_open_pause_is_one_that_ends_today(start, limit, lead, length, resume):
    first = start + timedelta(days=lead)
    today = first + timedelta(days=length)
    still = Pause(first=first, last=None, reason="correction", resume=resume)
    ended = still.model_copy(update={"last": today})
    found = due_date(start, limit, CALENDAR, pauses=[still], today=today)
    assert found.due == last_day(start, limit, CALENDAR, pauses=[ended])


@settings(max_examples=60)
@given(start=instants, hours=st.integers(0, 500))
def test_hours_ask_no_calendar(start, hours):
    limit = Duration(amount=hours, unit=Unit.HOUR)
    found = due_date(start, limit, CALENDAR)
    assert found == due_date(start, limit, None)
    assert found.due_at - start == timedelta(hours=hours)


@settings(max_examples=80)
@given(
    start=instants,
    hours=st.integers(1, 500),
    shape=st.tuples(st.integers(-3, 20), st.integers(1, 10), st.integers(0, 9)),
)
def test_a_pause_never_brings_hours_forward_and_may_be_cut_in_two(start, hours, shape):
    lead, length, cut = shape
    limit = Duration(amount=hours, unit=Unit.HOUR)
    first = start.date() + timedelta(days=lead)
    last = first + timedelta(days=length)
    middle = first + timedelta(days=min(cut, length - 1))
    whole = [Pause(first=first, last=last, reason="correction")]
    halves = [
        Pause(first=first, last=middle, reason="correction"),
        Pause(first=middle + timedelta(days=1), last=last, reason="correction"),
    ]
    found = due_date(start, limit, None, pauses=whole).due_at
    assert found >= due_date(start, limit, None).due_at
    assert found == due_date(start, limit, None, pauses=halves).due_at
    assert found <= due_date(start, limit, None).due_at + timedelta(days=length + 1)
