"""Cases: a filing in, one row that is there before any workflow, the stored case out.

A case exists from the moment its transaction commits. One open case per (bundle, subject) and one case per
Idempotency-Key are kept by unique indexes, so a race of any size ends with one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from onething.errors import CaseExists, KeyReused, NotKnown, OneThingError
from records import audit, blob, case_owner, data_key, family, lookup, material, party, search
from records.archive import Archive
from records.audit import AuditEntry
from records.blob import Content
from records.data_key import DataKey
from records.family import Joining
from records.party import Party
from records.schema import case as table
from records.schema import data_key as data_key_table
from records.schema import draft as draft_table
from records.search import Words

SUBMITTED = "submitted"


@dataclass(frozen=True, slots=True)
class NewCase:
    """What a filing brings. `inputs` are plain bytes by name (answers, definition …), sealed on arrival.

    `body_sha256` is of the request's body; `lookups` are (index, value) pairs to find the case by; `draft_id`
    hands over a draft's uploads and ends it, `papers` are those of them, blob id by material, that the inputs
    name; `joins` are earlier cases of the same family; `parties` may
    follow it; `words` find it again; `owner` is the account that answers for it from the first moment;
    `audit` is written in the same transaction.
    """

    number: str
    bundle: str
    origin: str
    filing_mode: str
    submitted_at: datetime
    received_on: date
    idempotency_key: str
    body_sha256: str
    subject_blind: str | None = None
    region: str | None = None
    window_id: str | None = None
    inputs: Mapping[str, Content] = field(default_factory=dict)
    lookups: tuple[tuple[str, str], ...] = ()
    draft_id: str | None = None
    papers: Mapping[str, str] = field(default_factory=dict)
    joins: Joining | None = None
    parties: tuple[Party, ...] = ()
    words: Words = ()
    owner: str | None = None
    audit: AuditEntry | None = None


@dataclass(frozen=True, slots=True)
class Created:
    """The filing became this case."""

    number: str
    inputs: dict[str, str]


@dataclass(frozen=True, slots=True)
class Existing:
    """The same filing was taken before, as this case."""

    number: str
    inputs: dict[str, str]
    started: bool


@dataclass(frozen=True, slots=True)
class StoredCase:
    """A case as it stands; `snapshot` is the newest one opened, None before the first and after erasure."""

    number: str
    bundle: str
    region: str | None
    state: str
    origin: str
    filing_mode: str
    window_id: str | None
    submitted_at: datetime
    received_on: date
    inputs: dict[str, str]
    revision: int
    snapshot: dict[str, Any] | None
    snapshot_at: datetime | None
    started_at: datetime | None
    closed_at: datetime | None
    family: str | None
    erased: bool


async def create_case(archive: Archive, new: NewCase) -> Created | Existing:
    """Commit the filing as one transaction: row, keys, inputs, look-ups, audit.

    Raises KeyReused (the key came before with another body), CaseExists (`window` of the open case and
    nothing else), NotKnown (the draft), PapersGone. On any of them nothing is stored.
    """
    prepared = await archive.database.read(lambda connection: _prepare(connection, archive, new))
    if isinstance(prepared, Existing):
        return prepared
    try:
        outcome = await _settle(archive, new, prepared)
    except OneThingError:
        await _discard(archive, prepared)
        raise
    if isinstance(outcome, Existing):
        await _discard(archive, prepared)
    return outcome


async def get_case(archive: Archive, number: str) -> StoredCase:
    """Give the case with its newest snapshot; raises NotKnown."""
    row = await archive.database.read(lambda c: c.execute(_WHOLE, {"of": number}).one_or_none())
    if row is None:
        raise NotKnown("case", number)
    return _stored(archive, row)


async def unstarted_cases(
    archive: Archive, now: datetime, older_than: timedelta, limit: int = 100
) -> tuple[str, ...]:
    """Give the open cases submitted `older_than` ago or earlier whose workflow is not known to run."""
    query = select(table.c.number).where(
        table.c.started_at.is_(None), table.c.closed_at.is_(None), table.c.submitted_at <= now - older_than
    )
    query = query.order_by(table.c.submitted_at).limit(limit)
    return tuple(await archive.database.read(lambda connection: connection.execute(query).scalars().all()))


async def mark_started(archive: Archive, number: str, now: datetime) -> None:
    """Note that the workflow has started; the first time counts."""
    first = update(table).where(table.c.number == number, table.c.started_at.is_(None)).values(started_at=now)
    await archive.database.write(lambda connection: connection.execute(first))


async def erase_case(archive: Archive, number: str, now: datetime, entry: AuditEntry) -> None:
    """Delete the case's data key, and with it the sense of everything sealed; audit rows and dates stay.

    The case also stops being findable by subject, phone or account, and leaves its family. Erasing twice
    changes nothing. Raises NotKnown.
    """
    key_id = await archive.database.write(lambda connection: _erase(connection, archive, number, now, entry))
    await archive.database.forget()
    await blob.drop_files(archive.blobs, key_id)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A filing sealed and ready to insert; `key_row` is None where the draft's key is taken over."""

    key: DataKey
    key_row: dict[str, Any] | None
    blobs: list[dict[str, Any]]
    inputs: dict[str, str]


async def _settle(archive: Archive, new: NewCase, prepared: _Prepared) -> Created | Existing:
    try:
        return await archive.database.write(lambda connection: _file(connection, archive, new, prepared))
    except IntegrityError:
        # Only where writers run side by side (PostgreSQL): the race was lost between look and insert.
        earlier = await archive.database.read(lambda connection: _earlier(connection, archive, new))
        if earlier is None:
            raise
        return earlier


