"""A supervisor sees what presses in the area, and acts only with a reason that stands in the records."""

import asyncio
import re
from datetime import timedelta
from typing import Any

import pytest

from api.desk.told import LETTER
from api.identity.development import staff_account
from api.page_view import word
from onething.case_event import HoldEnded, HoldRaised, Revoked, Stuck, Ticked
from onething.case_state import OperatorReason
from records.account import change_account
from records.audit import entries_of
from records.escalation import held_cases, pressing
from records.notice import WINDOW, NewNotice, notices_of, queue_notice
from records.supervision_note import notes_of

pytestmark = pytest.mark.usefixtures("ruling")
POLICE = "household_cancellation"
MEDICAL = "medical_stop"


@pytest.fixture
async def item(client, number, engine, office):
    """A stuck item and a late one; signed in as the supervisor, whose forms carry the mark."""
    at = office.now() - timedelta(days=20)
    await engine.says(number, POLICE, {"kind": "accepted", "at": at}, at=at)
    await engine.feed(number, Ticked())
    reason = OperatorReason.UNCERTAIN_SUBMISSION
    await engine.feed(number, Stuck(slot=MEDICAL, round=1, reason=reason, detail=""), at=at)
    await client.post("/sign-in/development", data={"account": "supervisor"})
    page = await client.get("/supervision/escalations")
    client.mark = page.text.partition('name="csrf" value="')[2].partition('"')[0]
    return f"/supervision/cases/{number}/slots/{MEDICAL}"


async def post(client, path, **data: str) -> Any:
    return await client.post(path, data=data | {"csrf": client.mark}, headers={"accept": "text/html"})


async def test_what_presses_is_listed_with_reason_and_age(client, item, number):
    page = (await client.get("/supervision/escalations")).text
    assert item in page
    assert f"/supervision/cases/{number}/slots/{POLICE}" in page
    assert "20 天" in page


async def test_an_items_page_says_by_how_much_it_is_late(client, item, number, engine, office):
    del item
    slot = engine.states[number].slots[POLICE]
    days = (office.today() - slot.promised.due.due).days
    assert days > 0
    place = f"/supervision/cases/{number}/slots/{POLICE}"
    assert f"已超期 {days} 天" in (await client.get(place)).text
    assert "已超期" not in (await client.get(f"/supervision/cases/{number}/slots/{MEDICAL}")).text


@pytest.mark.parametrize("reason", list(OperatorReason))
async def test_what_a_supervisor_does_about_each_reason_is_said_with_the_ways_below(
    client, number, engine, reason
):
    await engine.feed(number, Stuck(slot=MEDICAL, round=1, reason=reason, detail=""))
    await client.post("/sign-in/development", data={"account": "supervisor"})
    page = (await client.get(f"/supervision/cases/{number}/slots/{MEDICAL}")).text
    said = word(f"supervision_next_{reason.value}").zh
    assert said in page
    ways = re.findall(r"“([^”]+)”", said)
    assert ways
    assert all(page.count(one) > 1 for one in ways)
    assert reason.value not in page


async def test_a_held_case_is_listed_until_the_hold_ends(client, item, number, engine, office):
    del item
    assert "全部事项暂停" not in (await client.get("/supervision/escalations")).text
    definition = engine.cases[number].definition.holds[0]
    for _ in range(2):
        await engine.feed(number, HoldRaised(hold=definition.hold, actor="clerk"))
        page = (await client.get("/supervision/escalations")).text
        assert "全部事项暂停的办件" in page
        assert definition.text.zh in page
        assert await held_cases(office.archive, "37") == await held_cases(office.archive, None) == ()
        (place,) = re.findall(r'id="held".*?href="(/supervision/cases/[^"]+)"', page, re.DOTALL)
        assert definition.text.zh in (await client.get(place)).text
        await engine.feed(number, HoldEnded(end="continue", actor="clerk"))
        assert "全部事项暂停" not in (await client.get("/supervision/escalations")).text


