"""The audit trail: who did what to whose data and why, in; a chain that shows any later change, out.

Each entry's hash covers the one before it under a key of the ring, so an entry cannot be changed, dropped
from the middle or made up without the ring. What a chain cannot show is a cut at its end: keep `head()`
elsewhere from time to time and give it to `verify`.
"""

import json
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from records.archive import Archive
from records.database import serialize
from records.schema import audit as table
from runtime.keyring import KeyRing

START = "0" * 64
PAGE = 1000

_NEWEST = select(table.c.seq, table.c.hash).order_by(table.c.seq.desc()).limit(1)
_INSERT = insert(table)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One read or write of personal data; `fields` are names of facts, never values.

    `actor` is an account's id (never a person's name or number), `action` a verb like `read_case`.
    """

    actor: str
    role: str
    purpose: str
    action: str
    case: str | None = None
    subject_blind: str | None = None
    fields: tuple[str, ...] = ()
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """What to look for; every field given narrows. `until` is the instant after the last one wanted."""

    actors: tuple[str, ...] = ()
    """Any of these accounts."""
    case: str | None = None
    purpose: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    area: str = ""
    """How the numbers of the cases begin; with one, entries about no case are left out."""
    before: int | None = None
    """Only entries with smaller numbers: the page before's last one."""
    limit: int = 100


@dataclass(frozen=True, slots=True)
class AuditHead:
    """The newest entry's number and hash: worth keeping outside the database."""

    seq: int
    hash: str


async def append(archive: Archive, *entries: AuditEntry) -> AuditHead:
    """Add the entries, in order, in a transaction of their own."""
    return await archive.database.write(lambda connection: append_within(connection, archive.ring, *entries))


def append_within(connection: Connection, ring: KeyRing, *entries: AuditEntry) -> AuditHead:
    """Add the entries within the caller's transaction: they stand or fall with what they tell of."""
    serialize(connection, "audit")
    newest = _head(connection)
    rows = []
    for entry in entries:
        row = _row(ring, entry, newest)
        newest = AuditHead(row["seq"], row["hash"])
        rows.append(row)
    if rows:
        connection.execute(_INSERT, rows)
    return newest


async def head(archive: Archive) -> AuditHead:
    """Give the newest entry's number and hash."""
    return await archive.database.read(_head)


async def verify(archive: Archive, kept: AuditHead | None = None) -> int | None:
    """Walk the whole chain: None when it is whole, else the number of the first entry that is wrong or gone.

    With an earlier head `kept`, a chain cut off before it, or rewritten up to it, is found too.
    """

    def walk(connection: Connection) -> int | None:
        expected, before = 1, START
        paged = connection.execution_options(yield_per=PAGE)
        with closing(paged.execute(select(table).order_by(table.c.seq))) as result:
            for row in result.mappings():
                chained = row["seq"] == expected and row["prev_hash"] == before
                if not chained or row["hash"] != _hash(archive.ring, dict(row)):
                    return expected
                if kept and kept.seq == expected and kept.hash != row["hash"]:
                    return expected
                expected, before = expected + 1, row["hash"]
        return expected if kept and kept.seq >= expected else None

    return await archive.database.read(walk)


async def entries_of(
    archive: Archive, *, case: str | None = None, subject_blind: str | None = None
) -> tuple[AuditEntry, ...]:
    """Give the entries about a case, a subject, or both, oldest first."""
    query = select(table).order_by(table.c.seq)
    if case is not None:
        query = query.where(table.c.case == case)
    if subject_blind is not None:
        query = query.where(table.c.subject_blind == subject_blind)
    rows = await archive.database.read(lambda connection: connection.execute(query).mappings().all())
    return tuple(_entry(dict(row)) for row in rows)


async def search(archive: Archive, wanted: AuditQuery) -> tuple[tuple[int, AuditEntry], ...]:
    """Give the entries looked for with their numbers, newest first."""
    query = select(table).order_by(table.c.seq.desc()).limit(wanted.limit)
    if wanted.actors:
        query = query.where(table.c.actor.in_(wanted.actors))
    for name in ("case", "purpose"):
        if getattr(wanted, name) is not None:
            query = query.where(table.c[name] == getattr(wanted, name))
    if wanted.since is not None:
        query = query.where(table.c.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(table.c.at < wanted.until)
    if wanted.before is not None:
        query = query.where(table.c.seq < wanted.before)
    if wanted.area:
        query = query.where(table.c.case.startswith(wanted.area, autoescape=True))
    rows = await archive.database.read(lambda connection: connection.execute(query).mappings().all())
    return tuple((int(row["seq"]), _entry(dict(row))) for row in rows)


def _entry(row: dict[str, Any]) -> AuditEntry:
    named = {name: row[name] for name in AuditEntry.__dataclass_fields__}
    return AuditEntry(**named | {"fields": tuple(row["fields"])})


def _head(connection: Connection) -> AuditHead:
    row = connection.execute(_NEWEST).one_or_none()
    return AuditHead(row.seq, row.hash) if row else AuditHead(0, START)


def _row(ring: KeyRing, entry: AuditEntry, newest: AuditHead) -> dict[str, Any]:
    at = (entry.at or datetime.now(UTC)).astimezone(UTC)
    row = asdict(entry) | {
        "at": at,
        "fields": list(entry.fields),
        "seq": newest.seq + 1,
        "prev_hash": newest.hash,
    }
    return row | {"hash": _hash(ring, row)}


def _hash(ring: KeyRing, row: dict[str, Any]) -> str:
    told = {name: value for name, value in row.items() if name != "hash"} | {"at": row["at"].isoformat()}
    return ring.blind("audit", json.dumps(told, sort_keys=True, ensure_ascii=False))
