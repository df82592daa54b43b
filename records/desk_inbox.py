"""An agency's inbox: in goes a filter, out come the filings on its desk with their due days, and counts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, or_, select

from records.archive import Archive
from records.desk_item import OPEN, DeskState, open_payload
from records.schema import case as case_table
from records.schema import data_key as key_table
from records.schema import inbox as callback_table
from records.schema import slot_case
from records.schema_desk import desk_item as table
from records.worklist_area import Area, within


class DeskFilter(StrEnum):
    """What an inbox is looked through for."""

    NEW = "new"
    REVIEW = "review"
    CORRECTION = "correction"
    SOON = "soon"
    OVERDUE = "overdue"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class DeskLine:
    """One filing of the inbox; `payload` is its form, opened, and lights are words like `green`."""

    id: str
    case: str
    bundle: str
    region: str | None
    received_on: date
    slot: str
    item: str
    round: int
    state: DeskState
    received_at: datetime
    changed_at: datetime
    due_promised: date | None
    due_statutory: date | None
    light_promised: str | None
    light_statutory: str | None
    accept_by: date | None
    answer_by: date | None
    due_at: datetime | None
    slot_state: str | None
    """Where the case has it in the same round; the desk's own state may be ahead of it."""
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AgencyLoad:
    """How much lies with an agency, whatever its adapter: undecided items of open cases."""

    open: int
    yellow: int
    red: int
    stuck: int
    """Items that need an operator."""
    oldest: datetime | None
    """Since when the agency has had the one it has had longest."""
    unrelayed: int | None
    """Its callbacks that have not reached their cases yet: those lie in no area, and none counts them."""
    orphaned: int | None
    """Its callbacks that belong to no case; as above."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Whose filings are meant: one agency's, of the cases in an area (None: wherever they are)."""

    agency: str
    area: Area | None = None


async def inbox_of(  # noqa: PLR0913 - a desk, what of it, as of when, and how many
    archive: Archive,
    desk: Desk,
    wanted: DeskFilter | None,
    number: str = "",
    *,
    soon: date | None = None,
    limit: int = 100,
) -> tuple[DeskLine, ...]:
    """Give a desk's filings, those due first in front; done ones newest first. Erased cases are left out.

    Without a filter everything open is given; with a `number` everything of the cases in whose number it
    stands. What is to be accepted by the day `soon` is due soon.
    """
    query = _LINES.where(*_on(desk), key_table.c.wrapped.is_not(None))
    if wanted is not None:
        query = query.where(_wanted(wanted, soon))
    elif not number:
        query = query.where(_OPEN)
    if number:
        query = query.where(table.c.case.contains(number, autoescape=True))
    done = wanted is DeskFilter.DONE
    order = (table.c.changed_at.desc(),) if done else (_FIRST_DAY, table.c.received_at)
    query = query.order_by(*order, table.c.id).limit(limit)
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return tuple(_line(archive, row) for row in rows)


async def counts_of(archive: Archive, desk: Desk, soon: date | None = None) -> dict[DeskFilter, int]:
    """How many filings each filter shows; what is to be accepted by the day `soon` is due soon."""

    def count(connection: Connection) -> dict[DeskFilter, int]:
        return {
            wanted: connection.execute(_COUNT.where(*_on(desk), _wanted(wanted, soon))).scalar_one()
            for wanted in DeskFilter
        }

    return await archive.database.read(count)


async def newest_items(
    archive: Archive, desk: Desk, cases: tuple[str, ...]
) -> dict[tuple[str, str], tuple[str, str, str]]:
    """By case and slot, the id of the newest filing on this desk, which item it is, and of which bundle."""
    if not cases:
        return {}
    query = (
        select(table.c.case, table.c.slot, table.c.id, table.c.item, case_table.c.bundle)
        .join_from(table, case_table, case_table.c.number == table.c.case)
        .where(*_on(desk), table.c.case.in_(cases))
        .order_by(table.c.round, table.c.received_at)
    )
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return {(row.case, row.slot): (row.id, row.item, row.bundle) for row in rows}


async def cases_within(archive: Archive, desk: Desk, cases: Collection[str]) -> frozenset[str]:
    """Those of the cases that lie in the desk's area."""
    query = select(case_table.c.number).where(case_table.c.number.in_(tuple(cases)), *within(desk.area))
    return frozenset(await archive.database.read(lambda connection: connection.scalars(query).all()))


async def load_of(archive: Archive, desk: Desk) -> AgencyLoad:
    """How much lies with an agency in the area, and what is late or stuck; only the whole has callbacks."""
    return await archive.database.read(lambda connection: _load(connection, desk))


