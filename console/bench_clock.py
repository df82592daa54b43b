"""The statutory clock's speed: in goes a calendar, out come due dates per second of one core."""

from datetime import UTC, date, datetime, time, timedelta
from statistics import median
from time import process_time
from typing import Final, NamedTuple

from onething.calendar import WorkCalendar
from onething.clock import BEIJING, Duration, Pause, due_date

YEARS: Final = (2025, 2028)
"""What a case filed in 2026 carries: the year before to two years on, the last two of them provisional."""
_FIRST: Final = date(2026, 1, 1)
_STARTS: Final = 365
_ROUNDS: Final = 7
_LIMITS: Final = ("1wd", "2wd", "3wd", "5wd", "10wd", "15wd", "20wd", "30wd", "30d", "60d", "2m", "24h")
"""The limits of a life event's items: mostly working days."""
_PAUSED: Final = 4
"""One count in so many has been stopped for a correction, which takes two to nine days."""


class _Asked(NamedTuple):
    start: date | datetime
    limit: Duration
    pauses: tuple[Pause, ...]


def measure(calendar: WorkCalendar) -> dict[str, float]:
    """Return how many due dates, each with its sentence in both languages, one core counts in a second.

    Every start day of a year meets every limit, each once in a round, so nothing asked is asked twice in it.
    """
    carried = calendar.slice(*YEARS)
    asked = _mix()
    rates = []
    for _ in range(_ROUNDS):
        begun = process_time()
        for one in asked:
            due_date(one.start, one.limit, carried, pauses=one.pauses)
        rates.append(len(asked) / (process_time() - begun))
    return {"due_dates_per_second": round(median(rates))}


def _mix() -> list[_Asked]:
    limits = [Duration.parse(text) for text in _LIMITS]
    starts = [_FIRST + timedelta(days=n) for n in range(_STARTS)]
    return [
        _one(start, limit, day + place)
        for day, start in enumerate(starts)
        for place, limit in enumerate(limits)
    ]


def _one(start: date, limit: Duration, number: int) -> _Asked:
    begin = datetime.combine(start, time(1, 30), UTC).astimezone(BEIJING) if limit.unit == "h" else start
    if number % _PAUSED:
        return _Asked(begin, limit, ())
    first = start + timedelta(days=1 + number % 3)
    stop = Pause(first=first, last=first + timedelta(days=1 + number % 8), reason="correction")
    return _Asked(begin, limit, (stop,))
