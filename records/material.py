"""Materials: an uploaded paper in, kept with its draft or case, its reference out; filing carries it over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select

from onething.errors import NotKnown, RequestRejected
from records import blob, data_key
from records.archive import Archive
from records.blob import BlobRef, Content
from records.data_key import DataKey
from records.database import serialize
from records.schema import blob as blob_table
from records.schema import material as table

_SAME: Final = ("data_key_id", "material", "blob_id")


class PapersGone(RequestRejected):
    """Papers that a filing names were thrown away before it was kept: `materials`, the catalog's words."""

    http_status = 409

    def __init__(self, materials: tuple[str, ...]) -> None:
        """Keep which papers."""
        self.materials = materials
        super().__init__(what="材料已在别处删除 (papers were deleted elsewhere)", materials=list(materials))


@dataclass(frozen=True, slots=True)
class Holder:
    """Where a material lies: with exactly one of a draft and a case."""

    draft: str | None = None
    case: str | None = None

    def __post_init__(self) -> None:
        """Refuse both and neither."""
        if (self.draft is None) == (self.case is None):
            msg = "a material lies with a draft or with a case"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class NewMaterial:
    """An upload: `material` is the catalog's word for it, `name` the file's own name."""

    material: str
    name: str
    content: Content
    uploaded_by: str
    uploaded_at: datetime


@dataclass(frozen=True, slots=True)
class StoredMaterial:
    """An uploaded paper; `blob_id` and `sha256`, of its plain bytes, fit the agencies' references.

    `sha256` is empty for a paper stored before it was kept.
    """

    id: str
    material: str
    name: str
    blob_id: str
    sha256: str
    size: int
    mime: str
    uploaded_by: str
    uploaded_at: datetime


def papers_of(draft: str) -> str:
    """What writers of a draft's papers take turns at (`serialize`): uploading, throwing away, filing."""
    return f"papers/{draft}"


def check_papers(connection: Connection, key: DataKey, draft: str, named: Mapping[str, str]) -> None:
    """See within a filing's transaction that each paper it names, blob id by material, lies with its draft.

    Raises PapersGone: another page has thrown some away since the filing was looked through.
    """
    serialize(connection, papers_of(draft))
    query = select(table.c.material, table.c.blob_id).where(table.c.data_key_id == key.id)
    kept = {(row.material, row.blob_id) for row in connection.execute(query)}
    gone = tuple(sorted(material for material, blob_id in named.items() if (material, blob_id) not in kept))
    if gone:
        raise PapersGone(gone)


async def add_material(archive: Archive, holder: Holder, new: NewMaterial) -> tuple[str, BlobRef]:
    """Store the paper and give its id and reference; raises NotKnown, CaseErased.

    The very same file for the same paper of a draft is kept once: its id is that of the first.
    """
    material_id = uuid4().hex

    def seal(connection: Connection) -> tuple[DataKey, blob.Sealed, dict[str, Any]]:
        key = _key(connection, archive, holder)
        sealed = blob.seal_all(archive.blobs, key, [new.content])
        return (
            key,
            sealed,
            {
                "id": material_id,
                "data_key_id": key.id,
                "material": new.material,
                "blob_id": sealed[0][0].blob_id,
                # Sealed beside the name: a hash tells who has the very file what it is.
                "sealed_name": key.seal_json(
                    {"name": new.name, "sha256": sealed[0][0].sha256}, _place(material_id)
                ),
                "uploaded_by": new.uploaded_by,
                "uploaded_at": new.uploaded_at,
            },
        )

    def store(connection: Connection) -> str:
        if holder.draft is not None:
            serialize(connection, papers_of(holder.draft))
        same = _same(connection, row) if holder.draft is not None else None
        if same is not None:
            return same
        blob.keep(connection, blobs)
        connection.execute(insert(table), row)
        if holder.draft is not None:
            blob.keep_files(archive.blobs, key, [new.content])
        return material_id

    key, (refs, blobs), row = await archive.database.read(seal)
    return await archive.database.write(store), refs[0]


