"""Before a second filing the page says what there is, and holds back the button that was pressed."""

import re

import pytest

from records.audit import entries_of
from records.case import get_case
from records.draft import count_drafts
from records.snapshot import CaseSnapshot, apply_snapshot
from tests.api.guide.walk import Clerk

pytestmark = pytest.mark.usefixtures("ruling")
NEW = "/bundles/bereavement/new"


@pytest.fixture
def ids(story):
    return {f"/{role}/id_number": story.answers[role]["id_number"] for role in ("deceased", "applicant")}


@pytest.fixture
async def ended(number, engine, office):
    """A case that has come to its end."""
    state = (await get_case(office.archive, number)).snapshot
    closed = CaseSnapshot(number, 99, "completed", office.now(), state, closed_at=office.now())
    await apply_snapshot(office.archive, closed)
    engine.ended.add(number)
    return number


async def drafts(office):
    return await count_drafts(office.archive, "dev-clerk", office.now())


async def test_an_ended_case_of_the_same_person_is_shown_once_and_refuses_nothing(client, ended, ids, office):
    before = await drafts(office)
    form = {"step": "start", "do": "next"} | ids
    warned = await client.post(NEW, data=form)
    assert warned.status_code == 200
    assert "同一当事人办过这件事" in warned.text
    assert f'href="/cases/{ended}"' in warned.text
    assert "（已办结）" in warned.text
    assert await drafts(office) == before
    assert 'name="do" value="next">核对无误，另起一份' in warned.text
    shown = re.findall(r'name="before" value="([^"]+)"', warned.text)
    await client.post(NEW, data=form | {"before": shown})
    assert await drafts(office) == before + 1
    seen = [one for one in await entries_of(office.archive, case=ended) if one.action == "find_case"]
    assert seen


async def test_while_a_case_is_open_the_first_step_leads_into_it_and_no_further(client, number, ids, office):
    before = await drafts(office)
    form = {"step": "start", "do": "next"} | ids
    warned = await client.post(NEW, data=form)
    assert "尚未办结的，不能另起一份" in warned.text
    assert f'href="/cases/{number}">打开原办件' in warned.text
    assert f'href="/cases/{number}/amendment">变更情形、增减事项' in warned.text
    assert "核对无误" not in warned.text
    for do in ("next", "ask"):
        again = await client.post(NEW, data=form | {"do": do, "notice": "true", "before": number})
        assert "打开原办件" in again.text
    assert await drafts(office) == before


async def test_where_filing_is_refused_the_open_case_is_linked_for_whoever_may_see_it(
    client, file_story, story, ids
):
    walk = Clerk(client, "bereavement", story)
    await walk.to_form()
    await walk.fill_in()
    await walk.click("next")
    assert "填写完整，可以提交" in walk.page
    number = (await file_story()).json()["number"]
    refused = await walk.click("submit", **{"/pledge": "true"})
    assert walk.status == 409
    assert f'href="/cases/{number}">打开原办件' in refused
    draft = re.search(r'name="draft" value="(\w{32})"', refused)[1]
    back = {"step": "start", "do": "next", "draft": draft, "before": number} | ids
    held = await client.post(NEW, data=back)
    assert held.status_code == 200
    assert "打开原办件" in held.text


async def test_a_number_typed_into_a_draft_later_is_looked_at_too(client, ended, ids):
    other = {"/applicant/id_number": ids["/applicant/id_number"]}
    first = await client.post(NEW, data={"step": "start", "do": "next"} | other)
    draft = re.search(r'name="draft" value="(\w{32})"', first.text)[1]
    later = {"step": "start", "do": "ask", "notice": "true", "draft": draft} | ids
    warned = await client.post(NEW, data=later)
    assert ended in warned.text
    assert 'name="do" value="ask">核对无误' in warned.text
    assert 'name="notice" value="true" checked' in warned.text
    asked = await client.post(NEW, data=later | {"before": ended})
    assert asked.status_code == 303


async def test_a_warning_of_an_own_draft_keeps_the_tick_and_the_button_that_was_pressed(client, ids, office):
    await client.post(NEW, data={"step": "start", "do": "save"} | ids)
    form = {"step": "start", "do": "ask", "notice": "true"} | ids
    warned = await client.post(NEW, data=form)
    assert "继续已有草稿" in warned.text
    assert 'name="notice" value="true" checked' in warned.text
    assert 'name="do" value="ask">核对无误' in warned.text
    asked = await client.get((await client.post(NEW, data=form | {"anew": "true"})).headers["location"])
    assert re.search(r"已带出 \d+ 项", asked.text)
    assert await drafts(office) == 2


async def test_another_area_s_case_is_not_shown(client, ended, ids, window, clerk):
    far = await clerk("远", await window("far", "37"))
    page = await client.post(NEW, data={"step": "start", "do": "next"} | ids, headers=far)
    assert ended not in page.text
    assert "同一当事人办过这件事" not in page.text
