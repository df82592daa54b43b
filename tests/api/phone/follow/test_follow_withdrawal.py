"""Taking back by a program: what follows is said first, and only those whom the case concerns do it."""

from datetime import timedelta

import pytest

from tests.api.conftest import NOW
from tests.api.phone.follow.conftest import STRANGER

pytestmark = pytest.mark.usefixtures("ruling")
POLICE = "household_cancellation"


@pytest.fixture
def place(number):
    return f"/api/v1/own/cases/{number}/withdrawal"


async def test_what_follows_for_one_item_is_said_and_nothing_is_changed(citizen, place, engine):
    before = len(engine.updates)
    answer = await citizen.browser.post(f"{place}/preview", json={"slot": POLICE})
    assert answer.status_code == 200, answer.text
    ahead = answer.json()
    assert [one["slot"] for one in ahead["withdrawn"]] == [POLICE]
    assert ahead["title"]["zh"] == ahead["withdrawn"][0]["title"]["zh"]
    assert [one["reason"] for one in ahead["reasons"]] == [
        "not_wanted",
        "done_elsewhere",
        "filed_in_error",
        "other",
    ]
    assert len(engine.updates) == before


async def test_for_the_whole_case_what_was_decided_stays(citizen, place, catalog):
    ahead = (await citizen.browser.post(f"{place}/preview", json={})).json()
    gone = {one["slot"] for one in ahead["withdrawn"]}
    assert POLICE in gone
    assert "death_proof" not in gone
    assert ahead["title"]["zh"] == catalog.bundle("bereavement").title.zh


async def test_a_piece_that_needs_a_person_is_named_in_words(citizen, place, engine, number):
    await engine.says(number, POLICE, {"kind": "received", "ref": "R-1"})
    await engine.says(number, POLICE, {"kind": "granted"})
    ahead = (await citizen.browser.post(f"{place}/preview", json={})).json()
    assert POLICE not in {one["slot"] for one in ahead["withdrawn"]}
    assert all(one["title"]["zh"] and one["text"]["zh"] for one in ahead["orders"])


async def test_an_item_is_taken_back(citizen, place, engine):
    answer = await citizen.browser.post(place, json={"slot": POLICE, "reason": "done_elsewhere"})
    assert (answer.status_code, answer.content) == (204, b"")
    assert engine.updates[-1][1].slot == POLICE


async def test_what_cannot_be_taken_back_is_refused(citizen, place, engine):
    before = len(engine.updates)
    for slot, status in (("no_such_item", 404), ("death_proof", 409)):
        answer = await citizen.browser.post(f"{place}/preview", json={"slot": slot})
        assert answer.status_code == status, answer.text
    answer = await citizen.browser.post(place, json={"slot": "death_proof", "reason": "other"})
    assert answer.status_code == 409
    assert len(engine.updates) == before


@pytest.mark.parametrize("body", [{}, {"reason": "because"}, {"reason": "other", "slot": "<script>"}])
async def test_a_reason_that_is_none_is_refused(citizen, place, engine, body):
    before = len(engine.updates)
    assert (await citizen.browser.post(place, json=body)).status_code == 422
    assert len(engine.updates) == before


async def test_nobody_else_takes_it_back(stranger, client, place, engine):
    body = {"reason": "not_wanted"}
    for path in (place, f"{place}/preview"):
        assert (await stranger.browser.post(path, json=body)).status_code == 404
        assert (await client.post(path, json=body)).status_code == 403
    assert engine.updates == []


@pytest.mark.parametrize(("scope", "status"), [("withdraw", 204), ("correct", 403)])
async def test_a_representative_needs_a_mandate_to_withdraw(  # noqa: PLR0917 - the people of the story
    citizen, browser, number, place, story, scope, status
):
    agent = {"name": "李一", "id_number": STRANGER}
    mandate = {
        "representative": agent,
        "scope": [scope],
        "until": (NOW.date() + timedelta(days=30)).isoformat(),
        "case": number,
        "signature": {"kind": "typed", "value": story.answers["applicant"]["name"]},
    }
    made = await citizen.browser.post("/api/v1/mandates", json=mandate)
    assert made.status_code == 201, made.text
    async with browser() as opened:
        await opened.post("/sign-in/development", data=agent)
        answer = await opened.post(place, json={"slot": POLICE, "reason": "not_wanted"})
        assert answer.status_code == status, answer.text
