"""Materials: an uploaded paper in, kept with its draft or case, its reference out; filing carries it over."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, insert, select

from records import blob, data_key
from records.archive import Archive
from records.blob import BlobRef, Content
from records.data_key import DataKey
from records.schema import blob as blob_table
from records.schema import material as table


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


async def add_material(archive: Archive, holder: Holder, new: NewMaterial) -> tuple[str, BlobRef]:
    """Store the paper and give its id and reference; raises NotKnown, CaseErased."""
    material_id = uuid4().hex

    def seal(connection: Connection) -> tuple[blob.Sealed, dict[str, Any]]:
        key = _key(connection, archive, holder)
        sealed = blob.seal_all(archive.blobs, key, [new.content])
        return sealed, {
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
        }

    def store(connection: Connection) -> None:
        blob.keep(connection, blobs)
        connection.execute(insert(table), row)

    (refs, blobs), row = await archive.database.read(seal)
    await archive.database.write(store)
    return material_id, refs[0]


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
