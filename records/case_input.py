"""What a case was filed with, changed later: new sealed parts in, the case's references to them out.

Every earlier part stays under the case's key: an archive shows it beside the newest one.
"""

from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, select, update

from onething.errors import NotKnown
from records import audit, blob, data_key
from records.archive import Archive
from records.audit import AuditEntry
from records.blob import Content
from records.schema import case as table


async def renew_inputs(
    archive: Archive, number: str, changed: Mapping[str, Content], entry: AuditEntry
) -> dict[str, str]:
    """Store the changed parts (`answers`, `header`, `payload:<slot>` …) and point the case to them.

    One transaction with its audit entry; gives every name's blob id, the unchanged ones too.
    Raises NotKnown, CaseErased.
    """

    def seal(connection: Connection) -> blob.Sealed:
        key = data_key.of_case(connection, archive.ring, number)
        return blob.seal_all(archive.blobs, key, tuple(changed.values()))

    def store(connection: Connection) -> dict[str, str]:
        kept = connection.execute(_KEPT, {"of": number}).scalar()
        if kept is None:
            raise NotKnown("case", number)
        blob.keep(connection, rows)
        inputs = {**kept, **{name: ref.blob_id for name, ref in zip(changed, refs, strict=True)}}
        connection.execute(_POINT, {"of": number, "to": inputs})
        audit.append_within(connection, archive.ring, entry)
        return inputs

    refs, rows = await archive.database.read(seal)
    return await archive.database.write(store)


_KEPT = select(table.c.inputs).where(table.c.number == bindparam("of")).with_for_update()
_POINT = update(table).where(table.c.number == bindparam("of")).values(inputs=bindparam("to"))
