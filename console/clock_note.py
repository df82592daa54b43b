"""What a pause did not do: in go a count and its pauses, out comes a line for each that moved nothing."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Final

from onething.clock import ClockError, ClockFault, DueDate, Pause, local_day
from onething.explanation import KNOWN_REASONS, said_day, said_reason
from onething.legal_profile import LegalProfile
from onething.text import Text

_RULES: Final = LegalProfile()
_COUNTED: Final = Text(
    zh="{range}的{reason}按一般程序计入期限，不暂停计时",
    en="{range}, {reason}: counted into the limit by the general procedure, the clock runs on",
)
_BEFORE: Final = Text(
    zh="{range}的暂停在起算之前就已结束，没有影响", en="{range}: over before the count began, no effect"
)
_AFTER: Final = Text(
    zh="{range}的暂停在届满（{due}）之后才开始，没有影响",
    en="{range}: begins after the limit has ended ({due}), no effect",
)
_TO_COME: Final = Text(
    zh="{range}的暂停到{today}还没有开始，没有影响", en="{range}: has not begun by {today}, no effect"
)
_IDLE: Final = Text(
    zh="{range}的暂停没有推迟届满日：其间没有要计入期限的日子",
    en="{range}: the due day stays, since no day in it would have counted",
)


def ruled(pauses: Sequence[Pause]) -> tuple[Pause, ...]:
    """The pauses, those marked whose reason the general procedure counts in (Licensing Law, article 45).

    Raises ClockError for a reason that nobody knows.
    """
    for pause in pauses:
        check_reason(pause.reason, "--pause")
    return tuple(pause.model_copy(update={"counts": _RULES.counts(pause.reason)}) for pause in pauses)


def check_reason(reason: str, option: str) -> None:
    """Raise ClockError, with every reason there is, for one that nobody knows."""
    if reason not in KNOWN_REASONS:
        known = ", ".join(KNOWN_REASONS)
        raise ClockError(ClockFault.PAUSE_REASON_UNKNOWN, option=option, reason=reason, known=known)


def notes(
    start: date | datetime, pauses: Sequence[Pause], count: Callable[[Sequence[Pause]], DueDate], today: date
) -> Iterator[Text]:
    """Yield a line for each pause without which the limit would end at the same instant."""
    due = count(pauses)
    day = local_day(start) if isinstance(start, datetime) and start.tzinfo else start
    for pause in pauses:
        others = [one for one in pauses if one is not pause]
        if pause.counts or count(others).due_at == due.due_at:
            yield _why(pause, due, day, today)


def _why(pause: Pause, due: DueDate, start: date, today: date) -> Text:
    form = _IDLE
    if pause.counts:
        form = _COUNTED
    elif pause.last is None and pause.first > today:
        form = _TO_COME
    elif pause.last is not None and pause.last <= start:
        form = _BEFORE
    elif pause.first > due.due:
        form = _AFTER
    said, ends, now = _range(pause), said_day(due.due), said_day(today)
    reason = said_reason(pause.reason)
    return Text(
        zh=form.zh.format(range=said.zh, reason=reason.zh, due=ends.zh, today=now.zh),
        en=form.en.format(range=said.en, reason=reason.en, due=ends.en, today=now.en),
    )


def _range(pause: Pause) -> Text:
    first = said_day(pause.first)
    if pause.last is None:
        return Text(zh=f"{first.zh}起", en=f"from {first.en}")
    if pause.last == pause.first:
        return first
    last = said_day(pause.last)
    return Text(zh=f"{first.zh}至{last.zh}", en=f"{first.en} to {last.en}")
