"""Finding cases by a number that is not stored: an index word and the value in, case numbers out."""

import unicodedata

from sqlalchemy import Connection, delete, select

from records.archive import Archive
from records.database import insert_new
from records.schema import case as case_table
from records.schema import lookup as table
from runtime.keyring import KeyRing

SUBJECT = "subject"


def fingerprint(ring: KeyRing, index: str, value: str) -> str:
    """Hash an identity, phone or account number by key, blind to spaces, dashes, case and full width."""
    plain = unicodedata.normalize("NFKC", value)
    return ring.blind(index, "".join(plain.split()).replace("-", "").upper())


def fingerprint_subject(ring: KeyRing, id_type: str, id_number: str) -> str:
    """Hash the subject of a case: one open case per life event is counted by this."""
    return fingerprint(ring, SUBJECT, f"{id_type}:{id_number}")


async def find_by_subject(archive: Archive, subject_blind: str) -> tuple[str, ...]:
    """Give the numbers of all cases about this subject, open and closed, newest first."""
    query = select(case_table.c.number).where(case_table.c.subject_blind == subject_blind)
    query = query.order_by(case_table.c.submitted_at.desc())
    return tuple(await archive.database.read(lambda connection: connection.execute(query).scalars().all()))


async def open_case_of(archive: Archive, bundle: str, subject_blind: str) -> str | None:
    """Give the number of the open case behind a CaseExists: to notify its applicant, never to show."""
    query = select(case_table.c.number).where(
        case_table.c.bundle == bundle,
        case_table.c.subject_blind == subject_blind,
        case_table.c.closed_at.is_(None),
    )
    return await archive.database.read(lambda connection: connection.execute(query).scalar())


async def find_by(archive: Archive, index: str, value: str) -> tuple[str, ...]:
    """Give the numbers of the cases filed with this `value` (id number, phone, account) under `index`."""
    blind = fingerprint(archive.ring, index, value)
    query = (
        select(table.c.case)
        .where(table.c.index == index, table.c.value_blind == blind)
        .order_by(table.c.case)
    )
    return tuple(await archive.database.read(lambda connection: connection.execute(query).scalars().all()))


def keep(connection: Connection, ring: KeyRing, case: str, values: tuple[tuple[str, str], ...]) -> None:
    """Make `case` findable by each (index, value), within the caller's transaction."""
    rows = [
        {"index": index, "value_blind": fingerprint(ring, index, value), "case": case}
        for index, value in values
    ]
    insert_new(connection, table, rows)


def drop(connection: Connection, case: str) -> None:
    """Make `case` unfindable."""
    connection.execute(delete(table).where(table.c.case == case))
