"""Appointments: a place at a time in, booked at most once, out; a booking of another time moves the first.

That no place is given twice is the database's own rule (two unique indexes over what has not ended), so it
holds between processes, windows and phones alike.
"""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import Connection, bindparam, exists, func, select, update

from onething.counting import BEIJING
from records.archive import Archive
from records.database import insert_new
from records.schema import slot_case
from records.schema_account import window
from records.schema_follow import appointment as table

MOVED: Final = "moved"
CANCELLED: Final = "cancelled"
ENDED: Final = "ended"
"""The item or its case came to an end before the time did."""


@dataclass(frozen=True, slots=True)
class Place:
    """One bookable time: at which window, for which item (`agency/item`), on which day, from when (HH:MM)."""

    window_id: str
    item: str
    day: date
    starts: str


@dataclass(frozen=True, slots=True)
class Appointment:
    """A booking; `ended_at` is None while it holds."""

    id: str
    case: str
    slot: str
    window_id: str
    item: str
    day: date
    starts: str
    lane: int
    booked_at: datetime
    booked_by: str
    reminded_at: datetime | None
    ended_at: datetime | None
    end_reason: str | None

    @property
    def place(self) -> Place:
        """Where and when."""
        return Place(self.window_id, self.item, self.day, self.starts)


@dataclass(frozen=True, slots=True)
class Booking:
    """What is asked for: a place for one item of a case, of `capacity` at that time, by a role."""

    case: str
    slot: str
    place: Place
    capacity: int
    booked_by: str


async def book(archive: Archive, wanted: Booking, now: datetime) -> Appointment | None:
    """Book, or move an earlier booking of the same item; None when all places are taken.

    A move that finds no place leaves the earlier booking as it was; asking twice books once.
    """

    def store(connection: Connection) -> Appointment | None:
        before = _live(connection, wanted.case, wanted.slot)
        if before is not None and before.place == wanted.place:
            return before
        if before is not None:
            _end(connection, before.id, MOVED, now)
        booked = _take(connection, wanted, now)
        if booked is None and before is None:
            # A second tap that came while the first one was being booked.
            there = _live(connection, wanted.case, wanted.slot)
            return there if there is not None and there.place == wanted.place else None
        if booked is None and before is not None:
            connection.execute(
                update(table).where(table.c.id == before.id).values(ended_at=None, end_reason=None)
            )
        return booked

    return await archive.database.write(store)


async def cancel(archive: Archive, case: str, slot: str, now: datetime) -> Appointment | None:
    """End the booking of one item and give it; None when there is none."""

    def store(connection: Connection) -> Appointment | None:
        before = _live(connection, case, slot)
        if before is not None:
            _end(connection, before.id, CANCELLED, now)
        return before

    return await archive.database.write(store)


async def taken(
    archive: Archive, window_id: str, item: str, first: date, last: date
) -> dict[tuple[date, str], int]:
    """Count the places taken at each time from `first` to `last`, both included."""
    query = (
        select(table.c.day, table.c.starts, func.count())
        .where(
            table.c.window_id == window_id,
            table.c.item == item,
            table.c.day >= first,
            table.c.day <= last,
            table.c.ended_at.is_(None),
        )
        .group_by(table.c.day, table.c.starts)
    )
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return {(row[0], row[1]): row[2] for row in rows}


async def appointments_of(archive: Archive, case: str) -> tuple[Appointment, ...]:
    """Give the bookings of a case that hold, the next one first."""
    query = (
        select(table)
        .where(table.c.case == case, table.c.ended_at.is_(None))
        .order_by(table.c.day, table.c.starts)
    )
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return tuple(_appointment(row) for row in rows)


async def given_back_of(archive: Archive, case: str) -> tuple[Appointment, ...]:
    """Give the bookings of a case that its items' end gave back, the last one given back first."""
    query = (
        select(table)
        .where(table.c.case == case, table.c.end_reason == ENDED)
        .order_by(table.c.ended_at.desc(), table.c.id)
    )
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return tuple(_appointment(row) for row in rows)


def give_back(connection: Connection, case: str, over: Container[str], at: datetime) -> None:
    """Give back the places of items that are over, unless gone by, within the caller's transaction."""
    for row in connection.execute(_HELD, {"of": case}).all():
        begins = datetime.combine(row.day, time.fromisoformat(row.starts), BEIJING)
        if row.slot in over and begins > at:
            _end(connection, row.id, ENDED, at)


async def window_serving(archive: Archive, region: str) -> str | None:
    """Give the open window whose area is the nearest around a region; None where there is none."""
    columns = (window.c.id, window.c.area)
    query = select(*columns).where(window.c.closed_at.is_(None)).order_by(window.c.id)
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    serving = [row for row in rows if region.startswith(row.area)]
    return max(serving, key=lambda row: len(row.area)).id if serving else None


async def to_remind(archive: Archive, first: date, last: date) -> tuple[Appointment, ...]:
    """Give the bookings from `first` to `last` that nobody was reminded of yet, of items that wait for it."""
    waits = exists().where(
        slot_case.c.case == table.c.case, slot_case.c.slot == table.c.slot, slot_case.c.state == "blocked"
    )
    query = select(table).where(
        waits,
        table.c.day >= first,
        table.c.day <= last,
        table.c.ended_at.is_(None),
        table.c.reminded_at.is_(None),
    )
    query = query.order_by(table.c.day, table.c.starts)
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return tuple(_appointment(row) for row in rows)


async def mark_reminded(archive: Archive, appointment_id: str, now: datetime) -> None:
    """Note that the reminder is queued."""
    marked = update(table).where(table.c.id == appointment_id).values(reminded_at=now)
    await archive.database.write(lambda connection: connection.execute(marked))


def _live(connection: Connection, case: str, slot: str) -> Appointment | None:
    query = select(table).where(table.c.case == case, table.c.slot == slot, table.c.ended_at.is_(None))
    row = connection.execute(query).one_or_none()
    return _appointment(row) if row is not None else None


def _take(connection: Connection, wanted: Booking, now: datetime) -> Appointment | None:
    """Take the first free place of that time; two that want the same one are kept apart by the index."""
    place = wanted.place
    row: dict[str, Any] = {
        "id": uuid4().hex,
        "case": wanted.case,
        "slot": wanted.slot,
        "window_id": place.window_id,
        "item": place.item,
        "day": place.day,
        "starts": place.starts,
        "booked_at": now,
        "booked_by": wanted.booked_by,
    }
    for lane in range(wanted.capacity):
        if insert_new(connection, table, [row | {"lane": lane}]):
            found = select(table).where(table.c.id == row["id"])
            return _appointment(connection.execute(found).one())
    return None


def _end(connection: Connection, appointment_id: str, reason: str, now: datetime) -> None:
    ended = update(table).where(table.c.id == appointment_id).values(ended_at=now, end_reason=reason)
    connection.execute(ended)


def _appointment(row: Any) -> Appointment:
    return Appointment(**{name: getattr(row, name) for name in Appointment.__dataclass_fields__})


# Built once: every snapshot of a case asks this.
_HELD = select(table.c.id, table.c.slot, table.c.day, table.c.starts).where(
    table.c.case == bindparam("of"), table.c.ended_at.is_(None)
)
