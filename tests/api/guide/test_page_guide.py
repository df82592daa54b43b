"""Service guides and the wall: what they claim is what the catalog says."""

import re
from html import unescape

import pytest

from api.filling import Given, fill, plan_of
from api.guide.catalogue import exact, guide_of, guides
from api.page_word import WORDS
from api.window import DEVELOPMENT_WINDOW
from forms.situation import check_situations
from tests.api.guide.walk import sent


def words(page):
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


async def test_every_life_event_has_its_guide_for_anybody(client, office):
    listed = (await client.get("/guides")).text
    for guide in guides(office):
        assert f'href="/guides/{guide.bundle.bundle}"' in listed
        page = await client.get(f"/guides/{guide.bundle.bundle}")
        assert page.status_code == 200
        text = words(page.text)
        for item in guide.items:
            assert item.title.zh in text
            assert item.fee.zh in text
            assert all(paper.title.zh in text for paper in item.papers)
    assert (await client.get("/guides/moving_house")).status_code == 404


async def test_the_longest_item_is_not_mistaken_for_the_whole_life_event(client, office):
    guide = guides(office)[0]
    page = words((await client.get(f"/guides/{guide.bundle.bundle}")).text)
    assert f"单个事项最长承诺 {guide.longest} 个工作日" in page
    for place in ("/guides", f"/guides/{guide.bundle.bundle}?lang=en"):
        assert re.search(r"单个事项最长承诺|for any one item", words((await client.get(place)).text))
    assert "全部办结约" in WORDS["guide_days_saved"].zh
    assert "全部办结约" in WORDS["guide_your_days"].zh


async def test_one_card_is_said_only_where_no_situation_calls_for_a_paper(office, catalog):
    for guide in guides(office):
        for item in guide.items:
            (slot,) = [one for one in guide.bundle.slots if one.slot == item.slot]
            own = [one for one in catalog.item(slot.item, office.today()).materials if one.source == "self"]
            assert item.one_card == (not [one for one in own if not one.material.startswith("id_card")])
        assert guide.one_card == all(item.one_card for item in guide.items)


async def test_one_trip_is_not_said_of_two_visits_in_person(office, catalog):
    bundle = catalog.bundle("marriage_birth_household")
    assert guide_of(office, bundle).one_trip
    twice = bundle.slots + tuple(
        one.model_copy(update={"slot": "again"}) for one in bundle.slots if one.slot == "marriage"
    )
    assert not guide_of(office, bundle.model_copy(update={"slots": twice})).one_trip


async def test_given_situations_are_told_exactly_and_only_when_all_is_answered(office, catalog, client):
    story = catalog.scenario("bereavement", "smooth_resident")
    bundle = catalog.bundle("bereavement")
    assert exact(office, bundle, {}) is None
    told = exact(office, bundle, story.situations)
    assert told is not None
    assert told.figures["items"] == len(told.items)
    asked = [(f"/situations/{name}", sent(value)) for name, value in story.situations.items()]
    query = dict(asked) | {"shown": [name for name, _ in asked]}
    text = words((await client.get("/guides/bereavement", params=query)).text)
    assert f"要办的 {len(told.items)} 个事项" in text
    for title in told.papers:
        assert title.zh in text


async def test_guide_and_form_promise_the_same_days_for_every_story(office, catalog, client):
    at_the_window = DEVELOPMENT_WINDOW.region
    for name, stories in catalog.scenarios.items():
        bundle = catalog.bundle(name)
        seen = []
        for story in stories.values():
            if story.situations in seen or check_situations(bundle, dict(story.situations)):
                continue
            seen.append(story.situations)
            asked = {f"/situations/{key}": sent(value) for key, value in story.situations.items()}
            page = words((await client.get(f"/guides/{name}", params=asked | {"shown": [*asked]})).text)
            filled = await fill(office, bundle, Given(at_the_window, story.situations, story.answers))
            days = plan_of(office, filled).figures["days"]
            if not days["serial"]:
                assert "即时办结" in page
                continue
            told = re.search(r"全部办结约 (\d+) 个工作日.*?逐项办理约 (\d+) 个工作日", page)
            assert told, (name, story.situations)
            assert [int(one) for one in told.groups()] == [days["critical_path"], days["serial"]]
        assert seen


async def test_a_guide_is_of_the_place_whose_window_it_names(office, client):
    local = guide_of(office, office.catalog.bundle("newborn"), DEVELOPMENT_WINDOW.region)
    (subsidy,) = [item for item in local.items if item.slot == "subsidy"]
    assert subsidy.promised.amount == 20
    page = words((await client.get("/guides/newborn")).text)
    assert f"单个事项最长承诺 {local.longest} 个工作日" in page
    assert "承诺时限 20 个工作日 法定 30 个工作日" in page


async def test_questions_that_answers_raise_are_marked_as_the_form_marks_them(catalog, client):
    story = catalog.scenario("bereavement", "smooth_employee")
    first = (await client.get("/guides/bereavement")).text
    shown = re.findall(r'name="shown" value="([^"]+)"', first)
    query = {one: sent(story.situations[one.rpartition("/")[2]]) for one in shown}
    page = (await client.get("/guides/bereavement", params=query | {"shown": shown})).text
    new = set(re.findall(r'name="shown" value="([^"]+)"', page)) - set(shown)
    assert new
    notice = page.split('id="raised"')[1].split("</div>")[0]
    linked = re.findall(r'href="#([^"]+)"', notice)
    assert len(linked) == len(new)
    for target in linked:
        assert f'id="{target}"' in page
        assert f'id="{target}-error-1"' in page
    again = (await client.get("/guides/bereavement", params=query | {"shown": [*shown, *new]})).text
    assert 'id="summary"' in again


@pytest.mark.parametrize(
    "query", ["?/situations/pension=%3Cscript%3E", "?/situations/special=x&shown=/situations/special"]
)
async def test_strange_answers_in_an_address_say_nothing(client, query):
    answer = await client.get(f"/guides/bereavement{query}")
    assert answer.status_code == 200
    assert "<script>" not in answer.text


async def test_the_wall_goes_round_without_a_script(client):
    seen, page = [], 0
    for _ in range(40):
        answer = await client.get(f"/wall?page={page}")
        text = answer.text
        assert "<script" not in text
        seen.append(page)
        page = int(re.fullmatch(r"\d+; url=/wall\?page=(\d+)", answer.headers["refresh"])[1])
        if page == 0:
            break
    assert seen == list(range(len(seen)))
    assert len(seen) > 4


async def test_a_guide_is_drawn_in_the_frame_of_whoever_is_signed_in_and_opens_nothing(client):
    frame = re.compile(r'<div class="places">.*?</div>', re.DOTALL)
    unsigned = (await client.get("/guides")).text
    assert 'href="/work"' in frame.search(unsigned)[0]
    signed = await client.post("/api/v1/sign-in/development", json={"account": "clerk"})
    headers = {"authorization": f"Bearer {signed.json()['token']}"}
    page = (await client.get("/guides/bereavement", headers=headers)).text
    assert 'href="/work"' in frame.search(page)[0]
    assert 'href="/bundles/bereavement/new"' in page
    assert "访客" not in page
    assert frame.search((await client.get("/status")).text) is None
