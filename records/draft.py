"""Drafts: unfinished answers in, sealed with a key of their own, out only to the actor who began them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, delete, insert, select, update

from onething.errors import NotKnown
from records import blob, data_key
from records.archive import Archive
from records.schema import blob as blob_table
from records.schema import data_key as data_key_table
from records.schema import draft as table
from records.schema import material as material_table


@dataclass(frozen=True, slots=True)
class Draft:
    """Answers not filed yet; gone after `expires_at`."""

    id: str
    bundle: str
    actor: str
    body: dict[str, Any]
    saved_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class NewDraft:
    """Answers to begin with; `actor` is an account's id."""

    bundle: str
    actor: str
    body: dict[str, Any]
    saved_at: datetime
    expires_at: datetime


async def create_draft(archive: Archive, new: NewDraft) -> Draft:
    """Begin a draft."""
    key, key_row = data_key.fresh(archive.ring, new.saved_at)
    draft = Draft(uuid4().hex, new.bundle, new.actor, new.body, new.saved_at, new.expires_at)
    row = {name: getattr(draft, name) for name in Draft.__dataclass_fields__ if name != "body"}
    row |= {"data_key_id": key.id, "sealed_body": key.seal_json(draft.body, _place(draft.id))}

    def store(connection: Connection) -> None:
        data_key.keep(connection, key_row)
        connection.execute(insert(table), row)

    await archive.database.write(store)
    return draft


async def save_draft(archive: Archive, draft: Draft) -> None:
    """Replace the draft's answers, `saved_at` (now) and `expires_at`.

    Raises NotKnown, also for another actor's draft or one that had expired by `saved_at`.
    """

    def store(connection: Connection) -> None:
        _own(connection, draft.id, draft.actor, draft.saved_at)
        key = data_key.of_draft(connection, archive.ring, draft.id)
        sealed = key.seal_json(draft.body, _place(draft.id))
        values = {"sealed_body": sealed, "saved_at": draft.saved_at, "expires_at": draft.expires_at}
        connection.execute(update(table).where(table.c.id == draft.id).values(values))

    await archive.database.write(store)


async def get_draft(archive: Archive, draft_id: str, actor: str, now: datetime) -> Draft:
    """Give the actor's own draft; raises NotKnown when it is another's, expired or filed."""

    def load(connection: Connection) -> Draft:
        row = _own(connection, draft_id, actor, now)
        key = data_key.of_draft(connection, archive.ring, draft_id)
        body = key.open_json(row.sealed_body, _place(draft_id))
        return Draft(row.id, row.bundle, row.actor, body, row.saved_at, row.expires_at)

    return await archive.database.read(load)


async def delete_draft(archive: Archive, draft_id: str, actor: str, now: datetime) -> None:
    """Throw the draft away with its uploads and its key; raises NotKnown."""

    def remove(connection: Connection) -> str:
        row = _own(connection, draft_id, actor, now)
        _delete(connection, row.id, row.data_key_id)
        return str(row.data_key_id)

    await blob.drop_files(archive.blobs, await archive.database.write(remove))


async def purge_drafts(archive: Archive, now: datetime) -> int:
    """Throw away every expired draft and give how many there were."""

    def remove(connection: Connection) -> list[str]:
        query = select(table.c.id, table.c.data_key_id).where(table.c.expires_at <= now)
        expired = connection.execute(query).all()
        for row in expired:
            _delete(connection, row.id, row.data_key_id)
        return [row.data_key_id for row in expired]

    keys = await archive.database.write(remove)
    for key_id in keys:
        await blob.drop_files(archive.blobs, key_id)
    return len(keys)


def _own(connection: Connection, draft_id: str, actor: str, now: datetime) -> Row[Any]:
    query = select(table).where(table.c.id == draft_id, table.c.actor == actor, table.c.expires_at > now)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotKnown("draft", draft_id)
    return row


def _delete(connection: Connection, draft_id: str, data_key_id: str) -> None:
    connection.execute(delete(table).where(table.c.id == draft_id))
    for owned in (material_table, blob_table):
        connection.execute(delete(owned).where(owned.c.data_key_id == data_key_id))
    connection.execute(delete(data_key_table).where(data_key_table.c.id == data_key_id))


def _place(draft_id: str) -> str:
    return f"draft.body:{draft_id}"
