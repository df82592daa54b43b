"""Counting legal time around pauses: in go a start, a limit and the clock's stops, out comes where it ends.

The rule is one sentence: a limit of n ends on the n-th day after the start that counts and on which the clock
does not stand still. That makes pauses additive and never lets one bring a date forward.
"""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from itertools import pairwise
from typing import NamedTuple

from onething.calendar import WorkCalendar
from onething.duration import ClockError, ClockFault, Duration, Extension, Pause, Resume, Unit

BEIJING = timezone(timedelta(hours=8))
ONE_DAY = timedelta(days=1)
_YEARS = range(1900, 2201)


class Stop(NamedTuple):
    """A pause whose end is known: an open one ends `today`, and `open_` says so."""

    first: date
    last: date
    pause: Pause
    open_: bool


class End(NamedTuple):
    """Where a count ended: `raw` by counting, `due` moved to a worked day; `base` is the start that held."""

    raw: date
    due: date
    base: date


def midnight(day: date) -> datetime:
    """Return the first instant of `day` in Beijing."""
    return datetime.combine(day, time(), BEIJING)


def day_of(start: date | datetime) -> date:
    """Return the Beijing day of `start`; raise `ClockError` for an instant without zone or a far-off year."""
    day = instant_of(start).date() if isinstance(start, datetime) else start
    if day.year not in _YEARS:
        raise ClockError(ClockFault.DATE_OUT_OF_RANGE, day=day)
    return day


def instant_of(start: date | datetime) -> datetime:
    """Return `start` in Beijing time; raise `ClockError` unless it is an instant with a zone."""
    if not isinstance(start, datetime):
        raise ClockError(ClockFault.HOURS_NEED_INSTANT, start=start)
    if start.tzinfo is None:
        raise ClockError(ClockFault.INSTANT_WITHOUT_ZONE, start=start)
    return start.astimezone(BEIJING)


def stops_of(pauses: Sequence[Pause], today: date | None) -> tuple[Stop, ...]:
    """Return `pauses` in order with open ones ended `today`; one that begins after `today` has not begun.

    Raises `ClockError` for a pause that runs backwards, overlaps another, or is open with no `today` given.
    """
    if not pauses:
        return ()
    stops = sorted(_closed(pauses, today), key=lambda stop: stop.first)
    for earlier, later in pairwise(stops):
        if later.first <= earlier.last:
            raise ClockError(ClockFault.PAUSES_OVERLAP, first=later.first, last=earlier.last)
    return tuple(stops)


def natural_length(start: date, duration: Duration) -> int:
    """Return how many natural days `d`, `w` or `m` spans from `start`, the start day excluded."""
    if duration.unit is Unit.MONTH:
        return (months_later(start, duration.amount, start.day) - start).days
    return duration.amount * 7 if duration.unit is Unit.WEEK else duration.amount


def months_later(day: date, months: int, number: int) -> date:
    """Return day `number` of the month `months` after `day`'s, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(number, monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class DayCount:
    """One limit in days, weeks, months or working days; `stops` are those that are not counted in."""

    calendar: WorkCalendar | None
    stops: tuple[Stop, ...]
    start: date
    duration: Duration

    def run(self) -> End:
        """Return the end of the limit, each resetting stop on the way giving it anew."""
        end = self._end(self.start, self.duration, self.start)
        return self._restarted(end, self.start) if self.stops else end

    def extend(self, end: End, extension: Extension) -> End:
        """Return the end with `extension` added to `end`; raise `ClockError` when it was decided later."""
        if extension.decided > end.due:
            raise ClockError(ClockFault.EXTENSION_TOO_LATE, decided=extension.decided, due=end.due)
        return self._restarted(self._end(end.due, extension.duration, end.base), end.due)

    def rest_days(self, end: End) -> int:
        """Count the days up to the end that are not worked, but for those on which the clock stood still."""
        if not self.calendar:
            return 0
        first = end.base + ONE_DAY
        paused = sum(_resting(self.calendar, a, b) for a, b in self._within(first, end.due))
        return _resting(self.calendar, first, end.due) - paused

    def stands_still(self, day: date) -> bool:
        """Whether the clock is stopped on `day`."""
        return any(stop.first <= day <= stop.last for stop in self.stops)

    def _restarted(self, end: End, after: date) -> End:
        for stop in self.stops:
            if stop.pause.resume is not Resume.RESET or stop.first > end.due or stop.last <= after:
                continue
            again = self._end(stop.last, self.duration, stop.last)
            # Months differ in length: a limit counted anew may not bring the date forward.
            end = again if again.due >= end.due else end
        return end

    def _end(self, start: date, duration: Duration, base: date) -> End:
        raw = self._after(start, duration)
        return End(raw, self._settled(raw), base)

    def _after(self, start: date, duration: Duration) -> date:
        unit = duration.unit
        length = duration.amount if unit is Unit.WORKING_DAY else natural_length(start, duration)
        end = self._reach(start, length, unit)
        while self.stops:
            paused = sum(self._counted(a, b, unit) for a, b in self._within(start + ONE_DAY, end))
            reached = self._reach(start, length + paused, unit)
            if reached == end:
                break
            end = reached
        return end

    def _settled(self, day: date) -> date:
        while True:
            stop = next((stop for stop in self.stops if stop.first <= day <= stop.last), None)
            if stop:
                day = stop.last + ONE_DAY
            elif self.calendar and not self.calendar.is_working_day(day):
                day = self.calendar.add_working_days(day, 1)
            else:
                return day

    def _within(self, first: date, last: date) -> list[tuple[date, date]]:
        cut = ((max(stop.first, first), min(stop.last, last)) for stop in self.stops)
        return [(a, b) for a, b in cut if a <= b]

    def _counted(self, first: date, last: date, unit: Unit) -> int:
        if unit is Unit.WORKING_DAY and self.calendar:
            return self.calendar.working_days(first, last)
        return (last - first).days + 1

    def _reach(self, start: date, length: int, unit: Unit) -> date:
        if length and unit is Unit.WORKING_DAY and self.calendar:
            return self.calendar.add_working_days(start, length)
        return start + timedelta(days=length)


def run_hours(start: datetime, hours: int, stops: Sequence[Stop]) -> datetime:
    """Return the instant `hours` after `start`, each stop met on the way taking out its real time."""
    length = timedelta(hours=hours)
    end = start + length
    for stop in stops:
        begins, ends = max(midnight(stop.first), start), midnight(stop.last + ONE_DAY)
        if ends <= start or begins >= end:
            continue
        end += ends - begins
        if stop.pause.resume is Resume.RESET:
            end = ends + length
    return end


def _closed(pauses: Sequence[Pause], today: date | None) -> Iterator[Stop]:
    for pause in pauses:
        if pause.last is None and today is None:
            raise ClockError(ClockFault.OPEN_PAUSE_NEEDS_TODAY, first=pause.first)
        last = pause.last or today or pause.first
        if pause.last and pause.last < pause.first:
            raise ClockError(ClockFault.PAUSE_BACKWARDS, first=pause.first, last=pause.last)
        if day_of(pause.first) <= day_of(last):
            yield Stop(pause.first, last, pause, pause.last is None)


def _resting(calendar: WorkCalendar, first: date, last: date) -> int:
    return (last - first).days + 1 - calendar.working_days(first, last)
