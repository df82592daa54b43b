"""Pages of a couple's case say who has to come, how often, and when nobody has to any more."""

import pytest

from onething.case_event import GateOpened
from tests.api.phone.follow.test_appointment import words

pytestmark = pytest.mark.usefixtures("ruling")


@pytest.fixture(scope="session")
def life_event():
    return "marriage_birth_household"


@pytest.fixture(scope="session")
def story(catalog):
    return catalog.scenario("marriage_birth_household", "smooth_four_items")


@pytest.fixture
async def number(file_story):
    answer = await file_story()
    assert answer.status_code == 201, answer.text
    return answer.json()["number"]


async def test_who_has_to_come_and_how_often_stands_on_both_pages(citizen, client, number):
    for browser, path in ((citizen, f"/m/cases/{number}"), (client, f"/cases/{number}")):
        page = words(await browser.get(path))
        assert "本人到场 需要到场 1 次： 结婚登记（申请的一方、另一方）" in page
        assert "不用本人到场" not in page
        english = words(await browser.get(f"{path}?lang=en"))
        assert "Coming in person Once:" in english


async def test_programs_are_told_the_same(citizen, number):
    told = (await citizen.get(f"/api/v1/own/cases/{number}/coming")).json()
    (visit,) = told["visits"]
    assert visit["title"]["zh"] == "结婚登记"
    assert [one["zh"] for one in visit["who"]] == ["申请的一方", "另一方"]
    assert told["over"] is False


async def test_once_they_came_nobody_has_to_come_any_more(citizen, client, number, engine):
    await engine.says(number, "appointment", {"kind": "received", "ref": "R-0"}, {"kind": "granted"})
    await engine.act(number, GateOpened(slot="marriage", gate="both_in_person", actor="dev-clerk"))
    for browser, path in ((citizen, f"/m/cases/{number}"), (client, f"/cases/{number}")):
        page = words(await browser.get(path))
        assert "本人到场 不用再到场" in page
        assert "需要到场" not in page


async def test_a_page_before_filing_says_it_too(client, draft_of, story):
    made = await draft_of()
    answers = {"situations": dict(story.situations), "answers": dict(story.answers)}
    assert (await client.put(f"/api/v1/drafts/{made}", json=answers)).status_code == 200
    check = words(await client.get(f"/bundles/marriage_birth_household/new?draft={made}&step=check"))
    assert "本人到场 需要到场 1 次： 结婚登记（申请的一方、另一方）" in check, check
