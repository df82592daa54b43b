"""What a supervisor writes, and what presses, reaches the agency's desk, and its reading comes back."""

import re

from onething.case_event import Ticked
from records.audit import entries_of
from records.notice import NoticeState, notices_of
from tests.api.desk.conftest import Handler

SLOT = "death_proof"


async def supervisor(visitor, number):
    """A supervisor at a browser, on the page of the item."""
    person = Handler(await visitor(account="supervisor"))
    await person.open(f"/supervision/cases/{number}/slots/{SLOT}")
    return person


def mark(page):
    return re.search(r'name="csrf" value="([^"]*)"', page)[1]


async def write(person, number, words):
    place = f"/supervision/cases/{number}/slots/{SLOT}/letter"
    answer = await person.browser.post(place, data={"words": words, "csrf": mark(person.page)})
    assert answer.status_code == 303


async def test_a_letter_stands_in_the_inbox_and_on_the_item_until_it_is_read(number, at, visitor, office):
    writer = await supervisor(visitor, number)
    await write(writer, number, "请于三日内办结 <b>")
    health, police = await at("health"), await at("police")
    (item,) = set(await health.inbox())
    assert "督办函" in health.page
    assert "请于三日内办结 &lt;b&gt;" in health.page
    assert "请于三日内办结" not in await police.open("/desk")
    assert "请于三日内办结 &lt;b&gt;" in await health.open(f"/desk/items/{item}")
    (letter,) = re.findall(r'action="/desk/told/([0-9a-f]{32})/read"', health.page)
    assert "承办部门尚未阅" in await writer.open(f"/supervision/cases/{number}/slots/{SLOT}")

    mine = {"csrf": mark(police.page)}
    assert (await police.browser.post(f"/desk/told/{letter}/read", data=mine)).status_code == 404
    read = {"csrf": mark(health.page), "item": item}
    answer = await health.browser.post(f"/desk/told/{letter}/read", data=read)
    assert answer.headers["location"] == f"/desk/items/{item}"
    page = await health.open(f"/desk/items/{item}")
    assert "请于三日内办结" in page
    assert "/desk/told/" not in page
    assert "请于三日内办结" not in await health.open("/desk")
    page = await writer.open(f"/supervision/cases/{number}/slots/{SLOT}")
    assert "承办部门已阅" in page
    assert page.count("请于三日内办结") == 1
    done = [(one.action, one.role) for one in await entries_of(office.archive, case=number)]
    assert done.count(("mark_told", "handler")) == 1


async def test_a_window_that_looks_at_the_case_does_not_read_in_the_agencys_place(
    number, at, visitor, client, office
):
    await write(await supervisor(visitor, number), number, "请说明进度")
    await client.get(f"/cases/{number}", headers={"accept": "text/html"})
    assert "请说明进度" in await (await at("health")).open("/desk")
    (letter,) = [one for one in await notices_of(office.archive, number) if one.recipient == "health"]
    assert letter.state == NoticeState.QUEUED


async def test_programs_read_letters_too(number, at, visitor):
    await write(await supervisor(visitor, number), number, "请说明进度")
    health = await at("health")
    (letter,) = (await health.browser.get("/api/v1/desk/items")).json()["told"]
    assert (letter["words"], letter["number"]) == ("请说明进度", number)
    bearer = {"authorization": f"Bearer {health.browser.cookies['once_session']}"}
    health.browser.cookies.clear()
    place = f"/api/v1/desk/told/{letter['id']}/read"
    assert (await health.browser.post(place, headers=bearer)).status_code == 204
    assert (await health.browser.get("/api/v1/desk/items", headers=bearer)).json()["told"] == []


async def test_a_reminder_stands_in_the_inbox_until_the_item_is_decided(number, at, engine, time):
    health = await at("health")
    await health.act(await health.item(), "grant")
    await engine.work()
    police = await at("police")
    item = await police.item("死亡注销户口")
    await police.act(item, "accept")
    await engine.work()
    time.now = engine.state("household_cancellation").promised.yellow_from
    await engine.feed(number, Ticked())
    police = await at("police")
    assert "事项临近办理期限，请抓紧办理" in await police.open("/desk")
    await police.open(f"/desk/items/{item}")
    await police.act(item, "refuse", reason="登记信息不符", remedies="review")
    await engine.work()
    assert "事项临近办理期限，请抓紧办理" not in await police.open("/desk")
