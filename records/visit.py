"""Visits of staff representatives: where, when and with whom, in; an agent's own visits, out.

What is personal — place, persons, signature, photograph — is sealed with the data key of the mandate under
which the visit was made, so that erasing the mandate's key forgets it too.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, insert, select

from onething.errors import NotKnown
from records import data_key
from records.archive import Archive
from records.schema import data_key as key_table
from records.schema_account import agent_visit as table
from records.schema_account import mandate as mandate_table


@dataclass(frozen=True, slots=True)
class NewVisit:
    """A visit to keep; `note` holds place, with_whom, done and signature."""

    mandate: str
    case: str | None
    account: str
    visited_at: datetime
    entered_at: datetime
    note: dict[str, Any]
    photo: bytes | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit as it was entered; `note` is empty when its key was erased."""

    id: str
    mandate: str
    case: str | None
    account: str
    visited_at: datetime
    entered_at: datetime
    has_photo: bool
    note: dict[str, Any]


async def add_visit(archive: Archive, new: NewVisit) -> str:
    """Keep a visit and give its id; it is never changed. Raises NotKnown for a mandate that was erased."""
    visit_id = uuid4().hex

    def store(connection: Connection) -> None:
        query = (
            select(key_table.c.id, key_table.c.wrapped)
            .join_from(mandate_table, key_table)
            .where(mandate_table.c.id == new.mandate)
        )
        kept = connection.execute(query).one_or_none()
        if kept is None or kept.wrapped is None:
            raise NotKnown("mandate", new.mandate)
        key = data_key.unwrap(archive.ring, kept.id, kept.wrapped)
        plain = ("mandate", "case", "account", "visited_at", "entered_at")
        row = {name: getattr(new, name) for name in plain} | {
            "id": visit_id,
            "sealed_note": key.seal_json(new.note, f"agent_visit.note:{visit_id}"),
            "sealed_photo": key.seal(new.photo, f"agent_visit.photo:{visit_id}") if new.photo else None,
        }
        connection.execute(insert(table), row)

    await archive.database.write(store)
    return visit_id


async def visits_of(archive: Archive, account: str, limit: int = 100) -> tuple[Visit, ...]:
    """Give the visits that an account entered, newest first."""
    query = _WHOLE.where(table.c.account == account).order_by(table.c.visited_at.desc()).limit(limit)
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return tuple(_visit(archive, row) for row in rows)


async def get_photo(archive: Archive, visit_id: str, account: str) -> bytes:
    """Give a visit's photograph to who entered it; raises NotKnown."""
    query = (
        select(table.c.sealed_photo, key_table.c.id, key_table.c.wrapped)
        .select_from(_JOINED)
        .where(table.c.id == visit_id, table.c.account == account)
    )
    row = await archive.database.read(lambda connection: connection.execute(query).one_or_none())
    if row is None or row.sealed_photo is None or row.wrapped is None:
        raise NotKnown("visit", visit_id)
    key = data_key.unwrap(archive.ring, row.id, row.wrapped)
    return key.open(row.sealed_photo, f"agent_visit.photo:{visit_id}")


_JOINED = table.join(mandate_table).join(key_table, mandate_table.c.data_key_id == key_table.c.id)
_WHOLE = select(
    table.c.id,
    table.c.mandate,
    table.c.case,
    table.c.account,
    table.c.visited_at,
    table.c.entered_at,
    table.c.sealed_photo.is_not(None).label("has_photo"),
    table.c.sealed_note,
    key_table.c.id.label("key_id"),
    key_table.c.wrapped,
).select_from(_JOINED)


def _visit(archive: Archive, row: Row[Any]) -> Visit:
    note: dict[str, Any] = {}
    if row.wrapped is not None:
        key = data_key.unwrap(archive.ring, row.key_id, row.wrapped)
        note = key.open_json(row.sealed_note, f"agent_visit.note:{row.id}")
    plain = {name: getattr(row, name) for name in Visit.__dataclass_fields__ if name != "note"}
    return Visit(**plain, note=note)
