"""The inbox: an agency's callback in, stored once before anybody acts on it, to be relayed to its case."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, select, update

from onething.errors import NotKnown
from records import data_key
from records.archive import Archive
from records.database import insert_new
from records.schema import inbox as table
from runtime.keyring import KeyRingError


class InboxState(StrEnum):
    """How far a callback has come."""

    RECEIVED = "received"
    RELAYED = "relayed"
    ORPHAN = "orphan"
    DROPPED = "dropped"
    """Its case was erased: that it came is known, what it said is not."""


class Reception(StrEnum):
    """Whether a callback was news; either way the agency is answered 202."""

    NEW = "new"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class InboxEntry:
    """A callback as it arrived, its signature already checked; without a body where that cannot be opened."""

    id: int
    agency: str
    event_id: str
    body: bytes
    received_at: datetime
    readable: bool = True


async def receive(archive: Archive, agency: str, event_id: str, body: bytes, now: datetime) -> Reception:
    """Store the callback unless this agency's `event_id` came before; the first body counts."""
    return await archive.database.write(
        lambda connection: put(connection, archive, agency, event_id, body, now)
    )


def put(  # noqa: PLR0913, PLR0917 -- one row's columns
    connection: Connection, archive: Archive, agency: str, event_id: str, body: bytes, now: datetime
) -> Reception:
    """Store the callback within the caller's transaction, as `receive` does."""
    row = {
        "agency": agency,
        "event_id": event_id,
        "state": InboxState.RECEIVED,
        "sealed_body": archive.ring.encrypt(body, _place(agency, event_id)),
        "received_at": now,
    }
    return Reception.NEW if insert_new(connection, table, [row]) else Reception.DUPLICATE


async def unrelayed(archive: Archive, limit: int = 100) -> tuple[InboxEntry, ...]:
    """Give the callbacks still to be relayed, oldest first; one that cannot be opened hides no other."""
    query = select(table).where(table.c.state == InboxState.RECEIVED).order_by(table.c.id).limit(limit)
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return tuple(_entry(archive, row) for row in rows)


async def mark_relayed(archive: Archive, entry: InboxEntry, case: str, now: datetime) -> None:
    """Note that `case` has the callback; from here on its body is the case's own and is erased with it.

    Raises NotKnown, CaseErased.
    """

    def relay(connection: Connection) -> None:
        key = data_key.of_case(connection, archive.ring, case)
        sealed = key.seal(entry.body, f"inbox.body:{entry.id}")
        waiting = update(table).where(table.c.id == entry.id, table.c.state != InboxState.RELAYED)
        connection.execute(
            waiting.values(state=InboxState.RELAYED, relayed_at=now, case=case, sealed_body=sealed)
        )

    await archive.database.write(relay)


async def mark_orphan(archive: Archive, entry: InboxEntry) -> None:
    """Set aside a callback that belongs to no case here, for an operator to look at."""
    waiting = update(table).where(table.c.id == entry.id, table.c.state == InboxState.RECEIVED)
    await archive.database.write(
        lambda connection: connection.execute(waiting.values(state=InboxState.ORPHAN))
    )


async def drop(archive: Archive, entry: InboxEntry, case: str, now: datetime) -> None:
    """Keep nothing of what was said about an erased `case` but that it came, so that it counts once."""
    waiting = update(table).where(table.c.id == entry.id, table.c.state != InboxState.RELAYED)
    values = {"state": InboxState.DROPPED, "relayed_at": now, "case": case, "sealed_body": None}
    await archive.database.write(lambda connection: connection.execute(waiting.values(values)))
    await archive.database.forget()


async def body_of(archive: Archive, entry_id: int) -> bytes:
    """Give the body of any stored callback; raises NotKnown, CaseErased."""

    def load(connection: Connection) -> bytes:
        row = connection.execute(select(table).where(table.c.id == entry_id)).one_or_none()
        if row is None:
            raise NotKnown("callback", str(entry_id))
        if row.case is None:
            return archive.ring.decrypt(row.sealed_body, _place(row.agency, row.event_id))
        key = data_key.of_case(connection, archive.ring, row.case)
        return key.open(row.sealed_body, f"inbox.body:{entry_id}")

    return await archive.database.read(load)


def _entry(archive: Archive, row: Row[Any]) -> InboxEntry:
    try:
        body = archive.ring.decrypt(row.sealed_body, _place(row.agency, row.event_id))
    except KeyRingError:
        return InboxEntry(row.id, row.agency, row.event_id, b"", row.received_at, readable=False)
    return InboxEntry(row.id, row.agency, row.event_id, body, row.received_at)


def _place(agency: str, event_id: str) -> bytes:
    return f"inbox:{agency}:{event_id}".encode()
