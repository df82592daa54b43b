"""The state of a case: frozen models that the reducer reads and writes and every screen is drawn from."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from onething.adapter import Effect, Reason
from onething.case_definition import SlotDefinition
from onething.case_record import (
    Correction,
    Deadline,
    DefectNotice,
    EarlierGrant,
    Hold,
    Leaving,
    OwedPaper,
    StepRecord,
    WorkOrder,
)
from onething.duration import Extension, Pause
from onething.text import Text, Travelling

__all__ = [
    "AT_AGENCY",
    "DECIDED",
    "FAVOURABLE",
    "TURNED_DOWN",
    "WELL_ENDED",
    "BlockedBy",
    "BundleState",
    "CaseState",
    "ClockState",
    "Deadline",
    "Light",
    "OperatorNeed",
    "OperatorReason",
    "ReceiptRecord",
    "SlotCase",
    "SlotState",
    "TimelineEntry",
    "new_slot",
]


class BundleState(StrEnum):
    """Where the whole case stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RUNNING = "running"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"


class SlotState(StrEnum):
    """Where one item of the case stands (design page 5)."""

    WAITING = "waiting"
    SUBMITTING = "submitting"
    RECEIVED = "received"
    CORRECTION_REQUESTED = "correction_requested"
    ACCEPTED = "accepted"
    UNDER_REVIEW = "under_review"
    GRANTED = "granted"
    PARTLY_GRANTED = "partly_granted"
    REFUSED = "refused"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    NOT_APPLICABLE = "not_applicable"
    BLOCKED = "blocked"
    NEEDS_OPERATOR = "needs_operator"


WELL_ENDED = frozenset({SlotState.GRANTED, SlotState.PARTLY_GRANTED, SlotState.NOT_APPLICABLE})
DECIDED = WELL_ENDED | {SlotState.REFUSED, SlotState.DECLINED, SlotState.WITHDRAWN, SlotState.LAPSED}
"""States that nothing but a new round or a work-order leaves."""
FAVOURABLE = frozenset({SlotState.GRANTED, SlotState.PARTLY_GRANTED})
"""What something else may rest on: not being needed is no grant."""
TURNED_DOWN = frozenset({SlotState.REFUSED, SlotState.DECLINED})
"""What the next rung of a ladder answers."""
AT_AGENCY = frozenset({SlotState.RECEIVED, SlotState.ACCEPTED, SlotState.UNDER_REVIEW})


class ClockState(StrEnum):
    """The clock, orthogonal to the state."""

    STOPPED = "stopped"
    RUNNING = "running"
    PAUSED = "paused"
    OVERDUE = "overdue"


