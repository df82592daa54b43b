"""A slot's clock for the eye: in go due dates, pauses and extensions, out comes what screens show."""

from datetime import date, datetime, time, timedelta
from typing import Final

from onething.adapter import StepOutcome
from onething.case_clock import deadline, start_of
from onething.case_definition import CaseInput, SlotDefinition
from onething.case_record import Deadline
from onething.case_state import DECIDED, SlotCase
from onething.counting import BEIJING
from onething.duration import ClockError, Pause
from onething.item import StepKind
from onething.text import Model, Text

_PAUSE_REASONS: Final = {
    "correction": Text(zh="等待申请人补正", en="waiting for the applicant's correction"),
    "public_notice": Text(zh="公示", en="public notice"),
    "hearing": Text(zh="听证", en="hearing"),
    "inspection": Text(zh="检验检测", en="inspection"),
    "expert_review": Text(zh="专家评审", en="expert review"),
    "investigation": Text(zh="调查核实", en="investigation"),
}


class DueView(Model):
    """One due date with the sentence that a clerk can read out."""

    due: date
    explanation: Text
    provisional: bool
    overdue: bool
    at: datetime | None = None
    """The instant, where the limit ends within a day: one in hours does."""


class PauseView(Model):
    """A wait around which the clock is counted; `last` is None while it lasts."""

    first: date
    last: date | None
    reason: str
    text: Text
    counts: bool
    """The clock runs on through it."""
    ends: date | None = None
    """Of a public notice that stands, the first day on which its days are over."""
    if_resumed: DueView | None = None
    """The promised due date if the wait ended today."""


class ExtensionView(Model):
    """The one extension: how much more, the day on which it was decided, and why."""

    amount: str
    text: Text
    decided: date
    reason: Text | None = None
    """Why, as its agency gave it."""


def due_view(deadline_: Deadline | None, *, overdue: bool) -> DueView | None:
    """A due date for screens; None where there is none."""
    if deadline_ is None:
        return None
    due = deadline_.due
    return DueView(
        due=due.due,
        explanation=due.explanation,
        provisional=due.provisional,
        overdue=overdue,
        at=within_day(due.due_at),
    )


def within_day(instant: datetime | None) -> datetime | None:
    """The instant, unless it is the end of a day: then the day says it all."""
    if instant is None or instant.astimezone(BEIJING).time() == time.min:
        return None
    return instant


def promised_of(slot: SlotCase, definition: SlotDefinition, case: CaseInput) -> Deadline | None:
    """The promised due date; of an item decided at once, the one that its promise would have had.

    None while its clock has not started, and beyond the calendar that travels with the case.
    """
    if slot.promised is not None or slot.state not in DECIDED:
        return slot.promised
    start = start_of(slot, definition, definition.promised, case)
    if start is None:
        return None
    try:
        return deadline(start, definition.promised, case, definition, slot)
    except ClockError:
        return None


def pause_view(
    pause: Pause, slot: SlotCase, definition: SlotDefinition, case: CaseInput, now: datetime
) -> PauseView:
    """A wait for screens, an open one with what the promise would come to if it ended at `now`."""
    return PauseView(
        first=pause.first,
        last=pause.last,
        reason=pause.reason,
        text=_PAUSE_REASONS.get(pause.reason, Text(zh=pause.reason, en=pause.reason)),
        counts=pause.counts,
        ends=_notice_ends(pause, slot, definition) if pause.last is None else None,
        if_resumed=_if_resumed(slot, definition, case, now)
        if pause.last is None and not pause.counts
        else None,
    )


def _notice_ends(pause: Pause, slot: SlotCase, definition: SlotDefinition) -> date | None:
    """The first day on which a public notice may end; None where it stands for no set number of days."""
    done = {one.step for one in slot.steps if one.outcome is StepOutcome.DONE}
    notices = [one for one in definition.steps if one.kind is StepKind.PUBLIC_NOTICE and one.step not in done]
    if pause.reason != StepKind.PUBLIC_NOTICE or not notices or not notices[0].days:
        return None
    return pause.first + timedelta(days=notices[0].days)


def extension_view(slot: SlotCase) -> ExtensionView | None:
    """The extension for screens; None where there is none."""
    one = slot.extension
    if one is None:
        return None
    return ExtensionView(
        amount=str(one.duration), text=one.duration.text, decided=one.decided, reason=one.reason
    )


def _if_resumed(slot: SlotCase, definition: SlotDefinition, case: CaseInput, now: datetime) -> DueView | None:
    """The promised due date if the open pause ended on the day of `now`."""
    start = start_of(slot, definition, definition.promised, case)
    if start is None or now.astimezone(BEIJING).date() < max(one.first for one in slot.pauses):
        return None
    try:
        due = deadline(start, definition.promised, case, definition, slot, now)
    except ClockError:
        return None  # beyond the calendar that travels with the case
    return due_view(due, overdue=False)
