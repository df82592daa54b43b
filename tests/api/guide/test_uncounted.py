"""A household of four of whom one is named: the pages point it out, and it is settled before filing."""

import re
from datetime import date
from html import unescape

import pytest

from api.own import held_back
from forms.merge import merge
from forms.person import Uncounted, persons_uncounted, persons_unnamed
from forms.plan_field import tell
from forms.resolve import Known, Resolution
from onething.text import Text
from tests.api.guide.walk import Clerk

POINTED_OUT = "家庭人口为 4 人，已填 {} 人（含申请人）"


@pytest.fixture
def story(catalog):
    return catalog.scenario("social_assistance", "low_income_with_linked")


@pytest.fixture
async def clerk(client, story):
    clerk = Clerk(client, "social_assistance", story)
    await clerk.to_form()
    return clerk


async def test_a_household_larger_than_its_list_is_pointed_out_until_all_are_named(clerk):
    beside = clerk.page[clerk.page.index('id="f-members"') :]
    assert POINTED_OUT.format(1) in beside[: beside.index("add:/members")]
    await clerk.click("check")
    told = unescape(clerk.page.split('id="summary"')[1].split("</ul>")[0])
    assert "f-members" in re.findall(r'href="#([^"]+)"', told), "a household is filed whole"
    assert "家庭人口为 4 人，已填 1 人（含申请人）：请添加其他成员" in told
    for named in (2, 3):
        await clerk.click("add:/members")
        assert POINTED_OUT.format(named) in clerk.page
    await clerk.click("add:/members")
    assert "（含申请人）" not in clerk.page


async def test_whoever_lives_with_fewer_says_how_many_and_is_asked_no_more(clerk):
    await clerk.click("check", **{"/household/household_size": "1"})
    told = clerk.page.split('id="summary"')[1].split("</ul>")[0] if 'id="summary"' in clerk.page else ""
    assert "f-members" not in told
    assert "家庭人口为" not in clerk.page


def test_a_list_that_is_too_short_is_a_finding_only_where_an_item_takes_it_whole(catalog, story):
    bundle = catalog.bundle("social_assistance")
    form = merge(catalog, bundle, story.situations, date(2026, 3, 3))
    (problem,) = persons_unnamed(form, Resolution(form, {"household": {"household_size": 4}}, {}))
    assert (problem.pointer, problem.code, problem.params["by"]) == (
        "/members",
        "unnamed",
        "/household/household_size",
    )
    assert not list(persons_unnamed(form, Resolution(form, {"household": {"household_size": 1}}, {})))
    assert not list(persons_unnamed(form, Resolution(form, {}, {})))
    others = merge(
        catalog, bundle, {**story.situations, "help": ["medical"], "has_student": False}, date(2026, 3, 3)
    )
    assert not list(persons_unnamed(others, Resolution(others, {"household": {"household_size": 4}}, {})))


def test_a_count_that_is_not_shown_is_not_told_by_the_finding_either(catalog, story):
    form = merge(catalog, catalog.bundle("social_assistance"), story.situations, date(2026, 3, 3))
    (problem,) = persons_unnamed(form, Resolution(form, {"household": {"household_size": 4}}, {}))
    told = tell(form, problem)
    place = "/household/household_size"
    back = held_back(told, {place: Text(zh="公安机关已有", en="held")}, form)
    assert "4" in told.text.zh
    assert "4" not in back.text.zh
    assert not back.params


def test_only_a_list_that_is_too_short_is_pointed_out(catalog, story):
    form = merge(catalog, catalog.bundle("social_assistance"), story.situations, date(2026, 3, 3))
    place = "/household/household_size"
    for members, found in [([], Uncounted(4, 1)), ([{}] * 3, None), ([{}] * 4, None)]:
        resolution = Resolution(form, {"members": members, "household": {"household_size": 4}}, {})
        assert persons_uncounted(form, resolution).get("members") == found
    by_register = Resolution(form, {}, {place: Known(4, "population")})
    assert persons_uncounted(form, by_register) == {"members": Uncounted(4, 1)}
    assert persons_uncounted(form, Resolution(form, {}, {})) == {}
