"""Notices to people (the outbox): a message in, queued once under its key, out until it is sent."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, select, update

from records import data_key
from records.archive import Archive
from records.database import insert_new
from records.schema import case as case_table
from records.schema import data_key as data_key_table
from records.schema import notice as table


class NoticeState(StrEnum):
    """How far a notice has come."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class NewNotice:
    """`key` makes asking twice one notice; `content` (address, text key, parameters) is sealed."""

    key: str
    case: str
    kind: str
    channel: str
    content: dict[str, Any]
    queued_at: datetime


@dataclass(frozen=True, slots=True)
class QueuedNotice:
    """A notice to send now."""

    id: str
    key: str
    case: str
    kind: str
    channel: str
    content: dict[str, Any]


async def queue_notice(archive: Archive, new: NewNotice) -> bool:
    """Queue it; False when its key was queued before. Raises NotKnown, CaseErased."""

    def store(connection: Connection) -> bool:
        key = data_key.of_case(connection, archive.ring, new.case)
        row = {name: getattr(new, name) for name in NewNotice.__dataclass_fields__ if name != "content"} | {
            "id": uuid4().hex,
            "state": NoticeState.QUEUED,
            "sealed_content": key.seal_json(new.content, _place(new.key)),
        }
        return insert_new(connection, table, [row]) == 1

    return await archive.database.write(store)


async def unsent(archive: Archive, limit: int = 100) -> tuple[QueuedNotice, ...]:
    """Give the notices still to send, oldest first; those of erased cases are left out."""
    query = (
        select(table, data_key_table.c.id.label("key_id"), data_key_table.c.wrapped)
        .join_from(table, case_table)
        .join(data_key_table)
        .where(table.c.state == NoticeState.QUEUED, data_key_table.c.wrapped.is_not(None))
        .order_by(table.c.queued_at, table.c.id)
        .limit(limit)
    )
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    found = []
    for row in rows:
        key = data_key.unwrap(archive.ring, row.key_id, row.wrapped)
        content = key.open_json(row.sealed_content, _place(row.key))
        found.append(QueuedNotice(row.id, row.key, row.case, row.kind, row.channel, content))
    return tuple(found)


async def mark_notice(archive: Archive, notice_id: str, state: NoticeState, now: datetime) -> None:
    """Note that it was sent, or that it cannot be."""
    marked = update(table).where(table.c.id == notice_id).values(state=state, sent_at=now)
    await archive.database.write(lambda connection: connection.execute(marked))


def _place(key: str) -> str:
    return f"notice.content:{key}"
