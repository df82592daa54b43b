"""Who is party to a case: keyed hashes of persons, or accounts, in; whose case it is, out."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, delete, select

from onething.errors import NotKnown
from records.archive import Archive
from records.database import insert_new
from records.schema import case as case_table
from records.schema import slot_case
from records.schema_account import case_party as table


class Capacity(StrEnum):
    """In what capacity somebody is party to a case."""

    FILER = "filer"
    APPLICANT = "applicant"
    SUBJECT = "subject"


Party = tuple[str, str]
"""Capacity and party: a person's keyed hash (`records.lookup.fingerprint_subject`) or `account:<id>`."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides who may see a case."""

    region: str | None
    window_id: str | None
    parties: frozenset[Party]
    agencies: frozenset[str]


async def standing_of(archive: Archive, number: str) -> Standing:
    """Give a case's region, window, parties and agencies; raises NotKnown."""

    def load(connection: Connection) -> Standing | None:
        query = select(case_table.c.region, case_table.c.window_id).where(case_table.c.number == number)
        row = connection.execute(query).one_or_none()
        if row is None:
            return None
        parties = connection.execute(select(table.c.capacity, table.c.party).where(table.c.case == number))
        agencies = connection.execute(select(slot_case.c.agency).where(slot_case.c.case == number))
        return Standing(
            row.region,
            row.window_id,
            frozenset((one.capacity, one.party) for one in parties),
            frozenset(agencies.scalars()),
        )

    found = await archive.database.read(load)
    if found is None:
        raise NotKnown("case", number)
    return found


async def cases_of(archive: Archive, parties: tuple[str, ...]) -> tuple[str, ...]:
    """Give the numbers of the cases that any of these is party to, newest first."""
    query = (
        select(case_table.c.number)
        .where(
            case_table.c.number.in_(
                select(table.c.case).where(
                    table.c.party.in_(parties), table.c.capacity != Capacity.SUBJECT.value
                )
            )
        )
        .order_by(case_table.c.submitted_at.desc())
    )
    return tuple(await archive.database.read(lambda connection: connection.execute(query).scalars().all()))


def keep(connection: Connection, number: str, parties: tuple[Party, ...]) -> None:
    """Note the parties of a case, within the caller's transaction."""
    rows = [{"case": number, "capacity": capacity, "party": party} for capacity, party in parties]
    insert_new(connection, table, rows)


def drop(connection: Connection, number: str) -> None:
    """Forget the parties of a case."""
    connection.execute(delete(table).where(table.c.case == number))
