"""Ratings: five levels, once for each ended item; a bad one is looked into and answered by a due day."""

import pytest

from api.role import Purpose, Role
from api.supervision.rating import LEVELS, RatingRequest, rate, rateable, ratings_of
from api.visit import Caller
from records.audit import AuditEntry, entries_of
from records.lookup import fingerprint_subject
from records.rating import Finding, answer, to_rectify
from records.rating import ratings_of as stored

pytestmark = pytest.mark.usefixtures("ruling")
DONE = "death_proof"
OPEN = "household_cancellation"


@pytest.fixture
def applicant(office, story):
    person = fingerprint_subject(office.archive.ring, "resident_id", story.answers["applicant"]["id_number"])
    return Caller("phone-1", Role.CITIZEN, Purpose.FOLLOW_CASE, area=None, person=person)


def place(number, slot=DONE):
    return f"/api/v1/cases/{number}/slots/{slot}/rating"


async def test_an_ended_item_is_rated_once_with_words(client, number, office):
    answer = await client.post(place(number), json={"level": 5, "words": " 很细心，谢谢 "})
    assert answer.status_code == 201
    assert answer.json()["level_text"]["zh"] == "非常满意"
    assert answer.json()["words"] == "很细心，谢谢"
    assert answer.json()["follow_up"] is None
    again = await client.post(place(number), json={"level": 1})
    assert (again.status_code, again.json()["code"]) == (409, "action_rejected")
    (kept,) = (await client.get(f"/api/v1/cases/{number}/ratings")).json()
    assert (kept["slot"], kept["level"]) == (DONE, 5)
    actions = [entry.action for entry in await entries_of(office.archive, case=number)]
    assert actions.count("rate_slot") == 1


async def test_an_item_under_way_and_one_that_is_none_are_not_rated(client, number):
    assert (await client.post(place(number, OPEN), json={"level": 4})).status_code == 409
    assert (await client.post(place(number, "no_such_item"), json={"level": 4})).status_code == 404
    assert (await client.get(f"/api/v1/cases/{number}/ratings")).json() == []


@pytest.mark.parametrize("body", [{"level": 0}, {"level": 6}, {}, {"level": 5, "words": "好" * 501}])
async def test_a_level_that_is_none_and_too_many_words_are_refused(client, number, body):
    assert (await client.post(place(number), json=body)).status_code == 422


async def test_what_the_clerk_enters_for_the_applicant_is_the_applicants_own_rating(
    client, number, office, applicant
):
    assert await rateable(office, applicant, number) == (DONE,)
    assert (await client.post(place(number), json={"level": 3})).status_code == 201
    assert (await ratings_of(office, applicant, number))[DONE].level_text == LEVELS[3]


async def sign_in(client, name, id_number):
    who = {"name": name, "id_number": id_number}
    token = (await client.post("/api/v1/sign-in/development", json=who)).json()["token"]
    return {"authorization": f"Bearer {token}"}


SCOPES = ("file", "follow", "correct", "withdraw", "receive")


@pytest.mark.parametrize("scope", [("follow", "correct"), SCOPES])
async def test_nobody_rates_for_another_under_a_mandate_whatever_it_covers(client, number, office, scope):
    her, friend = await with_friend(client, scope)
    refused = await client.post(place(number), json={"level": 1}, headers=friend)
    assert (refused.status_code, refused.json()["code"]) == (403, "mandate_lacking")
    assert (
        await client.post(place(number), json={"level": 2, "words": "久等"}, headers=her)
    ).status_code == 201
    assert (await client.get(f"/api/v1/cases/{number}/ratings", headers=friend)).status_code == 403
    link = f"/m/cases/{number}/slots/{DONE}/rating"
    for page in (await client.get(link, headers=friend), await client.post(link, headers=friend)):
        assert page.status_code == 403
        assert "久等" not in page.text
    page = (await client.get(f"/m/cases/{number}", headers=friend)).text
    assert "评价" not in page
    assert "2026年3月3日办结" in page
    view = (await client.get(f"/api/v1/own/cases/{number}", headers=friend)).json()
    assert not view["may"]["rate"]
    assert not any(one["may_rate"] for one in view["items"])
    assert len(await stored(office.archive, number)) == 1


