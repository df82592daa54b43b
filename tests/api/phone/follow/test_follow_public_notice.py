"""A family is told of a public notice as what it is: until when, what it shows, and what the clock does."""

from datetime import timedelta

import pytest

from tests.api.phone.follow.test_follow import look, words

pytestmark = pytest.mark.usefixtures("ruling")
ITEM = "low_income"


@pytest.fixture(scope="session")
def life_event():
    return "social_assistance"


@pytest.fixture(scope="session")
def story(catalog):
    return catalog.scenario("social_assistance", "low_income_with_linked")


@pytest.fixture
async def number(file_story):
    return (await file_story()).json()["number"]


async def test_a_public_notice_is_said_with_its_last_day(citizen, number, engine):
    began = engine.office.today()
    for slot in tuple(engine.states[number].slots.values()):
        if slot.state == "submitting" and slot.slot != ITEM:
            await engine.says(number, slot.slot, {"kind": "received", "ref": "R"}, {"kind": "granted"})
    accepted = {"kind": "accepted", "at": engine.office.now()}
    await engine.says(number, ITEM, {"kind": "received", "ref": "R"}, accepted)
    wait = {"kind": "suspended", "reason": "public_notice", "since": began}
    await engine.says(number, ITEM, wait)
    said = words(await look(citizen, f"/m/cases/{number}"))
    last = began + timedelta(days=7)
    assert f"正在公示（至{last.year}年{last.month}月{last.day}日" in said
    assert "不公开证件号码" in said
    assert "办理期限，您不用做什么" in said
    assert "开始公示，公示 7 日" in said
    assert "暂停计时" not in said


async def test_a_notice_that_counts_stops_no_clock_on_the_windows_pages(client, number, engine):
    began = engine.office.today()
    accepted = {"kind": "accepted", "at": engine.office.now()}
    wait = {"kind": "suspended", "reason": "public_notice", "since": began}
    for slot in tuple(engine.states[number].slots.values()):
        if slot.state == "submitting" and slot.slot != ITEM:
            await engine.says(number, slot.slot, {"kind": "received", "ref": "R"}, {"kind": "granted"})
    await engine.says(number, ITEM, {"kind": "received", "ref": "R"}, accepted, wait)
    said = words(await look(client, f"/cases/{number}"))
    last = began + timedelta(days=7)
    day = f"{began.year}年{began.month}月{began.day}日"
    assert f"自{day}起公示，计入办理期限，最早{last.year}年{last.month}月{last.day}日期满" in said
    assert "暂停计时" not in said
    assert "如今天恢复计时" not in said
    sheet = words(await look(client, f"/cases/{number}/acceptance-notice"))
    assert "公示的时间计入办理期限" in sheet
    assert "公示、听证" not in sheet
    down = {"kind": "resumed", "at": began, "mode": "continue"}
    await engine.says(number, ITEM, down)
    said = words(await look(client, f"/cases/{number}"))
    assert "公示撤下" in said
    assert "恢复计时" not in said
