"""The inbox live: what has come since the last visit is marked, and an open page hears of more."""

import asyncio
import re
from datetime import timedelta

import pytest
from fastapi import Request

from api.desk.live import events, item_events
from api.desk.watch import DeskWatch, ItemWatch
from api.identity.development import staff_account
from api.role import Purpose, Role
from api.visit import Caller
from records.desk_inbox import Desk
from records.worklist_area import Area

HEALTH = Desk("health")


def asked(query=b""):
    return Request({"type": "http", "method": "GET", "path": "/", "query_string": query, "headers": []})


async def taken(stream, count):
    """The next events of a stream, without the comment that opens it."""
    found = []
    async with asyncio.timeout(5):
        while len(found) < count:
            event = await anext(stream)
            if event.event:
                found.append(event)
    return found


@pytest.fixture
def watch(office):
    return DeskWatch(office, every=0.01)


async def test_what_came_after_the_last_visit_is_marked_until_somebody_does_something(
    at, engine, office, file_story, time
):
    engine.office = office
    health = await at("health")
    assert await health.inbox() == []
    time.now += timedelta(hours=2)
    await file_story()
    await engine.work()
    time.now += timedelta(minutes=5)
    health = await at("health")
    (item,) = await health.inbox()
    assert "以后新到 1 件" in health.page
    assert "★" in health.page
    time.now += timedelta(minutes=10)
    assert "以后新到 1 件" in await health.open("/desk")
    await health.open(f"/desk/items/{item}")
    await health.act(item, "accept")
    assert "以后新到" not in await health.open("/desk")


async def test_the_next_visit_begins_with_nothing_new(number, at, time):
    del number
    for _ in range(2):
        time.now += timedelta(hours=1)
        health = await at("health")
        await health.inbox()
    assert "以后新到" not in health.page


async def test_drawing_the_live_part_anew_is_no_visit(at, engine, office, file_story, time):
    engine.office = office
    health = await at("health")
    await health.open("/desk")
    time.now += timedelta(hours=1)
    await file_story()
    await engine.work()
    for _ in range(2):
        time.now += timedelta(hours=1)
        health = await at("health")
        part = await health.open("/desk/live")
        assert "以后新到 1 件" in part
        assert "<html" not in part


async def test_an_open_page_hears_of_what_comes_and_what_is_done(at, engine, office, file_story, watch):
    engine.office = office
    await at("health")
    stream = events((watch, HEALTH), asked(), 0)
    await anext(stream)
    hears = asyncio.create_task(taken(stream, 2))
    await asyncio.sleep(0)
    await file_story()
    await engine.work()
    said, changed = await hears
    assert (said.event, said.raw_data) == ("said", "新到 1 件申请")
    assert (changed.event, changed.id) == ("changed", "1")
    health = await at("health")
    await health.act(await health.item(), "accept")
    (changed,) = await taken(stream, 1)
    assert (changed.event, changed.raw_data) == ("changed", "1")
    await stream.aclose()
    assert watch.watched == 0


async def test_a_page_that_comes_again_hears_of_what_it_missed(number, watch):
    del number
    stream = events((watch, HEALTH), asked(b"lang=en"), 0, "0")
    said, changed = await taken(stream, 2)
    assert (said.raw_data, changed.id) == ("1 new filings have come", "1")
    await stream.aclose()


async def test_a_desk_of_another_area_hears_of_nothing(number, watch):
    del number
    marks = watch.marks(Desk("health", Area("11")), 5)
    assert (await anext(marks)).filings == 0
    await marks.aclose()


async def test_many_pages_cost_the_records_one_look_at_a_time(number, watch):
    del number
    streams = [events((watch, HEALTH), asked(), 0) for _ in range(100)]
    found = await asyncio.gather(*(taken(stream, 2) for stream in streams))
    assert {tuple(one.event for one in each) for each in found} == {("said", "changed")}
    assert watch.looks < 50
    await asyncio.gather(*(stream.aclose() for stream in streams))
    assert watch.watched == 0


async def test_a_page_that_does_not_say_what_it_has_seen_is_refused(at):
    health = await at("health")
    assert (await health.browser.get("/desk/events")).status_code == 422


@pytest.fixture
def item_watch(office):
    return ItemWatch(office, every=0.01)


@pytest.fixture
async def handler(office):
    """Who signs in as the handler of the health agency."""
    account = await staff_account(office, "handler-health")
    return Caller(account.id, Role.HANDLER, Purpose.HANDLE_ITEM, agency="health")


async def test_the_page_of_a_filing_says_that_a_colleague_has_acted(number, at, office, item_watch, handler):
    del number
    health = await at("health")
    item = await health.item()
    (seen,) = re.findall(rf"/desk/items/{item}/events\?seen=([0-9a-f]{{16}})", health.page)
    stream = item_events(item, (item_watch, handler), office, asked(), seen)
    await anext(stream)
    hears = asyncio.create_task(taken(stream, 1))
    await asyncio.sleep(0)
    await health.act(item, "accept")
    (said,) = await hears
    assert "本页显示的已不是最新" in said.raw_data
    assert f'href="/desk/items/{item}"' in said.raw_data
    await stream.aclose()
    assert item_watch.watched == 0


async def test_a_page_that_is_drawn_after_an_act_hears_nothing_of_it(  # noqa: PLR0917 - fixtures
    number, at, engine, office, item_watch, handler
):
    del number
    health = await at("health")
    item = await health.item()
    await health.act(item, "accept")
    (seen,) = re.findall(r"/events\?seen=([0-9a-f]{16})", health.page)
    await engine.work()
    stream = item_events(item, (item_watch, handler), office, asked(b"lang=en"), seen)
    await anext(stream)
    hears = asyncio.create_task(taken(stream, 1))
    await asyncio.sleep(0.1)
    assert not hears.done()
    await health.open(f"/desk/items/{item}")
    await health.act(item, "grant")
    (said,) = await hears
    assert "See how it stands now" in said.raw_data
    await stream.aclose()


async def test_another_agencys_filing_cannot_be_watched(number, at):
    del number
    health, police = await at("health"), await at("police")
    item = await health.item()
    assert (await police.browser.get(f"/desk/items/{item}/events?seen={'0' * 16}")).status_code == 404
