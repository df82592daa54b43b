"""Figures of the work: an area and a period in, counts by day, agency, region and reason out.

Nothing is opened for it: every count comes from columns that indexes hold. A case's region is how its number
begins. Days are days in China.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Date, Select, func, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import FunctionElement

from records.archive import Archive
from records.hand import STUCK
from records.schema import case, data_key, slot_case, timeline
from records.schema_supervision import rating, rectification
from records.worklist import OVER

DECIDED: Final = ("granted", "partly_granted", "refused", "declined")
"""States in which an agency has said its word: what its promise was about."""
_OPEN: Final = (
    "waiting",
    "submitting",
    "received",
    "correction_requested",
    "accepted",
    "under_review",
    "blocked",
    STUCK,
)
"""Every other state than those that end an item."""
_CHINA: Final = timezone(timedelta(hours=8))
_RED: Final = "red"
_CORRECTION: Final = "correction_requested"
_REGION: Final = 6


class local_day(FunctionElement[date]):  # noqa: N801 - it is called like the functions of `func`
    """The day in China of a stored instant."""

    type = Date()
    inherit_cache = True


@compiles(local_day, "sqlite")
def _on_sqlite(element: local_day, compiler: SQLCompiler, **given: Any) -> str:
    return f"date({compiler.process(element.clauses, **given)}, '+8 hours')"


@compiles(local_day, "postgresql")
def _on_postgresql(element: local_day, compiler: SQLCompiler, **given: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **given)} AT TIME ZONE 'Asia/Shanghai' AS DATE)"


@dataclass(frozen=True, slots=True)
class FigureQuery:
    """Which cases are counted: how the codes of their regions begin, first and last day, an agency."""

    area: str
    since: date
    until: date
    agency: str | None = None


@dataclass(frozen=True, slots=True)
class DayCount:
    """So many cases of a life event on a day."""

    day: date
    bundle: str
    count: int


@dataclass(frozen=True, slots=True)
class ItemCount:
    """So many items of an agency decided in the period, by whether a due date had passed by then."""

    agency: str
    state: str
    late_promised: bool
    late_statutory: bool
    count: int


@dataclass(frozen=True, slots=True)
class OpenCount:
    """So many items that are stuck (with the reason) or past a due date (without one) now."""

    region: str
    agency: str
    reason: str | None
    count: int


@dataclass(frozen=True, slots=True)
class LevelCount:
    """So many ratings of an agency's items at a level."""

    agency: str
    level: int
    count: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything counted at one moment."""

    filed: tuple[DayCount, ...]
    closed: tuple[DayCount, ...]
    open_cases: int
    decided: tuple[ItemCount, ...]
    late: tuple[OpenCount, ...]
    stuck: tuple[OpenCount, ...]
    corrections: int
    ratings: tuple[LevelCount, ...]
    to_rectify: int
    """Bad ratings that nobody has answered yet."""


async def figures(archive: Archive, wanted: FigureQuery) -> Figures:
    """Count; open, late, stuck and unanswered are as of now, everything else within the period."""
    return await archive.database.read(lambda connection: _count(connection, wanted))


async def regions_of(archive: Archive, area: str) -> tuple[str, ...]:
    """Give the codes of the area's regions that have cases, in their order."""
    query = select(case.c.region).where(case.c.region.is_not(None)).distinct().order_by(case.c.region)
    if area:
        query = query.where(func.substr(case.c.region, 1, len(area)) == area)
    return tuple(await archive.database.read(lambda connection: connection.execute(query).scalars().all()))


def _count(connection: Connection, wanted: FigureQuery) -> Figures:
    def rows(query: Select[Any]) -> list[Any]:
        return list(connection.execute(query).all())

    return Figures(
        filed=tuple(DayCount(*row) for row in rows(_filed(wanted))),
        closed=tuple(DayCount(*row) for row in rows(_closed(wanted))),
        open_cases=connection.execute(_open(wanted)).scalar_one(),
        decided=tuple(_item(row) for row in rows(_decided(wanted))),
        late=tuple(OpenCount(row[0], row[1], None, row[2]) for row in rows(_late(wanted))),
        stuck=tuple(OpenCount(*row) for row in rows(_stuck(wanted))),
        corrections=connection.execute(_corrections(wanted)).scalar_one(),
        ratings=tuple(LevelCount(*row) for row in rows(_ratings(wanted))),
        to_rectify=connection.execute(_to_rectify(wanted)).scalar_one(),
    )


def _filed(wanted: FigureQuery) -> Select[Any]:
    query = select(case.c.received_on, case.c.bundle, func.count()).where(
        case.c.received_on.between(wanted.since, wanted.until), *_of_case(wanted)
    )
    return query.group_by(case.c.received_on, case.c.bundle)


