"""What an agency's answer makes of its slot: in go slot and event, out come changes and a line of story."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeVar

from onething.adapter import (
    Accepted,
    AgencyEvent,
    CorrectionRequested,
    Declined,
    EventKind,
    Extended,
    Granted,
    Pending,
    Received,
    Refused,
    Resumed,
    Suspended,
)
from onething.case_clock import ANEW, CORRECTION, begin_clocks, check_extension, close_pause
from onething.case_definition import CaseInput, SlotDefinition
from onething.case_record import Correction
from onething.case_state import AT_AGENCY, DECIDED, ClockState, SlotCase, SlotState
from onething.clock import MonthGate, local_day, month_gate
from onething.definition import EffectFrom
from onething.duration import ClockError, ClockFault, Duration, Extension, Pause, Resume
from onething.legal_profile import LegalProfile

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Taken:
    """Changes to the slot, and the timeline's word for them; no word when nothing is worth telling."""

    changes: dict[str, Any] = field(default_factory=dict)
    kind: str | None = None
    params: dict[str, Any] = field(default_factory=dict)


def take_in(slot: SlotCase, definition: SlotDefinition, case: CaseInput, event: AgencyEvent) -> Taken:
    """Translate one event; an answer to a decided slot changes nothing and is noted.

    Events may arrive in any order: one older than what is known fills gaps and changes no state, unless
    it decides. Whoever says anything about a filing has it. A pause or extension that the clock cannot
    count is refused: it is told, and changes nothing.
    """
    newest = slot.decided_at if slot.state in DECIDED else slot.heard_at
    if event.kind not in DECISIONS and newest is not None:
        late = event.occurred_at <= newest if slot.state in DECIDED else _is_late(slot, event, newest)
        if late:
            return Taken(_gaps(slot, event))
    if slot.state in DECIDED:
        return Taken(kind="late_answer", params={"answer": event.kind.value})
    try:
        taken = _TAKEN[event.kind](_Filing(slot, definition, case), event)
    except ClockError as error:
        taken = Taken(kind="answer_rejected", params={"answer": event.kind.value, "fault": error.fault.value})
    if slot.received_at is None and "received_at" not in taken.changes:
        had = {"state": SlotState.RECEIVED, "received_at": event.occurred_at, **_CLEAR}
        return Taken({**had, **taken.changes}, taken.kind, taken.params)
    return taken


def _is_late(slot: SlotCase, event: AgencyEvent, newest: datetime) -> bool:
    """Whether a newer word overtakes it; agencies' clocks differ, so what asks something of us is heard."""
    if event.kind is EventKind.SUSPENDED:
        return False
    if event.kind is EventKind.CORRECTION_REQUESTED:
        return slot.accepted_at is not None and event.occurred_at < slot.accepted_at
    return event.occurred_at < newest


def is_possible(event: AgencyEvent, now: datetime) -> bool:
    """Whether the event's times can be: with a zone, not before the republic, not in a future to come."""
    past = [event.occurred_at, event.at] if isinstance(event, Accepted) else [event.occurred_at]
    told = [*past, event.ready_at] if isinstance(event, Pending) else past
    zoned = all(time.tzinfo is not None for time in told)
    return zoned and all(time.year >= _FIRST_YEAR and time <= now + _SKEW for time in past)


def settles(slot: SlotCase, event: AgencyEvent) -> bool:
    """Whether the event, entered by a person, says how the slot goes on."""
    return event.event_id not in slot.seen and event.kind in DECISIONS | _PROGRESS


def _gaps(slot: SlotCase, event: AgencyEvent) -> dict[str, Any]:
    if isinstance(event, Received) and slot.ref is None:
        return {"ref": event.ref, **_earlier(slot, event.occurred_at)}
    if isinstance(event, Accepted) and slot.accepted_at is None:
        return {"accepted_at": event.at}
    return {}


def _earlier(slot: SlotCase, at: datetime) -> dict[str, Any]:
    """The day of receipt as the agency itself tells it, with the due dates counted anew from it."""
    if slot.received_at is not None and slot.received_at <= at:
        return {}
    anew = {} if slot.state in DECIDED else {"statutory": None, "promised": None}
    return {"received_at": at, **anew}


@dataclass(frozen=True, slots=True)
class _Filing:
    """What an answer is about."""

    slot: SlotCase
    definition: SlotDefinition
    case: CaseInput

    @property
    def profile(self) -> LegalProfile:
        return self.case.definition.profile(self.definition)

    def counted(self, at: datetime, **changes: Any) -> dict[str, Any]:
        """The changes, if the clock can count with them; raises ClockError."""
        changed = self.slot.model_copy(update={**ANEW, **changes})
        begin_clocks(changed, self.definition, self.case, at)
        return {**ANEW, **changes}


