"""What an agency's answer makes of its slot: in go slot and event, out come changes and a line of story."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

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
from onething.case_definition import SlotDefinition
from onething.case_state import AT_AGENCY, DECIDED, ClockState, SlotCase, SlotState
from onething.clock import MonthGate, local_day, month_gate
from onething.definition import EffectFrom


@dataclass(frozen=True, slots=True)
class Taken:
    """Changes to the slot, and the timeline's word for them; no word when nothing is worth telling."""

    changes: dict[str, Any] = field(default_factory=dict)
    kind: str | None = None
    params: dict[str, Any] = field(default_factory=dict)


def take_in(slot: SlotCase, definition: SlotDefinition, event: AgencyEvent) -> Taken:
    """Translate one event; an answer to a decided slot changes nothing and is noted.

    Events may arrive in any order: one older than what is known fills gaps and changes no state, unless
    it decides. Whoever says anything about a filing has it.
    """
    newest = slot.decided_at if slot.state in DECIDED else slot.heard_at
    if event.kind not in _DECISIONS and newest is not None:
        late = event.occurred_at <= newest if slot.state in DECIDED else _is_late(slot, event, newest)
        if late:
            return Taken(_gaps(slot, event))
    if slot.state in DECIDED:
        return Taken(kind="late_answer", params={"answer": event.kind.value})
    taken = _TAKEN[event.kind](slot, definition, event)
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
    return event.event_id not in slot.seen and event.kind in _DECISIONS | _PROGRESS


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


def _received(slot: SlotCase, _definition: SlotDefinition, event: Received) -> Taken:
    if slot.state in AT_AGENCY or slot.state is SlotState.CORRECTION_REQUESTED:
        return Taken({"ref": slot.ref or event.ref})
    changes = {
        "state": SlotState.RECEIVED,
        "received_at": slot.received_at or event.occurred_at,
        "ref": event.ref,
        **_CLEAR,
    }
    return Taken(changes, "received")


def _accepted(slot: SlotCase, _definition: SlotDefinition, event: Accepted) -> Taken:
    changes = {
        "state": SlotState.ACCEPTED,
        "accepted_at": event.at,
        "received_at": slot.received_at or event.at,
        "poll_at": None,
        **_CLEAR,
    }
    return Taken(changes, "accepted")


def _declined(slot: SlotCase, _definition: SlotDefinition, event: Declined) -> Taken:
    changes = _decided(slot, SlotState.DECLINED, event.occurred_at)
    return Taken({**changes, "reasons": event.reasons, "where_to": event.where_to}, "declined")


def _correction(slot: SlotCase, _definition: SlotDefinition, event: CorrectionRequested) -> Taken:
    changes = {
        "state": SlotState.CORRECTION_REQUESTED,
        "received_at": slot.received_at or event.occurred_at,
        "correction_fields": event.fields,
        "correction_materials": event.materials,
        "reasons": event.reasons,
        "poll_at": None,
        **_CLEAR,
    }
    return Taken(changes, "correction_requested")


def _suspended(_slot: SlotCase, _definition: SlotDefinition, event: Suspended) -> Taken:
    return Taken({"clock": ClockState.PAUSED}, "suspended", {"reason": event.reason})


def _resumed(_slot: SlotCase, _definition: SlotDefinition, event: Resumed) -> Taken:
    return Taken({"clock": ClockState.RUNNING}, "clock_resumed", {"mode": event.mode.value})


def _extended(_slot: SlotCase, _definition: SlotDefinition, event: Extended) -> Taken:
    return Taken({}, "extended", {"amount": event.amount})


def _granted(slot: SlotCase, definition: SlotDefinition, event: Granted) -> Taken:
    state = SlotState.PARTLY_GRANTED if event.partial else SlotState.GRANTED
    changes = {
        **_decided(slot, state, event.occurred_at),
        "effects": event.effects,
        "effective_from": _effective_from(definition, event.occurred_at),
        "already": event.already,
        "note": event.note,
    }
    return Taken(changes, state.value, {"already": event.already})


def _refused(slot: SlotCase, _definition: SlotDefinition, event: Refused) -> Taken:
    changes = _decided(slot, SlotState.REFUSED, event.occurred_at)
    return Taken({**changes, "reasons": event.reasons, "remedies": event.remedies}, "refused")


def _pending(slot: SlotCase, _definition: SlotDefinition, event: Pending) -> Taken:
    changes: dict[str, Any] = {"poll_at": event.ready_at}
    if slot.state is SlotState.ACCEPTED:
        changes["state"] = SlotState.UNDER_REVIEW
    return Taken(changes)


def _decided(slot: SlotCase, state: SlotState, at: datetime) -> dict[str, Any]:
    return {
        "state": state,
        "decided_at": at,
        "received_at": slot.received_at or at,
        "clock": ClockState.STOPPED,
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


_CLEAR: Final[dict[str, Any]] = {
    "uncertain_since": None,
    "unavailable_since": None,
    "attempts": 0,
    "operator": None,
}
"""What troubled a filing is over once its agency has spoken."""
_DECISIONS: Final = frozenset({EventKind.GRANTED, EventKind.REFUSED, EventKind.DECLINED})
_PROGRESS: Final = frozenset({EventKind.RECEIVED, EventKind.ACCEPTED, EventKind.CORRECTION_REQUESTED})
_FIRST_YEAR: Final = 1949
_SKEW: Final = timedelta(days=1)
"""How far an agency's clock may be ahead of ours."""
_TAKEN: Final[dict[EventKind, Callable[[SlotCase, SlotDefinition, Any], Taken]]] = {
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
