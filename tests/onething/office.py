"""A small office for tests: slots from a few words, and a case that takes event after event."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from onething.adapter import (
    Accepted,
    AgencyEvent,
    Capabilities,
    CorrectionRequested,
    Declined,
    Extended,
    Granted,
    Pending,
    Reason,
    Received,
    Refused,
    Suspended,
)
from onething.adapter import Resumed as ClockResumed
from onething.calendar import load_calendar
from onething.case import Outcome, initial_state, next_instant, step
from onething.case_definition import (
    CaseDefinition,
    CaseInput,
    Origin,
    SlotDefinition,
    SlotGate,
    SlotLimit,
)
from onething.case_event import (
    Begun,
    CaseEvent,
    Command,
    FilingLeft,
    GateOpened,
    HandedOut,
    IssueReceipt,
    NotFound,
    QueryItem,
    ReceiptIssued,
    Replied,
    SubmitItem,
    Ticked,
    Unavailable,
    Uncertain,
)
from onething.case_state import CaseState, SlotCase, TimelineEntry
from onething.duration import Unit
from onething.item import ClockStart, Reversibility
from onething.text import Text

FILED_AT = datetime.fromisoformat("2026-03-02T09:30:00+08:00")
CALENDAR = load_calendar(Path(__file__).parents[2] / "catalog" / "calendars").slice(2025, 2028)
WORD = Text(zh="词", en="word")
WHY = (Reason(code="why", text=WORD),)


def limit(amount: int, unit: Unit = Unit.WORKING_DAY, starts: ClockStart = ClockStart.RECEIVED) -> SlotLimit:
    return SlotLimit(amount=amount, unit=unit, starts=starts, cite="law", verified=True)


def gate(name: str, *, open_: bool = False) -> SlotGate:
    return SlotGate(gate=name, open=open_, text=WORD, fix=WORD)


def slot(name: str, after: Sequence[str] = (), **changes: Any) -> SlotDefinition:
    return SlotDefinition(
        **{
            "slot": name,
            "item": f"agency/{name}",
            "title": Text(zh=name, en=name),
            "agency": "agency",
            "agency_title": WORD,
            "phone": "12345",
            "queue": "agency-agency",
            "after": tuple(after),
            "promised": limit(10),
            "statutory": limit(20),
            "reversibility": Reversibility.FREE,
            "fee": WORD,
            "result": WORD,
            "capabilities": Capabilities(),
            **changes,
        }
    )


class Events:
    """Agency events with ids of their own."""

    def __init__(self) -> None:
        self.ids = count(1)

    def named(self, at: datetime, event_id: str | None = None) -> dict[str, Any]:
        return {"event_id": event_id or f"event-{next(self.ids)}", "occurred_at": at}

    def received(self, at: datetime = FILED_AT, **named: Any) -> Received:
        return Received(ref="ref-1", **self.named(at, **named))

    def accepted(self, at: datetime = FILED_AT, **named: Any) -> Accepted:
        return Accepted(at=at, **self.named(at, **named))

    def granted(self, at: datetime = FILED_AT, *, partial: bool = False, **named: Any) -> Granted:
        return Granted(partial=partial, **self.named(at, **named))

    def refused(self, at: datetime = FILED_AT, **named: Any) -> Refused:
        return Refused(reasons=WHY, remedies=(WORD,), **self.named(at, **named))

    def declined(self, at: datetime = FILED_AT, **named: Any) -> Declined:
        return Declined(reasons=WHY, where_to=WORD, **self.named(at, **named))

    def correction(self, at: datetime = FILED_AT, **named: Any) -> CorrectionRequested:
        return CorrectionRequested(reasons=WHY, fields=("name",), **self.named(at, **named))

    def pending(self, ready_at: datetime, at: datetime = FILED_AT, **named: Any) -> Pending:
        return Pending(ready_at=ready_at, **self.named(at, **named))

    def suspended(self, at: datetime = FILED_AT, **named: Any) -> Suspended:
        return Suspended(reason="investigation", since=at.date(), **self.named(at, **named))

    def extended(self, at: datetime = FILED_AT, **named: Any) -> Extended:
        return Extended(amount="10wd", approver="head", reason=WORD, **self.named(at, **named))

    def resumed(self, at: datetime = FILED_AT, **named: Any) -> ClockResumed:
        return ClockResumed(at=at.date(), **self.named(at, **named))


class Play:
    """One case under way: what it was told, what it asked for, and what it wrote down."""

    def __init__(
        self, slots: Sequence[SlotDefinition], received_on: date | None = None, **definition: Any
    ) -> None:
        self.case = CaseInput(
            number="360900-A-20260302-000001-0",
            region="360900",
            origin=Origin.WINDOW,
            received_on=received_on or FILED_AT.date(),
            submitted_at=FILED_AT,
            definition=CaseDefinition(
                **{
                    "bundle": "test",
                    "title": WORD,
                    "lead_agency": WORD,
                    "slots": tuple(slots),
                    "calendar": CALENDAR,
                    **definition,
                }
            ),
            payloads={slot.slot: f"blob-{slot.slot}" for slot in slots},
        )
        self.state: CaseState = initial_state(self.case)
        self.now = FILED_AT
        self.tell = Events()
        self.commands: list[Command] = []
        self.entries: list[TimelineEntry] = []

    def begin(self) -> "Play":
        self.take(Begun())
        return self

    def take(self, event: CaseEvent, later: timedelta = timedelta()) -> Outcome:
        """Let time pass, then take the event."""
        self.now += later
        outcome = step(self.case, self.state, event, self.now)
        self.state = outcome.state
        self.case = outcome.case or self.case
        self.commands.extend(outcome.commands)
        self.entries.extend(outcome.entries)
        return outcome

    def answer(self, name: str, *events: AgencyEvent, later: timedelta = timedelta()) -> Outcome:
        return self.take(Replied(slot=name, round=self.slot(name).round, events=events), later)

    def grant(self, *names: str) -> "Play":
        for name in names:
            self.answer(name, self.tell.received(self.now), self.tell.granted(self.now))
        return self

    def unavailable(self, name: str, *, exhausted: bool = False, later: timedelta = timedelta()) -> Outcome:
        return self.take(Unavailable(slot=name, round=1, exhausted=exhausted), later)

    def uncertain(self, name: str, later: timedelta = timedelta()) -> Outcome:
        return self.take(Uncertain(slot=name, round=1), later)

    def not_found(self, name: str, later: timedelta = timedelta()) -> Outcome:
        return self.take(NotFound(slot=name, round=1), later)

    def leave(self, name: str, *, gone: bool = True) -> Outcome:
        """The agency gives the filing back, or cannot."""
        return self.take(FilingLeft(slot=name, round=self.slot(name).round, gone=gone))

    def open_gate(self, name: str, opened: str) -> Outcome:
        return self.take(GateOpened(slot=name, gate=opened, actor="clerk"))

    def store_receipt(self) -> Outcome:
        """Store the receipt asked for last."""
        return self.take(ReceiptIssued(revision=self.state.receipt_asked, sha256="0" * 64))

    def hand_out(self, revision: int) -> Outcome:
        return self.take(HandedOut(revision=revision))

    def ring_until(self, moment: datetime) -> None:
        """Ring the alarm each time it would ring, up to `moment`."""
        while (instant := next_instant(self.state, self.now)) is not None and instant <= moment:
            self.take(Ticked(), instant - self.now)
        self.now = moment

    def slot(self, name: str) -> SlotCase:
        return self.state.slots[name]

    def states(self) -> Mapping[str, str]:
        return {name: slot.state.value for name, slot in self.state.slots.items()}

    def submitted(self) -> list[str]:
        return [command.slot for command in self.commands if isinstance(command, SubmitItem)]

    def asked(self) -> list[QueryItem]:
        return [command for command in self.commands if isinstance(command, QueryItem)]

    def receipts(self) -> list[tuple[int, str]]:
        return [
            (command.revision, command.reason)
            for command in self.commands
            if isinstance(command, IssueReceipt)
        ]

    def kinds(self) -> list[str]:
        return [entry.kind for entry in self.entries]


class Office:
    """What the reducer's tests build cases with."""

    Play, slot, gate, limit = Play, staticmethod(slot), staticmethod(gate), staticmethod(limit)
    filed_at = FILED_AT

    def begun(self, *slots: SlotDefinition, received_on: date | None = None, **definition: Any) -> Play:
        return Play(slots, received_on, **definition).begin()