class Light(StrEnum):
    """Traffic light of a due date."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


class BlockedBy(Travelling):
    """What holds a slot back: a slot that ended badly, or a gate that is shut."""

    slot: str | None = None
    gate: str | None = None
    until: datetime | None = None
    """When the gate opens by itself."""
    text: Text
    fix: Text


class OperatorReason(StrEnum):
    """Why a slot needs a person."""

    UNCERTAIN_SUBMISSION = "uncertain_submission"
    AGENCY_UNAVAILABLE = "agency_unavailable"
    PAYLOAD_REJECTED = "payload_rejected"
    AUTH_DENIED = "auth_denied"
    IMPOSSIBLE_ANSWER = "impossible_answer"
    RARE_CHARACTER = "rare_character"
    WITHDRAWAL_FAILED = "withdrawal_failed"
    UNEXPECTED = "unexpected"


class OperatorNeed(Travelling):
    """A person is needed: why, who owns it, since when, and what they need to know (never personal)."""

    reason: OperatorReason
    owner: str
    since: datetime
    key: str
    detail: str = ""


class SlotCase(Travelling):
    """One item of the case."""

    slot: str
    item: str
    agency: str
    state: SlotState = SlotState.WAITING
    round: int = 1
    clock: ClockState = ClockState.STOPPED
    ref: str | None = None
    submitted_at: datetime | None = None
    received_at: datetime | None = None
    accepted_at: datetime | None = None
    decided_at: datetime | None = None
    statutory: Deadline | None = None
    promised: Deadline | None = None
    light: Light = Light.GREEN
    overdue: tuple[str, ...] = ()
    """Which due dates have passed undecided: `promised`, `statutory`."""
    reminded: tuple[str, ...] = ()
    """Which of them the agency was reminded of."""
    accept_by: datetime | None = None
    """Untold by then what lacks, the filing counts as accepted."""
    accept_by_provisional: bool = False
    """Counted over a year whose holidays were not announced."""
    deemed: bool = False
    """Accepted because its agency told nothing in time."""
    pauses: tuple[Pause, ...] = ()
    extension: Extension | None = None
    correction: Correction | None = None
    """The one that is open, or was answered last."""
    corrections: int = 0
    """How many there were."""
    leaving: Leaving | None = None
    """The filing is being taken back, and for what."""
    declined: bool = False
    """The person did without the item alone, while it was to go on by itself."""
    owed: tuple[OwedPaper, ...] = ()
    poll_at: datetime | None = None
    blocked_by: BlockedBy | None = None
    gates_open: tuple[str, ...] = ()
    operator: OperatorNeed | None = None
    uncertain_since: datetime | None = None
    unavailable_since: datetime | None = None
    attempts: int = 0
    reasons: tuple[Reason, ...] = ()
    remedies: tuple[Text, ...] = ()
    where_to: Text | None = None
    correction_fields: tuple[str, ...] = ()
    correction_materials: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = ()
    effective_from: date | None = None
    already: bool = False
    note: Text | None = None
    heard_at: datetime | None = None
    """When the newest of the agency's events occurred; an older one that comes later changes no state."""
    earlier: tuple[EarlierGrant, ...] = ()
    """What earlier rounds granted, where the item was reopened."""
    steps: tuple[StepRecord, ...] = ()
    """The steps of the item's chain that were taken, in the order they were told."""
    seen: tuple[str, ...] = ()
    """Event ids taken in, so that nothing counts twice."""

    @property
    def paused(self) -> Pause | None:
        """The pause that is still open."""
        return next((pause for pause in self.pauses if pause.last is None), None)

    @property
    def ended(self) -> bool:
        """Whether nothing more is expected of this slot itself; being blocked is the reducer's to judge."""
        return self.state in DECIDED


def new_slot(definition: SlotDefinition) -> SlotCase:
    """A slot that nothing has happened to."""
    return SlotCase(
        slot=definition.slot,
        item=definition.item,
        agency=definition.agency,
        gates_open=tuple(gate.gate for gate in definition.gates if gate.open),
        owed=tuple(OwedPaper(material=paper.material, title=paper.title) for paper in definition.owed),
    )


class ReceiptRecord(Travelling):
    """One revision of the consolidated receipt as stored."""

    revision: int
    sha256: str
    at: datetime


class CaseState(Travelling):
    """The whole case; `revision` counts every change, so that a newer snapshot is told from an older."""

    number: str
    revision: int = 0
    state: BundleState = BundleState.SUBMITTED
    slots: dict[str, SlotCase]
    receipts: tuple[ReceiptRecord, ...] = ()
    receipt_asked: int = 0
    """The newest receipt revision asked for."""
    receipt_revision_of: int = 0
    """The outcome count that the newest asked receipt tells."""
    handed_out: int = 0
    """The newest receipt revision given to a person."""
    outcomes: int = 0
    """How many slots have changed their outcome so far."""
    entries: int = 0
    """How many timeline entries were written."""
    ending: BundleState = BundleState.COMPLETED
    """What the case will be once every slot is over."""
    hold: Hold | None = None
    """Why nothing is filed for the time being."""
    notices: tuple[DefectNotice, ...] = ()
    work_orders: tuple[WorkOrder, ...] = ()
    begun_at: datetime | None = None
    updated_at: datetime | None = None
    completed_at: datetime | None = None


class TimelineEntry(Travelling):
    """One line of the case's story."""

    seq: int
    at: datetime
    kind: str
    slot: str | None = None
    params: dict[str, Any] = {}
