"""Cases as those they concern look for them: parties or a printed code in, the cases they may follow out."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, or_, select

from records.archive import Archive
from records.mandate import cases_under
from records.party import Capacity
from records.receipt import CODE
from records.schema import case as case_table
from records.schema import receipt as receipt_table
from records.schema_account import case_party


@dataclass(frozen=True, slots=True)
class FollowedCase:
    """One line of somebody's own list."""

    number: str
    bundle: str
    state: str
    region: str | None
    submitted_at: datetime
    closed_at: datetime | None


async def followed(
    archive: Archive, parties: frozenset[str], today: date, limit: int = 100
) -> tuple[FollowedCase, ...]:
    """Give the cases of these parties and those that a mandate of today shows them, newest first."""
    number = case_table.c.number
    own = exists().where(
        case_party.c.case == number,
        case_party.c.party.in_(sorted(parties)),
        case_party.c.capacity != Capacity.SUBJECT.value,
    )
    under = await cases_under(archive, parties, today)
    columns = (case_table.c[name] for name in FollowedCase.__dataclass_fields__)
    query = select(*columns).where(or_(own, number.in_(list(under)[:limit])))
    query = query.order_by(case_table.c.submitted_at.desc(), number.desc()).limit(limit)
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return tuple(FollowedCase(*row) for row in rows)


async def carries(archive: Archive, number: str, code: str) -> bool:
    """Whether a receipt of this very case carries the code; what is wrong, number or code, is not told."""
    blind = archive.ring.blind(CODE, code)
    query = select(receipt_table.c.revision).where(
        receipt_table.c.code_blind == blind, receipt_table.c.case == number
    )
    found = await archive.database.read(lambda connection: connection.execute(query.limit(1)).first())
    return found is not None
