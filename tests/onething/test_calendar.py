from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest

from onething.calendar import CalendarYear, Holiday, WorkCalendar, load_calendar
from onething.errors import CatalogError

FOLDER = Path(__file__).parents[2] / "catalog" / "calendars"
CALENDAR = load_calendar(FOLDER)


@pytest.mark.parametrize("year", range(2007, 2027))
def test_every_day_of_the_year_agrees_with_an_independent_transcription(year):
    day = date(year, 1, 1)
    while day.year == year:
        assert CALENDAR.is_working_day(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


def test_the_years_2007_to_2026_are_announced_and_others_are_not():
    assert [year for year in range(2000, 2035) if CALENDAR.announced(year)] == list(range(2007, 2027))
    assert CALENDAR.unannounced(2026, 2028) == (2027, 2028)


def test_every_year_names_its_notice():
    for year in CALENDAR.years:
        assert year.source
        assert year.version.startswith(f"cn-{year.year}.")


def test_a_year_without_a_file_rests_on_weekends_and_fixed_holidays_only():
    resting = {date(2031, 1, 1) + timedelta(days=n) for n in range(365)}
    resting = {day for day in resting if day.weekday() < 5 and not CALENDAR.is_working_day(day)}
    assert resting == {
        date(2031, 1, 1),
        date(2031, 5, 1),
        date(2031, 5, 2),
        date(2031, 10, 1),
        date(2031, 10, 2),
        date(2031, 10, 3),
    }


def test_the_provisional_years_know_the_lunar_festivals_and_no_make_up_days():
    assert not CALENDAR.is_working_day(date(2027, 2, 5))
    assert not CALENDAR.is_working_day(date(2028, 1, 25))
    assert CALENDAR.make_up_days(date(2027, 1, 1), date(2028, 12, 31)) == ()


def test_a_slice_travels_as_small_json_and_counts_the_same():
    part = CALENDAR.slice(2025, 2028)
    text = part.model_dump_json()
    assert len(text.encode()) < 4096
    back = WorkCalendar.model_validate_json(text)
    assert back == part
    assert back.add_working_days(date(2025, 12, 31), 300) == CALENDAR.add_working_days(
        date(2025, 12, 31), 300
    )


def test_what_lies_outside_a_slice_counts_as_unannounced():
    assert not CALENDAR.slice(2025, 2026).announced(2024)


def test_using_a_calendar_does_not_change_what_it_equals():
    used, fresh = CALENDAR.slice(2026, 2026), CALENDAR.slice(2026, 2026)
    used.is_working_day(date(2026, 1, 1))
    assert used == fresh
    assert hash(used) == hash(fresh)


def test_walking_forward_and_back_by_working_days_meets_again():
    for day in (date(2026, 2, 14), date(2026, 1, 4), date(2025, 10, 9)):
        assert CALENDAR.working_day_before(CALENDAR.add_working_days(day, 7), 7) == day


def test_the_day_before_a_rest_day_is_the_last_one_worked():
    assert CALENDAR.working_day_before(date(2026, 2, 20), 1) == date(2026, 2, 14)
    assert CALENDAR.working_day_before(date(2026, 1, 2), 2) == date(2025, 12, 30)


def test_working_days_between_two_days_are_counted_across_the_year():
    assert CALENDAR.working_days(date(2025, 12, 31), date(2026, 1, 5)) == 3
    assert CALENDAR.working_days(date(2026, 2, 15), date(2026, 2, 23)) == 0
    assert CALENDAR.working_days(date(2026, 2, 2), date(2026, 2, 1)) == 0


def test_versions_of_all_years_counted_in_are_named():
    assert CALENDAR.version(2026, 2026) == "cn-2026.1"
    assert CALENDAR.version(2026, 2030) == "cn-2026.1+cn-2027.1+cn-2028.1+cn-unannounced.1"


def test_a_make_up_day_on_a_weekday_is_refused():
    with pytest.raises(ValueError, match="2026-02-13 is no make-up workday"):
        CalendarYear(
            year=2026, version="x", source="x", holidays=(Holiday(zh="春节", en="S", work=("0213",)),)
        )


def test_a_holiday_that_runs_backwards_is_refused():
    with pytest.raises(ValueError, match="0217-0215 runs backwards"):
        CalendarYear(
            year=2026, version="x", source="x", holidays=(Holiday(zh="春节", en="S", rest=("0217-0215",)),)
        )


GOOD = """
year: 2026
version: "cn-2026.9"
announced: true
notices: [{title: 通知, source: x}]
holidays: [{zh: 元旦, en: New Year, rest: ["0101"]}]
"""


@pytest.mark.parametrize(
    ("name", "text", "finding"),
    [
        ("cn-2026.yaml", GOOD.replace("rest:", "rset:"), "rset"),
        ("cn-2026.yaml", GOOD.replace("0101", "0230"), "day is out of range"),
        ("cn-2026.yaml", GOOD.replace('["0101"]', '["0101"], notice: 2'), "notice that is not listed"),
        ("cn-2026.yaml", "year: [", "not a calendar file"),
        ("cn-2025.yaml", GOOD, "the year inside is 2026"),
    ],
)
def test_a_wrong_file_is_refused_by_name(tmp_path, name, text, finding):
    stand_in = (FOLDER / "cn-unannounced.yaml").read_text(encoding="utf-8")
    (tmp_path / "cn-unannounced.yaml").write_text(stand_in, encoding="utf-8")
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(CatalogError, match=finding) as caught:
        load_calendar(tmp_path)
    assert caught.value.file.endswith(name)


def test_a_folder_without_a_rule_for_other_years_is_refused(tmp_path):
    with pytest.raises(CatalogError, match="no rule for years without a file"):
        load_calendar(tmp_path)


def test_a_new_file_makes_its_year_announced(tmp_path):
    for path in FOLDER.glob("cn-*.yaml"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "cn-2029.yaml").write_text(GOOD.replace("2026", "2029"), encoding="utf-8")
    later = load_calendar(tmp_path)
    assert later.announced(2029)
    assert later.version(2029, 2029) == "cn-2029.9"
