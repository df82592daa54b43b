"""Papers that may follow: each is uploaded, promised or said not to exist; page and receipt tell the same."""

import re
from datetime import datetime

import pytest

from api.standing import header_of, standing_of
from onething.receipt import PaperSource

UNDECIDED = "或者选择“以后补”或“没有”"
PAPER = "couple_photo"


@pytest.fixture
def life_event():
    return "marriage_birth_household"


@pytest.fixture
def story(catalog, life_event):
    return catalog.scenario(life_event, "smooth_four_items").model_copy(update={"materials": ()})


@pytest.fixture
def clock(story):
    filed_at = datetime.fromisoformat(str(story.filed_at))
    return lambda: filed_at


@pytest.mark.parametrize(("word", "owed"), [("later", {PAPER}), ("none", set())])
async def test_no_paper_is_passed_over_and_only_what_was_promised_is_owed(
    signed_in, office, life_event, word, owed
):
    page = await signed_in.sections(await signed_in.begin(life_event))
    draft = "/".join(page.path.split("/")[:4])
    form = (await signed_in.get(f"{draft}/materials")).forms[-1]
    assert ("asked", PAPER) in form["fields"]
    told = await signed_in.post(form["action"], [*form["fields"], (f"/owed/{PAPER}", ""), ("do", "next")])
    assert told.status == 422
    assert UNDECIDED in told.text
    assert re.search(r"受理后最长 \d+ 个(工作)?日内补交", told.text)
    assert "该事项尚未办结的视为撤回申请" in told.text
    refused = await signed_in.submit(await signed_in.get(f"{draft}/check"))
    assert (refused.status, UNDECIDED in refused.text) == (422, True)
    said = [*form["fields"], (f"/owed/{PAPER}", word), ("do", "next")]
    filed = await signed_in.submit(await signed_in.post(form["action"], said))
    assert filed.path.startswith("/m/done/"), filed.text
    header = await header_of(office, await standing_of(office, filed.path.rpartition("/")[2]))
    listed = [paper for slot in header.materials.values() for paper in slot]
    titles = {office.catalog.materials[name].title for name in owed}
    assert {one.title for one in listed if one.source is PaperSource.OWED} == titles
    assert word == "later" or office.catalog.materials[PAPER].title not in {one.title for one in listed}


async def test_a_program_of_a_person_is_held_to_the_same_and_told_which_papers_are_meant(
    signed_in, life_event, story
):
    page = await signed_in.sections(await signed_in.begin(life_event))
    draft = page.path.split("/")[3]
    client = signed_in.client
    client.headers["authorization"] = f"Bearer {client.cookies['once_session']}"
    client.cookies.clear()
    body = (await client.get(f"/api/v1/drafts/{draft}")).json()
    asked = {"situations": body["situations"], "answers": body["answers"]}
    await client.put(f"/api/v1/drafts/{draft}", json=asked | {"owed": [], "without": []})
    place, over = f"/api/v1/own/drafts/{draft}/plan", f"/owed/{PAPER}"
    plan = (await client.post(place, json=asked)).json()
    assert PAPER in plan["later"]
    assert over in {one["pointer"] for one in plan["problems"]}
    filing = asked | {"bundle": life_event, "region": story.region, "draft": draft, "pledge": True}
    refused = await client.post("/api/v1/cases", json=filing, headers={"Idempotency-Key": "one"})
    assert refused.status_code == 422
    assert over in {one["pointer"] for one in refused.json()["errors"]}
    await client.put(f"/api/v1/drafts/{draft}", json=asked | {"without": plan["later"]})
    plan = (await client.post(place, json=asked)).json()
    assert over not in {one["pointer"] for one in plan["problems"]}
    filed = await client.post("/api/v1/cases", json=filing, headers={"Idempotency-Key": "two"})
    assert filed.status_code == 201, filed.text
