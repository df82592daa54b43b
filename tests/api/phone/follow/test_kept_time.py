"""A time booked at the office by an earlier item is shown, and nobody is asked to book a second one."""

from datetime import timedelta

import pytest

from api.phone.appointment_table import opening_hours
from api.phone.follow_view import view_followed
from onething.case_event import GateOpened
from onething.fact import parse_fact
from runtime.settings import TREE
from tests.api.conftest import NOW
from tests.api.phone.follow.test_appointment import words

pytestmark = pytest.mark.usefixtures("ruling")
SENTENCE = "已预约 2026年3月13日（星期五）上午，婚姻登记机关（编号 360902A01）"


@pytest.fixture(scope="session")
def life_event():
    return "marriage_birth_household"


@pytest.fixture(scope="session")
def story(catalog):
    """They chose 13 March, in the morning, when filing."""
    return catalog.scenario("marriage_birth_household", "smooth_four_items")


@pytest.fixture
def now():
    """The clock's hands: what tests move."""
    return [NOW]


@pytest.fixture
def clock(now):
    return lambda: now[0]


@pytest.fixture
async def number(file_story, engine):
    """The couple's case, its appointment granted."""
    answer = await file_story()
    assert answer.status_code == 201, answer.text
    number = answer.json()["number"]
    await engine.says(number, "appointment", {"kind": "received", "ref": "R-0"}, {"kind": "granted"})
    return number


async def item(browser, number):
    view = (await browser.get(f"/api/v1/own/cases/{number}")).json()
    return next(one for one in view["items"] if one["slot"] == "marriage")


async def test_the_day_the_half_day_and_the_office_are_shown_and_no_second_time_is_asked(citizen, number):
    page = words(await citizen.get(f"/m/cases/{number}"))
    assert SENTENCE in page
    assert "请双方本人携带居民身份证" in page
    assert "请预约时间" not in page
    assert "预约到场时间" not in page
    assert "需要您处理" not in words(await citizen.get("/m/cases"))
    english = words(await citizen.get(f"/m/cases/{number}?lang=en"))
    assert "Booked: Fri 13 Mar 2026, Morning, Marriage registration office (number 360902A01)" in english
    assert (await citizen.get(f"/m/cases/{number}/slots/marriage/appointment")).status_code == 404


async def test_people_who_have_to_come_are_awaited_and_nothing_is_called_impossible(citizen, client, number):
    for browser, path in ((citizen, f"/m/cases/{number}"), (client, f"/cases/{number}")):
        page = words(await browser.get(path))
        assert "待双方到场" in page
        assert "暂不能办理" not in page


async def test_a_day_that_has_passed_lets_them_book_again(number, office, now):
    now[0] += timedelta(days=11)
    found = next(one for one in (await view_followed(office, number)).items if one.slot == "marriage")
    assert found.kept.text.zh.startswith("预约时间已过：2026年3月13日（星期五）上午")
    assert found.may_book


async def test_until_the_office_has_said_yes_nothing_is_kept_and_after_they_came_nothing_more(
    citizen, file_story, engine
):
    number = (await file_story("key-2")).json()["number"]
    assert (await item(citizen, number))["kept"] is None
    await engine.says(number, "appointment", {"kind": "received", "ref": "R-0"}, {"kind": "granted"})
    assert (await item(citizen, number))["kept"]["day"] == "2026-03-13"
    await engine.act(number, GateOpened(slot="marriage", gate="both_in_person", actor="dev-clerk"))
    assert (await item(citizen, number))["kept"] is None


async def test_somebody_else_sees_nothing_of_it(stranger, number):
    assert (await stranger.get(f"/m/cases/{number}")).status_code == 404
    assert (await stranger.get(f"/api/v1/own/cases/{number}")).status_code == 404


def test_the_file_names_items_that_follow_each_other_and_facts_that_stand_in_the_form(catalog):
    kept = {name: one.kept_by for name, one in opening_hours(TREE / "catalog").items.items() if one.kept_by}
    assert kept
    for name, by in kept.items():
        facts = {
            parse_fact(box.binding.fact).concept
            for version in catalog.items[by.item]
            for box in catalog.boxes(version)
            if box.binding.fact
        }
        assert {by.day, by.time, by.place} <= facts
        slots = [slot for bundle in catalog.bundles.values() for slot in bundle.slots]
        before = {slot.slot for slot in slots if slot.item == by.item}
        assert any(slot.item == name and before & set(slot.after) for slot in slots)
