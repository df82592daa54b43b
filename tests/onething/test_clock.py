from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from onething.calendar import CalendarYear, Holiday, WorkCalendar, load_calendar
from onething.clock import (
    BEIJING,
    ClockError,
    ClockFault,
    DeadlineStatus,
    DueDate,
    Duration,
    Extension,
    LightRule,
    Pause,
    Resume,
    Unit,
    due_date,
    lights,
    status,
)

CALENDAR = load_calendar(Path(__file__).parents[2] / "catalog" / "calendars")
VECTORS = YAML(typ="safe").load(Path(__file__).with_name("clock_vectors.yaml").read_text(encoding="utf-8"))


def _limit(text: str) -> Duration:
    return Duration.parse(text)


def _moment(text: str) -> date:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def _asked(vector: dict[str, str]) -> DueDate:
    extension = None
    if "extension" in vector:
        decided = date.fromisoformat(vector["decided"])
        extension = Extension(duration=_limit(vector["extension"]), decided=decided)
    return due_date(
        _moment(vector["start"]),
        _limit(vector["limit"]),
        None if vector.get("calendar") == "none" else CALENDAR,
        pauses=[Pause.parse(text) for text in vector.get("pauses", [])],
        extension=extension,
        today=_moment(vector["today"]) if "today" in vector else None,
        closes=time.fromisoformat(vector["closes"]) if "closes" in vector else None,
    )


def test_every_vector_says_how_it_was_counted():
    assert len(VECTORS) >= 110
    assert all(vector["why"].strip() for vector in VECTORS)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"{vector['start']}+{vector['limit']}")
def test_the_clock_agrees_with_the_count_done_by_hand(vector):
    found = _asked(vector)
    assert found.due == date.fromisoformat(vector["due"])
    assert found.provisional is vector.get("provisional", False)
    midnight = datetime.combine(found.due + timedelta(days=1), time(), BEIJING)
    assert found.due_at == (datetime.fromisoformat(vector["due_at"]) if "due_at" in vector else midnight)


def test_a_due_date_survives_json():
    found = due_date(date(2026, 2, 10), _limit("15wd"), CALENDAR)
    text = found.model_dump_json()
    assert '"due_at":"2026-03-10T00:00:00+08:00"' in text
    assert DueDate.model_validate_json(text) == found


def test_a_due_date_names_the_calendar_files_it_was_counted_with():
    assert due_date(date(2026, 2, 10), _limit("15wd"), CALENDAR).calendar_version == "cn-2026.1"
    assert due_date(date(2025, 12, 30), _limit("5wd"), CALENDAR).calendar_version == "cn-2025.1+cn-2026.1"
    assert due_date(date(2026, 2, 10), _limit("9d"), None).calendar_version == "none"


def test_an_instant_starts_a_day_limit_on_its_beijing_day():
    start = datetime.fromisoformat("2026-03-01T17:00:00+00:00")
    assert due_date(start, _limit("20wd"), CALENDAR).due == date(2026, 3, 30)


def test_a_pause_that_counts_does_not_stop_the_clock():
    hearing = Pause(first=date(2026, 3, 9), last=date(2026, 3, 11), reason="hearing", counts=True)
    found = due_date(date(2026, 3, 2), _limit("20wd"), CALENDAR, pauses=[hearing])
    assert found.due == date(2026, 3, 30)
    assert "计入期限" in found.explanation.zh


def test_an_open_pause_that_has_not_begun_yet_changes_nothing():
    later = Pause(first=date(2026, 3, 20), last=None, reason="hearing")
    found = due_date(date(2026, 3, 2), _limit("20wd"), CALENDAR, pauses=[later], today=date(2026, 3, 10))
    assert found.due == date(2026, 3, 30)


def test_an_extension_decided_on_the_due_day_is_still_in_time():
    extension = Extension(duration=_limit("10wd"), decided=date(2026, 3, 30))
    assert due_date(date(2026, 3, 2), _limit("20wd"), CALENDAR, extension=extension).due == date(2026, 4, 14)


def test_a_reset_inside_the_extended_time_gives_the_full_limit_anew():
    extension = Extension(duration=_limit("10wd"), decided=date(2026, 3, 25))
    stop = Pause(first=date(2026, 4, 9), last=date(2026, 4, 10), reason="correction", resume=Resume.RESET)
    found = due_date(date(2026, 3, 2), _limit("20wd"), CALENDAR, pauses=[stop], extension=extension)
    assert found.due == CALENDAR.add_working_days(date(2026, 4, 10), 20)


