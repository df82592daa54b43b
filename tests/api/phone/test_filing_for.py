"""For whom a program files: whoever holds a mandate chooses, and the plan speaks in their words."""

from datetime import date, timedelta

import pytest

AGENT = {"name": "李一", "id_number": "110105199001011232"}
NUMBER = "/applicant/id_number"


@pytest.fixture
async def mandate(phone, story):
    """The daughter's mandate to file for her; gives its id."""
    own = story.answers["applicant"]
    await phone.sign_in(name=own["name"], id_number=own["id_number"])
    asked = {
        "representative": AGENT,
        "scope": ["file", "follow"],
        "until": (date(2026, 3, 3) + timedelta(days=30)).isoformat(),
        "signature": {"kind": "typed", "value": own["name"]},
    }
    made = await phone.client.post("/api/v1/mandates", json=asked)
    assert made.status_code == 201, made.text
    return made.json()["id"]


@pytest.fixture
async def agent(phone, mandate):
    """The program of who holds the mandate."""
    del mandate
    await phone.sign_in(**AGENT)
    return phone.client


async def begun(client):
    answer = await client.post("/api/v1/drafts", json={"bundle": "bereavement"})
    return f"/api/v1/own/drafts/{answer.json()['id']}"


async def plan_of(client, place, story, *, notice=False):
    draft = (await client.get(place.replace("/own", ""))).json()
    body = {"situations": dict(story.situations), "answers": draft["answers"], "notice_shown": notice}
    answer = await client.post(f"{place}/plan", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def fields_of(plan):
    return {
        field["pointer"]: field
        for section in plan["sections"]
        for block in section["blocks"]
        for field in block["fields"]
    }


async def test_whoever_holds_a_mandate_chooses_the_person_and_types_nobodys_number(agent, mandate, story):
    place = await begun(agent)
    whom = (await agent.get(f"{place}/whom")).json()
    assert whom == {
        "own": True,
        "mandate": None,
        "principals": [{"mandate": mandate, "name": story.answers["applicant"]["name"]}],
    }
    chosen = await agent.put(f"{place}/whom", json={"mandate": mandate})
    assert chosen.json()["mandate"] == mandate
    plan = await plan_of(agent, place, story)
    shown = fields_of(plan)
    assert shown[NUMBER]["value"] == story.answers["applicant"]["id_number"]
    assert shown[NUMBER]["supply"] == "login"
    signature = next(one for pointer, one in shown.items() if pointer.endswith("/signature"))
    assert signature["title"]["zh"] == "代理人签名"
    assert "not_own" not in {one["code"] for one in plan["problems"]}

    back = await agent.put(f"{place}/whom", json={"mandate": None})
    assert back.json()["mandate"] is None
    draft = (await agent.get(place.replace("/own", ""))).json()
    assert story.answers["applicant"]["id_number"] not in str(draft["answers"])
    assert fields_of(await plan_of(agent, place, story))[NUMBER]["value"] == AGENT["id_number"]


async def test_a_mandate_that_ended_is_told_where_the_number_stands_and_can_be_left(agent, mandate, story):
    place = await begun(agent)
    await agent.put(f"{place}/whom", json={"mandate": mandate})
    assert (await agent.post(f"/api/v1/mandates/{mandate}/revocation", json={})).status_code < 300
    plan = await plan_of(agent, place, story)
    assert (NUMBER, "not_own") in {(one["pointer"], one["code"]) for one in plan["problems"]}
    assert fields_of(plan)[NUMBER]["supply"] == "typed"
    whom = (await agent.put(f"{place}/whom", json={"mandate": mandate})).json()
    assert (whom["mandate"], whom["principals"]) == (None, [])


async def test_who_cannot_file_for_themselves_has_to_choose(phone, client, story):
    own = story.answers["applicant"]
    await phone.sign_in(account="representative")
    await phone.sign_in(name=own["name"], id_number=own["id_number"])
    (agent,) = (await client.get("/api/v1/representatives")).json()
    asked = {
        "agent": agent["account"],
        "scope": ["file", "follow"],
        "until": "2026-03-31",
        "signature": {"kind": "typed", "value": own["name"]},
    }
    made = await client.post("/api/v1/mandates", json=asked)
    assert made.status_code == 201, made.text
    await phone.sign_in(account="representative")
    place = await begun(client)
    whom = (await client.get(f"{place}/whom")).json()
    assert (whom["own"], [one["name"] for one in whom["principals"]]) == (False, [own["name"]])
    nobody = await client.put(f"{place}/whom", json={"mandate": None})
    assert nobody.status_code == 422
    assert [one["pointer"] for one in nobody.json()["errors"]] == ["/for"]
    chosen = await client.put(f"{place}/whom", json={"mandate": made.json()["id"]})
    assert chosen.json()["mandate"] == made.json()["id"]


async def test_whoever_holds_no_mandate_has_nobody_to_choose_and_nobodys_draft_but_their_own(phone, story):
    own = story.answers["applicant"]
    await phone.sign_in(name=own["name"], id_number=own["id_number"])
    place = await begun(phone.client)
    assert (await phone.client.get(f"{place}/whom")).json()["principals"] == []
    plan = await plan_of(phone.client, place, story, notice=True)
    assert fields_of(plan)[NUMBER]["value"] == own["id_number"]
    asked = {one["source"] for one in fields_of(plan).values() if one["supply"] == "register"} - {None}
    assert asked
    assert all("库" in plan["sources"][one]["zh"] for one in asked)
    await phone.sign_in(**AGENT)
    assert (await phone.client.get(f"{place}/whom")).status_code == 404
    assert (await phone.client.put(f"{place}/whom", json={})).status_code == 404
    assert (await phone.client.post(f"{place}/plan", json={})).status_code == 404
