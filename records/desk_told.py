"""What notices to an agency are about: in go a desk and cases, out come the newest filings there."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from records.archive import Archive
from records.desk_inbox import Desk
from records.desk_item import OPEN
from records.schema import case as case_table
from records.schema_desk import desk_item as table
from records.worklist_area import within


@dataclass(frozen=True, slots=True)
class FilingAt:
    """A filing on a desk: its id, where it stands, which item of which day and region, and if it is open."""

    id: str
    bundle: str
    slot: str
    item: str
    received_on: date
    region: str | None
    open: bool


async def filings_at(archive: Archive, desk: Desk, cases: tuple[str, ...]) -> dict[tuple[str, str], FilingAt]:
    """By case and slot, the newest filing on this desk."""
    if not cases:
        return {}
    query = (
        select(table.c.case, table.c.slot, table.c.id, table.c.item, table.c.state)
        .add_columns(case_table.c.bundle, case_table.c.received_on, case_table.c.region)
        .join_from(table, case_table, case_table.c.number == table.c.case)
        .where(table.c.agency == desk.agency, table.c.case.in_(cases), *within(desk.area))
        .order_by(table.c.round, table.c.received_at)
    )
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return {
        (row.case, row.slot): FilingAt(
            row.id, row.bundle, row.slot, row.item, row.received_on, row.region, row.state in OPEN
        )
        for row in rows
    }
