"""An agency's word about its clock: in goes a filing with a wait, its end or more time, out come changes."""

from datetime import date, datetime
from typing import Final

from onething.adapter import Extended, Resumed, Suspended
from onething.case_clock import ANEW, CORRECTION, begin_clocks, check_extension, close_pause
from onething.case_state import ClockState, SlotCase
from onething.case_taken import Filing, Taken
from onething.clock import local_day
from onething.duration import ClockError, ClockFault, Duration, Extension, Pause, Resume
from onething.legal_profile import LegalProfile

FIRST_YEAR: Final = 1949
"""No word about a filing is older than the republic."""


def suspended(filing: Filing, event: Suspended) -> Taken:
    """The clock stands still from a day on, unless the item's profile counts the reason in."""
    slot = filing.slot
    counts = filing.profile.counts(event.reason)
    _check_day(event.since, event.occurred_at)
    for earlier in slot.pauses:
        if earlier.last is None or event.since <= earlier.last:
            raise ClockError(ClockFault.PAUSES_OVERLAP, first=event.since, last=earlier.last or earlier.first)
    pause = Pause(first=event.since, last=None, reason=event.reason, counts=counts)
    changes = filing.counted(event.occurred_at, pauses=(*slot.pauses, pause))
    if not counts:
        changes["clock"] = ClockState.PAUSED
    return Taken(changes, "suspended", {"reason": event.reason, "counts": counts})


def _check_day(day: date, told: datetime) -> None:
    """A wait begins and ends in a year that can be meant: not before the republic, not in a far future."""
    if not FIRST_YEAR <= day.year <= told.year + 1:
        raise ClockError(ClockFault.DATE_OUT_OF_RANGE, day=day)


def resumed(filing: Filing, event: Resumed) -> Taken:
    """The clock goes on; the day on which the wait was over still belongs to it."""
    slot = filing.slot
    _check_day(event.at, event.occurred_at)
    wait = next((one for one in slot.pauses if one.last is None and one.reason != CORRECTION), None)
    if wait is None:
        raise ClockError(ClockFault.NOT_PAUSED, at=event.at)
    if event.at < wait.first:
        raise ClockError(ClockFault.PAUSE_BACKWARDS, first=wait.first, last=event.at)
    pauses = close_pause(slot, event.at, only=wait.reason, resume=Resume(event.mode.value))
    changes = filing.counted(event.occurred_at, pauses=pauses)
    waits = any(pause.last is None and not pause.counts for pause in pauses)
    clock = ClockState.PAUSED if waits else ClockState.RUNNING
    told = {"mode": event.mode.value, "reason": wait.reason, "counts": wait.counts}
    return Taken({**changes, "clock": clock}, "clock_resumed", told)


def extended(filing: Filing, event: Extended) -> Taken:
    """More time, once, decided before the due date and no more than the profile allows."""
    slot, most = filing.slot, filing.profile.extension_at_most
    length, decided = Duration.parse(event.amount), local_day(event.occurred_at)
    extension = Extension(duration=length, decided=decided, reason=event.reason)
    if slot.extension is not None:
        raise ClockError(ClockFault.EXTENDED_BEFORE, decided=extension.decided)
    if most is None or most.unit is not extension.duration.unit or extension.duration.amount > most.amount:
        raise ClockError(ClockFault.EXTENSION_TOO_LONG, amount=event.amount)
    # While it stands still, a clock ends the later the longer it stands: count as of the day it was told.
    today = slot.model_copy(update=ANEW)
    check_extension(begin_clocks(today, filing.definition, filing.case, event.occurred_at), extension)
    changes = filing.counted(event.occurred_at, extension=extension)
    return Taken(changes, "extended", {"amount": event.amount})


def stopped(slot: SlotCase, day: date, profile: LegalProfile) -> tuple[Pause, ...]:
    """The slot's pauses with one for a correction from `day`; one that ended as late goes on instead."""
    *earlier, last = slot.pauses or (None,)
    if last is not None and last.last is not None and last.last >= day:
        return (*(one for one in earlier if one), last.model_copy(update={"last": None}))
    return (
        *slot.pauses,
        Pause(first=day, last=None, reason=CORRECTION, counts=profile.counts(CORRECTION)),
    )
