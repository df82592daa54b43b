"""What came before a filing: in goes its key or its subject, out comes the case that is there already."""

from sqlalchemy import Connection, select

from onething.errors import KeyReused
from records.archive import Archive
from records.case import Existing, StoredCase, get_case
from records.lookup import find_by_subject
from records.schema import case as table


async def filed_before(archive: Archive, key: str, body_sha256: str) -> Existing | None:
    """The case that this Idempotency-Key became; raises KeyReused when its body was another.

    A filing uses its draft up, so a repeated one has to be known before the draft is looked for.
    """

    def look(connection: Connection) -> Existing | None:
        query = select(table.c.number, table.c.body_blind, table.c.inputs, table.c.started_at).where(
            table.c.key_blind == archive.ring.blind("idempotency", key)
        )
        row = connection.execute(query).one_or_none()
        if row is None:
            return None
        if row.body_blind != archive.ring.blind("body", body_sha256):
            raise KeyReused
        return Existing(row.number, row.inputs, row.started_at is not None)

    return await archive.database.read(look)


async def open_case_of(archive: Archive, bundle: str, subject_blind: str) -> StoredCase | None:
    """The open case of this life event and subject, if there is one."""
    for number in await find_by_subject(archive, subject_blind):
        stored = await get_case(archive, number)
        if stored.bundle == bundle and stored.closed_at is None:
            return stored
    return None


async def case_of_key(archive: Archive, key: str) -> str | None:
    """The number of the case that this Idempotency-Key became, whatever its body was."""
    query = select(table.c.number).where(table.c.key_blind == archive.ring.blind("idempotency", key))
    return await archive.database.read(lambda connection: connection.execute(query).scalar())
