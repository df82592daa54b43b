from datetime import date, datetime, timedelta, timezone

import pytest

from onething.duration import ClockError, ClockFault, Duration, Pause, Resume, day_from, moment_from


@pytest.mark.parametrize("text", ["48h", "7d", "2w", "3m", "15wd", "0wd"])
def test_a_limit_reads_and_writes_the_same(text):
    assert str(Duration.parse(text)) == text


@pytest.mark.parametrize("text", ["", "wd", "-1d", "1.5d", "5 working days", "12345d", "５wd"])
def test_an_unreadable_limit_is_refused(text):
    with pytest.raises(ClockError) as caught:
        Duration.parse(text)
    assert caught.value.fault is ClockFault.LIMIT_UNREADABLE


def test_a_limit_without_a_unit_is_refused_as_such():
    with pytest.raises(ClockError) as caught:
        Duration.parse("15")
    assert caught.value.fault is ClockFault.LIMIT_WITHOUT_UNIT
    assert str(caught.value) == "clock_invalid(fault=limit_without_unit, limit=15)"


@pytest.mark.parametrize(
    ("text", "last", "reason", "resume"),
    [
        ("2026-02-24..2026-02-27:correction", date(2026, 2, 27), "correction", Resume.CONTINUE),
        ("2026-02-24..2026-02-27:hearing:reset", date(2026, 2, 27), "hearing", Resume.RESET),
        ("2026-02-24..:correction:continue", None, "correction", Resume.CONTINUE),
        ("2026-02-24..2026-02-27", date(2026, 2, 27), "pause", Resume.CONTINUE),
        ("2026-02-24..:reset", None, "pause", Resume.RESET),
    ],
)
def test_a_pause_is_read_from_one_word(text, last, reason, resume):
    assert Pause.parse(text) == Pause(first=date(2026, 2, 24), last=last, reason=reason, resume=resume)


@pytest.mark.parametrize(
    "text", ["", "2026-02-24", "2026-02-30..2026-03-01", "a..b", "..2026-02-24", "2026-02-24..:x:y"]
)
def test_an_unreadable_pause_is_refused(text):
    with pytest.raises(ClockError) as caught:
        Pause.parse(text)
    assert caught.value.fault is ClockFault.PAUSE_UNREADABLE


def test_limits_are_said_in_both_languages():
    assert Duration.parse("15wd").text.zh == "15个工作日"
    assert Duration.parse("1wd").text.en == "1 working day"
    assert Duration.parse("48h").text.en == "48 hours"


def test_days_and_instants_are_read_as_they_stand():
    assert day_from(" 2026-03-02 ") == date(2026, 3, 2)
    assert moment_from("2026-03-02") == date(2026, 3, 2)
    nine = datetime(2026, 3, 2, 9, tzinfo=timezone(timedelta(hours=8)))
    assert moment_from("2026-03-02T09:00+08:00") == nine
    assert moment_from("2026-03-02T01:00:00Z") == nine
    assert moment_from("2026-03-02 09:00").tzinfo is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-02-30",
        "20260302",
        "2026-W10-1",
        "02.03.2026",
        "2026-03-02T25:00+08:00",
        "2026-03-02T09",
        "今天",
    ],
)
def test_a_date_that_is_none_is_refused(text):
    for read in (day_from, moment_from):
        with pytest.raises(ClockError) as caught:
            read(text)
        assert caught.value.fault is ClockFault.DATE_UNREADABLE