async def test_every_link_of_the_worklists_opens_for_the_supervisor(client, item, number, engine):
    assert f'href="{item}"' in (await client.get("/worklists")).text
    await engine.feed(number, Revoked(reason="record_wrong", actor="x"))
    page = (await client.get("/worklists")).text
    assert f'href="/cases/{number}' not in page
    places = set(re.findall(r'href="(/supervision/cases/[^"]+)"', page))
    assert f"/supervision/cases/{number}/slots/{POLICE}" in places
    for place in places:
        assert (await client.get(place)).status_code == 200, place
    assert 'href="/supervision/escalations" aria-current="page"' in page
    # A clerk goes to the case, where a clerk may work.
    client.cookies.clear()
    clerk = (await client.get("/worklists")).text
    assert f'href="/cases/{number}#slot-{POLICE}"' in clerk
    assert "/supervision/" not in clerk


async def test_a_reminder_stays_until_it_is_settled(client, item, number, office):
    del item
    for _ in range(2):
        page = (await client.get("/supervision/escalations")).text
        assert "事项已超过办理期限，请督办" in page
    (notice,) = re.findall(r'name="notice" value="([0-9a-f]{32})"', page)
    assert (await post(client, "/supervision/reminders/settle")).status_code == 303
    assert "事项已超过办理期限，请督办" in (await client.get("/supervision/escalations")).text
    assert (await post(client, "/supervision/reminders/settle", notice="0" * 32)).status_code == 404
    account = await staff_account(office, "supervisor")
    await change_account(office.archive, account.id, area="11")
    assert (await post(client, "/supervision/reminders/settle", notice=notice)).status_code == 404
    await change_account(office.archive, account.id, area="36")
    assert (await post(client, "/supervision/reminders/settle", notice=notice)).status_code == 303
    assert "事项已超过办理期限，请督办" not in (await client.get("/supervision/escalations")).text
    done = [one.action for one in await entries_of(office.archive, case=number)]
    assert done.count("settle_reminder") == 1


async def test_the_newest_reminder_is_in_front_and_those_beyond_the_list_are_counted(
    client, item, number, office
):
    del item
    (waiting,) = [one for one in await notices_of(office.archive, number) if one.recipient == "supervisor"]
    assert "这里列出最近的" not in (await client.get("/supervision/escalations")).text
    for count in range(100):
        at = office.now() + timedelta(minutes=count)
        content = waiting.content
        one = NewNotice(f"k{count}", number, waiting.kind, WINDOW, content, at, "supervisor", POLICE)
        assert await queue_notice(office.archive, one)
    for path in ("/supervision/escalations", "/worklists"):
        page = (await client.get(path)).text
        assert "共 101 项" in page
        assert "这里列出最近的 100 项" in page
    page = (await client.get("/supervision/escalations")).text
    listed = re.findall(r'name="notice" value="([0-9a-f]{32})"', page)
    newest = {one.id: one.key for one in await notices_of(office.archive, number)}
    assert [newest[one] for one in listed] == [f"k{count}" for count in range(99, -1, -1)]
    assert (await post(client, "/supervision/reminders/settle", notice=listed[0])).status_code == 303
    page = (await client.get("/supervision/escalations")).text
    assert waiting.id in page
    assert "这里列出最近的" not in page


async def test_another_areas_items_do_not_press(item, office, number):
    del item
    here = await pressing(office.archive, number[:4])
    assert ([one.slot for one in here.stuck], [one.slot for one in here.late]) == ([MEDICAL], [POLICE])
    for area in ("37", None):
        found = await pressing(office.archive, area)
        assert (found.stuck, found.late) == ((), ())


async def test_the_items_page_shows_nothing_of_a_person(client, item, story):
    page = await client.get(item)
    assert page.status_code == 200
    for person in ("applicant", "deceased"):
        assert story.answers[person]["id_number"] not in page.text
        assert story.answers[person].get("name", "\0") not in page.text


