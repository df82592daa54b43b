"""Working-day calendars: in go the yearly holiday notices kept as data, out comes which days are worked."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Self

from pydantic import ConfigDict, Field, ValidationError, model_validator

from onething.errors import CatalogError
from onething.text import Model, Travelling
from onething.yaml_file import YamlFault, parse_yaml

STAND_IN = "unannounced"
_SATURDAY = 5


class Holiday(Travelling):
    """One holiday as its notice prints it: spans of rest, and weekend days worked in exchange.

    Days are `MMDD` or `MMDD-MMDD` (inclusive, within one year); weekends inside a span are written too.
    """

    zh: str
    en: str
    rest: tuple[str, ...] = ()
    work: tuple[str, ...] = ()


class StandIn(Travelling):
    """What holds in a year without a file: the holidays whose date is the same each year."""

    version: str
    source: str
    holidays: tuple[Holiday, ...]


class CalendarYear(Travelling):
    """One year's holidays, the notice they come from, and whether that notice is out."""

    year: int
    version: str
    announced: bool = True
    source: str
    holidays: tuple[Holiday, ...]

    @model_validator(mode="after")
    def _days_make_sense(self) -> Self:
        rest = {day for holiday in self.holidays for day in _days(self.year, holiday.rest)}
        for holiday in self.holidays:
            for day in _days(self.year, holiday.work):
                if day.weekday() < _SATURDAY or day in rest:
                    raise ValueError(f"{day} is no make-up workday: it must be a weekend day without rest")
        return self


@dataclass(frozen=True, slots=True)
class HolidaySpan:
    """One unbroken stretch of a holiday, both ends included."""

    zh: str
    en: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class _Index:
    """One year laid out for bisection; ordinals are those of `date.toordinal`."""

    working: tuple[int, ...]
    members: frozenset[int]
    spans: tuple[HolidaySpan, ...]
    make_up: tuple[date, ...]


