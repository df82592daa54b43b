"""Counting legal time around pauses: in go a start, a limit and the clock's stops, out comes where it ends.

The rule is one sentence: a limit of n ends on the n-th day after the start that counts and on which the clock
does not stand still. That makes pauses additive and never lets one bring a date forward.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from itertools import pairwise
from typing import NamedTuple

from onething.calendar import WorkCalendar
from onething.duration import ClockError, ClockFault, Duration, Extension, Pause, Resume, Unit

BEIJING = timezone(timedelta(hours=8))
ONE_DAY = timedelta(days=1)
_MIDNIGHT = time()
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
    return datetime.combine(day, _MIDNIGHT, BEIJING)


def day_of(start: date | datetime) -> date:
    """Return the Beijing day of `start`; raise `ClockError` for an instant without zone or a far-off year."""
    if isinstance(start, datetime):
        return instant_of(start).date()
    if start.year not in _YEARS:
        raise ClockError(ClockFault.DATE_OUT_OF_RANGE, day=start)
    return start


def instant_of(start: date | datetime) -> datetime:
    """Return `start` in Beijing time; raise `ClockError` unless it is an instant with a zone, in reach."""
    if not isinstance(start, datetime):
        raise ClockError(ClockFault.HOURS_NEED_INSTANT, start=start)
    if start.tzinfo is None:
        raise ClockError(ClockFault.INSTANT_WITHOUT_ZONE, start=start)
    if start.year not in _YEARS:
        raise ClockError(ClockFault.DATE_OUT_OF_RANGE, day=start)
    return start.astimezone(BEIJING)


def stops_of(pauses: Sequence[Pause], today: date | None) -> tuple[Stop, ...]:
    """Return `pauses` in order with open ones ended `today`; one that begins after `today` has not begun.

    Raises `ClockError` for a pause that runs backwards, overlaps another, or is open with no `today` given.
    """
    if not pauses:
        return ()
    stops = [stop for pause in pauses if (stop := _closed(pause, today))]
    if len(stops) > 1:
        stops.sort(key=lambda stop: stop.first)
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
        first, last = end.base + ONE_DAY, end.due
        resting = _resting(self.calendar, first, last)
        for stop in self.stops:
            if stop.first <= last and stop.last >= first:
                resting -= _resting(self.calendar, max(stop.first, first), min(stop.last, last))
        return resting

    def stands_still(self, day: date) -> bool:
        """Whether the clock is stopped on `day`."""
        return self._stop_on(day) is not None

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
        in_working_days = duration.unit is Unit.WORKING_DAY
        calendar = self.calendar if in_working_days else None
        left = duration.amount if in_working_days else natural_length(start, duration)
        if left == 0:
            return start
        for stop in self.stops:
            if stop.last <= start:
                continue
            free = _counted(calendar, start + ONE_DAY, stop.first - ONE_DAY)
            if free >= left:
                break
            left -= free
            start = stop.last
        return calendar.add_working_days(start, left) if calendar else start + timedelta(days=left)

    def _settled(self, day: date) -> date:
        while True:
            if self.calendar and not self.calendar.is_working_day(day):
                day = self.calendar.add_working_days(day, 1)
            stop = self._stop_on(day)
            if stop is None:
                return day
            day = stop.last + ONE_DAY

    def _stop_on(self, day: date) -> Stop | None:
        for stop in self.stops:  # a plain loop: `next` of a generator costs four times as much
            if stop.first <= day <= stop.last:
                return stop
        return None


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


def _closed(pause: Pause, today: date | None) -> Stop | None:
    """Return the stop that `pause` makes until `today`; None when it is open and has not begun."""
    first, last = pause.first, pause.last or today
    if last is None:
        raise ClockError(ClockFault.OPEN_PAUSE_NEEDS_TODAY, first=first)
    if pause.last and pause.last < first:
        raise ClockError(ClockFault.PAUSE_BACKWARDS, first=first, last=pause.last)
    return Stop(first, last, pause, pause.last is None) if day_of(first) <= day_of(last) else None


def _counted(calendar: WorkCalendar | None, first: date, last: date) -> int:
    if last < first:
        return 0
    return calendar.working_days(first, last) if calendar else (last - first).days + 1


def _resting(calendar: WorkCalendar, first: date, last: date) -> int:
    return (last - first).days + 1 - calendar.working_days(first, last)
