"""What a family has just done stands on the page after it, however late the records come to it."""

import re
from html import unescape

import pytest

from api.case import arrived
from records.case import StoredCase
from tests.api.phone.follow.test_follow import look, words

pytestmark = pytest.mark.usefixtures("ruling")
POLICE = "household_cancellation"
NAME = "/deceased/name"
PAPER = "household_book_original"
PDF = {"file": ("book.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf")}


@pytest.fixture
def late(engine, monkeypatch):
    """A function after which the records come to what a case did only once somebody asks them."""
    space = type(engine).feed.__globals__
    keep, look_up, pending = space["apply_snapshot"], arrived.__globals__["get_case"], []

    async def later(archive, snapshot) -> None:
        pending.append((archive, snapshot))

    async def looked(archive, number) -> StoredCase:
        while pending:
            await keep(*pending.pop(0))
        return await look_up(archive, number)

    def start() -> None:
        monkeypatch.setitem(space, "apply_snapshot", later)
        monkeypatch.setitem(arrived.__globals__, "get_case", looked)

    return start


@pytest.fixture
async def owing(file_story, engine, story):
    answer = await file_story(owed=[PAPER], situations=story.situations | {"special": ["last_of_household"]})
    number = answer.json()["number"]
    await engine.says(number, "death_proof", {"kind": "granted"})
    return number


async def test_the_page_after_a_correction_asks_for_nothing_again(citizen, number, engine, late):
    await engine.asks(number, POLICE, fields=["xm"])
    for slot in engine.states[number].slots.values():
        if slot.state == "submitting":
            await engine.says(number, slot.slot, {"kind": "accepted", "at": engine.office.now()})
    assert "需要您处理" in words(await look(citizen, f"/m/cases/{number}"))
    place, form = f"/m/cases/{number}/correction", {"shown": NAME, NAME: "陈国樑"}
    page = await citizen.post(place, form | {"do": "check"})
    seen = unescape(re.search(r'name="seen" value="([^"]*)"', page.text)[1])
    late()
    answer = await citizen.post(place, form | {"do": "confirm", "seen": seen})
    text = words(await look(citizen, answer.headers["location"]))
    assert "补正已提交" in text
    assert "需要您处理" not in text


async def test_the_page_after_a_paper_does_not_ask_for_it_again(citizen, owing, late):
    place = f"/m/cases/{owing}/slots/{POLICE}/papers/{PAPER}"
    late()
    answer = await citizen.post(place, {}, PDF)
    page = await look(citizen, answer.headers["location"])
    assert "材料已提交" in words(page)
    assert place not in page.text


async def test_the_page_after_a_withdrawal_shows_it_withdrawn(citizen, number, late):
    late()
    body = {"slot": POLICE, "reason": "not_wanted"}
    answer = await citizen.post(f"/m/cases/{number}/withdrawal", body)
    page = await look(citizen, answer.headers["location"])
    assert f"withdrawal?slot={POLICE}" not in page.text


async def test_a_program_reads_what_it_has_just_done(citizen, owing, late):
    place = f"/api/v1/own/cases/{owing}"
    assert await states(citizen, place) == (True, ["owed"])
    late()
    await citizen.post(f"{place}/slots/{POLICE}/papers/{PAPER}", {}, PDF)
    assert await states(citizen, place) == (True, [])
    await citizen.browser.post(f"{place}/withdrawal", json={"slot": POLICE, "reason": "not_wanted"})
    assert await states(citizen, place) == (False, [])


async def states(citizen, place):
    view = (await citizen.get(place)).json()
    item = next(one for one in view["items"] if one["slot"] == POLICE)
    return item["may_withdraw"], [one["state"] for one in item["owed"]]