def test_hours_are_extended_by_hours():
    start = datetime(2026, 3, 2, 9, tzinfo=BEIJING)
    extension = Extension(duration=_limit("24h"), decided=date(2026, 3, 4))
    found = due_date(start, _limit("48h"), CALENDAR, extension=extension)
    assert found.due_at == datetime(2026, 3, 5, 9, tzinfo=BEIJING)
    assert found.provisional is False


NINTH = date(2026, 3, 9)
LATE = Extension(duration=Duration(amount=10, unit=Unit.WORKING_DAY), decided=date(2026, 3, 31))
SLOW = Extension(duration=Duration(amount=10, unit=Unit.HOUR), decided=NINTH)
BACK = Pause(first=NINTH, last=date(2026, 3, 8), reason="correction")
ONE = Pause(first=NINTH, last=date(2026, 3, 11), reason="correction")
TWO = Pause(first=date(2026, 3, 11), last=date(2026, 3, 12), reason="hearing")
OPEN = Pause(first=NINTH, last=None, reason="correction")
NAIVE = datetime(2026, 3, 2, 9)  # noqa: DTZ001 -- the missing zone is the point
NOON = datetime(2026, 3, 2, 12, tzinfo=BEIJING)
LAST_INSTANT = datetime(9999, 12, 31, 23, tzinfo=UTC)
LATE_HOURS = Extension(duration=Duration(amount=1, unit=Unit.HOUR), decided=date(2026, 3, 5))


@pytest.mark.parametrize(
    ("fault", "start", "limit", "calendar", "more"),
    [
        (ClockFault.WORKING_DAYS_NEED_CALENDAR, NINTH, "5wd", None, {}),
        (ClockFault.HOURS_NEED_INSTANT, NINTH, "48h", CALENDAR, {}),
        (ClockFault.INSTANT_WITHOUT_ZONE, NAIVE, "48h", CALENDAR, {}),
        (ClockFault.INSTANT_WITHOUT_ZONE, NAIVE, "5wd", CALENDAR, {}),
        (ClockFault.DATE_OUT_OF_RANGE, date(9999, 12, 31), "5wd", CALENDAR, {}),
        (ClockFault.DATE_OUT_OF_RANGE, LAST_INSTANT, "5wd", CALENDAR, {}),
        (ClockFault.DATE_OUT_OF_RANGE, LAST_INSTANT, "48h", CALENDAR, {}),
        (ClockFault.PAUSE_BACKWARDS, NINTH, "5wd", CALENDAR, {"pauses": [BACK]}),
        (ClockFault.PAUSES_OVERLAP, NINTH, "5wd", CALENDAR, {"pauses": [TWO, ONE]}),
        (ClockFault.OPEN_PAUSE_NEEDS_TODAY, NINTH, "5wd", CALENDAR, {"pauses": [OPEN]}),
        (ClockFault.EXTENSION_TOO_LATE, date(2026, 3, 2), "20wd", CALENDAR, {"extension": LATE}),
        (ClockFault.EXTENSION_TOO_LATE, NOON, "48h", CALENDAR, {"extension": LATE_HOURS}),
        (ClockFault.EXTENSION_MIXES_UNITS, date(2026, 3, 2), "20wd", CALENDAR, {"extension": SLOW}),
        (ClockFault.WORKING_DAYS_NEED_CALENDAR, NINTH, "5d", None, {"extension": LATE}),
    ],
)
def test_a_count_that_makes_no_sense_is_refused_with_its_fault(fault, start, limit, calendar, more):
    with pytest.raises(ClockError) as caught:
        due_date(start, _limit(limit), calendar, **more)
    assert caught.value.fault is fault
    assert caught.value.params["fault"] == fault
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    ("start", "limit", "calendar", "yellow", "red"),
    [
        ("2026-03-02", "20wd", CALENDAR, "2026-03-26", "2026-03-31"),
        ("2026-03-02", "5wd", CALENDAR, "2026-03-06", "2026-03-10"),
        ("2026-03-02", "2wd", CALENDAR, "2026-03-04", "2026-03-05"),
        ("2026-03-02", "30d", CALENDAR, "2026-03-30", "2026-04-02"),
        ("2026-03-02", "3d", CALENDAR, "2026-03-04", "2026-03-06"),
        ("2026-03-02", "1m", None, "2026-03-31", "2026-04-03"),
        ("2026-02-13", "3wd", CALENDAR, "2026-02-24", "2026-02-26"),
    ],
)
def test_the_light_turns_yellow_before_and_red_after_the_due_day(start, limit, calendar, yellow, red):
    begin = date.fromisoformat(start)
    due = due_date(begin, _limit(limit), calendar)
    shown = lights(due, begin, _limit(limit), calendar)
    assert [instant.isoformat() for instant in shown] == [f"{yellow}T00:00:00+08:00", f"{red}T00:00:00+08:00"]


