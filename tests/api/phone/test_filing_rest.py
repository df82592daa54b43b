"""Sums of which most families have none lie folded together on a phone; whatever somebody has stands open."""

import re

import pytest

WAGE, BONUS, GIFT = "/economy/wage_income", "/economy/bonus_income", "/economy/gift_income"


@pytest.fixture
async def section(phone, client, office):
    """A household's income and property, of which nothing is told yet: its address."""
    story = phone.story = office.catalog.scenarios["social_assistance"]["low_income_confirmed"]
    own = story.answers["applicant"]
    await phone.sign_in(name=own["name"], id_number=own["id_number"])
    answers = {role: said for role, said in story.answers.items() if role != "economy"}
    begun = {"bundle": "social_assistance", "situations": dict(story.situations), "answers": answers}
    draft = (await client.post("/api/v1/drafts", json=begun)).json()["id"]
    return f"/m/drafts/{draft}/sections/economy"


def folded(page):
    found = re.search(r'<details class="rest">(.*?)</details>', page.text, re.DOTALL)
    return set(re.findall(r'name="shown" value="([^"]+)"', found[1])) if found else set()


async def test_what_may_be_left_out_is_folded_and_named(phone, section):
    page = await phone.get(section)
    assert {BONUS, GIFT} <= folded(page)
    assert WAGE not in folded(page)
    assert "有的再打开填写" in page.text
    assert "奖金、津贴、补贴" in page.text


async def test_what_somebody_has_typed_stands_open(phone, section):
    await phone.fill(await phone.get(section), "/sections/", "later", **{BONUS: 1200})
    assert BONUS not in folded(await phone.get(section))
    assert GIFT in folded(await phone.get(section))


async def test_what_is_wrong_stands_open(phone, section):
    told = await phone.fill(await phone.get(section), "/sections/", **{GIFT: "many"})
    assert told.status == 422
    assert GIFT not in folded(told)