async def test_a_stuck_item_is_taken_in_hand_with_a_reason_only(client, item, engine, office, number):
    assert (await post(client, f"{item}/override", way="retry", confirmed="true")).status_code == 422
    unsure = await post(client, f"{item}/override", way="retry", reason="部门系统已恢复")
    assert unsure.status_code == 422
    assert "部门系统已恢复" in unsure.text
    assert await notes_of(office.archive, (number, MEDICAL)) == ()
    before = len(engine.updates)
    done = await post(client, f"{item}/override", way="retry", confirmed="true", reason="部门系统已恢复")
    assert done.status_code == 303
    assert len(engine.updates) == before + 1
    (kept,) = await notes_of(office.archive, (number, MEDICAL))
    assert (kept.kind, kept.words) == ("override", "部门系统已恢复")
    entries = await entries_of(office.archive, case=number)
    told = [(one.action, one.role) for one in entries if one.action in {"override_slot", "resume_slot"}]
    assert told == [("override_slot", "supervisor"), ("resume_slot", "supervisor")]
    assert (await post(client, f"{item}/override", way="retry", reason="再来")).status_code == 409


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"way": "refused"}, "部门的理由"),
        ({"way": "skip"}, "不再办理的原因"),
    ],
)
async def test_a_refusal_and_giving_up_say_why(client, item, given, missing):
    answer = await post(client, f"{item}/override", reason="核实过", **given)
    assert answer.status_code == 422
    assert missing in answer.text


async def test_a_way_that_is_none_is_refused(client, item):
    assert (await post(client, f"{item}/override", reason="核实过", way="delete")).status_code == 422


async def test_a_refusal_on_paper_ends_the_item(client, item, engine, number):
    given = {"way": "refused", "words": "不符合条件", "reason": "部门来函"}
    assert (await post(client, f"{item}/override", **given)).status_code == 303
    assert engine.states[number].slots[MEDICAL].state == "refused"


async def test_a_letter_waits_for_the_agency_and_a_note_for_supervisors(client, item, office, number, engine):
    assert (await post(client, f"{item}/letter", words="请于三日内办结")).status_code == 303
    assert (await post(client, f"{item}/note", words="已电话催办")).status_code == 303
    assert (await post(client, f"{item}/note", words="  ")).status_code == 422
    letters = [one for one in await notices_of(office.archive, number) if one.kind == LETTER]
    assert [one.recipient for one in letters] == [engine.states[number].slots[MEDICAL].agency]
    assert letters[0].content["text"]["zh"] == "请于三日内办结"
    page = (await client.get(item)).text
    assert "已电话催办" in page
    assert "请于三日内办结" in page
    assert {one.kind for one in await notes_of(office.archive, (number, MEDICAL))} == {"letter", "note"}


async def test_a_bad_rating_is_answered_once_with_finding_and_words(client, number, item):
    client.cookies.clear()
    rated = await client.post(
        f"/api/v1/cases/{number}/slots/death_proof/rating", json={"level": 1, "words": "慢"}
    )
    assert rated.status_code == 201
    await client.post("/sign-in/development", data={"account": "supervisor"})
    page = (await client.get("/supervision/ratings")).text
    client.mark = page.partition('name="csrf" value="')[2].partition('"')[0]
    place = page.partition('action="/supervision/ratings/')[2].partition('"')[0]
    place = f"/supervision/ratings/{place}"
    assert "慢" in page
    assert (await post(client, place, finding="upheld", words="")).status_code == 422
    assert (await post(client, place, finding="nonsense", words="x")).status_code == 422
    both = await asyncio.gather(*(post(client, place, finding="upheld", words="已整改") for _ in range(2)))
    assert sorted(answer.status_code for answer in both) == [303, 409]
    assert "慢" not in (await client.get("/supervision/ratings")).text
    del item
