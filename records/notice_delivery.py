"""Deliveries: one notice by one way to one person in, how far it has come out; each is made at most once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, select, update

from records.archive import Archive
from records.database import insert_new
from records.notice import WINDOW, NoticeState
from records.schema import notice as notice_table
from records.schema_follow import notice_delivery as table


class DeliveryState(StrEnum):
    """How far a delivery has come."""

    QUEUED = "queued"
    SENT = "sent"
    """Taken by the sender; whether it arrived is not known yet."""
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A way for one notice; before `not_before` it waits, for the `reason` given."""

    notice: str
    party: str
    channel: str
    not_before: datetime
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery as it stands; `id` is the reference that the sender is given and gives back."""

    id: str
    notice: str
    party: str
    channel: str
    state: str
    reason: str | None
    queued_at: datetime
    not_before: datetime
    sent_at: datetime | None
    settled_at: datetime | None


async def give(archive: Archive, notice: str, ways: Sequence[NewDelivery], now: datetime) -> int:
    """Hand a notice to its ways, each once, and note it; give how many were new."""
    rows = [
        {"id": uuid4().hex, "state": DeliveryState.QUEUED, "queued_at": now}
        | {name: getattr(way, name) for name in NewDelivery.__dataclass_fields__}
        for way in ways
    ]

    def store(connection: Connection) -> int:
        connection.execute(
            update(notice_table)
            .where(notice_table.c.id == notice, notice_table.c.state == NoticeState.QUEUED)
            .values(state=NoticeState.GIVEN)
        )
        return insert_new(connection, table, rows)

    return await archive.database.write(store)


async def ready(archive: Archive, now: datetime, limit: int = 100) -> tuple[Delivery, ...]:
    """Give what may be sent now, oldest first."""
    query = select(table).where(table.c.state == DeliveryState.QUEUED, table.c.not_before <= now)
    query = query.order_by(table.c.queued_at, table.c.id).limit(limit)
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return tuple(_delivery(row) for row in rows)


async def put_off(archive: Archive, delivery: str, until: datetime, reason: str) -> None:
    """Let one wait until then."""
    later = update(table).where(table.c.id == delivery).values(not_before=until, reason=reason)
    await archive.database.write(lambda connection: connection.execute(later))


async def settle(
    archive: Archive, delivery: str, state: DeliveryState, now: datetime, reason: str | None = None
) -> bool:
    """Note how far one has come, and with it its notice; False for one that is unknown or further already.

    A notice that came by none of its ways is told at the window.
    """

    def store(connection: Connection) -> bool:
        row = connection.execute(select(table).where(table.c.id == delivery)).one_or_none()
        if row is None or _ORDER[row.state] >= _ORDER[state]:
            return False
        sent = {"sent_at": row.sent_at or now} if state is not DeliveryState.FAILED else {}
        settled = {"settled_at": now} if state is not DeliveryState.SENT else {}
        values = {"state": state, "reason": reason, **sent, **settled}
        connection.execute(update(table).where(table.c.id == delivery).values(values))
        _follow(connection, row.notice, now)
        return True

    return await archive.database.write(store)


async def deliveries_of(archive: Archive, case: str) -> tuple[Delivery, ...]:
    """Give every delivery of a case's notices, oldest first."""
    query = (
        select(table)
        .join_from(table, notice_table)
        .where(notice_table.c.case == case)
        .order_by(table.c.queued_at, table.c.id)
    )
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return tuple(_delivery(row) for row in rows)


_ORDER = {
    DeliveryState.QUEUED.value: 0,
    DeliveryState.SENT.value: 1,
    DeliveryState.FAILED.value: 2,
    DeliveryState.DELIVERED.value: 3,
}
"""A report that it arrived counts more than one that it did not: reports come in any order."""


def _follow(connection: Connection, notice: str, now: datetime) -> None:
    """Bring the notice to where its deliveries are."""
    query = select(table.c.state).where(table.c.notice == notice)
    states = set(connection.execute(query).scalars())
    change = update(notice_table).where(notice_table.c.id == notice)
    if states & {DeliveryState.SENT.value, DeliveryState.DELIVERED.value}:
        connection.execute(change.values(state=NoticeState.SENT, sent_at=now))
    elif states == {DeliveryState.FAILED.value}:
        connection.execute(change.values(state=NoticeState.QUEUED, channel=WINDOW, sent_at=None))


def _delivery(row: Any) -> Delivery:
    return Delivery(**{name: getattr(row, name) for name in Delivery.__dataclass_fields__})
