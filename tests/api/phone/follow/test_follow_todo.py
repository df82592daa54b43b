"""What one case waits for its family to do, for programs: the most urgent first, with its day."""

from datetime import date

import pytest

from records.account import list_accounts
from records.party import keep
from records.work_order import NewWorkOrder, open_work_order
from tests.api.conftest import NOW

pytestmark = pytest.mark.usefixtures("ruling")
POLICE = "household_cancellation"
PAPER = "household_book_original"


async def wanted(browser, number):
    answer = await browser.get(f"/api/v1/own/cases/{number}/wanted")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_correction_stands_first_with_its_day_and_how_many_are_left(citizen, number, engine):
    assert [one["kind"] for one in await wanted(citizen, number)] == ["rating"]
    await engine.says(number, POLICE, {"kind": "accepted", "at": NOW})
    await engine.asks(number, POLICE, fields=["xm"])
    for slot in engine.states[number].slots.values():
        if slot.state == "submitting":
            await engine.says(number, slot.slot, {"kind": "accepted", "at": NOW})
    first, *_, last = await wanted(citizen, number)
    assert (first["kind"], first["slot"], first["may"]) == ("correction", POLICE, True)
    assert first["left"] == (date.fromisoformat(first["by"]) - NOW.date()).days
    assert last["kind"] == "rating"


async def test_a_promised_paper_says_its_name_and_what_follows_without_it(citizen, file_story, engine, story):
    answer = await file_story(owed=[PAPER], situations=story.situations | {"special": ["last_of_household"]})
    number = answer.json()["number"]
    await engine.says(number, "death_proof", {"kind": "granted"})
    paper, _ = await wanted(citizen, number)
    assert (paper["kind"], paper["material"], paper["by"], paper["left"]) == ("paper", PAPER, None, None)
    assert paper["within"]["zh"] == "20个工作日"
    assert paper["said"]["zh"]
    await engine.says(number, POLICE, {"kind": "accepted", "at": NOW})
    paper, _ = await wanted(citizen, number)
    assert paper["by"] is not None
    assert paper["left"] > 0


async def test_what_a_mandate_does_not_cover_is_said_and_not_offered(citizen, stranger, number, engine):
    agreed = {
        "representative_name": "李一",
        "representative_id_number": "110105199001011232",
        "scope": "follow",
        "until": "2026-03-31",
        "signature": "陈若兰",
    }
    assert (await stranger.get(f"/api/v1/own/cases/{number}/wanted")).status_code == 404
    assert (await stranger.get(f"/api/v1/own/cases/{number}/ratings")).status_code == 404
    assert (await citizen.post("/m/mandates", agreed)).status_code == 303
    await engine.asks(number, POLICE, fields=["xm"])
    for slot in engine.states[number].slots.values():
        if slot.state == "submitting":
            await engine.says(number, slot.slot, {"kind": "accepted", "at": NOW})
    (only,) = await wanted(stranger, number)
    assert (only["kind"], only["may"]) == ("correction", False)
    assert (await stranger.get(f"/api/v1/own/cases/{number}/ratings")).status_code == 403
    own, rating = await wanted(citizen, number)
    assert own["may"] is True
    assert rating["kind"] == "rating"


@pytest.mark.parametrize("filed_it", [False, True])
async def test_a_staff_representative_neither_rates_nor_reads_how_the_person_rated(  # noqa: PLR0917
    citizen, client, browser, office, number, filed_it
):
    async with browser() as opened:
        answer = await opened.post("/api/v1/sign-in/development", json={"account": "representative"})
        opened.cookies.clear()
        opened.headers["authorization"] = f"Bearer {answer.json()['token']}"
        (staff,) = await list_accounts(office.archive, roles=("representative",))
        if filed_it:
            party = (("filer", f"account:{staff.id}"),)
            await office.archive.database.write(lambda connection: keep(connection, number, party))
        else:
            person = {"name": "陈若兰", "id_number": "360902197106256246"}
            signature = {"kind": "typed", "value": "陈若兰"}
            given = {"principal": person, "agent": staff.id, "scope": ["follow"], "until": "2026-03-31"}
            answer = await client.post("/api/v1/mandates", json=given | {"signature": signature})
            assert answer.status_code == 201, answer.text
        assert await wanted(opened, number) == []
        place = f"/api/v1/cases/{number}/slots/death_proof/rating"
        said = {"level": 1, "words": "等了三个小时"}
        assert (await citizen.browser.post(place, json=said)).status_code == 201
        assert (await opened.post(place, json={"level": 5})).status_code == 403
        for path in (f"/api/v1/own/cases/{number}", f"/api/v1/cases/{number}"):
            seen = await opened.get(f"{path}/ratings")
            assert "等了三个小时" not in seen.text
            assert seen.json() == [] if filed_it else seen.status_code == 403
        page = await opened.get(f"/m/cases/{number}", headers={"accept": "text/html"})
        assert page.status_code == 200
        assert "评价" not in page.text
    (item,) = (await citizen.get(f"/api/v1/own/cases/{number}/ratings")).json()
    assert (item["rating"]["level"], item["may_rate"]) == (1, False)


async def test_a_rating_is_wanted_until_it_is_given_and_one_entered_for_somebody_gives_way(
    citizen, client, number
):
    place = f"/api/v1/cases/{number}/slots/death_proof/rating"
    assert (await client.post(place, json={"level": 3})).status_code == 201
    assert await wanted(citizen, number) == []
    (item,) = (await citizen.get(f"/api/v1/own/cases/{number}/ratings")).json()
    assert (item["slot"], item["rating"]["level"], item["may_rate"]) == ("death_proof", 3, True)
    assert (await citizen.browser.post(place, json={"level": 5})).status_code == 201
    (item,) = (await citizen.get(f"/api/v1/own/cases/{number}/ratings")).json()
    assert (item["rating"]["level"], item["may_rate"]) == (5, False)


async def test_that_staff_will_call_is_said_without_their_day_and_what_only_staff_do_is_not(
    citizen, office, number
):
    for kind in ("demand_repayment", "verify_pledge"):
        order = NewWorkOrder(
            id=f"{number}/{kind}",
            case=number,
            kind=kind,
            owner="window",
            reason="overpaid",
            opened_at=NOW,
            slot=POLICE,
            due_on=NOW.date(),
        )
        assert await open_work_order(office.archive, order)
    call, rating = await wanted(citizen, number)
    assert (call["kind"], call["slot"], call["by"], rating["kind"]) == ("call", POLICE, None, "rating")
    assert call["said"]["zh"] == "涉及已支付的款项，由工作人员与您联系"
