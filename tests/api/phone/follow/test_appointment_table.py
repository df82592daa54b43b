"""Bookable times: noon and Saturday included, holidays closed unless the data say otherwise."""

from datetime import date, datetime

import pytest

from api.phone.appointment_table import HourKind, OpeningHours, opening_hours, table
from onething.errors import CatalogError
from runtime.settings import TREE

ITEM = "civil_affairs/marriage_registration"
PLACE = ("dev-window-1", ITEM)


@pytest.fixture(scope="module")
def hours():
    return opening_hours(TREE / "catalog")


def at(text):
    return datetime.fromisoformat(f"{text}+08:00")


def days(hours, calendar, now, taken=None):
    return {one.day: one for one in table(hours, calendar, PLACE, taken or {}, at(now))}


def kinds(day):
    return {one.kind for one in day.times}


def test_noon_and_saturday_can_be_booked(hours, calendar):
    found = days(hours, calendar, "2026-03-03T08:00:00")
    assert HourKind.NOON in kinds(found[date(2026, 3, 3)])
    assert kinds(found[date(2026, 3, 7)]) == {HourKind.SATURDAY}
    assert date(2026, 3, 8) not in found


def test_holidays_are_closed_and_make_up_days_are_open(hours, calendar):
    found = days(hours, calendar, "2026-09-20T08:00:00")
    assert date(2026, 9, 20) in found, "a Sunday worked in exchange"
    assert HourKind.NOON in kinds(found[date(2026, 9, 20)])
    assert date(2026, 10, 1) not in found
    assert date(2026, 10, 3) not in found, "a Saturday within the holiday"


def test_a_holiday_that_the_data_open_is_open_and_a_day_they_close_is_closed(hours, calendar):
    own = {"closed_days": [date(2026, 9, 21)], "open_days": {date(2026, 10, 3): {"hours": "saturday"}}}
    changed = OpeningHours.model_validate(hours.model_dump(by_alias=True) | own)
    found = days(changed, calendar, "2026-09-20T08:00:00")
    assert kinds(found[date(2026, 10, 3)]) == {HourKind.SATURDAY}
    assert date(2026, 9, 21) not in found


def test_what_is_past_or_too_near_cannot_be_booked(hours, calendar):
    found = days(hours, calendar, "2026-03-03T10:05:00")
    assert found[date(2026, 3, 3)].times[0].starts == "11:30"
    assert date(2026, 3, 3) not in days(hours, calendar, "2026-03-03T16:40:00")


def test_places_taken_are_not_free(hours, calendar):
    day = date(2026, 3, 4)
    found = days(hours, calendar, "2026-03-03T10:05:00", {(day, "09:00"): 2, (day, "09:30"): 1})
    assert [one.free for one in found[day].times[:3]] == [0, 1, 2]


def test_one_window_may_keep_hours_of_its_own(hours, calendar):
    own = {"dev-window-1": {"hours": {"working_day": [{"from": "10:00", "to": "11:00", "places": 1}]}}}
    changed = OpeningHours.model_validate(hours.model_dump(by_alias=True) | {"windows": own})
    found = days(changed, calendar, "2026-03-03T08:00:00")
    assert [one.starts for one in found[date(2026, 3, 4)].times] == ["10:00", "10:30"]
    assert date(2026, 3, 7) not in found


@pytest.mark.parametrize(
    "text",
    [
        "hours: {working_day: [{from: '12:00', to: '09:00', places: 1}]}",
        "hours: {}\nopen_days: {2026-10-05: {hours: saturday}}",
        "hours: {working_day: [{from: '9', to: '12:00', places: 1}]}",
    ],
)
def test_a_wrong_file_is_named(tmp_path, text):
    (tmp_path / "appointments.yaml").write_text(
        f"minutes: 30\nearliest_minutes: 0\ndays_ahead: 7\n{text}\n", encoding="utf-8"
    )
    with pytest.raises(CatalogError, match=r"appointments\.yaml"):
        opening_hours(tmp_path)
