"""Bookable times: opening hours as data and the working calendar in, the days with their times out.

Pure: which places are taken is given; nothing is read but the data file, once.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import Field, ValidationError, model_validator

from onething.calendar import WorkCalendar
from onething.counting import BEIJING
from onething.errors import CatalogError
from onething.text import Model, Text
from onething.yaml_file import YamlFault, parse_yaml

FILE: Final = "appointments.yaml"
_SATURDAY: Final = 5
_CLOCK: Final = "%H:%M"
Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Places = Annotated[int, Field(ge=1, le=50)]


class HourKind(StrEnum):
    """What is worth saying about a stretch of opening hours."""

    USUAL = "usual"
    NOON = "noon"
    SATURDAY = "saturday"


class Hours(Model):
    """One stretch of opening hours, and how many people are seen side by side."""

    since: Clock = Field(alias="from")
    until: Clock = Field(alias="to")
    places: Places
    kind: HourKind = HourKind.USUAL

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.until <= self.since:
            raise ValueError("opening hours end after they begin")
        return self


class OpenDay(Model):
    """A holiday or Sunday on which the office is open all the same, with which hours."""

    hours: str


class KeptBy(Model):
    """An item before it whose grant is the booking already: which, and which concepts say when and where."""

    item: str
    """`agency/item`."""
    day: str
    time: str
    place: str


class BookedItem(Model):
    """What is particular to one item: what to bring, how long it takes, whether its time is kept already."""

    bring: Text | None = None
    kept_by: KeptBy | None = None
    minutes: Annotated[int | None, Field(ge=5, le=240)] = None


class OwnHours(Model):
    """What one window does otherwise."""

    hours: dict[str, tuple[Hours, ...]] | None = None
    open_days: dict[date, OpenDay] = {}
    closed_days: tuple[date, ...] = ()


class OpeningHours(Model):
    """The data file."""

    assumed: bool = False
    minutes: Annotated[int, Field(ge=5, le=240)]
    earliest_minutes: Annotated[int, Field(ge=0)]
    days_ahead: Annotated[int, Field(ge=1, le=90)]
    hours: dict[str, tuple[Hours, ...]]
    open_days: dict[date, OpenDay] = {}
    closed_days: tuple[date, ...] = ()
    items: dict[str, BookedItem] = {}
    windows: dict[str, OwnHours] = {}

    @model_validator(mode="after")
    def _hours_are_named(self) -> Self:
        own = [(one.hours or self.hours, one.open_days) for one in self.windows.values()]
        for known, open_days in [(self.hours, self.open_days), *own]:
            missing = [one.hours for one in open_days.values() if one.hours not in known]
            if missing:
                raise ValueError(f"no hours called {missing[0]}")
        return self

    def own(self, window_id: str) -> OwnHours:
        """What holds at one window."""
        here = self.windows.get(window_id, OwnHours())
        return OwnHours(
            hours=here.hours or self.hours,
            open_days=self.open_days | here.open_days,
            closed_days=(*self.closed_days, *here.closed_days),
        )

    def bring(self, item: str) -> Text | None:
        """What to bring for an item."""
        return self.items[item].bring if item in self.items else None


class Bookable(Model):
    """One time that can be booked, or is full."""

    day: date
    starts: str
    ends: str
    kind: HourKind
    places: int
    free: int


class BookableDay(Model):
    """One open day with its times."""

    day: date
    times: tuple[Bookable, ...]

    @property
    def free(self) -> int:
        """How many places are left on it."""
        return sum(one.free for one in self.times)


@lru_cache(maxsize=4)
def opening_hours(folder: Path) -> OpeningHours:
    """Read the data file of a catalog folder; raises CatalogError."""
    path = folder / FILE
    try:
        return OpeningHours.model_validate(parse_yaml(path.read_text(encoding="utf-8")))
    except (OSError, ValidationError, YamlFault) as error:
        raise CatalogError(
            str(path), f"not a file of opening hours: {error}", "follow docs/reference/appointments.md"
        ) from error


def table(
    hours: OpeningHours,
    calendar: WorkCalendar,
    place: tuple[str, str],
    taken: Mapping[tuple[date, str], int],
    now: datetime,
) -> tuple[BookableDay, ...]:
    """Every open day from today on with its times, for `place` (window, agency/item)."""
    window_id, item = place
    today = now.astimezone(BEIJING).date()
    earliest = now + timedelta(minutes=hours.earliest_minutes)
    days = []
    for offset in range(hours.days_ahead + 1):
        day = today + timedelta(days=offset)
        times = tuple(
            one.model_copy(update={"free": max(one.places - taken.get((day, one.starts), 0), 0)})
            for one in _times(hours, calendar, window_id, item, day)
            if moment_of(day, one.starts) >= earliest
        )
        if times:
            days.append(BookableDay(day=day, times=times))
    return tuple(days)


def moment_of(day: date, starts: str) -> datetime:
    """The instant at which a place begins."""
    return datetime.combine(day, time.fromisoformat(starts), BEIJING)


def _times(
    hours: OpeningHours, calendar: WorkCalendar, window_id: str, item: str, day: date
) -> Iterator[Bookable]:
    own = hours.own(window_id)
    minutes = (hours.items[item].minutes if item in hours.items else None) or hours.minutes
    for stretch in (own.hours or {}).get(_kind_of(own, calendar, day), ()):
        at = moment_of(day, stretch.since)
        end = moment_of(day, stretch.until)
        while at + timedelta(minutes=minutes) <= end:
            after = at + timedelta(minutes=minutes)
            yield Bookable(
                day=day,
                starts=at.strftime(_CLOCK),
                ends=after.strftime(_CLOCK),
                kind=stretch.kind,
                places=stretch.places,
                free=stretch.places,
            )
            at = after


def _kind_of(own: OwnHours, calendar: WorkCalendar, day: date) -> str:
    """By which hours the office is open on a day; empty when it is closed."""
    if day in own.closed_days:
        return ""
    if day in own.open_days:
        return own.open_days[day].hours
    if calendar.is_working_day(day):
        return "working_day"
    is_holiday = bool(calendar.holidays(day, day))
    return "saturday" if day.weekday() == _SATURDAY and not is_holiday else ""