def test_an_hour_limit_turns_yellow_after_two_thirds():
    start = datetime(2026, 3, 2, 9, tzinfo=BEIJING)
    due = due_date(start, _limit("48h"), CALENDAR)
    assert lights(due, start, _limit("48h"), CALENDAR).yellow_from == datetime(2026, 3, 3, 17, tzinfo=BEIJING)


def test_the_lead_of_the_light_is_data():
    begin = date(2026, 3, 2)
    due = due_date(begin, _limit("20wd"), CALENDAR)
    shown = lights(due, begin, _limit("20wd"), CALENDAR, LightRule(days=5, share=(1, 2)))
    assert shown.yellow_from.date() == date(2026, 3, 23)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (date(2026, 3, 25), DeadlineStatus.RUNNING),
        (date(2026, 3, 26), DeadlineStatus.YELLOW),
        (date(2026, 3, 30), DeadlineStatus.YELLOW),
        (datetime(2026, 3, 30, 23, 59, tzinfo=BEIJING), DeadlineStatus.YELLOW),
        (datetime(2026, 3, 31, tzinfo=BEIJING), DeadlineStatus.OVERDUE),
        (date(2026, 3, 31), DeadlineStatus.OVERDUE),
    ],
)
def test_the_status_follows_the_lights(now, expected):
    begin = date(2026, 3, 2)
    due = due_date(begin, _limit("20wd"), CALENDAR)
    assert status(due, now, lights(due, begin, _limit("20wd"), CALENDAR)) is expected


def test_a_stopped_clock_is_paused_whatever_the_day_unless_the_pause_counts():
    begin = date(2026, 3, 2)
    due = due_date(begin, _limit("5wd"), CALENDAR)
    shown = lights(due, begin, _limit("5wd"), CALENDAR)
    stopped = Pause(first=begin, last=None, reason="correction")
    counted = stopped.model_copy(update={"counts": True})
    assert status(due, date(2026, 4, 1), shown, [stopped]) is DeadlineStatus.PAUSED
    assert status(due, date(2026, 4, 1), shown, [counted]) is DeadlineStatus.OVERDUE


def test_deemed_acceptance_counts_from_the_day_of_receipt_not_from_the_day_it_was_deemed():
    received, notice = date(2026, 3, 2), _limit("5wd")
    deemed = due_date(received, notice, CALENDAR).due
    assert deemed == date(2026, 3, 9)
    assert due_date(received, _limit("20wd"), CALENDAR).due == date(2026, 3, 30)
    assert due_date(deemed, _limit("20wd"), CALENDAR).due == date(2026, 4, 7)


def test_the_same_question_is_answered_anew_when_the_year_is_announced():
    """Nothing else is needed to count again: the inputs of the first count, and the new calendar."""
    start, limit = date(2026, 12, 25), _limit("15wd")
    stop = [Pause.parse("2027-01-05..2027-01-06:correction")]
    before = due_date(start, limit, CALENDAR, pauses=stop)
    assert (before.due, before.provisional) == (date(2027, 1, 20), True)
    holiday = Holiday(zh="元旦", en="New Year", rest=("0101-0103",), work=("0109",))
    year = CalendarYear(year=2027, version="cn-2027.2", source="x", holidays=(holiday,))
    kept = tuple(one for one in CALENDAR.years if one.year != 2027)
    landed = WorkCalendar(years=(*kept, year), otherwise=CALENDAR.otherwise)
    after = due_date(start, limit, landed, pauses=stop)
    # 28-31 = 4; Mon 4 = 5; 5 6 paused; 7 8 = 7; the make-up Sat 9 = 8; 11-15 = 13; 18 19 = 15
    assert (after.due, after.provisional) == (date(2027, 1, 19), False)
    assert after.calendar_version == "cn-2026.1+cn-2027.2"
    assert "暂定" in before.explanation.zh
    assert "暂定" not in after.explanation.zh


def test_an_open_pause_is_told_though_another_is_to_follow():
    pauses = [Pause.parse("2026-03-05..:hearing"), Pause.parse("2026-03-10..2026-03-11:correction")]
    found = due_date(date(2026, 3, 2), _limit("5wd"), CALENDAR, pauses=pauses, today=date(2026, 3, 6))
    assert found.due == date(2026, 3, 13)
    assert "3月5日至6日（尚未恢复）因听证暂停" in found.explanation.zh


def test_an_extension_in_working_days_without_a_calendar_is_refused_by_its_own_name():
    with pytest.raises(ClockError) as caught:
        due_date(NINTH, _limit("5d"), None, extension=LATE)
    assert caught.value.params["limit"] == "10wd"