async def open_material(archive: Archive, draft: str, material_id: str) -> tuple[StoredMaterial, Content]:
    """Give one paper of a draft with its content; raises NotKnown, BlobDamaged."""

    def load(connection: Connection) -> tuple[StoredMaterial, Content]:
        key = _key(connection, archive, Holder(draft=draft))
        query = select(table, blob_table.c.size, blob_table.c.mime).join_from(table, blob_table)
        row = connection.execute(query.where(*_under(key, material_id))).one_or_none()
        if row is None:
            raise NotKnown("material", material_id)
        return _stored(key, row), blob.open_under(connection, archive.blobs, key, row.blob_id)

    return await archive.database.read(load)


async def remove_material(archive: Archive, draft: str, material_id: str) -> str:
    """Throw one paper of a draft away, with its file, and give which paper it was; raises NotKnown."""

    def remove(connection: Connection) -> tuple[str, str, str | None]:
        serialize(connection, papers_of(draft))
        key = _key(connection, archive, Holder(draft=draft))
        row = connection.execute(select(table).where(*_under(key, material_id))).one_or_none()
        if row is None:
            raise NotKnown("material", material_id)
        connection.execute(delete(table).where(*_under(key, material_id)))
        query = select(table.c.id).where(table.c.data_key_id == key.id, table.c.blob_id == row.blob_id)
        if connection.execute(query).first() is not None:
            return row.material, key.id, None
        blob.drop_under(connection, key, row.blob_id)
        return row.material, key.id, row.blob_id

    material, key_id, gone = await archive.database.write(remove)
    if gone is not None:
        await archive.database.write(
            lambda connection: _drop_file(connection, archive, draft, (key_id, gone))
        )
    return material


async def materials_of(archive: Archive, holder: Holder) -> tuple[StoredMaterial, ...]:
    """Give the papers of a draft or case, oldest first; raises NotKnown, CaseErased."""

    def load(connection: Connection) -> tuple[StoredMaterial, ...]:
        key = _key(connection, archive, holder)
        query = (
            select(table, blob_table.c.size, blob_table.c.mime)
            .join_from(table, blob_table)
            .where(table.c.data_key_id == key.id)
            .order_by(table.c.uploaded_at, table.c.id)
        )
        return tuple(_stored(key, row) for row in connection.execute(query))

    return await archive.database.read(load)


def _drop_file(connection: Connection, archive: Archive, draft: str, named: tuple[str, str]) -> None:
    """Delete a file after its row, when that is certain to be gone, and unless it came back in between."""
    serialize(connection, papers_of(draft))
    blob.drop_file(connection, archive.blobs, *named)


def _same(connection: Connection, row: dict[str, Any]) -> str | None:
    """The id under which the very same file is kept for the same paper."""
    query = select(table.c.id).where(*(table.c[name] == row[name] for name in _SAME))
    return connection.execute(query.order_by(table.c.uploaded_at)).scalars().first()


def _under(key: DataKey, material_id: str) -> tuple[ColumnElement[bool], ...]:
    return table.c.data_key_id == key.id, table.c.id == material_id


def _key(connection: Connection, archive: Archive, holder: Holder) -> DataKey:
    if holder.case is not None:
        return data_key.of_case(connection, archive.ring, holder.case)
    return data_key.of_draft(connection, archive.ring, str(holder.draft))


def _stored(key: DataKey, row: Row[Any]) -> StoredMaterial:
    told = key.open_json(row.sealed_name, _place(row.id))
    if isinstance(told, str):
        told = {"name": told, "sha256": ""}
    return StoredMaterial(
        id=row.id,
        material=row.material,
        name=told["name"],
        blob_id=row.blob_id,
        sha256=told["sha256"],
        size=row.size,
        mime=row.mime,
        uploaded_by=row.uploaded_by,
        uploaded_at=row.uploaded_at,
    )


def _place(material_id: str) -> str:
    return f"material.name:{material_id}"
