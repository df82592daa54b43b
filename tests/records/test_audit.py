"""The audit trail: whole as written, and every change to it is found."""

import asyncio

import pytest
from sqlalchemy import delete, insert, select, update

from records import audit
from records.audit import AuditEntry
from records.schema import audit as table


@pytest.fixture
async def written(archive):
    entries = [
        AuditEntry("clerk-7", "clerk", "filing", f"action_{n}", "20261123-A", "s" * 64, ("phone",))
        for n in range(5)
    ]
    await audit.append(archive, *entries)
    return archive


async def test_an_empty_trail_and_an_untouched_one_are_whole(archive):
    assert await audit.verify(archive) is None
    newest = await audit.append(archive, AuditEntry("clerk-7", "clerk", "filing", "read_case"))
    assert newest.seq == 1
    assert await audit.verify(archive) is None
    assert await audit.head(archive) == newest


async def test_entries_that_come_together_make_one_chain(archive):
    entries = [AuditEntry(f"clerk-{n}", "clerk", "filing", "read_case") for n in range(20)]
    await asyncio.gather(*(audit.append(archive, entry) for entry in entries))
    assert (await audit.head(archive)).seq == 20
    assert await audit.verify(archive) is None


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "somebody-else"},
        {"purpose": "curiosity"},
        {"case": None},
        {"subject_blind": "t" * 64},
        {"fields": []},
        {"hash": "0" * 64},
    ],
)
async def test_a_changed_entry_is_found(written, change):
    await _run(written, update(table).where(table.c.seq == 3).values(change))
    assert await audit.verify(written) == 3


async def test_a_moved_instant_is_found(written, now):
    await _run(written, update(table).where(table.c.seq == 2).values(at=now))
    assert await audit.verify(written) == 2


@pytest.mark.parametrize("seq", [1, 3])
async def test_a_removed_entry_is_found(written, seq):
    await _run(written, delete(table).where(table.c.seq == seq))
    assert await audit.verify(written) == seq


async def test_a_cut_end_is_found_by_a_head_kept_elsewhere(written):
    kept = await audit.head(written)
    await _run(written, delete(table).where(table.c.seq > 3))
    assert await audit.verify(written) is None
    assert await audit.verify(written, kept) == 4


async def test_a_rewritten_trail_is_found_by_a_head_kept_elsewhere(written):
    kept = await audit.head(written)
    await _run(written, delete(table))
    await audit.append(written, *[AuditEntry("x", "clerk", "filing", "read_case")] * 6)
    assert await audit.verify(written) is None
    assert await audit.verify(written, kept) == 5


async def test_an_entry_made_up_without_the_ring_is_found(written):
    newest = select(table).where(table.c.seq == 5)
    last = await written.database.read(lambda connection: connection.execute(newest).mappings().one())
    await _run(written, insert(table).values({**last, "seq": 6, "prev_hash": last["hash"]}))
    assert await audit.verify(written) == 6


async def test_entries_are_listed_by_case_and_by_subject(written):
    await audit.append(written, AuditEntry("clerk-8", "clerk", "filing", "read_case", "20261123-B", "s" * 64))
    assert len(await audit.entries_of(written, case="20261123-A")) == 5
    assert len(await audit.entries_of(written, subject_blind="s" * 64)) == 6
    both = await audit.entries_of(written, case="20261123-B", subject_blind="s" * 64)
    assert [entry.actor for entry in both] == ["clerk-8"]


async def _run(archive, statement) -> None:
    await archive.database.write(lambda connection: connection.execute(statement))