def _received(filing: _Filing, event: Received) -> Taken:
    slot = filing.slot
    if slot.state in AT_AGENCY or slot.state is SlotState.CORRECTION_REQUESTED:
        return Taken({"ref": slot.ref or event.ref})
    changes = {
        # What was sent back after acceptance and comes again is looked into at once.
        "state": SlotState.RECEIVED if slot.accepted_at is None else SlotState.UNDER_REVIEW,
        "received_at": slot.received_at or event.occurred_at,
        "ref": event.ref,
        **_CLEAR,
    }
    return Taken(changes, "received")


def _accepted(filing: _Filing, event: Accepted) -> Taken:
    slot = filing.slot
    told = _told_in_time(slot, event.at)
    changes = {
        **(_UNDEEMED if told else {}),
        **(_answered(slot, event.occurred_at) if slot.state is SlotState.CORRECTION_REQUESTED else {}),
        "state": SlotState.ACCEPTED,
        # What silence or an earlier word has accepted stays accepted since then.
        "accepted_at": event.at if told else slot.accepted_at or event.at,
        "received_at": slot.received_at or event.at,
        "poll_at": None,
        **_CLEAR,
    }
    return Taken(changes, "accepted")


def _answered(slot: SlotCase, at: datetime) -> dict[str, Any]:
    """An agency that accepts is content: its request is over, and so is the wait for it."""
    pauses = close_pause(slot, local_day(at), only=CORRECTION)
    waits = any(pause.last is None and not pause.counts for pause in pauses)
    correction = slot.correction.model_copy(update={"answered_at": at}) if slot.correction else None
    clock = ClockState.PAUSED if waits else ClockState.RUNNING if slot.accepted_at else slot.clock
    return {**ANEW, "pauses": pauses, "clock": clock, "correction": correction}


def _declined(filing: _Filing, event: Declined) -> Taken:
    changes = _decided(filing.slot, SlotState.DECLINED, event.occurred_at)
    return Taken({**changes, "reasons": event.reasons, "where_to": event.where_to}, "declined")


def _correction(filing: _Filing, event: CorrectionRequested) -> Taken:
    """Asked before acceptance it starts no clock; afterwards it stops the one that runs."""
    told = _told_in_time(filing.slot, event.occurred_at)
    slot = filing.slot.model_copy(update=_UNDEEMED) if told else filing.slot
    accepted = slot.accepted_at is not None
    stops = accepted and slot.paused is None
    pause = _stopped(slot, local_day(event.occurred_at), filing.profile)
    anew = filing.counted(event.occurred_at, pauses=pause) if stops else {}
    if not accepted:
        anew = {**(_UNDEEMED if told else {}), **ANEW, "clock": ClockState.STOPPED}
    elif stops and not pause[-1].counts:
        anew["clock"] = ClockState.PAUSED
    asked = _asked(slot, event)
    changes = {
        **anew,
        "state": SlotState.CORRECTION_REQUESTED,
        "correction": asked,
        "corrections": slot.corrections + 1,
        "received_at": slot.received_at or event.occurred_at,
        "correction_fields": asked.fields,
        "correction_materials": asked.materials,
        "reasons": asked.reasons,
        "poll_at": None,
        **_CLEAR,
    }
    return Taken(changes, "correction_requested")


def _stopped(slot: SlotCase, day: date, profile: LegalProfile) -> tuple[Pause, ...]:
    """The slot's pauses with one for a correction from `day`; one that ended as late goes on instead."""
    *earlier, last = slot.pauses or (None,)
    if last is not None and last.last is not None and last.last >= day:
        return (*(one for one in earlier if one), last.model_copy(update={"last": None}))
    return (
        *slot.pauses,
        Pause(first=day, last=None, reason=CORRECTION, counts=profile.counts(CORRECTION)),
    )


def _told_in_time(slot: SlotCase, at: datetime) -> bool:
    """Whether the agency had spoken before its silence was taken for acceptance, and is heard only now."""
    return slot.deemed and slot.accept_by is not None and at < slot.accept_by


def _asked(slot: SlotCase, event: CorrectionRequested) -> Correction:
    """What is asked; who asked before, or had accepted, had to name it then unless it was named.

    Asked again before there was an answer, it is asked in addition: what was asked first stays, as its limit.
    """
    before = slot.correction
    still = before if slot.state is SlotState.CORRECTION_REQUESTED else None
    named = before is not None and not _new(before.fields, event.fields)
    named = named and before is not None and not _new(before.materials, event.materials)
    earlier = before is not None or slot.accepted_at is not None
    return Correction(
        number=slot.corrections + 1,
        round=slot.round,
        asked_at=event.occurred_at,
        fields=_both(still.fields if still else (), event.fields),
        materials=_both(still.materials if still else (), event.materials),
        reasons=_both(still.reasons if still else (), event.reasons),
        due=still.due if still else None,
        accepted=slot.accepted_at is not None,
        breach=earlier and not named,
    )


def _both(asked: tuple[_T, ...], more: tuple[_T, ...]) -> tuple[_T, ...]:
    return (*asked, *(one for one in more if one not in asked))


