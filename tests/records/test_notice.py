"""Notices: queued once however often asked for, and sent once."""

import pytest

from records.audit import AuditEntry
from records.case import create_case, erase_case
from records.notice import NewNotice, NoticeState, mark_notice, queue_notice, unsent

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
