"""Receipts: rendered documents in, at most one stored for each (case, revision), the first one always out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from onething.errors import NotKnown
from records import blob, data_key
from records.archive import Archive
from records.blob import Content
from records.database import insert_new
from records.schema import receipt as table

CODE = "receipt_code"
PDF = "application/pdf"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class NewReceipt:
    """One rendered revision: `document` is the canonical JSON, `sha256` its hash as printed.

    `code` is the 128-bit code of the printed address; `pdf` is None where no PDF could be made.
    """

    case: str
    revision: int
    reason: str
    document: bytes
    sha256: str
    code: str
    issued_at: datetime
    pdf: bytes | None = None
    predecessor: str | None = None


@dataclass(frozen=True, slots=True)
class StoredReceipt:
    """The revision that counts; its blobs are read with `blob.get_blob`."""

    case: str
    revision: int
    reason: str
    sha256: str
    predecessor: str | None
    json_blob: str
    pdf_blob: str | None
    issued_at: datetime


async def store_receipt(archive: Archive, new: NewReceipt) -> StoredReceipt:
    """Store the revision, or give back the one stored before, whatever stands in the new one.

    Raises NotKnown, CaseErased.
    """
    prepared = await archive.database.read(lambda connection: _prepare(connection, archive, new))
    if isinstance(prepared, StoredReceipt):
        return prepared
    blobs, row = prepared

    def store(connection: Connection) -> StoredReceipt:
        # A later receipt that lost the race leaves its blobs behind: sealed, and erased with the case.
        blob.keep(connection, blobs)
        insert_new(connection, table, [row])
        return _stored(connection.execute(_at(new.case, new.revision)).one())

    return await archive.database.write(store)


async def receipt_of(archive: Archive, case: str, revision: int | None = None) -> StoredReceipt:
    """Give one revision of the case's receipt, the newest by default; raises NotKnown."""
    query = _at(case, revision) if revision else _all(case).order_by(table.c.revision.desc()).limit(1)
    row = await archive.database.read(lambda connection: connection.execute(query).one_or_none())
    if row is None:
        raise NotKnown("receipt", case if revision is None else f"{case}/{revision}")
    return _stored(row)


async def receipts_of(archive: Archive, case: str) -> tuple[StoredReceipt, ...]:
    """Give all revisions, oldest first."""
    query = _all(case).order_by(table.c.revision)
    return tuple(_stored(row) for row in await archive.database.read(lambda c: c.execute(query).all()))


async def case_by_code(archive: Archive, code: str) -> str:
    """Give the case whose receipt carries this code; raises NotKnown without repeating the code."""
    query = select(table.c.case).where(table.c.code_blind == archive.ring.blind(CODE, code)).limit(1)
    number = await archive.database.read(lambda connection: connection.execute(query).scalar())
    if number is None:
        raise NotKnown("receipt", "code")
    return str(number)


def _prepare(
    connection: Connection, archive: Archive, new: NewReceipt
) -> tuple[list[dict[str, Any]], dict[str, Any]] | StoredReceipt:
    """Seal the documents; give their rows and the receipt's, or the receipt that is there already."""
    stored = connection.execute(_at(new.case, new.revision)).one_or_none()
    if stored is not None:
        return _stored(stored)
    key = data_key.of_case(connection, archive.ring, new.case)
    contents = [Content(new.document, JSON)] + ([Content(new.pdf, PDF)] if new.pdf is not None else [])
    refs, blobs = blob.seal_all(archive.blobs, key, contents)
    row = {
        "case": new.case,
        "revision": new.revision,
        "reason": new.reason,
        "sha256": new.sha256,
        "predecessor": new.predecessor,
        "json_blob": refs[0].blob_id,
        "pdf_blob": refs[1].blob_id if new.pdf is not None else None,
        "code_blind": archive.ring.blind(CODE, new.code),
        "issued_at": new.issued_at,
    }
    return blobs, row


def _all(case: str) -> Any:
    return select(table).where(table.c.case == case)


def _at(case: str, revision: int) -> Any:
    return _all(case).where(table.c.revision == revision)


def _stored(row: Row[Any]) -> StoredReceipt:
    return StoredReceipt(**{name: getattr(row, name) for name in StoredReceipt.__dataclass_fields__})
