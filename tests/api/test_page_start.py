# ruff: noqa: ANN003 -- types of what a test changes read noise
"""The first step asks for everybody who applies, so that registers are asked about all of them at once."""

import re

import pytest

from runtime.settings import Settings
from tests.api.test_page import errors, shown, situations

NEW = "/bundles/marriage_birth_household/new"
HTML = {"accept": "text/html"}


@pytest.fixture(scope="session")
def life_event():
    return "marriage_birth_household"


@pytest.fixture(scope="session")
def story(catalog):
    return catalog.scenario("marriage_birth_household", "smooth_four_items")


@pytest.fixture
def settings(tmp_path, story):
    return Settings(home=tmp_path, region=story.region)


def sent(page, story, **numbers):
    """The first step as the browser sends it, with these numbers."""
    told = situations(story)
    ids = {f"/{role}/id_number": number for role, number in numbers.items()}
    return {"draft": "", "step": "start", "do": "next", "shown": [*shown(page), *told]} | told | ids


def number_of(story, role):
    return story.answers[role]["id_number"]


async def test_both_who_apply_are_asked_for_in_the_first_step_and_stand_in_the_form(client, story):
    page = (await client.get(NEW, headers=HTML)).text
    assert page.index('name="/applicant/id_number"') < page.index('name="/partner/id_number"')
    assert "同时查询双方的共享数据" in page
    both = {role: number_of(story, role) for role in ("applicant", "partner")}
    answer = await client.post(NEW, data=sent(page, story, **both), headers=HTML)
    assert answer.status_code == 303, errors(answer.text)
    draft = re.search(r"draft=([0-9a-f]{32})", answer.headers["location"])[1]
    notice = {"draft": draft, "step": "notice", "do": "consent"}
    await client.post(NEW, data=notice, headers=HTML)
    kept = (await client.get(f"/api/v1/drafts/{draft}")).json()
    assert kept["answers"]["partner"] == {"id_number": both["partner"]}
    form = (await client.get(f"{NEW}?draft={draft}&step=form", headers=HTML)).text
    assert re.search(rf'name="/partner/id_number"[^>]*value="{both["partner"]}"', form)


async def test_whoever_applies_too_may_be_named_later(client, story):
    page = (await client.get(NEW, headers=HTML)).text
    own = sent(page, story, applicant=number_of(story, "applicant"))
    assert (await client.post(NEW, data=own, headers=HTML)).status_code == 303


async def test_a_number_of_whoever_applies_too_is_looked_at(client, story):
    page = (await client.get(NEW, headers=HTML)).text
    wrong = sent(page, story, applicant=number_of(story, "applicant"), partner="123")
    answer = await client.post(NEW, data=wrong, headers=HTML)
    assert answer.status_code == 422
    assert "另一方的" in answer.text
