"""A place at a time is given once, whoever asks at the same moment; a move that fails leaves what was."""

import asyncio
from datetime import date, timedelta

import pytest
from sqlalchemy import insert

from records.appointment import (
    Booking,
    Place,
    appointments_of,
    book,
    cancel,
    given_back_of,
    mark_reminded,
    taken,
    to_remind,
)
from records.case import create_case
from records.schema import slot_case
from records.snapshot import CaseSnapshot, SlotRow, apply_snapshot

DAY = date(2026, 11, 28)
PLACE = Place("yichun-01", "civil_affairs/marriage_registration", DAY, "09:00")
LATER = Place("yichun-01", "civil_affairs/marriage_registration", DAY, "09:30")


@pytest.fixture
async def cases(archive, filing):
    names = [chr(ord("A") + index) for index in range(8)]
    for name in names:
        await create_case(archive, filing(name))
    return [f"20261123-{name}" for name in names]


def asked(case, place=PLACE, capacity=1):
    return Booking(case, "marriage", place, capacity, "citizen")


async def test_eight_at_once_want_two_places_and_two_get_one(archive, cases, now):
    booked = await asyncio.gather(*(book(archive, asked(case, capacity=2), now) for case in cases))
    assert sum(one is not None for one in booked) == 2
    assert {one.lane for one in booked if one is not None} == {0, 1}
    assert await taken(archive, PLACE.window_id, PLACE.item, DAY, DAY) == {(DAY, "09:00"): 2}


async def test_a_second_tap_books_nothing_more(archive, cases, now):
    both = await asyncio.gather(*(book(archive, asked(cases[0], capacity=5), now) for _ in range(2)))
    assert both[0] == both[1]
    assert len(await appointments_of(archive, cases[0])) == 1


async def test_a_move_frees_the_place_and_one_that_fails_keeps_it(archive, cases, now):
    first, second = cases[:2]
    assert await book(archive, asked(first), now)
    assert await book(archive, asked(second, LATER), now)
    assert await book(archive, asked(first, LATER), now) is None
    (kept,) = await appointments_of(archive, first)
    assert (kept.starts, kept.end_reason) == ("09:00", None)
    assert await cancel(archive, second, "marriage", now)
    assert await book(archive, asked(first, LATER), now)
    assert await book(archive, asked(second), now)


async def test_what_was_given_back_is_free_and_giving_back_twice_changes_nothing(archive, cases, now):
    await book(archive, asked(cases[0]), now)
    ended = await cancel(archive, cases[0], "marriage", now)
    assert ended is not None
    assert await cancel(archive, cases[0], "marriage", now) is None
    assert await book(archive, asked(cases[1]), now)


async def test_each_is_reminded_once_while_its_item_waits(archive, cases, now):
    booked = await book(archive, asked(cases[0]), now)
    assert booked is not None
    assert await to_remind(archive, DAY, DAY) == ()
    row = {"case": cases[0], "slot": "marriage", "position": 1, "item": "i", "agency": "a"}
    waits = insert(slot_case).values(state="blocked", round=1, updated_at=now, **row)
    await archive.database.write(lambda connection: connection.execute(waits))
    assert [one.id for one in await to_remind(archive, DAY, DAY)] == [booked.id]
    await mark_reminded(archive, booked.id, now)
    assert await to_remind(archive, DAY, DAY) == ()


@pytest.mark.parametrize(
    ("state", "closed", "hours", "kept"),
    [
        ("withdrawn", False, 0, False),
        ("granted", False, 0, False),
        ("blocked", True, 0, False),
        ("blocked", False, 0, True),
        ("granted", False, 24 * 30, True),
    ],
)
async def test_the_end_of_an_item_or_its_case_gives_back_what_is_still_to_come(  # noqa: PLR0917 - a table
    archive, cases, now, state, closed, hours, kept
):
    first, second = cases[:2]
    await book(archive, asked(first), now)
    at = now + timedelta(hours=hours)
    slot = SlotRow("marriage", "marriage_registration", "civil_affairs", state, 1, at)
    closed_at = at if closed else None
    await apply_snapshot(archive, CaseSnapshot(first, 1, "running", at, {}, (slot,), closed_at=closed_at))
    assert len(await appointments_of(archive, first)) == kept
    assert [one.end_reason for one in await given_back_of(archive, first)] == ([] if kept else ["ended"])
    assert (await book(archive, asked(second), now) is None) is kept
