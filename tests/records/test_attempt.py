"""Tries at a door in the archive: counted for all processes, forgotten with their window, naming nobody."""

from datetime import timedelta

from sqlalchemy import select

from records.archive import open_archive
from records.attempt import Limit, Tried, count_failures, try_door
from records.schema_attempt import attempt as table

TRIES = Limit("tries", 3, 60)
FAILURES = Limit("failures", 2, 300)
THERE = Tried(TRIES, "198.51.100.7")
WRONG = Tried(FAILURES, "110105199001011232")


async def test_so_many_tries_are_let_through_and_then_none_until_the_window_is_over(archive, now):
    answers = [await try_door(archive, THERE, (), now) for _ in range(5)]
    assert answers[:3] == [None] * 3
    assert {one.until for one in answers[3:]} == {now + timedelta(seconds=60)}
    assert await try_door(archive, THERE, (), now + timedelta(seconds=59)) is not None
    assert await try_door(archive, THERE, (), now + timedelta(seconds=60)) is None


async def test_what_failed_counts_against_whom_it_named_and_nobody_else(archive, now):
    for _ in range(2):
        assert await try_door(archive, THERE, (WRONG,), now) is None
        await count_failures(archive, (WRONG,), now)
    spent = await try_door(archive, Tried(TRIES, "192.0.2.1"), (WRONG,), now)
    assert (spent.tried, spent.until) == (WRONG, now + timedelta(seconds=300))
    assert await try_door(archive, Tried(TRIES, "192.0.2.1"), (Tried(FAILURES, "x"),), now) is None


async def test_another_process_begins_with_the_same_counts(archive, now):
    for _ in range(3):
        await try_door(archive, THERE, (), now)
    address = str(archive.database.engine.url.render_as_string(hide_password=False))
    async with open_archive(address, archive.ring, archive.blobs) as other:
        assert await try_door(other, THERE, (), now) is not None


async def test_no_address_and_no_name_is_stored_and_nothing_outlives_its_window(archive, now):
    await try_door(archive, THERE, (), now)
    await count_failures(archive, (WRONG,), now)
    rows = await archive.database.read(lambda connection: connection.execute(select(table)).all())
    assert len(rows) == 2
    assert not any(name in str(row) for row in rows for name in (THERE.name, WRONG.name))
    await try_door(archive, THERE, (), now + timedelta(days=1))
    rows = await archive.database.read(lambda connection: connection.execute(select(table)).all())
    assert [row.kind for row in rows] == ["tries"]
