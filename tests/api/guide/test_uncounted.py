"""A household of four of whom one is named: the pages point it out, and let it pass."""

import re
from datetime import date
from html import unescape

import pytest

from forms.merge import merge
from forms.person import Uncounted, persons_uncounted
from forms.resolve import Known, Resolution
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
    assert "f-members" not in re.findall(r'href="#([^"]+)"', told), "it refuses nothing"
    for named in (2, 3):
        await clerk.click("add:/members")
        assert POINTED_OUT.format(named) in clerk.page
    await clerk.click("add:/members")
    assert "（含申请人）" not in clerk.page


def test_only_a_list_that_is_too_short_is_pointed_out(catalog, story):
    form = merge(catalog, catalog.bundle("social_assistance"), story.situations, date(2026, 3, 3))
    place = "/household/household_size"
    for members, found in [([], Uncounted(4, 1)), ([{}] * 3, None), ([{}] * 4, None)]:
        resolution = Resolution(form, {"members": members, "household": {"household_size": 4}}, {})
        assert persons_uncounted(form, resolution).get("members") == found
    by_register = Resolution(form, {}, {place: Known(4, "population")})
    assert persons_uncounted(form, by_register) == {"members": Uncounted(4, 1)}
    assert persons_uncounted(form, Resolution(form, {}, {})) == {}