def _load(connection: Connection, desk: Desk) -> AgencyLoad:
    agency = desk.agency
    theirs = (
        select(func.count(), func.min(slot_case.c.since))
        .join_from(slot_case, case_table)
        .where(slot_case.c.agency == agency, case_table.c.closed_at.is_(None), *within(desk.area))
    )
    with_them = slot_case.c.state.in_(_WITH_AGENCY)

    def counted(*those: ColumnElement[bool]) -> int:
        count: int = connection.execute(theirs.where(*those)).one()[0]
        return count

    def callbacks(state: str) -> int | None:
        if within(desk.area):
            return None
        count = select(func.count()).where(callback_table.c.agency == agency, callback_table.c.state == state)
        found: int = connection.execute(count).scalar_one()
        return found

    whole, oldest = connection.execute(theirs.where(with_them)).one()
    return AgencyLoad(
        open=whole,
        yellow=counted(with_them, _lit("yellow"), ~_lit("red")),
        red=counted(with_them, _lit("red")),
        stuck=counted(slot_case.c.state == "needs_operator"),
        oldest=oldest,
        unrelayed=callbacks("received"),
        orphaned=callbacks("orphan"),
    )


def _on(desk: Desk) -> list[ColumnElement[bool]]:
    return [table.c.agency == desk.agency, *within(desk.area)]


def _wanted(wanted: DeskFilter, soon: date | None) -> ColumnElement[bool]:
    """What a filter shows; a filing that silence will accept soon is due soon whatever its light."""
    if wanted is not DeskFilter.SOON:
        return _WANTED[wanted]
    unaccepted = and_(table.c.state == DeskState.NEW, slot_case.c.accept_by <= (soon or date.min))
    return and_(_OPEN, or_(_lit("yellow"), unaccepted), ~_lit("red"))


def _lit(light: str) -> ColumnElement[bool]:
    return or_(
        func.coalesce(slot_case.c.light_promised, "") == light,
        func.coalesce(slot_case.c.light_statutory, "") == light,
    )


def _line(archive: Archive, row: Any) -> DeskLine:
    plain = {name: getattr(row, name) for name in DeskLine.__dataclass_fields__ if name != "payload"}
    plain["state"] = DeskState(row.state)
    return DeskLine(**plain, payload=open_payload(archive, row))


_WITH_AGENCY: Final = ("received", "accepted", "under_review")
_OPEN: Final = table.c.state.in_(OPEN)
_RED: Final = and_(_OPEN, _lit("red"))
_WANTED: Final[dict[DeskFilter, ColumnElement[bool]]] = {
    DeskFilter.NEW: table.c.state == DeskState.NEW,
    DeskFilter.REVIEW: table.c.state == DeskState.REVIEW,
    DeskFilter.CORRECTION: table.c.state == DeskState.CORRECTION,
    DeskFilter.OVERDUE: _RED,
    DeskFilter.DONE: and_(~_OPEN, table.c.state != DeskState.SUPERSEDED),
}
_SAME_ROUND: Final = and_(
    slot_case.c.case == table.c.case,
    slot_case.c.slot == table.c.slot,
    slot_case.c.round == table.c.round,
)
_FROM_CASE: Final = ("bundle", "region", "received_on")
_FROM_SLOT: Final = (
    *("due_promised", "due_statutory", "light_promised", "light_statutory"),
    *("accept_by", "answer_by", "due_at"),
)
_FAR: Final = date(9999, 12, 31)
_DUE: Final = func.coalesce(slot_case.c.due_promised, slot_case.c.due_statutory, _FAR)
_ACCEPT_BY: Final = func.coalesce(slot_case.c.accept_by, _FAR)
_FIRST_DAY: Final = case(
    ((table.c.state == DeskState.NEW) & (_ACCEPT_BY < _DUE), _ACCEPT_BY),
    (table.c.state == DeskState.CORRECTION, func.coalesce(slot_case.c.answer_by, _DUE)),
    else_=_DUE,
)
"""The day by which something happens to it: it is due, silence accepts it, or the applicant has to answer."""
_LINES: Final[Select[Any]] = (
    select(
        *(
            table.c[name]
            for name in DeskLine.__dataclass_fields__
            if name not in {"payload", "slot_state", *_FROM_CASE, *_FROM_SLOT}
        ),
        *(case_table.c[name] for name in _FROM_CASE),
        *(slot_case.c[name] for name in _FROM_SLOT),
        slot_case.c.state.label("slot_state"),
        table.c.sealed_filing,
        case_table.c.data_key_id,
        key_table.c.wrapped,
    )
    .join_from(table, case_table, case_table.c.number == table.c.case)
    .join(key_table, key_table.c.id == case_table.c.data_key_id)
    .outerjoin(slot_case, _SAME_ROUND)
)
_COUNT: Final[Select[Any]] = (
    select(func.count())
    .join_from(table, case_table, case_table.c.number == table.c.case)
    .join(key_table, key_table.c.id == case_table.c.data_key_id)
    .outerjoin(slot_case, _SAME_ROUND)
    .where(key_table.c.wrapped.is_not(None))
)
