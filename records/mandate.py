"""Mandates: who may act for whom, for what and until when, in; whether one counts today, out."""

from datetime import date

from sqlalchemy import exists, or_, select

from records.archive import Archive
from records.party import Capacity
from records.schema_account import case_party
from records.schema_account import mandate as table


async def mandated(archive: Archive, number: str, account: str, today: date) -> bool:
    """Whether a mandate that counts on this day lets the account see the case."""
    of_applicant = exists().where(
        case_party.c.case == number,
        case_party.c.capacity != Capacity.SUBJECT.value,
        case_party.c.party == table.c.principal,
    )
    query = select(table.c.id).where(
        table.c.representative == account,
        table.c.revoked_at.is_(None),
        table.c.starts_on <= today,
        table.c.until >= today,
        or_(table.c.case == number, table.c.case.is_(None) & of_applicant),
    )
    found = await archive.database.read(lambda connection: connection.execute(query.limit(1)).first())
    return found is not None