def _closed(wanted: FigureQuery) -> Select[Any]:
    day = local_day(case.c.closed_at).label("day")
    query = select(day, case.c.bundle, func.count()).where(
        *_during(wanted, case.c.closed_at), *_of_case(wanted)
    )
    return query.group_by(day, case.c.bundle)


def _open(wanted: FigureQuery) -> Select[Any]:
    return select(func.count()).select_from(case).where(case.c.closed_at.is_(None), *_of_case(wanted))


def _decided(wanted: FigureQuery) -> Select[Any]:
    """An ended item's holder is nobody since the moment of its decision."""
    by = (slot_case.c.state, slot_case.c.agency, slot_case.c.light_promised, slot_case.c.light_statutory)
    query = select(*by, func.count()).where(
        slot_case.c.state.in_(DECIDED), *_during(wanted, slot_case.c.since), *_of_slot(wanted)
    )
    return query.group_by(*by)


def _late(wanted: FigureQuery) -> Select[Any]:
    region = func.substr(slot_case.c.case, 1, _REGION).label("region")
    red = or_(slot_case.c.light_promised == _RED, slot_case.c.light_statutory == _RED)
    query = select(region, slot_case.c.agency, func.count()).where(
        red, slot_case.c.state.in_(_OPEN), *_of_slot(wanted)
    )
    return query.group_by(region, slot_case.c.agency)


def _stuck(wanted: FigureQuery) -> Select[Any]:
    region = func.substr(slot_case.c.case, 1, _REGION).label("region")
    query = select(region, slot_case.c.agency, slot_case.c.reason, func.count()).where(
        slot_case.c.state == STUCK, *_of_slot(wanted)
    )
    return query.group_by(region, slot_case.c.agency, slot_case.c.reason)


def _corrections(wanted: FigureQuery) -> Select[Any]:
    those = [timeline.c.kind == _CORRECTION, *_during(wanted, timeline.c.at), *_in(wanted, timeline.c.case)]
    query = select(func.count()).select_from(timeline)
    if wanted.agency is not None:
        own = (timeline.c.case == slot_case.c.case) & (timeline.c.slot == slot_case.c.slot)
        query = query.join(slot_case, own).where(slot_case.c.agency == wanted.agency)
    return query.where(*those)


def _ratings(wanted: FigureQuery) -> Select[Any]:
    query = select(rating.c.agency, rating.c.level, func.count()).where(
        *_during(wanted, rating.c.rated_at), *_in(wanted, rating.c.case)
    )
    if wanted.agency is not None:
        query = query.where(rating.c.agency == wanted.agency)
    return query.group_by(rating.c.agency, rating.c.level)


def _to_rectify(wanted: FigureQuery) -> Select[Any]:
    query = select(func.count()).select_from(rectification).join(rating).join(case).join(data_key)
    query = query.where(
        rectification.c.answered_at.is_(None),
        data_key.c.wrapped.is_not(None),  # of an erased case nothing can be answered any more
        *_in(wanted, rating.c.case),
    )
    return query if wanted.agency is None else query.where(rating.c.agency == wanted.agency)


def _of_case(wanted: FigureQuery) -> list[ColumnElement[bool]]:
    found = [func.substr(case.c.region, 1, len(wanted.area)) == wanted.area] if wanted.area else []
    if wanted.agency is not None:
        # Every state is named, so that the index is entered at the agency within each of them.
        every = slot_case.c.state.in_((*_OPEN, *OVER))
        of_agency = select(slot_case.c.case).where(every, slot_case.c.agency == wanted.agency)
        # Put together, a number is no key to walk by, and the periods' own indexes are used.
        found.append(case.c.number.concat("").in_(of_agency))
    return found


def _of_slot(wanted: FigureQuery) -> list[ColumnElement[bool]]:
    found = _in(wanted, slot_case.c.case)
    return found if wanted.agency is None else [slot_case.c.agency == wanted.agency, *found]


def _in(wanted: FigureQuery, number: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    # A range of numbers would have SQLite walk the table by them instead of the index made for this.
    return [func.substr(number, 1, len(wanted.area)) == wanted.area] if wanted.area else []


def _during(wanted: FigureQuery, at: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    return [at >= _midnight(wanted.since), at < _midnight(wanted.until + timedelta(days=1))]


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=_CHINA).astimezone(UTC)


def _item(row: Any) -> ItemCount:
    return ItemCount(row[1], row[0], row[2] == _RED, row[3] == _RED, row[4])
