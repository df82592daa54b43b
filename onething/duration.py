"""The words of legal time: in go texts such as `15wd`, out come limits, pauses and extensions as values."""

import re
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Annotated

from pydantic import Field

from onething.errors import OneThingError
from onething.text import Text, Travelling

_LIMIT = re.compile(r"(\d{1,4})(h|d|wd|w|m)", re.ASCII)
_PAUSE = re.compile(
    r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})?(?::([^:]+))?(?::(continue|reset))?", re.ASCII
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:\d{2})?", re.ASCII
)


class ClockFault(StrEnum):
    """What can be wrong with a question put to the clock."""

    LIMIT_UNREADABLE = "limit_unreadable"
    LIMIT_WITHOUT_UNIT = "limit_without_unit"
    PAUSE_UNREADABLE = "pause_unreadable"
    PAUSE_REASON_UNKNOWN = "pause_reason_unknown"
    PAUSE_BACKWARDS = "pause_backwards"
    PAUSES_OVERLAP = "pauses_overlap"
    OPEN_PAUSE_NEEDS_TODAY = "open_pause_needs_today"
    WORKING_DAYS_NEED_CALENDAR = "working_days_need_calendar"
    HOURS_NEED_INSTANT = "hours_need_instant"
    INSTANT_WITHOUT_ZONE = "instant_without_zone"
    DATE_OUT_OF_RANGE = "date_out_of_range"
    DATE_UNREADABLE = "date_unreadable"
    CALENDAR_UNKNOWN = "calendar_unknown"
    EXTENSION_TOO_LATE = "extension_too_late"
    EXTENSION_MIXES_UNITS = "extension_mixes_units"
    EXTENSION_INCOMPLETE = "extension_incomplete"
    WHAT_IF_UNREADABLE = "what_if_unreadable"
    WHAT_IF_WHILE_PAUSED = "what_if_while_paused"
    EXTENDED_BEFORE = "extended_before"
    EXTENSION_TOO_LONG = "extension_too_long"
    NOT_PAUSED = "not_paused"


class ClockError(OneThingError, ValueError):
    """A limit, pause or extension that makes no sense: `fault` says which, `params` carries the values."""

    code = "clock_invalid"
    http_status = 422

    def __init__(self, fault: ClockFault, **params: object) -> None:
        """Keep the fault and its values; none of them is personal."""
        self.fault = fault
        super().__init__(fault=fault, **params)

    def __str__(self) -> str:
        """Show the whole finding: dates and limits name nobody."""
        shown = ", ".join(f"{name}={value}" for name, value in self.params.items())
        return f"{self.code}({shown})"


def day_from(text: str) -> date:
    """Read a day such as `2026-03-02`; raise `ClockError` for anything else and days that do not exist."""
    if _DAY.fullmatch(text.strip()):
        try:
            return date.fromisoformat(text.strip())
        except ValueError as error:
            raise ClockError(ClockFault.DATE_UNREADABLE, text=text) from error
    raise ClockError(ClockFault.DATE_UNREADABLE, text=text)


def moment_from(text: str) -> date | datetime:
    """Read a day, or an instant such as `2026-03-02T09:00+08:00`; raise `ClockError` for anything else.

    An instant without a zone is read as it stands: what counts from it refuses it.
    """
    if not _INSTANT.fullmatch(text.strip()):
        return day_from(text)
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise ClockError(ClockFault.DATE_UNREADABLE, text=text) from error


class Unit(StrEnum):
    """Real hours, natural days, weeks, months, working days."""

    HOUR = "h"
    DAY = "d"
    WEEK = "w"
    MONTH = "m"
    WORKING_DAY = "wd"


_UNIT_TEXTS = {
    Unit.HOUR: ("小时", "hour"),
    Unit.DAY: ("个自然日", "natural day"),
    Unit.WEEK: ("周", "week"),
    Unit.MONTH: ("个月", "month"),
    Unit.WORKING_DAY: ("个工作日", "working day"),
}


@cache
def _in_words(amount: int, unit: Unit) -> Text:
    zh, en = _UNIT_TEXTS[unit]
    return Text(zh=f"{amount}{zh}", en=f"{amount} {en}" + ("" if amount == 1 else "s"))


class Duration(Travelling):
    """An amount of legal time with its unit; 0 means at once (the same day)."""

    amount: Annotated[int, Field(ge=0, le=9999)]
    unit: Unit

    @classmethod
    def parse(cls, text: str) -> "Duration":
        """Read `15wd`, `48h`, `7d`, `2w`, `3m`; raise `ClockError` when unit or amount is missing."""
        found = _LIMIT.fullmatch(text.strip())
        if found:
            return cls(amount=int(found[1]), unit=Unit(found[2]))
        fault = ClockFault.LIMIT_WITHOUT_UNIT if text.strip().isdecimal() else ClockFault.LIMIT_UNREADABLE
        raise ClockError(fault, limit=text)

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"

    @property
    def text(self) -> Text:
        """The limit in words: 15个工作日, 15 working days; none at all is 即时办结, at once."""
        if self.amount == 0:
            return Text(zh="即时办结", en="at once")
        return _in_words(self.amount, self.unit)


class Resume(StrEnum):
    """How the clock goes on after a pause: with what was left, or with the full limit anew."""

    CONTINUE = "continue"
    RESET = "reset"


class Pause(Travelling):
    """An inclusive range of days on which the clock stands still; `last=None` while it still stands.

    `counts=True` marks a reason that the item's legal profile counts into the limit: told, not subtracted.
    """

    first: date
    last: date | None
    reason: str
    counts: bool = False
    resume: Resume = Resume.CONTINUE

    @classmethod
    def parse(cls, text: str) -> "Pause":
        """Read `2026-02-24..2026-02-27:correction:reset`; end, reason and mode may be left out."""
        found = _PAUSE.fullmatch(text.strip())
        if not found:
            raise ClockError(ClockFault.PAUSE_UNREADABLE, pause=text)
        first, last, reason, mode = found.groups()
        if reason in set(Resume) and mode is None:
            reason, mode = None, reason
        try:
            ends = date.fromisoformat(first), date.fromisoformat(last) if last else None
        except ValueError as error:
            raise ClockError(ClockFault.PAUSE_UNREADABLE, pause=text) from error
        resume = Resume(mode or Resume.CONTINUE)
        return cls(first=ends[0], last=ends[1], reason=reason or "pause", resume=resume)


class Extension(Travelling):
    """More time, granted once by the head of the agency (Administrative Licensing Act art. 42), and when."""

    duration: Duration
    decided: date
    reason: Text | None = None
    """Why, as the agency gave it; none in cases of an older format."""
