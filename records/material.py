"""Materials: an uploaded paper in, kept with its draft or case, its reference out; filing carries it over."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Row, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

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
    """An uploaded paper; `blob` fits the agencies' references."""

    id: str
    material: str
    name: str
    blob_id: str
    size: int
    mime: str
    uploaded_by: str
    uploaded_at: datetime


async def add_material(archive: Archive, holder: Holder, new: NewMaterial) -> tuple[str, BlobRef]:
    """Store the paper and give its id and reference; raises NotKnown, CaseErased."""
    async with archive.database.read() as connection:
        key = await _key(connection, archive, holder)
    refs, blobs = await blob.seal_all(archive.blobs, key, [new.content])
    material_id = uuid4().hex
    row = {
        "id": material_id,
        "data_key_id": key.id,
        "material": new.material,
        "blob_id": refs[0].blob_id,
        "sealed_name": key.seal_json(new.name, _place(material_id)),
        "uploaded_by": new.uploaded_by,
        "uploaded_at": new.uploaded_at,
    }
    async with archive.database.write() as connection:
        await blob.keep(connection, blobs)
        await connection.execute(insert(table), row)
    return material_id, refs[0]


async def materials_of(archive: Archive, holder: Holder) -> tuple[StoredMaterial, ...]:
    """Give the papers of a draft or case, oldest first; raises NotKnown, CaseErased."""
    async with archive.database.read() as connection:
        key = await _key(connection, archive, holder)
        query = (
            select(table, blob_table.c.size, blob_table.c.mime)
            .join_from(table, blob_table)
            .where(table.c.data_key_id == key.id)
            .order_by(table.c.uploaded_at, table.c.id)
        )
        rows = (await connection.execute(query)).all()
    return tuple(_stored(key, row) for row in rows)


async def _key(connection: AsyncConnection, archive: Archive, holder: Holder) -> DataKey:
    if holder.case is not None:
        return await data_key.of_case(connection, archive.ring, holder.case)
    return await data_key.of_draft(connection, archive.ring, str(holder.draft))


def _stored(key: DataKey, row: Row[Any]) -> StoredMaterial:
    return StoredMaterial(
        id=row.id,
        material=row.material,
        name=key.open_json(row.sealed_name, _place(row.id)),
        blob_id=row.blob_id,
        size=row.size,
        mime=row.mime,
        uploaded_by=row.uploaded_by,
        uploaded_at=row.uploaded_at,
    )


def _place(material_id: str) -> str:
    return f"material.name:{material_id}"
