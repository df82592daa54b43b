"""Drafts: unfinished answers in, sealed with a key of their own, out only to the actor who began them.

Each save counts one up and says which page saved, so that of two pages which hold the same draft neither
writes over what the other has saved in the meantime.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from onething.errors import NotKnown, RequestRejected
from records import blob, data_key
from records.archive import Archive
from records.data_key import DataKey
from records.schema import blob as blob_table
from records.schema import data_key as data_key_table
from records.schema import draft as table
from records.schema import material as material_table

_COLUMNS: Final = ("id", "bundle", "actor", "saved_at", "expires_at")


class DraftMovedOn(RequestRejected):
    """Somebody else has saved the draft since it was read: `revision`, the one that stands now."""

    http_status = 409

    def __init__(self, revision: int) -> None:
        """Keep which revision stands."""
        self.revision = revision
        super().__init__(what="草稿已在别处修改 (the draft was changed elsewhere)", revision=revision)


@dataclass(frozen=True, slots=True)
class Draft:
    """Answers not filed yet; gone after `expires_at`."""

    id: str
    bundle: str
    actor: str
    body: dict[str, Any]
    saved_at: datetime
    expires_at: datetime
    revision: int = 0
    """How often it was saved: when loaded as it stands, when saved as its writer saw it."""
    writer: str = ""
    """The page that saved it last; empty for a program."""
    since: int = 0
    """The revision from which on every save was this writer's."""

    def follows(self, revision: int, writer: str) -> bool:
        """Whether a page that saw this revision knows all that was saved: nobody else saved since."""
        return revision == self.revision or (
            bool(writer) and writer == self.writer and revision >= self.since
        )


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
    row = {name: getattr(draft, name) for name in _COLUMNS}
    row |= {"data_key_id": key.id, "sealed_body": _sealed(key, draft)}

    def store(connection: Connection) -> None:
        data_key.keep(connection, key_row)
        connection.execute(insert(table), row)

    await archive.database.write(store)
    return draft


async def save_draft(archive: Archive, draft: Draft) -> Draft:
    """Replace the draft's answers, `saved_at` (now) and `expires_at`; give it with its new revision.

    `revision` says which one the writer saw. Raises DraftMovedOn when somebody else has saved since, and
    NotKnown, also for another actor's draft or one that had expired by `saved_at`.
    """

    def store(connection: Connection) -> Draft:
        row = _own(connection, draft.id, draft.actor, draft.saved_at, lock=True)
        key = data_key.of_draft(connection, archive.ring, draft.id)
        stored = _opened(key, row)
        if not stored.follows(draft.revision, draft.writer):
            raise DraftMovedOn(revision=stored.revision)
        same = bool(draft.writer) and draft.writer == stored.writer
        since = stored.since if same else stored.revision
        newer = replace(draft, revision=stored.revision + 1, since=since)
        values = {
            "sealed_body": _sealed(key, newer),
            "saved_at": draft.saved_at,
            "expires_at": draft.expires_at,
        }
        connection.execute(update(table).where(table.c.id == draft.id).values(values))
        return newer

    return await archive.database.write(store)


async def get_draft(archive: Archive, draft_id: str, actor: str, now: datetime) -> Draft:
    """Give the actor's own draft; raises NotKnown when it is another's, expired or filed."""

    def load(connection: Connection) -> Draft:
        row = _own(connection, draft_id, actor, now)
        return _opened(data_key.of_draft(connection, archive.ring, draft_id), row)

    return await archive.database.read(load)


async def owner_of_draft(archive: Archive, draft_id: str, now: datetime) -> str | None:
    """Say whose draft it is, by account; None when there is none or it has expired."""
    query = select(table.c.actor).where(table.c.id == draft_id, table.c.expires_at > now)
    return await archive.database.read(lambda connection: connection.execute(query).scalar_one_or_none())


async def list_drafts(archive: Archive, actor: str, now: datetime, limit: int = 100) -> tuple[Draft, ...]:
    """Give the actor's own drafts that have not expired, the newest saved first."""
    query = (
        select(table)
        .where(table.c.actor == actor, table.c.expires_at > now)
        .order_by(table.c.saved_at.desc(), table.c.id)
        .limit(limit)
    )

    def load(connection: Connection) -> tuple[Draft, ...]:
        rows = connection.execute(query).all()
        return tuple(_opened(data_key.of_draft(connection, archive.ring, row.id), row) for row in rows)

    return await archive.database.read(load)


async def count_drafts(archive: Archive, actor: str, now: datetime) -> int:
    """How many drafts of the actor's own have not expired."""
    query = select(func.count()).where(table.c.actor == actor, table.c.expires_at > now)
    return await archive.database.read(lambda connection: int(connection.execute(query).scalar() or 0))


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


def _own(connection: Connection, draft_id: str, actor: str, now: datetime, *, lock: bool = False) -> Row[Any]:
    query = select(table).where(table.c.id == draft_id, table.c.actor == actor, table.c.expires_at > now)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotKnown("draft", draft_id)
    return row


def _sealed(key: DataKey, draft: Draft) -> bytes:
    """Answers and who saved them when, in one seal: nobody without the key sees how a draft grew."""
    content = {name: getattr(draft, name) for name in ("body", "revision", "writer", "since")}
    return key.seal_json(content, _place(draft.id))


def _opened(key: DataKey, row: Row[Any]) -> Draft:
    content = key.open_json(row.sealed_body, _place(row.id))
    if "revision" not in content:
        # Saved before drafts counted: answers only.
        content = {"body": content}
    return Draft(**{name: getattr(row, name) for name in _COLUMNS}, **content)


def _delete(connection: Connection, draft_id: str, data_key_id: str) -> None:
    connection.execute(delete(table).where(table.c.id == draft_id))
    for owned in (material_table, blob_table):
        connection.execute(delete(owned).where(owned.c.data_key_id == data_key_id))
    connection.execute(delete(data_key_table).where(data_key_table.c.id == data_key_id))


def _place(draft_id: str) -> str:
    return f"draft.body:{draft_id}"
