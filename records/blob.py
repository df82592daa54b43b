"""Blobs: bytes and their type in, a reference out; sealed with the case's data key, named by content.

Small ones stand in their row, so that they commit with the rest; larger ones are files that appear whole or
not at all: `<blobs>/<first two of the data key's id>/<data key's id>/<blob id>`.
"""

import asyncio
import hashlib
import os
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select

from onething.errors import NotKnown
from records import data_key
from records.archive import Archive
from records.data_key import DataKey
from records.database import insert_new
from records.errors import BlobDamaged, CaseErased
from records.schema import blob as table
from records.schema import case as case_table
from records.schema import data_key as data_key_table
from runtime.keyring import DecryptionFailed

INLINE_LIMIT = 32 * 1024
"""Bytes up to which a blob stands in its row: one commit instead of one more file to sync."""


_OF_KEY = (table.c.data_key_id == data_key_table.c.id) & (table.c.id == bindparam("blob_id"))
_FIND = (
    select(data_key_table.c.id.label("key_id"), data_key_table.c.wrapped, table)
    .select_from(case_table.join(data_key_table).outerjoin(table, _OF_KEY))
    .where(case_table.c.number == bindparam("number"))
)


@dataclass(frozen=True, slots=True)
class Content:
    """Plain bytes and their type, on the way in."""

    data: bytes
    mime: str


@dataclass(frozen=True, slots=True)
class BlobRef:
    """What travels instead of a file; `sha256` is of the plain bytes."""

    blob_id: str
    sha256: str
    size: int
    mime: str


@dataclass(frozen=True, slots=True)
class BlobMark:
    """A stored blob without its content: `size` is of the plain bytes."""

    blob_id: str
    size: int
    mime: str
    created_at: datetime


Sealed = tuple[tuple[BlobRef, ...], list[dict[str, Any]]]
"""References, and the rows to insert; the large ones' files are written already."""


async def put_blob(archive: Archive, case: str, data: bytes, mime: str) -> BlobRef:
    """Store `data` for `case`; the same bytes again give the same reference. Raises NotKnown, CaseErased."""
    return (await put_blobs(archive, case, [Content(data, mime)]))[0]


async def put_blobs(archive: Archive, case: str, contents: Sequence[Content]) -> tuple[BlobRef, ...]:
    """Store several blobs of one case in one transaction."""

    def seal(connection: Connection) -> Sealed:
        return seal_all(archive.blobs, data_key.of_case(connection, archive.ring, case), contents)

    refs, rows = await archive.database.read(seal)
    await archive.database.write(lambda connection: keep(connection, rows))
    return refs


async def get_blob(archive: Archive, case: str, blob_id: str) -> bytes:
    """Give the plain bytes of one of the case's own blobs; raises NotKnown, CaseErased, BlobDamaged."""
    return (await archive.database.read(lambda connection: _open(connection, archive, case, blob_id)))[0]


async def describe_blob(archive: Archive, case: str, blob_id: str) -> BlobRef:
    """Give the reference of a blob whose id is known; reads it whole, so it is proven intact."""
    data, mime = await archive.database.read(lambda connection: _open(connection, archive, case, blob_id))
    return BlobRef(blob_id, hashlib.sha256(data).hexdigest(), len(data), mime)


async def blobs_of(archive: Archive, case: str) -> tuple[BlobMark, ...]:
    """Give every blob under the case's key, oldest first; raises NotKnown, CaseErased."""

    def load(connection: Connection) -> tuple[BlobMark, ...]:
        key = data_key.of_case(connection, archive.ring, case)
        query = select(table).where(table.c.data_key_id == key.id).order_by(table.c.created_at, table.c.id)
        rows = connection.execute(query)
        return tuple(BlobMark(row.id, row.size, row.mime, row.created_at) for row in rows)

    return await archive.database.read(load)


