"""`once clock`: in go a start, a limit and what stopped it, as typed, out come the due date and why."""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from console import clock_word
from console.clock_note import check_reason, notes, ruled
from onething.calendar import STAND_IN, WorkCalendar, load_calendar
from onething.clock import (
    BEIJING,
    NO_CALENDAR,
    ClockError,
    ClockFault,
    DueDate,
    Duration,
    Extension,
    Lights,
    Pause,
    Resume,
    Unit,
    due_date,
    last_day,
    lights,
)
from onething.duration import day_from, moment_from
from onething.errors import OneThingError
from onething.explanation import said_day, said_reason
from onething.sentence import error_sentence
from onething.text import Locale, Text
from runtime.settings import Settings

DONE, FAILED, WRONG = 0, 1, 2
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class Question:
    """One question put to the clock, each part as it was typed."""

    start: str
    limit: str
    calendar: str = "cn"
    pauses: tuple[str, ...] = ()
    extend: str | None = None
    decided: str | None = None
    today: str | None = None
    what_if: str | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """One due date with its lights."""

    due: DueDate
    lights: Lights

    def figures(self) -> dict[str, Any]:
        """Return it as JSON, every instant in RFC 3339 at +08:00."""
        return {
            "due_at": _instant(self.due.due_at),
            "due": self.due.due.isoformat(),
            "provisional": self.due.provisional,
            "yellow": _instant(self.lights.yellow_from),
            "red": _instant(self.lights.red_from),
            "explanation": {"zh": self.due.explanation.zh, "en": self.due.explanation.en},
        }


