"""A case live: what is new is told once to every open page, in order, and a lost connection loses nothing."""

import asyncio
import re
from threading import Event

import pytest
from fastapi import Request

from api.case_work.events import events
from api.case_work.watch import Watch
from records.case import get_case
from records.snapshot import CaseSnapshot, apply_snapshot
from records.timeline import timeline_of

pytestmark = pytest.mark.usefixtures("ruling")
POLICE = "household_cancellation"


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
    return Watch(office, every=0.01)


async def test_a_page_hears_of_everything_after_the_line_it_has_seen(number, engine, office, watch):
    last = (await timeline_of(office.archive, number))[-1].seq
    stream = events(number, watch, asked(), last)
    await anext(stream)
    first = asyncio.create_task(taken(stream, 3))
    await asyncio.sleep(0)
    await engine.says(number, POLICE, {"kind": "granted"})
    line, said, *_ = await first
    assert (line.event, said.event, line.id) == ("line", "said", str(last + 1))
    assert line.raw_data.startswith("<li><time datetime=")
    assert "<" not in said.raw_data
    await stream.aclose()


async def test_a_page_that_comes_again_goes_on_from_its_last_line(number, engine, office, watch):
    await engine.says(number, POLICE, {"kind": "granted"})
    every = await timeline_of(office.archive, number)
    stream = events(number, watch, asked(), 0, str(every[-2].seq))
    found = await taken(stream, 3)
    assert [one.event for one in found] == ["line", "said", "changed"]
    assert found[-1].id == str(every[-1].seq)
    await stream.aclose()


async def test_two_hundred_pages_cost_the_records_one_look_at_a_time(number, office, watch):
    streams = [events(number, watch, asked(), 0) for _ in range(200)]
    every = await timeline_of(office.archive, number)
    hears = asyncio.gather(*(taken(stream, 2 * len(every) + 1) for stream in streams))
    found = await hears
    assert {tuple(one.event for one in events_) for events_ in found} == {
        tuple(one.event for one in found[0])
    }
    assert watch.looks < 100
    await asyncio.gather(*(stream.aclose() for stream in streams))
    assert watch.watched == 0


async def test_the_stream_of_a_closed_case_tells_its_story_and_ends(client, number, office):
    stored = await get_case(office.archive, number)
    end = CaseSnapshot(number, 99, "completed", office.now(), stored.snapshot, closed_at=office.now())
    await apply_snapshot(office.archive, end)
    answer = await client.get(f"/cases/{number}/events")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")
    ids = [int(one) for one in re.findall(r"^id: (\d+)$", answer.text, re.MULTILINE)]
    assert ids == sorted(ids)
    assert answer.text.rstrip().endswith(f"data: closed\nid: {ids[-1]}")


async def test_no_stream_begins_for_a_case_that_is_not_there(client):
    answer = await client.get("/cases/360900-A-20260303-000000-0/events")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_known"


async def test_english_pages_hear_english(number, watch):
    stream = events(number, watch, asked(b"lang=en"), 0)
    (line, _) = await taken(stream, 2)
    assert re.search(r"\d{4} \d\d:\d\d</time>", line.raw_data)
    await stream.aclose()


async def test_live_pages_end_when_the_server_is_asked_to_stop(number, watch, monkeypatch):
    closing = Event()
    monkeypatch.setattr("api.watching.CLOSING", closing)
    stream = events(number, watch, asked(), 0)
    await anext(stream)
    await taken(stream, 1)
    closing.set()
    async with asyncio.timeout(5):
        async for _ in stream:
            pass
    assert watch.watched == 0
