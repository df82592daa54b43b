"""Notices to people (the outbox): a message in, queued once under its key, out until it is sent.

On the channel `window` a notice counts as sent once a page has shown it; every other channel is a courier's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import Connection, Row, Select, func, select, update

from records import data_key
from records.archive import Archive
from records.data_key import DataKey
from records.database import insert_new
from records.schema import case as case_table
from records.schema import data_key as data_key_table
from records.schema import notice as table
from records.worklist_area import Area, within

WINDOW: Final = "window"
"""The channel inside the product: pages show it."""


class NoticeState(StrEnum):
    """How far a notice has come."""

    QUEUED = "queued"
    GIVEN = "given"
    """To the ways by which somebody wants to hear; each says for itself how far it has come."""
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class NewNotice:
    """`key` makes asking twice one notice; `content` (text key, parameters) is sealed.

    `recipient` is `applicant`, `window`, `supervisor` or an agency's id; none: the content says it.
    """

    key: str
    case: str
    kind: str
    channel: str
    content: dict[str, Any]
    queued_at: datetime
    recipient: str | None = None
    slot: str | None = None


@dataclass(frozen=True, slots=True)
class QueuedNotice:
    """A notice as it stands."""

    id: str
    key: str
    case: str
    kind: str
    channel: str
    content: dict[str, Any]
    queued_at: datetime
    recipient: str | None = None
    slot: str | None = None
    state: str = NoticeState.QUEUED
    sent_at: datetime | None = None


async def queue_notice(archive: Archive, new: NewNotice) -> bool:
    """Queue it; False when its key was queued before. Raises NotKnown, CaseErased."""

    def store(connection: Connection) -> bool:
        return keep(connection, data_key.of_case(connection, archive.ring, new.case), [new]) == 1

    return await archive.database.write(store)


async def unsent(archive: Archive, limit: int = 100) -> tuple[QueuedNotice, ...]:
    """Give the notices still to send, oldest first; those of erased cases are left out."""
    return await _read(archive, _UNSENT.limit(limit))


async def to_deliver(archive: Archive, limit: int = 100) -> tuple[QueuedNotice, ...]:
    """Give the unsent notices that a courier takes: all but the window's, oldest first."""
    return await _read(archive, _UNSENT.where(table.c.channel != WINDOW).limit(limit))


async def notices_of(archive: Archive, case: str) -> tuple[QueuedNotice, ...]:
    """Give all notices of a case, oldest first; empty once it is erased."""
    return await _read(archive, _ALL.where(table.c.case == case))


async def notice_of(archive: Archive, notice_id: str) -> QueuedNotice | None:
    """Give one notice; None once its case is erased."""
    found = await _read(archive, _ALL.where(table.c.id == notice_id))
    return found[0] if found else None


async def waiting_for(
    archive: Archive, recipient: str, limit: int = 100, area: Area | None = None
) -> tuple[QueuedNotice, ...]:
    """Give the newest that waits on the window's channel for one recipient, newest first, for pages to show.

    With an `area` only what is about its cases.
    """
    newest = _waiting(recipient, area).order_by(None).order_by(table.c.queued_at.desc(), table.c.key.desc())
    return await _read(archive, newest.limit(limit))


async def count_waiting(archive: Archive, recipient: str, area: Area | None = None) -> int:
    """Give how many wait in all, those beyond a page's limit too."""
    query = select(func.count()).select_from(_waiting(recipient, area).order_by(None).subquery())
    return await archive.database.read(lambda connection: connection.execute(query).scalar_one())


async def mark_notice(archive: Archive, notice_id: str, state: NoticeState, now: datetime) -> None:
    """Note that it was sent, or that it cannot be."""
    marked = update(table).where(table.c.id == notice_id).values(state=state, sent_at=now)
    await archive.database.write(lambda connection: connection.execute(marked))


async def mark_shown(archive: Archive, notice_ids: Sequence[str], now: datetime) -> None:
    """Note that a page showed these of the window's channel; the first time counts."""
    if not notice_ids:
        return
    shown = update(table).where(
        table.c.id.in_(notice_ids), table.c.channel == WINDOW, table.c.state == NoticeState.QUEUED
    )
    await archive.database.write(
        lambda connection: connection.execute(shown.values(state=NoticeState.SENT, sent_at=now))
    )


async def hand_to_window(archive: Archive) -> int:
    """Let the window tell what no courier can bring; give how many notices changed hands."""
    waiting = update(table).where(table.c.state == NoticeState.QUEUED, table.c.channel != WINDOW)
    return await archive.database.write(
        lambda connection: connection.execute(waiting.values(channel=WINDOW)).rowcount
    )


def keep(connection: Connection, key: DataKey, notices: Sequence[NewNotice]) -> int:
    """Queue the notices of one case within the caller's transaction; give how many were news."""
    rows = [
        {name: getattr(new, name) for name in NewNotice.__dataclass_fields__ if name != "content"}
        | {
            "id": uuid4().hex,
            "state": NoticeState.QUEUED,
            "sealed_content": key.seal_json(new.content, _place(new.key)),
        }
        for new in notices
    ]
    return insert_new(connection, table, rows)


def _waiting(recipient: str, area: Area | None) -> Select[Any]:
    return _UNSENT.where(table.c.channel == WINDOW, table.c.recipient == recipient, *within(area))


async def _read(archive: Archive, query: Select[Any]) -> tuple[QueuedNotice, ...]:
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return tuple(_opened(archive, row) for row in rows)


def _opened(archive: Archive, row: Row[Any]) -> QueuedNotice:
    key = data_key.unwrap(archive.ring, row.key_id, row.wrapped)
    plain = {name: getattr(row, name) for name in QueuedNotice.__dataclass_fields__ if name != "content"}
    return QueuedNotice(**plain, content=key.open_json(row.sealed_content, _place(row.key)))


_ALL = (
    select(table, data_key_table.c.id.label("key_id"), data_key_table.c.wrapped)
    .join_from(table, case_table)
    .join(data_key_table)
    .where(data_key_table.c.wrapped.is_not(None))
    .order_by(table.c.queued_at, table.c.key)
)
_UNSENT = _ALL.where(table.c.state == NoticeState.QUEUED)


def _place(key: str) -> str:
    return f"notice.content:{key}"
