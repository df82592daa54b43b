"""Notices: queued once however often asked for, and sent once."""

from datetime import timedelta

import pytest

from records.audit import AuditEntry
from records.case import create_case, erase_case
from records.notice import (
    WINDOW,
    NewNotice,
    NoticeState,
    count_waiting,
    hand_to_window,
    mark_notice,
    mark_shown,
    notices_of,
    queue_notice,
    to_deliver,
    unsent,
    waiting_for,
)
from records.worklist_area import Area

NUMBER = "20261123-A"


@pytest.fixture
async def opened(archive, filing):
    await create_case(archive, filing())
    return archive


async def test_a_notice_is_queued_once_and_sent_once(opened, now):
    new = NewNotice("accepted:20261123-A", NUMBER, "accepted", "sms", {"phone": "13800138000"}, now)
    assert await queue_notice(opened, new)
    assert not await queue_notice(opened, new)
    (queued,) = await unsent(opened)
    assert queued.content == {"phone": "13800138000"}
    await mark_notice(opened, queued.id, NoticeState.SENT, now)
    assert await unsent(opened) == ()


async def test_an_erased_case_is_notified_of_nothing(opened, now):
    await queue_notice(opened, NewNotice("k", NUMBER, "accepted", "sms", {"phone": "13800138000"}, now))
    await erase_case(opened, NUMBER, now, AuditEntry("clerk-7", "clerk", "erasure", "erase_case"))
    assert await unsent(opened) == ()
    assert await notices_of(opened, NUMBER) == ()


async def test_the_windows_notices_count_as_sent_once_a_page_has_shown_them(opened, now):
    for number, recipient in enumerate(("supervisor", "applicant", "supervisor")):
        key = f"{NUMBER}/{number}"
        await queue_notice(opened, NewNotice(key, NUMBER, "overdue", WINDOW, {}, now, recipient))
    assert await to_deliver(opened) == ()
    waiting = await waiting_for(opened, "supervisor")
    assert [notice.key for notice in waiting] == [f"{NUMBER}/2", f"{NUMBER}/0"]
    await mark_shown(opened, [notice.id for notice in waiting], now)
    await mark_shown(opened, [notice.id for notice in waiting], now + timedelta(days=1))
    await mark_shown(opened, [], now)
    assert await waiting_for(opened, "supervisor") == ()
    states = [(notice.state, notice.sent_at) for notice in await notices_of(opened, NUMBER)]
    assert states == [("sent", now), ("queued", None), ("sent", now)]


async def test_the_newest_wait_in_front_and_all_of_them_are_counted(opened, now):
    for number in range(4):
        at, key = now + timedelta(seconds=number), f"{NUMBER}/{number}"
        await queue_notice(opened, NewNotice(key, NUMBER, "overdue", WINDOW, {}, at, "supervisor"))
    await queue_notice(opened, NewNotice("other", NUMBER, "overdue", WINDOW, {}, now, "applicant"))
    waiting = await waiting_for(opened, "supervisor", limit=2)
    assert [notice.key for notice in waiting] == [f"{NUMBER}/3", f"{NUMBER}/2"]
    assert await count_waiting(opened, "supervisor") == 4
    assert await count_waiting(opened, "supervisor", Area(None)) == 0
    await mark_shown(opened, [notice.id for notice in waiting], now)
    waiting = await waiting_for(opened, "supervisor", limit=2)
    assert [notice.key for notice in waiting] == [f"{NUMBER}/1", f"{NUMBER}/0"]
    assert await count_waiting(opened, "supervisor") == 2


async def test_a_page_does_not_mark_what_a_courier_has_to_bring(opened, now):
    await queue_notice(opened, NewNotice("k", NUMBER, "accepted", "http", {}, now, "applicant"))
    (notice,) = await to_deliver(opened)
    await mark_shown(opened, [notice.id], now)
    assert await to_deliver(opened) == (notice,)


async def test_without_a_courier_the_window_tells_what_was_meant_for_one(opened, now):
    await queue_notice(opened, NewNotice("k", NUMBER, "accepted", "http", {}, now, "applicant"))
    assert await hand_to_window(opened) == 1
    assert await hand_to_window(opened) == 0
    assert await to_deliver(opened) == ()
    assert [notice.key for notice in await waiting_for(opened, "applicant")] == ["k"]
