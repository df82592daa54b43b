"""Month gates: in goes the day of an event, out comes the day of a later month from which something may be.

A gate is no count of days: it has no start day to leave out and never moves off a rest day. "From the next
month" is the first day of the month after; some places name a day, such as the 10th.
"""

from datetime import date

from pydantic import Field

from onething.counting import day_of, months_later
from onething.explanation import said_day
from onething.text import Text, Travelling


class MonthGate(Travelling):
    """A day of a later month: (1, 1) is "from the next month", (1, 10) "by the 10th of the month after"."""

    months_after: int = Field(default=1, ge=0)
    day: int = Field(default=1, ge=1, le=31)


def month_gate(day: date, gate: MonthGate) -> date:
    """Return the gate's day after `day`, in a shorter month its last; gates do not move off rest days.

    Raises `ClockError` for a day before 1900 or after 2200.
    """
    return months_later(day_of(day), gate.months_after, gate.day)


def explain_gate(day: date, gate: MonthGate) -> Text:
    """Return the sentence for the gate after the event of `day`, ending with the gate's own day."""
    opens = month_gate(day, gate)
    event, said = said_day(day), said_day(opens)
    month_zh, month_en = _month(gate.months_after)
    short = opens.day < gate.day
    return Text(
        zh=(
            f"自{event.zh}的{month_zh}{gate.day}日起"
            + ("（该月没有这一天，以月末为准）" if short else "")
            + f"，即{said.zh}；按月起算，不按天数计算，遇休息日不顺延。"
        ),
        en=(
            f"From day {gate.day} of {month_en} {event.en}"
            + (", in a shorter month its last" if short else "")
            + f": {said.en}; a month gate counts no days and does not move off rest days."
        ),
    )


def _month(months_after: int) -> tuple[str, str]:
    if months_after == 0:
        return "当月", "the month of"
    if months_after == 1:
        return "次月", "the month after"
    return f"后第{months_after}个月", f"month {months_after} after"
