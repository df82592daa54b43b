"""The inbox: every callback once, its body erased with its case."""

import asyncio
from collections import Counter

import pytest

from onething.errors import NotKnown
from records.audit import AuditEntry
from records.case import create_case, erase_case
from records.errors import CaseErased
from records.inbox import Reception, body_of, mark_orphan, mark_relayed, receive, unrelayed


async def test_a_callback_is_news_once_and_the_first_body_counts(archive, now):
    assert await receive(archive, "police", "e1", b"first", now) is Reception.NEW
    assert await receive(archive, "police", "e1", b"second", now) is Reception.DUPLICATE
    assert await receive(archive, "housing_fund", "e1", b"third", now) is Reception.NEW
    assert [(entry.agency, entry.body) for entry in await unrelayed(archive)] == [
        ("police", b"first"),
        ("housing_fund", b"third"),
    ]


async def test_of_equal_callbacks_at_once_one_is_news(archive, now):
    answers = await asyncio.gather(*(receive(archive, "police", "e1", b"body", now) for _ in range(20)))
    assert Counter(answers) == {Reception.NEW: 1, Reception.DUPLICATE: 19}


async def test_a_relayed_or_orphaned_callback_is_not_offered_again(archive, filing, now):
    await create_case(archive, filing())
    for event_id in ("e1", "e2", "e3"):
        await receive(archive, "police", event_id, event_id.encode(), now)
    first, second, third = await unrelayed(archive)
    await mark_relayed(archive, first, "20261123-A", now)
    await mark_orphan(archive, second)
    assert await unrelayed(archive) == (third,)
    assert [await body_of(archive, entry.id) for entry in (first, second, third)] == [b"e1", b"e2", b"e3"]
    assert await receive(archive, "police", "e1", b"again", now) is Reception.DUPLICATE


async def test_a_relayed_body_is_erased_with_its_case(archive, filing, now):
    await create_case(archive, filing())
    await receive(archive, "police", "e1", b"body", now)
    (entry,) = await unrelayed(archive)
    await mark_relayed(archive, entry, "20261123-A", now)
    await erase_case(archive, "20261123-A", now, AuditEntry("clerk-7", "clerk", "erasure", "erase_case"))
    with pytest.raises(CaseErased):
        await body_of(archive, entry.id)


async def test_an_unknown_callback_is_named(archive):
    with pytest.raises(NotKnown):
        await body_of(archive, 7)
