"""What an agency's answer makes of its slot: in go slot and event, out come changes and a line of story."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
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
from onething.case_state import DECIDED, ClockState, SlotCase, SlotState
from onething.clock import MonthGate, local_day, month_gate
from onething.definition import EffectFrom


@dataclass(frozen=True, slots=True)
class Taken:
    """Changes to the slot, and the timeline's word for them; no word when nothing is worth telling."""

    changes: dict[str, Any] = field(default_factory=dict)
    kind: str | None = None
    params: dict[str, Any] = field(default_factory=dict)


def take_in(slot: SlotCase, definition: SlotDefinition, event: AgencyEvent) -> Taken:
    """Translate one event; an answer to a decided slot changes nothing and is noted."""
    if slot.state in DECIDED:
        return Taken(kind="late_answer", params={"answer": event.kind.value})
    return _TAKEN[event.kind](slot, definition, event)


def _received(slot: SlotCase, _definition: SlotDefinition, event: Received) -> Taken:
    if slot.received_at is not None:
        return Taken()
    changes = {"state": SlotState.RECEIVED, "received_at": event.occurred_at, "ref": event.ref, **_CLEAR}
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
        "operator": None,
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


_CLEAR: Final[dict[str, Any]] = {"uncertain_since": None, "unavailable_since": None, "attempts": 0}
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
