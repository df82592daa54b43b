"""Every life event is filed by a clerk through the pages alone, and the pages say the same as the papers."""

import gzip
import re
from html import unescape

import pytest

from api.standing import header_of, standing_of
from tests.api.guide.walk import HTML, Clerk, shown

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
    if life_event == "marriage_birth_household":
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


async def test_a_second_persons_facts_are_brought_out_by_the_button_beside_the_number(
    clerk, story, life_event
):
    """Pressed without any script, and before anything else of that person is typed."""
    for role, group in story.answers.items():
        if isinstance(group, list) and group and "id_number" in group[0]:
            await clerk.click(f"add:/{role}")
    places = re.findall(r'name="do" value="bring:(/[^"]+)"', clerk.page)
    assert all(f'name="shown" value="{place}/id_number"' in clerk.page for place in places)
    typed = {}
    for place in places:
        _, role, *index = place.split("/")
        group = story.answers.get(role) or {}
        person = group[int(index[0])] if index and isinstance(group, list) else group
        if "id_number" in person:
            typed[f"{place}/id_number"] = person["id_number"]
    assert typed
    before = clerk.page.count("共享数据带出")
    await clerk.click(f"bring:{next(iter(typed)).rpartition('/')[0]}", **typed)
    assert clerk.status == 200
    assert problems(clerk.page) == []
    # Of a birth and of a marriage both numbers are typed at the first step, and asked by already.
    both = life_event in {"newborn", "marriage_birth_household"}
    assert (clerk.page.count("共享数据带出") > before) == (not both)


async def test_a_second_persons_number_is_asked_first_with_the_button_right_under_it(clerk, story):
    for role, group in story.answers.items():
        if isinstance(group, list) and group and "id_number" in group[0]:
            await clerk.click(f"add:/{role}")
    parts = [one for one in re.findall(r"<fieldset.*?</fieldset>", clerk.page, re.DOTALL) if "bring:" in one]
    assert parts
    for part in parts:
        above, below = part.split('value="bring:')
        assert [one.rpartition("/")[2] for one in shown(above)] == ["id_number"]
        assert "id_number" not in {one.rpartition("/")[2] for one in shown(below)}
        empty = re.search(r'<input type="text"[^>]* value=""', above) is not None
        assert ("请先填写公民身份号码" in above) == empty


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
