"""How far cases are: numbers in, each one's newest revision and line of its story out, in one look."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select

from records.archive import Archive
from records.schema import case as table
from records.schema import timeline


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a case is: its revision, the last line of its story, and whether it is closed."""

    revision: int
    seq: int
    closed: bool


async def marks_of(archive: Archive, numbers: Collection[str]) -> dict[str, Mark]:
    """Give how far each of these cases is; none for a number that is no case's."""
    last = select(func.coalesce(func.max(timeline.c.seq), 0)).where(timeline.c.case == table.c.number)
    query = select(table.c.number, table.c.revision, last.scalar_subquery(), table.c.closed_at)
    query = query.where(table.c.number.in_(tuple(numbers)))
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return {number: Mark(revision, seq, closed is not None) for number, revision, seq, closed in rows}