def seal_all(blobs: Path, key: DataKey, contents: Sequence[Content]) -> Sealed:
    """Seal contents and write the large ones' files; give the references, and the rows to insert."""
    refs, rows = [], []
    for content in contents:
        data, digest = content.data, hashlib.sha256(content.data)
        ref = BlobRef(key.name(digest.digest()), digest.hexdigest(), len(data), content.mime)
        sealed = None
        if len(data) <= INLINE_LIMIT:
            sealed = key.seal(data, _place(ref.blob_id))
        else:
            _write(_path(blobs, key.id, ref.blob_id), key, ref.blob_id, data)
        row = {"data_key_id": key.id, "id": ref.blob_id, "size": ref.size, "mime": ref.mime}
        rows.append(row | {"content": sealed, "created_at": datetime.now(UTC)})
        refs.append(ref)
    return tuple(refs), rows


def keep(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Insert the rows of sealed blobs within the caller's transaction."""
    insert_new(connection, table, rows)


def open_under(connection: Connection, blobs: Path, key: DataKey, blob_id: str) -> Content:
    """Give one blob under a key that is open already; raises NotKnown, BlobDamaged."""
    query = select(table).where(table.c.data_key_id == key.id, table.c.id == blob_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotKnown("blob", blob_id)
    return Content(_plain(blobs, key, blob_id, row.content), row.mime)


def drop_under(connection: Connection, key: DataKey, blob_id: str) -> None:
    """Delete one blob's row within the caller's transaction; its file is `drop_file`'s."""
    connection.execute(delete(table).where(table.c.data_key_id == key.id, table.c.id == blob_id))


def keep_files(blobs: Path, key: DataKey, contents: Sequence[Content]) -> None:
    """Write the large ones' files that are gone since they were sealed: the same bytes were thrown away."""
    for content in contents:
        if len(content.data) > INLINE_LIMIT:
            name = key.name(hashlib.sha256(content.data).digest())
            _write(_path(blobs, key.id, name), key, name, content.data)


def drop_file(connection: Connection, blobs: Path, data_key_id: str, blob_id: str) -> None:
    """Delete the file of one blob, if it has one and no row names it (again): the same bytes may be back."""
    query = select(table.c.id).where(table.c.data_key_id == data_key_id, table.c.id == blob_id)
    if connection.execute(query).first() is None:
        _path(blobs, data_key_id, blob_id).unlink(missing_ok=True)


async def drop_files(blobs: Path, data_key_id: str) -> None:
    """Delete every file of one data key; rows are the caller's."""
    await asyncio.to_thread(shutil.rmtree, _path(blobs, data_key_id, "x").parent, ignore_errors=True)


def _open(connection: Connection, archive: Archive, case: str, blob_id: str) -> tuple[bytes, str]:
    row = _find(connection, case, blob_id)
    key = data_key.unwrap(archive.ring, row.key_id, row.wrapped)
    return _plain(archive.blobs, key, blob_id, row.content), row.mime


def _plain(blobs: Path, key: DataKey, blob_id: str, content: bytes | None) -> bytes:
    try:
        sealed = _path(blobs, key.id, blob_id).read_bytes() if content is None else content
        data = key.open(sealed, _place(blob_id))
    except (DecryptionFailed, FileNotFoundError):
        raise BlobDamaged(blob_id) from None
    if key.name(hashlib.sha256(data).digest()) != blob_id:
        raise BlobDamaged(blob_id)
    return data


def _find(connection: Connection, case: str, blob_id: str) -> Row[Any]:
    row = connection.execute(_FIND, {"blob_id": blob_id, "number": case}).one_or_none()
    if row is None:
        raise NotKnown("case", case)
    if row.wrapped is None:
        raise CaseErased(case)
    if row.id is None:
        raise NotKnown("blob", blob_id)
    return row


def _place(blob_id: str) -> str:
    return f"blob:{blob_id}"


def _path(blobs: Path, data_key_id: str, blob_id: str) -> Path:
    return blobs / data_key_id[:2] / data_key_id / blob_id


def _write(path: Path, key: DataKey, blob_id: str, data: bytes) -> None:
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    passing = path.with_name(f".{secrets.token_hex(8)}")
    handle = os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(key.seal(data, _place(blob_id)))
        file.flush()
        os.fsync(file.fileno())
    passing.replace(path)
    for folder in (path.parent, path.parent.parent, path.parent.parent.parent):
        _sync(folder)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
