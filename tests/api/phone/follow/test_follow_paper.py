"""A paper promised for later: its day is said, and it is handed in from the phone."""

import re

import pytest

from records.material import Holder, materials_of
from tests.api.phone.follow.test_follow import look, words

pytestmark = pytest.mark.usefixtures("ruling")
POLICE = "household_cancellation"
PAPER = "household_book_original"
PDF = {"file": ("book.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf")}


@pytest.fixture
async def number(file_story, engine, story):
    answer = await file_story(owed=[PAPER], situations=story.situations | {"special": ["last_of_household"]})
    number = answer.json()["number"]
    await engine.says(number, "death_proof", {"kind": "granted"})
    return number


@pytest.fixture
def place(number):
    return f"/m/cases/{number}/slots/{POLICE}/papers/{PAPER}"


async def test_before_a_clock_runs_it_is_said_from_when_the_days_count(citizen, number, place):
    page = await look(citizen, f"/m/cases/{number}")
    assert f'href="{place}"' in page.text
    assert re.search(r"自该事项受理之日起计算，最长 20 \S", words(page))
    assert re.search(r"自该事项受理之日起计算，最长 20 \S", words(await look(citizen, place)))
    assert "from the day" in words(await look(citizen, f"{place}?lang=en"))


async def test_a_paper_is_handed_in_from_the_phone(citizen, number, place, engine, office):
    await engine.says(number, POLICE, {"kind": "accepted", "at": engine.office.now()})
    assert "前（含当日）补交" in words(await look(citizen, place))
    empty = await citizen.post(place, {})
    assert empty.status_code == 422
    wrong = await citizen.post(place, {}, {"file": ("a.pdf", b"MZ not a paper", "application/pdf")})
    assert wrong.status_code == 422
    assert all(action.kind != "paper_brought" for _, action in engine.updates)
    answer = await citizen.post(place, {}, PDF)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/m/cases/{number}?done=paper")
    assert engine.updates[-1][1].material == PAPER
    kept = await materials_of(office.archive, Holder(case=number))
    assert PAPER in {one.material for one in kept}
    page = await look(citizen, answer.headers["location"])
    assert "材料已提交" in words(page)
    assert place not in page.text
    assert (await citizen.get(place)).status_code == 404


async def test_a_program_hands_it_in_and_only_what_is_owed(citizen, stranger, number, engine, office):
    place = f"/api/v1/own/cases/{number}/slots/{POLICE}/papers"
    before = len(await materials_of(office.archive, Holder(case=number)))
    assert (await citizen.post(f"{place}/will_or_deed", {}, PDF)).status_code == 404
    assert (await stranger.post(f"{place}/{PAPER}", {}, PDF)).status_code == 404
    assert len(await materials_of(office.archive, Holder(case=number))) == before
    answer = await citizen.post(f"{place}/{PAPER}", {}, PDF)
    assert (answer.status_code, answer.json()["material"]) == (201, PAPER)
    assert engine.updates[-1][1].kind == "paper_brought"
    assert (await citizen.post(f"{place}/{PAPER}", {}, PDF)).status_code == 404
