"""Looks at a desk: in goes who looks when, out comes since when what lies there is new, and how far it is.

Looks with less than half an hour between them are one visit: what was new when it began stays marked.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Select, func, select, update

from records.archive import Archive
from records.database import insert_new
from records.desk_inbox import Desk
from records.notice import WINDOW, NoticeState
from records.schema import case as case_table
from records.schema import notice, timeline
from records.schema_desk import desk_item, desk_look
from records.worklist_area import within

APART: Final = timedelta(minutes=30)
"""What lies between two visits at least."""


@dataclass(frozen=True, slots=True)
class DeskMark:
    """How far a desk is: how many filings it has in each state, decided ones too, and unread notices."""

    states: tuple[tuple[str, int], ...] = ()
    told: int = 0

    @property
    def filings(self) -> int:
        """How many filings ever came."""
        return sum(count for _, count in self.states)


@dataclass(frozen=True, slots=True)
class ItemMark:
    """How far a filing is: what was done about it here, and how far its case is."""

    revision: int
    state: str
    case: int
    seq: int


async def look(archive: Archive, account: str, now: datetime) -> datetime:
    """Note a look and give the last one before this visit; on somebody's first visit, when it began."""
    first = {"account": account, "since": now, "looked_at": now}

    def note(connection: Connection) -> datetime:
        if insert_new(connection, desk_look, [first]):
            return now
        mine = desk_look.c.account == account
        row = connection.execute(select(desk_look).where(mine)).one()
        since: datetime = row.looked_at if now - row.looked_at >= APART else row.since
        looked = {"since": since, "looked_at": max(now, row.looked_at)}
        connection.execute(update(desk_look).where(mine).values(looked))
        return since

    return await archive.database.write(note)


async def new_since(archive: Archive, account: str) -> datetime | None:
    """Since when what lies there is new to them, which is no look itself; None before the first."""
    query = select(desk_look.c.since).where(desk_look.c.account == account)
    return await archive.database.read(lambda connection: connection.scalar(query))


async def marks_of(archive: Archive, desks: Collection[Desk]) -> dict[Desk, DeskMark]:
    """How far each of these desks is, in one look."""

    def read(connection: Connection) -> dict[Desk, DeskMark]:
        return {desk: _mark(connection, desk) for desk in desks}

    return await archive.database.read(read)


async def item_marks_of(archive: Archive, items: Collection[str]) -> dict[str, ItemMark]:
    """How far each of these filings is, by id, in one look; none for an id that is no filing's."""
    last = select(func.coalesce(func.max(timeline.c.seq), 0)).where(timeline.c.case == desk_item.c.case)
    query = (
        select(
            *(desk_item.c.id, desk_item.c.revision, desk_item.c.state),
            *(case_table.c.revision.label("case"), last.scalar_subquery().label("seq")),
        )
        .join_from(desk_item, case_table, case_table.c.number == desk_item.c.case)
        .where(desk_item.c.id.in_(tuple(items)))
    )
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return {row.id: ItemMark(row.revision, row.state, row.case, row.seq) for row in rows}


def _mark(connection: Connection, desk: Desk) -> DeskMark:
    query = select(desk_item.c.state, func.count()).where(desk_item.c.agency == desk.agency)
    if desk.area is not None:
        query = query.join_from(desk_item, case_table, case_table.c.number == desk_item.c.case)
        query = query.where(*within(desk.area))
    rows = connection.execute(query.group_by(desk_item.c.state).order_by(desk_item.c.state)).all()
    told: int = connection.execute(_told(desk)).scalar_one()
    return DeskMark(tuple((state, count) for state, count in rows), told)


def _told(desk: Desk) -> Select[Any]:
    """How many notices to the agency nobody there has read."""
    waiting = notice.c.recipient == desk.agency, notice.c.state == NoticeState.QUEUED
    query = select(func.count()).join_from(notice, case_table, case_table.c.number == notice.c.case)
    return query.where(notice.c.channel == WINDOW, *waiting, *within(desk.area))