class WorkCalendar(Travelling):
    """A region's working days; small enough as JSON to travel with a case (see `slice`).

    Build a changed calendar with the constructor: the day index is kept on the instance.
    """

    name: str = "cn"
    years: tuple[CalendarYear, ...]
    otherwise: StandIn

    def slice(self, first_year: int, last_year: int) -> "WorkCalendar":
        """Return the years from `first_year` to `last_year`, both included, as a calendar of its own."""
        kept = tuple(year for year in self.years if first_year <= year.year <= last_year)
        return WorkCalendar(name=self.name, years=kept, otherwise=self.otherwise)

    def announced(self, year: int) -> bool:
        """Whether `year`'s notice is out and on file; anything counted in another year is provisional."""
        return year in self._announced

    def unannounced(self, first_year: int, last_year: int) -> tuple[int, ...]:
        """Return the years from `first_year` to `last_year` whose notice is not out."""
        if first_year == last_year:
            return () if first_year in self._announced else (first_year,)
        return tuple([year for year in range(first_year, last_year + 1) if year not in self._announced])

    def version(self, first_year: int, last_year: int) -> str:
        """Return the versions of the files behind the years counted in, joined with `+`."""
        if first_year == last_year:
            return self._version_of(first_year)
        return "+".join(dict.fromkeys(self._version_of(year) for year in range(first_year, last_year + 1)))

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on `day`: weekdays but holidays, and make-up weekend days."""
        return day.toordinal() in self._index(day.year).members

    def add_working_days(self, day: date, count: int) -> date:
        """Return the `count`-th working day after `day` (`count` >= 1), `day` itself not counted."""
        index = self._index(day.year)
        at = bisect_right(index.working, day.toordinal()) + count - 1
        year = day.year
        while at >= len(index.working):
            at -= len(index.working)
            year += 1
            index = self._index(year)
        return date.fromordinal(index.working[at])

    def working_day_before(self, day: date, count: int) -> date:
        """Return the `count`-th working day before `day` (`count` >= 1), `day` itself not counted."""
        index = self._index(day.year)
        at = bisect_left(index.working, day.toordinal()) - count
        year = day.year
        while at < 0:
            year -= 1
            index = self._index(year)
            at += len(index.working)
        return date.fromordinal(index.working[at])

    def working_days(self, first: date, last: date) -> int:
        """Count the working days from `first` to `last`, both included; 0 when `last` comes earlier."""
        if last < first:
            return 0
        if first.year == last.year:
            working = self._index(first.year).working
            return bisect_right(working, last.toordinal()) - bisect_left(working, first.toordinal())
        total = sum(len(self._index(year).working) for year in range(first.year, last.year))
        before = bisect_left(self._index(first.year).working, first.toordinal())
        return total + bisect_right(self._index(last.year).working, last.toordinal()) - before

    def holidays(self, first: date, last: date) -> tuple[HolidaySpan, ...]:
        """Return the stretches of holiday that touch `first` to `last`, in order."""
        spans = self._index(first.year).spans
        for year in range(first.year + 1, last.year + 1):
            spans += self._index(year).spans
        return tuple([span for span in spans if span.first <= last and span.last >= first])

    def make_up_days(self, first: date, last: date) -> tuple[date, ...]:
        """Return the weekend days worked from `first` to `last`, in order."""
        days = self._index(first.year).make_up
        for year in range(first.year + 1, last.year + 1):
            days += self._index(year).make_up
        return tuple([day for day in days if first <= day <= last])

    @cached_property
    def _announced(self) -> frozenset[int]:
        return frozenset(year.year for year in self.years if year.announced)

    @cached_property
    def _by_year(self) -> dict[int, CalendarYear]:
        return {year.year: year for year in self.years}

    @cached_property
    def _indexes(self) -> dict[int, _Index]:
        return {}

    def _version_of(self, year: int) -> str:
        known = self._by_year.get(year)
        return known.version if known else self.otherwise.version

    def _index(self, year: int) -> _Index:
        index = self._indexes.get(year)
        if index is None:
            known = self._by_year.get(year)
            index = _build(year, known.holidays if known else self.otherwise.holidays)
            self._indexes[year] = index
        return index


class Notice(Model):
    """The official paper that a calendar file follows."""

    title: str
    number: str | None = None
    source: str


class _FiledHoliday(Holiday):
    model_config = ConfigDict(extra="forbid")
    notice: int = Field(default=1, ge=1)


class _CalendarFile(Model):
    year: int | None = None
    version: str
    announced: bool
    assumed: bool = False
    notices: tuple[Notice, ...] = Field(min_length=1)
    holidays: tuple[_FiledHoliday, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _every_notice_is_there(self) -> Self:
        if any(holiday.notice > len(self.notices) for holiday in self.holidays):
            raise ValueError("a holiday points to a notice that is not listed")
        return self

    def source(self) -> str:
        return "；".join(notice.number or notice.title for notice in self.notices)

    def travelling(self) -> tuple[Holiday, ...]:
        return tuple(Holiday(zh=h.zh, en=h.en, rest=h.rest, work=h.work) for h in self.holidays)


def load_calendar(folder: Path, name: str = "cn") -> WorkCalendar:
    """Read `<name>-<year>.yaml` and `<name>-unannounced.yaml` from `folder`.

    Raises `CatalogError` naming the file when one is missing, malformed or contradicts itself.
    """
    stand_in_path = folder / f"{name}-{STAND_IN}.yaml"
    if not stand_in_path.is_file():
        raise CatalogError(str(stand_in_path), "the calendar has no rule for years without a file", "add it")
    stand_in = _read(stand_in_path)
    years = tuple(
        _year_of(path) for path in sorted(folder.glob(f"{name}-*.yaml")) if path.name != stand_in_path.name
    )
    otherwise = StandIn(version=stand_in.version, source=stand_in.source(), holidays=stand_in.travelling())
    return WorkCalendar(name=name, years=years, otherwise=otherwise)


def _year_of(path: Path) -> CalendarYear:
    filed = _read(path)
    if filed.year is None or not path.stem.endswith(f"-{filed.year}"):
        raise CatalogError(str(path), f"the year inside is {filed.year}", "name the file after its year")
    try:
        return CalendarYear(
            year=filed.year,
            version=filed.version,
            announced=filed.announced,
            source=filed.source(),
            holidays=filed.travelling(),
        )
    except ValidationError as error:
        raise CatalogError(str(path), error.errors()[0]["msg"], "compare with the notice") from error


def _read(path: Path) -> _CalendarFile:
    try:
        return _CalendarFile.model_validate(parse_yaml(path.read_text(encoding="utf-8")))
    except (ValidationError, YamlFault) as error:
        raise CatalogError(
            str(path), f"not a calendar file: {error}", "follow docs/reference/calendar.md"
        ) from error


@lru_cache(maxsize=64)
def _build(year: int, holidays: tuple[Holiday, ...]) -> _Index:
    # Each case carries a calendar of its own; kept here, a year is laid out once for all of them.
    rest = {day for holiday in holidays for day in _days(year, holiday.rest)}
    work = {day for holiday in holidays for day in _days(year, holiday.work)}
    first = date(year, 1, 1)
    length = (date(year, 12, 31) - first).days + 1
    every = (first + timedelta(days=n) for n in range(length))
    working = tuple(
        day.toordinal() for day in every if day in work or (day.weekday() < _SATURDAY and day not in rest)
    )
    spans = (
        HolidaySpan(holiday.zh, holiday.en, *_span(year, text))
        for holiday in holidays
        for text in holiday.rest
    )
    ordered = tuple(sorted(spans, key=lambda span: span.first))
    return _Index(working, frozenset(working), ordered, tuple(sorted(work)))


def _days(year: int, texts: tuple[str, ...]) -> list[date]:
    spans = [_span(year, text) for text in texts]
    return [first + timedelta(days=n) for first, last in spans for n in range((last - first).days + 1)]


def _span(year: int, text: str) -> tuple[date, date]:
    first, _, last = text.partition("-")
    ends = [date(year, int(end[:2]), int(end[2:])) for end in (first, last or first)]
    if ends[1] < ends[0]:
        raise ValueError(f"{text} runs backwards")
    return ends[0], ends[1]