async def _discard(archive: Archive, prepared: _Prepared) -> None:
    """Delete the files of a filing that did not become a case; a draft keeps its own.

    Called only when it is certain: a cancelled caller's transaction may still commit.
    """
    if prepared.key_row is not None:
        await blob.drop_files(archive.blobs, prepared.key.id)


def _prepare(connection: Connection, archive: Archive, new: NewCase) -> _Prepared | Existing:
    earlier = _earlier(connection, archive, new)
    if earlier is not None:
        return earlier
    key_row = None
    if new.draft_id is None:
        key, key_row = data_key.fresh(archive.ring, new.submitted_at)
    else:
        key = data_key.of_draft(connection, archive.ring, new.draft_id)
    refs, blobs = blob.seal_all(archive.blobs, key, tuple(new.inputs.values()))
    inputs = {name: ref.blob_id for name, ref in zip(new.inputs, refs, strict=True)}
    return _Prepared(key, key_row, blobs, inputs)


def _file(connection: Connection, archive: Archive, new: NewCase, prepared: _Prepared) -> Created | Existing:
    earlier = _earlier(connection, archive, new)
    if earlier is not None:
        return earlier
    if prepared.key_row is not None:
        data_key.keep(connection, prepared.key_row)
    elif connection.execute(delete(draft_table).where(draft_table.c.id == new.draft_id)).rowcount != 1:
        raise NotKnown("draft", str(new.draft_id))
    if new.draft_id is not None:
        material.check_papers(connection, prepared.key, new.draft_id, new.papers)
    blob.keep(connection, prepared.blobs)
    row = {name: getattr(new, name) for name in _PLAIN} | {
        "state": SUBMITTED,
        "key_blind": archive.ring.blind("idempotency", new.idempotency_key),
        "body_blind": archive.ring.blind("body", new.body_sha256),
        "data_key_id": prepared.key.id,
        "inputs": prepared.inputs,
        "revision": 0,
    }
    connection.execute(_INSERT, row)
    lookup.keep(connection, archive.ring, new.number, new.lookups)
    party.keep(connection, new.number, new.parties)
    search.keep(connection, archive.ring, prepared.key, new.number, new.words)
    if new.owner is not None:
        case_owner.first(connection, new.number, (new.owner, new.window_id), new.submitted_at)
    if new.joins is not None:
        family.join(connection, archive.ring, new.number, new.joins, new.submitted_at)
    if new.audit is not None:
        audit.append_within(connection, archive.ring, new.audit)
    return Created(new.number, prepared.inputs)


_SAME = select(table.c.number, table.c.body_blind, table.c.inputs, table.c.started_at).where(
    table.c.key_blind == bindparam("of")
)
_HELD = select(table.c.window_id).where(
    table.c.bundle == bindparam("about"),
    table.c.subject_blind == bindparam("of"),
    table.c.closed_at.is_(None),
)
_WHOLE = (
    select(table, data_key_table.c.wrapped)
    .join_from(table, data_key_table)
    .where(table.c.number == bindparam("of"))
)
_INSERT = insert(table)

_PLAIN = (
    "number",
    "bundle",
    "region",
    "origin",
    "filing_mode",
    "window_id",
    "submitted_at",
    "received_on",
    "subject_blind",
)


def _erase(connection: Connection, archive: Archive, number: str, now: datetime, entry: AuditEntry) -> str:
    key_id = connection.execute(select(table.c.data_key_id).where(table.c.number == number)).scalar()
    if key_id is None:
        raise NotKnown("case", number)
    keys = update(data_key_table).where(data_key_table.c.id == key_id, data_key_table.c.wrapped.is_not(None))
    connection.execute(keys.values(wrapped=None, erased_at=now))
    connection.execute(
        update(table)
        .where(table.c.number == number)
        .values(subject_blind=None, sealed_snapshot=None, family=None)
    )
    lookup.drop(connection, number)
    party.drop(connection, number)
    search.drop(connection, number)
    audit.append_within(connection, archive.ring, entry)
    return str(key_id)


def _earlier(connection: Connection, archive: Archive, new: NewCase) -> Existing | None:
    """Find the case that this filing already is; raise when it may not become one."""
    same = connection.execute(
        _SAME, {"of": archive.ring.blind("idempotency", new.idempotency_key)}
    ).one_or_none()
    if same is not None:
        if same.body_blind != archive.ring.blind("body", new.body_sha256):
            raise KeyReused
        return Existing(same.number, same.inputs, same.started_at is not None)
    if new.subject_blind is None:
        return None
    held = connection.execute(_HELD, {"about": new.bundle, "of": new.subject_blind}).one_or_none()
    if held is not None:
        raise CaseExists(window=held.window_id)
    return None


def _stored(archive: Archive, row: Row[Any]) -> StoredCase:
    snapshot = None
    if row.wrapped is not None and row.sealed_snapshot is not None:
        key = data_key.unwrap(archive.ring, row.data_key_id, row.wrapped)
        snapshot = key.open_json(row.sealed_snapshot, f"case.snapshot:{row.number}")
    plain = {
        name: getattr(row, name)
        for name in StoredCase.__dataclass_fields__
        if name not in {"snapshot", "erased"}
    }
    return StoredCase(**plain, snapshot=snapshot, erased=row.wrapped is None)
