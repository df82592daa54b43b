"""Whoever lets an item go on says what proves that its condition is met, by page and by program."""

import re

import pytest

from records.audit import entries_of

pytestmark = pytest.mark.usefixtures("ruling")
HTML = {"accept": "text/html"}


@pytest.fixture(scope="session")
def story(catalog):
    return catalog.scenario("bereavement", "heirs_gate_opened_later")


@pytest.fixture
async def number(file_story):
    return (await file_story()).json()["number"]


async def test_nothing_is_paid_before_it_is_said_what_proves_the_condition(client, number, engine, office):
    page = (await client.get(f"/cases/{number}", headers=HTML)).text
    place, slot = re.search(rf'href="(/cases/{number}/slots/(\w+)/gates/\w+)"', page).group(1, 2)
    assert f'action="{place}' not in page
    asked = (await client.get(place, headers=HTML)).text
    assert ">确认依据<" in asked
    for nothing in ({}, {"proof": "  "}):
        answer = await client.post(place, data=nothing or {"": ""}, headers=HTML)
        assert answer.status_code == 422
        assert 'id="proof-error"' in answer.text
    assert engine.states[number].slots[slot].state == "blocked"
    answer = await client.post(place, data={"proof": "公证处出具的继承权公证书"}, headers=HTML)
    assert answer.status_code == 303
    assert engine.states[number].slots[slot].state != "blocked"
    told = (await client.get(f"/cases/{number}", headers=HTML)).text
    assert "确认依据：公证处出具的继承权公证书" in told
    opened = [one for one in await entries_of(office.archive, case=number) if one.action == "open_gate"]
    assert [one.fields[0] for one in opened] == [slot]
    assert (await client.get(place, headers=HTML)).status_code == 409
    assert (await client.get(place.replace(slot, "no_such"), headers=HTML)).status_code == 404


async def test_a_program_says_what_proves_the_condition_as_the_page_does(client, number, engine, office):
    page = (await client.get(f"/cases/{number}", headers=HTML)).text
    place, slot = re.search(rf'href="(/cases/{number}/slots/(\w+)/gates/\w+)"', page).group(1, 2)
    for nothing in ({}, {"json": {}}, {"json": {"proof": " \n "}}):
        answer = await client.post(f"/api/v1{place}", **nothing)
        told = answer.json()
        assert (answer.status_code, told["code"]) == (422, "answers_rejected")
        (problem,) = told["errors"]
        assert (problem["pointer"], problem["code"]) == ("/proof", "required")
        assert "前提条件已具备的依据" in problem["zh"]
        assert "what proves" in problem["en"].lower()
    assert (await client.post(f"/api/v1{place}", json={"proof": "一" * 501})).status_code == 422
    assert engine.states[number].slots[slot].state == "blocked"
    answer = await client.post(f"/api/v1{place}", json={"proof": "公证处出具的继承权公证书"})
    assert answer.status_code == 200
    assert engine.states[number].slots[slot].state != "blocked"
    told = (await client.get(f"/cases/{number}", headers=HTML)).text
    assert "确认依据：公证处出具的继承权公证书" in told
    opened = [one for one in await entries_of(office.archive, case=number) if one.action == "open_gate"]
    assert [one.fields[0] for one in opened] == [slot]
    answer = await client.post(f"/api/v1{place}", json={"proof": "公证书"})
    assert (answer.status_code, answer.json()["code"]) == (409, "action_rejected")


async def test_a_proof_stands_in_the_story_once_and_only_when_the_item_went_on(client, number, engine):
    page = (await client.get(f"/cases/{number}", headers=HTML)).text
    place, slot = re.search(rf'href="(/cases/{number}/slots/(\w+)/gates/\w+)"', page).group(1, 2)
    proof, told = {"proof": "看过继承权公证书原件"}, []
    for away, expected in ((True, 503), (False, 200)):
        engine.away = away
        assert (await client.post(f"/api/v1{place}", json=proof)).status_code == expected
        assert (engine.states[number].slots[slot].state == "blocked") is away
        told.append((await client.get(f"/cases/{number}", headers=HTML)).text.count(proof["proof"]))
    assert told == [0, 1]


async def test_the_document_asks_for_the_proof(client):
    document = (await client.get("/openapi.json")).json()
    body = document["paths"]["/api/v1/cases/{number}/slots/{slot}/gates/{gate}"]["post"]["requestBody"]
    assert body["required"]
    assert "GateProof" in str(body["content"]["application/json"]["schema"])