def _new(named: tuple[str, ...], asked: tuple[str, ...]) -> set[str]:
    return set(asked) - set(named)


def _suspended(filing: _Filing, event: Suspended) -> Taken:
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
    return Taken(changes, "suspended", {"reason": event.reason})


def _check_day(day: date, told: datetime) -> None:
    """A wait begins and ends in a year that can be meant: not before the republic, not in a far future."""
    if not _FIRST_YEAR <= day.year <= told.year + 1:
        raise ClockError(ClockFault.DATE_OUT_OF_RANGE, day=day)


def _resumed(filing: _Filing, event: Resumed) -> Taken:
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
    return Taken({**changes, "clock": clock}, "clock_resumed", {"mode": event.mode.value})


def _extended(filing: _Filing, event: Extended) -> Taken:
    """More time, once, decided before the due date and no more than the profile allows."""
    slot, most = filing.slot, filing.profile.extension_at_most
    extension = Extension(duration=Duration.parse(event.amount), decided=local_day(event.occurred_at))
    if slot.extension is not None:
        raise ClockError(ClockFault.EXTENDED_BEFORE, decided=extension.decided)
    if most is None or most.unit is not extension.duration.unit or extension.duration.amount > most.amount:
        raise ClockError(ClockFault.EXTENSION_TOO_LONG, amount=event.amount)
    # While it stands still, a clock ends the later the longer it stands: count as of the day it was told.
    today = slot.model_copy(update=ANEW)
    check_extension(begin_clocks(today, filing.definition, filing.case, event.occurred_at), extension)
    changes = filing.counted(event.occurred_at, extension=extension)
    return Taken(changes, "extended", {"amount": event.amount})


def _granted(filing: _Filing, event: Granted) -> Taken:
    slot, definition = filing.slot, filing.definition
    state = SlotState.PARTLY_GRANTED if event.partial else SlotState.GRANTED
    changes = {
        **_decided(slot, state, event.occurred_at),
        "effects": event.effects,
        "effective_from": _effective_from(definition, event.occurred_at),
        "already": event.already,
        "note": event.note,
    }
    return Taken(changes, state.value, {"already": event.already})


def _refused(filing: _Filing, event: Refused) -> Taken:
    changes = _decided(filing.slot, SlotState.REFUSED, event.occurred_at)
    return Taken({**changes, "reasons": event.reasons, "remedies": event.remedies}, "refused")


def _pending(filing: _Filing, event: Pending) -> Taken:
    changes: dict[str, Any] = {"poll_at": event.ready_at}
    if filing.slot.state is SlotState.ACCEPTED:
        changes["state"] = SlotState.UNDER_REVIEW
    return Taken(changes)


def _decided(slot: SlotCase, state: SlotState, at: datetime) -> dict[str, Any]:
    return {
        "state": state,
        "decided_at": at,
        "received_at": slot.received_at or at,
        "clock": ClockState.STOPPED,
        "pauses": close_pause(slot, local_day(at)),
        "leaving": None,
        "poll_at": None,
        **_CLEAR,
    }


def _effective_from(definition: SlotDefinition, decided_at: datetime) -> date:
    """The day an outcome counts from: the day of the decision, or the first of the month after."""
    day = local_day(decided_at)
    if any(effect.since is EffectFrom.NEXT_MONTH for effect in definition.effects):
        return month_gate(day, MonthGate())
    if any(effect.since is EffectFrom.APPLICATION_MONTH for effect in definition.effects):
        return day.replace(day=1)
    return day


_UNDEEMED: Final[dict[str, Any]] = {**ANEW, "deemed": False, "accepted_at": None}
_CLEAR: Final[dict[str, Any]] = {
    "uncertain_since": None,
    "unavailable_since": None,
    "attempts": 0,
    "operator": None,
}
"""What troubled a filing is over once its agency has spoken."""
DECISIONS: Final = frozenset({EventKind.GRANTED, EventKind.REFUSED, EventKind.DECLINED})
_PROGRESS: Final = frozenset({EventKind.RECEIVED, EventKind.ACCEPTED, EventKind.CORRECTION_REQUESTED})
_FIRST_YEAR: Final = 1949
_SKEW: Final = timedelta(days=1)
"""How far an agency's clock may be ahead of ours."""
_TAKEN: Final[dict[EventKind, Callable[[_Filing, Any], Taken]]] = {
    EventKind.RECEIVED: _received,
    EventKind.ACCEPTED: _accepted,
    EventKind.DECLINED: _declined,
    EventKind.CORRECTION_REQUESTED: _correction,
    EventKind.SUSPENDED: _suspended,
    EventKind.RESUMED: _resumed,
    EventKind.EXTENDED: _extended,
    EventKind.GRANTED: _granted,
    EventKind.REFUSED: _refused,
    EventKind.PENDING: _pending,
}