async def with_friend(client, scope):
    """The applicant, and a friend with a mandate of theirs, as headers."""
    her = await sign_in(client, "陈若兰", "360902197106256246")
    friend = await sign_in(client, "李一", "110105199001011232")
    mandate = {
        "representative": {"name": "李一", "id_number": "110105199001011232"},
        "scope": list(scope),
        "until": "2026-03-31",
        "signature": {"kind": "typed", "value": "陈若兰"},
    }
    assert (await client.post("/api/v1/mandates", json=mandate, headers=her)).status_code == 201
    return her, friend


async def test_the_applicants_own_rating_takes_the_place_of_one_entered_for_them_and_stands(
    client, number, office
):
    her = await sign_in(client, "陈若兰", "360902197106256246")
    assert (await client.post(place(number), json={"level": 1})).status_code == 201
    assert len(await to_rectify(office.archive, "")) == 1
    assert (await client.post(place(number), json={"level": 2})).status_code == 409
    (told,) = (await client.get(f"/api/v1/cases/{number}/ratings", headers=her)).json()
    assert told["level"] == 1
    link = f"/m/cases/{number}/slots/{DONE}/rating"
    assert link in (await client.get(f"/m/cases/{number}", headers=her)).text
    assert (await client.get(link, headers=her)).status_code == 200
    assert (await client.post(place(number), json={"level": 4}, headers=her)).status_code == 201
    (kept,) = await stored(office.archive, number)
    assert (kept.level, kept.role) == (4, "citizen")
    assert await to_rectify(office.archive, "") == ()
    assert link not in (await client.get(f"/m/cases/{number}", headers=her)).text
    for headers in (her, {}):
        assert (await client.post(place(number), json={"level": 5}, headers=headers)).status_code == 409
    assert len(await stored(office.archive, number)) == 1


async def test_another_person_of_the_case_rates_for_themselves(client, number, office):
    other = Caller("phone-2", Role.CITIZEN, Purpose.FOLLOW_CASE, area=None, person="f" * 64)
    assert (await client.post(place(number), json={"level": 3})).status_code == 201
    assert await ratings_of(office, other, number) == {}
    await rate(office, other, (number, DONE), RatingRequest(level=4))
    assert len((await client.get(f"/api/v1/cases/{number}/ratings")).json()) == 1


@pytest.mark.parametrize("level", [1, 2])
async def test_a_bad_rating_waits_for_the_supervisor_of_the_area(client, number, office, level):
    told = (await client.post(place(number), json={"level": level, "words": "窗口让我来了三次"})).json()
    assert told["follow_up"]["due_on"] == "2026-03-24"
    assert await to_rectify(office.archive, "37") == ()
    assert await to_rectify(office.archive, None) == ()
    (waiting,) = await to_rectify(office.archive, "3609")
    assert (waiting.case, waiting.slot, waiting.words) == (number, DONE, "窗口让我来了三次")
    entry = AuditEntry("s-1", "supervisor", "supervise", "answer_rating", number, at=office.now())
    words = "已致歉，并补办上门服务"
    assert await answer(office.archive, waiting.id, Finding.UPHELD, words, entry)
    assert not await answer(office.archive, waiting.id, Finding.NOT_UPHELD, "再答", entry)
    assert await to_rectify(office.archive, "") == ()
    (kept,) = (await client.get(f"/api/v1/cases/{number}/ratings")).json()
    assert kept["follow_up"]["answer"] == words
    assert kept["follow_up"]["finding"]["zh"] == "情况属实，已整改"


async def test_a_middling_rating_waits_for_nobody(client, number, office):
    await client.post(place(number), json={"level": 3})
    assert await to_rectify(office.archive, "") == ()
