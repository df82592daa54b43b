"""Figures for the supervisor's page: counts in, lines with sums, shares and lengths of bars out."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from api.office import Office
from api.supervision.naming import agency_text, reason_text, region_text
from api.supervision.rating import LEVELS
from onething.text import Text
from records.rating import BAD
from records.statistics import DayCount, FigureQuery, Figures, OpenCount

PER_CENT: Final = 100
_DAYS_SHOWN: Final = 31
_WEEKS_SHOWN: Final = 200
"""Up to so many days a column is a day, then a week, then a month."""


class Step(StrEnum):
    """What one column of the chart over time stands for."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Column:
    """One day, week or month: its first day, and how many cases were filed and completed."""

    day: date
    filed: int
    closed: int


@dataclass(frozen=True, slots=True)
class EventLine:
    """One life event."""

    title: Text
    filed: int
    closed: int


@dataclass(frozen=True, slots=True)
class AgencyLine:
    """One agency: what it decided in the period, and what lies with it now."""

    agency: str
    title: Text
    decided: int
    on_time: float | None
    """Per cent decided by the promised day; none where nothing was decided."""
    beyond_law: int
    """Decided after the statutory day."""
    late: int
    stuck: int
    rated: int
    content: float | None
    """Per cent of the ratings that are none of the two lowest."""


@dataclass(frozen=True, slots=True)
class StuckLine:
    """Why items are stuck: with which agency, in which region."""

    reason: Text
    agency: Text
    region: Text
    count: int


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """One region: what is late and stuck there now."""

    region: Text
    late: int
    stuck: int


@dataclass(frozen=True, slots=True)
class LevelLine:
    """One level of rating."""

    level: int
    title: Text
    count: int


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything that the page shows."""

    filed: int
    closed: int
    open_cases: int
    on_time: float | None
    late: int
    stuck: int
    per_case: float | None
    """Corrections asked for, per case filed in the period."""
    content: float | None
    to_rectify: int
    step: Step
    columns: tuple[Column, ...]
    events: tuple[EventLine, ...]
    agencies: tuple[AgencyLine, ...]
    reasons: tuple[StuckLine, ...]
    places: tuple[PlaceLine, ...]
    levels: tuple[LevelLine, ...]


def overview(office: Office, wanted: FigureQuery, found: Figures, step: Step | None) -> Overview:
    """Sum up what was counted; without `step` the columns are as wide as the period asks for."""
    filed, closed = _sum(found.filed), _sum(found.closed)
    decided = sum(one.count for one in found.decided)
    in_time = sum(one.count for one in found.decided if not one.late_promised)
    rated = sum(one.count for one in found.ratings)
    width = step or _fitting(wanted)
    return Overview(
        filed=filed,
        closed=closed,
        open_cases=found.open_cases,
        on_time=_share(in_time, decided),
        late=_sum(found.late),
        stuck=_sum(found.stuck),
        per_case=round(found.corrections / filed, 2) if filed else None,
        content=_share(rated - sum(one.count for one in found.ratings if one.level <= BAD), rated),
        to_rectify=found.to_rectify,
        step=width,
        columns=tuple(_columns(wanted, found, width)),
        events=tuple(_events(office, found)),
        agencies=tuple(_agencies(office, found)),
        reasons=tuple(_reasons(office, found.stuck)),
        places=tuple(_places(office, found)),
        levels=tuple(
            LevelLine(level, text, sum(one.count for one in found.ratings if one.level == level))
            for level, text in LEVELS.items()
        ),
    )


def _columns(wanted: FigureQuery, found: Figures, step: Step) -> Iterator[Column]:
    filed, closed = _by(found.filed, step), _by(found.closed, step)
    day = _first(wanted.since, step)
    while day <= wanted.until:
        yield Column(day, filed[day], closed[day])
        day = _next(day, step)


def _by(counts: Iterable[DayCount], step: Step) -> Counter[date]:
    found: Counter[date] = Counter()
    for one in counts:
        found[_first(one.day, step)] += one.count
    return found


def _first(day: date, step: Step) -> date:
    """The first day of the column that a day falls in; weeks begin on Monday."""
    if step is Step.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step is Step.MONTH else day


def _next(day: date, step: Step) -> date:
    match step:
        case Step.DAY:
            return day + timedelta(days=1)
        case Step.WEEK:
            return day + timedelta(days=7)
    return (day + timedelta(days=31)).replace(day=1)


def _fitting(wanted: FigureQuery) -> Step:
    days = (wanted.until - wanted.since).days + 1
    return Step.DAY if days <= _DAYS_SHOWN else Step.WEEK if days <= _WEEKS_SHOWN else Step.MONTH


def _events(office: Office, found: Figures) -> Iterator[EventLine]:
    filed, closed = (
        _counted((one.bundle, one.count) for one in found.filed),
        _counted((one.bundle, one.count) for one in found.closed),
    )
    for name in sorted(filed | closed, key=lambda one: (-filed[one], one)):
        known = office.catalog.bundles.get(name)
        yield EventLine(known.title if known else Text(zh=name, en=name), filed[name], closed[name])


def _agencies(office: Office, found: Figures) -> Iterator[AgencyLine]:
    decided = _counted((one.agency, one.count) for one in found.decided)
    in_time = _counted((one.agency, one.count) for one in found.decided if not one.late_promised)
    beyond = _counted((one.agency, one.count) for one in found.decided if one.late_statutory)
    late = _counted((one.agency, one.count) for one in found.late)
    stuck = _counted((one.agency, one.count) for one in found.stuck)
    rated = _counted((one.agency, one.count) for one in found.ratings)
    bad = _counted((one.agency, one.count) for one in found.ratings if one.level <= BAD)
    for name in sorted(decided | late | stuck | rated, key=lambda one: (-decided[one], one)):
        yield AgencyLine(
            agency=name,
            title=agency_text(office, name),
            decided=decided[name],
            on_time=_share(in_time[name], decided[name]),
            beyond_law=beyond[name],
            late=late[name],
            stuck=stuck[name],
            rated=rated[name],
            content=_share(rated[name] - bad[name], rated[name]),
        )


def _reasons(office: Office, stuck: tuple[OpenCount, ...]) -> Iterator[StuckLine]:
    for one in sorted(stuck, key=lambda one: (-one.count, one.region, one.agency)):
        yield StuckLine(
            reason_text(one.reason),
            agency_text(office, one.agency),
            region_text(office, one.region),
            one.count,
        )


def _places(office: Office, found: Figures) -> Iterator[PlaceLine]:
    late = _counted((one.region, one.count) for one in found.late)
    stuck = _counted((one.region, one.count) for one in found.stuck)
    for code in sorted(late | stuck, key=lambda one: (-late[one] - stuck[one], one)):
        yield PlaceLine(region_text(office, code), late[code], stuck[code])


def _counted(pairs: Iterable[tuple[str, int]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for name, count in pairs:
        found[name] += count
    return found


def _sum(counts: Iterable[DayCount | OpenCount]) -> int:
    return sum(one.count for one in counts)


def _share(part: int, whole: int) -> float | None:
    return round(part * PER_CENT / whole, 1) if whole else None


def most(values: Iterable[int]) -> int:
    """The longest bar's value; at least one, so that lengths can be told."""
    return max((*values, 1))
