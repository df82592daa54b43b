"""What an agency's answer makes of its slot: in go slot and event, out come changes and a line of story."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeVar

from onething.adapter import (
    Accepted,
    AgencyEvent,
    CorrectionRequested,
    Declined,
    EventKind,
    Granted,
    Pending,
    Received,
    Refused,
    StepDone,
    StepOutcome,
)
from onething.case_clock import ANEW, CORRECTION, close_pause, receipt_day
from onething.case_definition import CaseInput, SlotDefinition, SlotStep
from onething.case_record import Correction, StepRecord
from onething.case_state import AT_AGENCY, DECIDED, ClockState, SlotCase, SlotState
from onething.case_taken import Filing, Taken
from onething.case_wait import FIRST_YEAR, extended, resumed, stopped, suspended
from onething.clock import MonthGate, local_day, month_gate
from onething.duration import ClockError
from onething.item import EffectFrom
from onething.person_name import told_apart

_T = TypeVar("_T")


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
        taken = _TAKEN[event.kind](Filing(slot, definition, case), event)
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
    return zoned and all(time.year >= FIRST_YEAR and time <= now + _SKEW for time in past)


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


def _received(filing: Filing, event: Received) -> Taken:
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


def _accepted(filing: Filing, event: Accepted) -> Taken:
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


def _declined(filing: Filing, event: Declined) -> Taken:
    changes = _decided(filing.slot, SlotState.DECLINED, event.occurred_at)
    return Taken({**changes, "reasons": event.reasons, "where_to": event.where_to}, "declined")


def _correction(filing: Filing, event: CorrectionRequested) -> Taken:
    """Asked before acceptance it starts no clock; afterwards it stops the one that runs."""
    told = _told_in_time(filing.slot, event.occurred_at)
    slot = filing.slot.model_copy(update=_UNDEEMED) if told else filing.slot
    accepted = slot.accepted_at is not None
    stops = accepted and slot.paused is None
    pause = stopped(slot, local_day(event.occurred_at), filing.profile)
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


def _granted(filing: Filing, event: Granted) -> Taken:
    slot = filing.slot
    state = SlotState.PARTLY_GRANTED if event.partial else SlotState.GRANTED
    changes = {
        **_decided(slot, state, event.occurred_at),
        "effects": event.effects,
        "effective_from": _effective_from(filing, event.occurred_at),
        "already": event.already,
        "note": event.note,
    }
    return Taken(changes, state.value, {"already": event.already})


def _refused(filing: Filing, event: Refused) -> Taken:
    changes = _decided(filing.slot, SlotState.REFUSED, event.occurred_at)
    return Taken({**changes, "reasons": event.reasons, "remedies": event.remedies}, "refused")


def _pending(filing: Filing, event: Pending) -> Taken:
    changes: dict[str, Any] = {"poll_at": event.ready_at}
    if filing.slot.state is SlotState.ACCEPTED:
        changes["state"] = SlotState.UNDER_REVIEW
    return Taken(changes)


def _step_done(filing: Filing, event: StepDone) -> Taken:
    """A step of the item's chain: signed by as many as it takes, and a notice for as long as it stands.

    One that is not in the chain, or was not taken as it has to be, is told and changes nothing.
    """
    slot = filing.slot
    step = next((one for one in filing.definition.steps if one.step == event.step), None)
    fault = _fault_of(step, event)
    if step is None or fault is not None:
        return Taken(kind="answer_rejected", params={"answer": event.kind.value, "fault": fault})
    record = StepRecord(
        step=event.step,
        at=event.occurred_at,
        outcome=event.outcome,
        officers=event.officers,
        since=event.since,
        round=slot.round,
    )
    changes: dict[str, Any] = {"steps": (*slot.steps, record)}
    if slot.state in {SlotState.RECEIVED, SlotState.ACCEPTED} and slot.accepted_at is not None:
        changes["state"] = SlotState.UNDER_REVIEW
    if event.outcome is StepOutcome.DISPUTED:
        return Taken(changes, "step_disputed", {"step": event.step})
    return Taken(changes, "step_done", {"step": event.step})


def _fault_of(step: SlotStep | None, event: StepDone) -> str | None:
    if step is None:
        return "unknown_step"
    if len({told_apart(name) for name in event.officers} - {""}) < step.officers:
        return "too_few_officers"
    stood = (local_day(event.occurred_at) - event.since).days if event.since is not None else 0
    if step.days and event.outcome is StepOutcome.DONE and stood < step.days:
        return "notice_too_short"
    return None


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


def _effective_from(filing: Filing, decided_at: datetime) -> date:
    """The day an outcome counts from: that of the decision, the first of the month after, or of filing."""
    day = local_day(decided_at)
    since = {effect.since for effect in filing.definition.effects}
    if EffectFrom.NEXT_MONTH in since:
        return month_gate(day, MonthGate())
    if EffectFrom.APPLICATION_MONTH in since:
        again = filing.slot.round > 1  # applied for again; else the family applied with the whole case
        received = receipt_day(filing.slot, filing.definition, filing.case) if again else None
        return (received or filing.case.received_on).replace(day=1)
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
_SKEW: Final = timedelta(days=1)
"""How far an agency's clock may be ahead of ours."""
_TAKEN: Final[dict[EventKind, Callable[[Filing, Any], Taken]]] = {
    EventKind.RECEIVED: _received,
    EventKind.ACCEPTED: _accepted,
    EventKind.DECLINED: _declined,
    EventKind.CORRECTION_REQUESTED: _correction,
    EventKind.SUSPENDED: suspended,
    EventKind.RESUMED: resumed,
    EventKind.EXTENDED: extended,
    EventKind.GRANTED: _granted,
    EventKind.REFUSED: _refused,
    EventKind.PENDING: _pending,
    EventKind.STEP_DONE: _step_done,
}
