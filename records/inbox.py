"""The inbox: an agency's callback in, stored once before anybody acts on it, to be relayed to its case."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, select, update

from onething.errors import NotKnown
from records import data_key
from records.archive import Archive
from records.database import insert_new
from records.schema import inbox as table


class InboxState(StrEnum):
    """How far a callback has come."""

    RECEIVED = "received"
    RELAYED = "relayed"
    ORPHAN = "orphan"


class Reception(StrEnum):
    """Whether a callback was news; either way the agency is answered 202."""

    NEW = "new"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class InboxEntry:
    """A callback as it arrived, its signature already checked."""

    id: int
    agency: str
    event_id: str
    body: bytes
    received_at: datetime


async def receive(archive: Archive, agency: str, event_id: str, body: bytes, now: datetime) -> Reception:
    """Store the callback unless this agency's `event_id` came before; the first body counts."""
    row = {
        "agency": agency,
        "event_id": event_id,
        "state": InboxState.RECEIVED,
        "sealed_body": archive.ring.encrypt(body, _place(agency, event_id)),
        "received_at": now,
    }
    fresh = await archive.database.write(lambda connection: insert_new(connection, table, [row]))
    return Reception.NEW if fresh else Reception.DUPLICATE


async def unrelayed(archive: Archive, limit: int = 100) -> tuple[InboxEntry, ...]:
    """Give the callbacks still to be relayed, oldest first."""
    query = select(table).where(table.c.state == InboxState.RECEIVED).order_by(table.c.id).limit(limit)
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return tuple(
        InboxEntry(
            row.id,
            row.agency,
            row.event_id,
            archive.ring.decrypt(row.sealed_body, _place(row.agency, row.event_id)),
            row.received_at,
        )
        for row in rows
    )


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


def _place(agency: str, event_id: str) -> bytes:
    return f"inbox:{agency}:{event_id}".encode()
