"""Every life event is filed by a clerk through the pages alone, and the pages say the same as the papers."""

import gzip
import re
from html import unescape

import pytest

from api.standing import header_of, standing_of
from tests.api.guide.walk import HTML, Clerk

LARGEST = {
    "bereavement": "smooth_employee",
    "marriage_birth_household": "smooth_four_items",
    "newborn": "twins",
    "social_assistance": "other_help_all_at_once",
}
"""Of each life event the story that shows the most."""
LIMIT = 100 * 1024
"""What a form page may weigh with everything that it loads, in bytes on the line."""


@pytest.fixture(scope="session", params=LARGEST, ids=list(LARGEST))
def life_event(request):
    return request.param


@pytest.fixture(scope="session")
def story(catalog, life_event):
    return catalog.scenario(life_event, LARGEST[life_event])


@pytest.fixture
async def clerk(client, life_event, story):
    clerk = Clerk(client, life_event, story)
    await clerk.to_form()
    return clerk


def problems(page):
    return [unescape(one) for one in re.findall(r'class="error"[^>]*>([^<]+)<', page)]


def counted(page):
    """Fields to fill and fields if filed separately, as the page says them."""
    return tuple(map(int, re.search(r"只需填 (\d+) 项，分开办要填 (\d+) 项", page).groups()))


async def test_a_story_is_filed_through_the_pages_and_every_count_is_the_receipts(clerk, engine, office):
    await clerk.fill_in()
    on_form = counted(clerk.page)
    await clerk.click("next")
    assert problems(clerk.page) == []
    assert 'name="step" value="check"' in clerk.page
    on_check = counted(clerk.page)
    await clerk.click("submit", **{"/pledge": "true"})
    (number,) = engine.started
    assert number in clerk.page
    standing = await standing_of(office, number)
    told = (await header_of(office, standing)).reduction
    assert on_form == on_check == (told.fields_asked, told.fields_separate)


async def test_what_registers_will_say_once_they_can_be_asked_is_not_counted_as_typed(clerk, life_event):
    before = counted(clerk.page)
    await clerk.fill_in()
    after = counted(clerk.page)
    if life_event in {"newborn", "marriage_birth_household"}:
        # Here typing opens no further fields, so the panel says from the first what the receipt will say.
        assert before == after
    assert before[1] <= after[1]


async def test_every_link_within_a_form_page_leads_to_one_place_of_its_own(clerk):
    ids = re.findall(r' id="([^"]+)"', clerk.page)
    assert [one for one in set(ids) if ids.count(one) > 1] == []
    links = set(re.findall(r'href="#([^"]+)"', clerk.page))
    assert links - {"main"}
    assert links <= set(ids)
    how_filed = clerk.page[clerk.page.index('id="part-how-filed"') :]
    assert "提交方式" in re.search(r"<h2>([^<]+)</h2>", how_filed)[1]


async def test_a_form_page_weighs_no_more_than_a_slow_line_carries(clerk, client):
    await clerk.fill_in()
    weight = len(gzip.compress(clerk.page.encode(), 9))
    for place in sorted(set(re.findall(r'(?:href|src)="(/static/[^"]+)"', clerk.page))):
        answer = await client.get(place, headers={"accept-encoding": "gzip"})
        assert answer.status_code == 200
        weight += len(gzip.compress(answer.content, 9))
    assert weight <= LIMIT
    answer = await client.get(clerk.place, headers=HTML | {"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