@dataclass(frozen=True, slots=True)
class Supposed:
    """What a pause that began today would do: the pause, and the due date it leads to."""

    pause: Pause
    answered: date
    counted: Counted
    days_later: int

    def figures(self) -> dict[str, Any]:
        """Return it as JSON: the due date's own figures, from when to when, and how much later."""
        return {
            "reason": self.pause.reason,
            "asked": self.pause.first.isoformat(),
            "answered": self.answered.isoformat(),
            "days_later": self.days_later,
            **self.counted.figures(),
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """The due date, and beside it the one that the supposed pause leads to."""

    counted: Counted
    supposed: Supposed | None = None
    notes: tuple[Text, ...] = ()
    """Which of the pauses moved nothing, and why."""

    def figures(self) -> dict[str, Any]:
        """Return it as the JSON that `--json` prints."""
        figures = self.counted.figures()
        if self.supposed:
            figures["what_if"] = self.supposed.figures()
        if self.notes:
            figures["notes"] = [{"zh": note.zh, "en": note.en} for note in self.notes]
        return figures


@dataclass(frozen=True, slots=True)
class _Count:
    """The question, read."""

    start: date | datetime
    limit: Duration
    calendar: WorkCalendar | None
    pauses: tuple[Pause, ...]
    extension: Extension | None
    today: date

    def due(self, pauses: Sequence[Pause]) -> DueDate:
        return due_date(
            self.start,
            self.limit,
            self.calendar,
            pauses=pauses,
            extension=self.extension,
            today=self.today,
        )

    def notes(self) -> tuple[Text, ...]:
        return tuple(notes(self.start, self.pauses, self._before_any_extension, self.today))

    def _before_any_extension(self, pauses: Sequence[Pause]) -> DueDate:
        """An extension is decided against the due date it met, so it is left out where a pause is."""
        return due_date(self.start, self.limit, self.calendar, pauses=pauses, today=self.today)

    def answer(self, *more: Pause) -> Counted:
        due = self.due((*self.pauses, *more))
        return Counted(due, lights(due, self.start, self.limit, self.calendar))


def run(question: Question, as_json: bool) -> int:
    """Print the answer; 0, or 2 with one sentence in each language when the question makes no sense."""
    try:
        found = answer(question, Settings().catalog_dir / "calendars")
    except ClockError as error:
        return _refused(clock_word.fault_sentence(error), WRONG)
    except OneThingError as error:
        return _refused(error_sentence(error.code, error.params), FAILED)
    if as_json:
        print(json.dumps(found.figures(), ensure_ascii=False, indent=2))
    else:
        print("\n\n".join("\n".join(_lines(found, locale)) for locale in Locale))
    return DONE


def answer(question: Question, calendars: Path) -> Answer:
    """Count what is asked with the calendars of a folder; today is Beijing's unless the question names it.

    Raises `ClockError` for whatever makes no sense, `CatalogError` for a calendar file that is wrong.
    """
    count = _read(question, calendars)
    now = count.answer()
    supposed = _suppose(count, now, question.what_if) if question.what_if is not None else None
    return Answer(now, supposed, count.notes())


def _read(question: Question, calendars: Path) -> _Count:
    today = question.today
    return _Count(
        start=_option("--start", moment_from, question.start),
        limit=_option("--limit", Duration.parse, question.limit),
        calendar=_calendar(question.calendar, calendars),
        pauses=ruled([_option("--pause", Pause.parse, text) for text in question.pauses]),
        extension=_extension(question.extend, question.decided),
        today=datetime.now(BEIJING).date() if today is None else _option("--today", day_from, today),
    )


def _calendar(name: str, folder: Path) -> WorkCalendar | None:
    if name == NO_CALENDAR:
        return None
    known = sorted(path.stem.removesuffix(f"-{STAND_IN}") for path in folder.glob(f"*-{STAND_IN}.yaml"))
    if name not in known:
        raise ClockError(ClockFault.CALENDAR_UNKNOWN, name=name, known=", ".join([*known, NO_CALENDAR]))
    return load_calendar(folder, name)


def _extension(extend: str | None, decided: str | None) -> Extension | None:
    if extend is None and decided is None:
        return None
    if extend is None or decided is None:
        raise ClockError(ClockFault.EXTENSION_INCOMPLETE)
    duration = _option("--extend", Duration.parse, extend)
    return Extension(duration=duration, decided=_option("--decided", day_from, decided))


def _suppose(count: _Count, now: Counted, text: str) -> Supposed:
    reason, _, rest = text.partition(":")
    length, _, mode = rest.partition(":")
    if not reason or not length or mode not in {"", *Resume}:
        raise ClockError(ClockFault.WHAT_IF_UNREADABLE, text=text)
    check_reason(reason, "--what-if")
    within = _option("--what-if", Duration.parse, length)
    if within.unit is Unit.HOUR:
        raise ClockError(ClockFault.WHAT_IF_UNREADABLE, text=text)
    asked = count.today
    if any(pause.first <= asked <= (pause.last or asked) for pause in count.pauses):
        raise ClockError(ClockFault.WHAT_IF_WHILE_PAUSED, day=asked)
    # An answer that takes natural days does not wait for the office to open.
    answered = last_day(asked, within, count.calendar if within.unit is Unit.WORKING_DAY else None)
    (pause,) = ruled([Pause(first=asked, last=answered, reason=reason, resume=Resume(mode or "continue"))])
    then = count.answer(pause)
    return Supposed(pause, answered, then, (then.due.due - now.due.due).days)


def _option(option: str, read: Callable[[str], _Read], text: str) -> _Read:
    """Read what was typed after `option`, which a fault then names."""
    try:
        return read(text)
    except ClockError as error:
        values = {name: value for name, value in error.params.items() if name != "fault"}
        raise ClockError(error.fault, option=option, **values) from error


def _lines(found: Answer, locale: Locale) -> list[str]:
    lines = _told(found.counted, locale)
    lines += [clock_word.NOTE.say(locale) + note.say(locale) for note in found.notes]
    if found.supposed is None:
        return lines
    supposed, pause = found.supposed, found.supposed.pause
    heading = clock_word.SUPPOSED.say(locale).format(
        asked=said_day(pause.first).say(locale),
        answered=said_day(supposed.answered).say(locale),
        reason=said_reason(pause.reason).say(locale),
    )
    change = clock_word.LATER.fill(days=supposed.days_later) if supposed.days_later else clock_word.SAME
    return [*lines, "", heading + change.say(locale), *_told(supposed.counted, locale)]


def _told(counted: Counted, locale: Locale) -> list[str]:
    due, shown = counted.due, counted.lights
    by_day = due.due_at.date() > due.due
    first = (clock_word.DUE if by_day else clock_word.DUE_AT).say(locale)
    first = first.format(day=said_day(due.due).say(locale), time=f"{due.due_at:%H:%M}")
    if due.provisional:
        first += f" [{clock_word.PROVISIONAL.say(locale)}]"
    second = clock_word.LIGHTS.say(locale).format(
        yellow_day=said_day(shown.yellow_from).say(locale),
        yellow_time=f"{shown.yellow_from:%H:%M}",
        red_day=said_day(shown.red_from).say(locale),
        red_time=f"{shown.red_from:%H:%M}",
    )
    return [first, second, due.explanation.say(locale)]


def _instant(instant: datetime) -> str:
    return instant.astimezone(BEIJING).isoformat()


def _refused(text: Text, code: int) -> int:
    print(f"{text.zh}\n{text.en}", file=sys.stderr)
    return code
