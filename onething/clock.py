"""The statutory clock: in go a start, a limit, pauses and a calendar, out come due dates, lights and gates.

Pure: nothing here asks for the time. A day ends at 24:00 Beijing time (UTC+8, no daylight saving), unless a
profile says close of business. Counting follows the Civil Code art. 201 to 203 (start day excluded, a last
day that is not worked moves to the next working day) and the Administrative Licensing Act art. 42, 45, 82.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from pydantic import Field

from onething.calendar import WorkCalendar
from onething.counting import (
    BEIJING,
    ONE_DAY,
    DayCount,
    End,
    Stop,
    day_of,
    instant_of,
    midnight,
    natural_length,
    run_hours,
    stops_of,
)
from onething.duration import ClockError, ClockFault, Duration, Extension, Pause, Resume, Unit
from onething.explanation import Account, explain
from onething.month_gate import MonthGate, explain_gate, month_gate
from onething.text import Text, Travelling

__all__ = [
    "BEIJING",
    "ClockError",
    "ClockFault",
    "DeadlineStatus",
    "DueDate",
    "Duration",
    "Extension",
    "LightRule",
    "Lights",
    "MonthGate",
    "Pause",
    "Resume",
    "Unit",
    "due_date",
    "explain_gate",
    "last_day",
    "lights",
    "local_day",
    "month_gate",
    "status",
]

NO_CALENDAR = "none"


class DueDate(Travelling):
    """When a limit ends: the instant, the last day, and the sentence that says why.

    `provisional`: a year counted in has no announced calendar; `calendar_version` names the files used.
    """

    due_at: datetime
    due: date
    provisional: bool
    calendar_version: str
    explanation: Text


class LightRule(Travelling):
    """When yellow begins: `days` working days or `share` (a fraction) of the limit before, the shorter."""

    days: int = Field(default=2, ge=0)
    share: tuple[int, int] = (1, 3)


class Lights(NamedTuple):
    """The instants from which the light is yellow and red."""

    yellow_from: datetime
    red_from: datetime


class DeadlineStatus(StrEnum):
    """How a clock stands today."""

    RUNNING = "running"
    YELLOW = "yellow"
    OVERDUE = "overdue"
    PAUSED = "paused"


def due_date(  # noqa: PLR0913 -- the facts of one legal count; all but three have a default
    start: date | datetime,
    duration: Duration,
    calendar: WorkCalendar | None,
    *,
    pauses: Sequence[Pause] = (),
    extension: Extension | None = None,
    today: date | None = None,
    closes: time | None = None,
) -> DueDate:
    """Count `duration` from `start` (a day, or an aware instant) and return when it ends.

    `h` runs in real time from an instant; a pause takes its hours out. `d`, `w`, `m`, `wd` leave the start
    day out and end at 24:00 of the last day, or at `closes`; a pause takes its days out; a last day that is
    not worked, or on which the clock stands still, moves to the next working day. `calendar=None` counts
    natural days, moves nothing off rest days and refuses `wd`. An open pause runs to `today`. An
    `extension` adds to the due date it met and must be decided on or before it. Raises `ClockError`.
    """
    stops = stops_of(pauses, today)
    _check_units(duration, extension, calendar)
    if duration.unit is Unit.HOUR:
        return _in_real_time(instant_of(start), duration, stops, extension)
    count = _count(start, duration, calendar, stops)
    first = count.run()
    end = count.extend(first, extension) if extension else first
    due_at = datetime.combine(end.due, closes, BEIJING) if closes else midnight(end.due + ONE_DAY)
    return _told(count, end, due_at, stops, (extension, first.due) if extension else None)


def last_day(
    start: date | datetime,
    duration: Duration,
    calendar: WorkCalendar | None,
    *,
    pauses: Sequence[Pause] = (),
    today: date | None = None,
) -> date:
    """Return the `due` day of `due_date` without its words, several times as fast."""
    _check_units(duration, None, calendar)
    if duration.unit is Unit.HOUR:
        return due_date(start, duration, calendar, pauses=pauses, today=today).due
    return _count(start, duration, calendar, stops_of(pauses, today)).run().due


def lights(
    due: DueDate,
    start: date | datetime,
    duration: Duration,
    calendar: WorkCalendar | None,
    rule: LightRule | None = None,
) -> Lights:
    """Return from when `due` shows yellow (by default min(2 working days, a third) before) and red."""
    rule = rule or LightRule()
    over, under = rule.share
    if duration.unit is Unit.HOUR:
        lead = min(timedelta(days=rule.days), timedelta(hours=duration.amount) * over / under)
        return Lights(due.due_at - lead, due.due_at)
    in_working_days = duration.unit is Unit.WORKING_DAY
    length = duration.amount if in_working_days else natural_length(day_of(start), duration)
    by_days = _back(due.due, rule.days, calendar)
    by_share = _back(due.due, length * over // under, calendar if in_working_days else None)
    return Lights(midnight(max(by_days, by_share)), due.due_at)


def status(due: DueDate, now: date | datetime, shown: Lights, pauses: Sequence[Pause] = ()) -> DeadlineStatus:
    """Return how the clock stands at `now`; a bare day means its first moment: a due day is not overdue."""
    instant = now.astimezone(BEIJING) if isinstance(now, datetime) else midnight(now)
    today = instant.date()
    if any(not p.counts and p.first <= today and (p.last is None or today <= p.last) for p in pauses):
        return DeadlineStatus.PAUSED
    if instant >= due.due_at:
        return DeadlineStatus.OVERDUE
    return DeadlineStatus.YELLOW if instant >= shown.yellow_from else DeadlineStatus.RUNNING


def local_day(instant: datetime) -> date:
    """The day an instant falls on at +08:00, the only legal time of the country."""
    return instant.astimezone(BEIJING).date()


def _check_units(duration: Duration, extension: Extension | None, calendar: WorkCalendar | None) -> None:
    if extension and (duration.unit is Unit.HOUR) != (extension.duration.unit is Unit.HOUR):
        units = sorted({duration.unit, extension.duration.unit})
        raise ClockError(ClockFault.EXTENSION_MIXES_UNITS, units=units)
    if calendar is not None:
        return
    for limit in (duration, extension.duration) if extension else (duration,):
        if limit.unit is Unit.WORKING_DAY:
            raise ClockError(ClockFault.WORKING_DAYS_NEED_CALENDAR, limit=str(limit))


def _count(
    start: date | datetime, duration: Duration, calendar: WorkCalendar | None, stops: tuple[Stop, ...]
) -> DayCount:
    running = tuple([stop for stop in stops if not stop.pause.counts]) if stops else ()
    return DayCount(calendar, running, day_of(start), duration)


def _told(
    count: DayCount,
    end: End,
    due_at: datetime,
    stops: tuple[Stop, ...],
    extended: tuple[Extension, date] | None,
) -> DueDate:
    calendar, begin, due = count.calendar, count.start, end.due
    in_working_days = count.duration.unit is Unit.WORKING_DAY
    met = [stop for stop in stops if stop.first <= due and stop.last > begin] if stops else []
    unannounced = calendar.unannounced(begin.year, due.year) if calendar else ()
    weekends = calendar if in_working_days else None
    make_up = weekends.make_up_days(end.base + ONE_DAY, due) if weekends else ()
    account = Account(
        start=begin,
        duration=count.duration,
        due=due,
        due_at=due_at,
        without_calendar=calendar is None,
        rest_days=count.rest_days(end) if in_working_days else 0,
        holidays=weekends.holidays(end.base + ONE_DAY, due) if weekends else (),
        make_up=tuple([day for day in make_up if not count.stands_still(day)]) if count.stops else make_up,
        pauses=tuple([stop.pause for stop in met]) if met else (),
        until=_until(met),
        extension=extended[0] if extended else None,
        first_due=extended[1] if extended else None,
        moved_from=end.raw if end.raw != due else None,
        moved_over=calendar.holidays(end.raw, end.raw) if calendar and end.raw != due else (),
        unannounced=unannounced,
    )
    version = calendar.version(begin.year, due.year) if calendar else NO_CALENDAR
    return DueDate(
        due_at=due_at,
        due=due,
        provisional=bool(unannounced),
        calendar_version=version,
        explanation=explain(account),
    )


def _in_real_time(
    start: datetime, duration: Duration, stops: tuple[Stop, ...], extension: Extension | None
) -> DueDate:
    running = tuple(stop for stop in stops if not stop.pause.counts)
    due_at = first = run_hours(start, duration.amount, running)
    if extension:
        if midnight(extension.decided) >= first:
            raise ClockError(ClockFault.EXTENSION_TOO_LATE, decided=extension.decided, due=first)
        due_at = run_hours(first, extension.duration.amount, running)
    due = _last_day(due_at, start)
    met = [s for s in stops if midnight(s.first) < due_at and midnight(s.last + ONE_DAY) > start]
    account = Account(
        start=start,
        duration=duration,
        due=due,
        due_at=due_at,
        pauses=tuple(stop.pause for stop in met),
        until=_until(met),
        extension=extension,
        first_due=_last_day(first, start) if extension else None,
    )
    return DueDate(
        due_at=due_at, due=due, provisional=False, calendar_version=NO_CALENDAR, explanation=explain(account)
    )


def _until(met: list[Stop]) -> date | None:
    """Return the day to which a pause that is still open was counted."""
    for stop in met:
        if stop.open_:
            return stop.last
    return None


def _last_day(due_at: datetime, start: datetime) -> date:
    """Return the day whose 24:00 or earlier instant `due_at` is."""
    return max((due_at - timedelta(microseconds=1)).date(), start.date())


def _back(day: date, count: int, calendar: WorkCalendar | None) -> date:
    if not count:
        return day
    return calendar.working_day_before(day, count) if calendar else day - timedelta(days=count)
