"""What can happen to a case, and what the reducer asks the workflow to do about it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import Field

from onething.adapter import AgencyEvent, Effect
from onething.calendar import WorkCalendar
from onething.case_definition import CaseDefinition
from onething.case_record import PaperInstead
from onething.case_state import OperatorReason
from onething.definition import HoldEnd
from onething.mandate import UnderMandate
from onething.text import Travelling


class Begun(Travelling):
    """The workflow started."""

    kind: Literal["begun"] = "begun"


class Replied(Travelling):
    """An agency answered: to a filing, a query or by callback."""

    kind: Literal["replied"] = "replied"
    slot: str
    round: int
    events: tuple[AgencyEvent, ...]


class Unavailable(Travelling):
    """The agency certainly took nothing."""

    kind: Literal["unavailable"] = "unavailable"
    slot: str
    round: int
    exhausted: bool = False
    """The retries that Temporal makes by itself have come to their end."""


class Uncertain(Travelling):
    """The filing may or may not have arrived."""

    kind: Literal["uncertain"] = "uncertain"
    slot: str
    round: int


class NotFound(Travelling):
    """The agency, asked by key, knows of no filing."""

    kind: Literal["not_found"] = "not_found"
    slot: str
    round: int
    asked_at: datetime | None = None
    """When it was asked, which may be long before the answer is taken in."""


class Stuck(Travelling):
    """Something that no retry mends; `detail` names a type, never a value."""

    kind: Literal["stuck"] = "stuck"
    slot: str
    round: int
    reason: OperatorReason
    detail: str = ""


class OperatorAction(StrEnum):
    """What a person may do about a slot that needs one."""

    RETRY = "retry"
    ENTER_ANSWER = "enter_answer"
    """Decided by paper, or told by telephone."""
    SKIP = "skip"
    """Given up, with a reason: the slot counts as withdrawn."""


class Resumed(Travelling):
    """A person took a stuck slot in hand, in the same round."""

    kind: Literal["resumed"] = "resumed"
    slot: str
    actor: str
    action: OperatorAction
    events: tuple[AgencyEvent, ...] = ()
    reason: str = ""
    """A code, for skipping."""


class Corrected(UnderMandate):
    """The applicant put facts or papers right: each slot whose filing has changed by it, with the new one."""

    kind: Literal["corrected"] = "corrected"
    payloads: dict[str, str]
    """Blob ids by slot."""
    header: str = ""
    """Blob id of the receipt's heading, where that changes too."""
    opened: dict[str, str] = {}
    """Gates by slot: what they wait for is what the applicant has just said."""
    instead: dict[str, PaperInstead] = {}
    """What is said about papers asked for and not uploaded."""
    by: Literal["", "window"] = ""
    """Who put it right in the applicant's stead."""
    actor: str


class Withdrawn(UnderMandate):
    """The applicant takes back one slot, or the case."""

    kind: Literal["withdrawn"] = "withdrawn"
    slot: str | None = None
    reason: str
    actor: str


class FilingLeft(Travelling):
    """An agency was asked to give a filing back: it did, or it cannot."""

    kind: Literal["filing_left"] = "filing_left"
    slot: str
    round: int
    gone: bool


class Reapplied(UnderMandate):
    """A slot that came to nothing is applied for again, with the old data or with better."""

    kind: Literal["reapplied"] = "reapplied"
    slot: str
    payload: str | None = None
    header: str = ""
    actor: str


class Amended(UnderMandate):
    """The case has other slots now: those of `definition`.

    `payloads` has the filing of each new slot, and of each that is there and changes by it.
    """

    kind: Literal["amended"] = "amended"
    definition: CaseDefinition
    payloads: dict[str, str] = {}
    header: str = ""
    actor: str


class Migrated(Travelling):
    """The same slots under a newer definition."""

    kind: Literal["migrated"] = "migrated"
    definition: CaseDefinition
    header: str = ""
    actor: str


class CalendarAnnounced(Travelling):
    """A year's holidays are known now: due dates counted provisionally are counted again."""

    kind: Literal["calendar_announced"] = "calendar_announced"
    calendar: WorkCalendar


class HoldRaised(Travelling):
    """A person stops every filing, for one of the definition's holds."""

    kind: Literal["hold_raised"] = "hold_raised"
    hold: str
    actor: str


class HoldEnded(Travelling):
    """A person has looked into what the case was held for."""

    kind: Literal["hold_ended"] = "hold_ended"
    end: HoldEnd
    actor: str


class PaperBrought(UnderMandate):
    """A paper that was owed has come."""

    kind: Literal["paper_brought"] = "paper_brought"
    slot: str
    material: str
    actor: str
    at_agency: bool = False
    """Its file is with the agency already: nobody has to carry anything there."""


PLEDGE_FALSE: Final = "pledge_false"
"""The result of checking a pledge that turns out to be untrue."""


RESULT_CORRECTED: Final = "result_corrected"
"""The decision stands, what it brought about is another: what its agency found in looking at it again."""
DECISION_STANDS: Final = "decision_stands"
"""Nothing was wrong."""
DECISION_REVOKED: Final = "decision_revoked"
"""Its agency has taken the decision back."""
REVIEWED: Final = frozenset({RESULT_CORRECTED, DECISION_STANDS, DECISION_REVOKED})
"""What looking at a decision again may come to."""


class DecisionDoubted(Travelling):
    """A person has found that a decision, or what it put on record, may be wrong: its agency has to look."""

    kind: Literal["decision_doubted"] = "decision_doubted"
    slot: str
    words: str
    """What is wrong, as whoever found it says."""
    actor: str


class WorkOrderClosed(Travelling):
    """A person has done what a work-order asked."""

    kind: Literal["work_order_closed"] = "work_order_closed"
    order: str
    result: str
    effects: tuple[Effect, ...] = ()
    """What the decision brings about instead, where its result was corrected."""
    actor: str


class Revoked(Travelling):
    """What the case rests on has turned out wrong, before its end or after: what was done is to be undone."""

    kind: Literal["revoked"] = "revoked"
    reason: str
    actor: str


class GateOpened(Travelling):
    """What a gate waited for has come about."""

    kind: Literal["gate_opened"] = "gate_opened"
    slot: str
    gate: str
    actor: str


class HandedOut(Travelling):
    """A receipt revision was given to a person."""

    kind: Literal["handed_out"] = "handed_out"
    revision: int


class ReceiptIssued(Travelling):
    """A receipt revision is stored."""

    kind: Literal["receipt_issued"] = "receipt_issued"
    revision: int
    sha256: str


class Ticked(Travelling):
    """An instant that matters has come."""

    kind: Literal["ticked"] = "ticked"


CaseEvent = Annotated[
    Begun
    | Replied
    | Unavailable
    | Uncertain
    | NotFound
    | Stuck
    | Resumed
    | GateOpened
    | Corrected
    | Withdrawn
    | FilingLeft
    | Reapplied
    | Amended
    | Migrated
    | CalendarAnnounced
    | HoldRaised
    | HoldEnded
    | PaperBrought
    | DecisionDoubted
    | WorkOrderClosed
    | Revoked
    | HandedOut
    | ReceiptIssued
    | Ticked,
    Field(discriminator="kind"),
]

Action = Annotated[
    Resumed
    | GateOpened
    | Corrected
    | Withdrawn
    | Reapplied
    | Amended
    | Migrated
    | HoldRaised
    | HoldEnded
    | PaperBrought
    | DecisionDoubted
    | WorkOrderClosed
    | Revoked
    | HandedOut,
    Field(discriminator="kind"),
]
"""What people do to a case: checked before it is taken in (`onething.case_action.check_action`)."""


class SubmitItem(Travelling):
    """File a slot under its key, not before `at`."""

    kind: Literal["submit"] = "submit"
    slot: str
    round: int
    at: datetime
    outputs: tuple[Effect, ...] = ()
    """What earlier slots brought about, over the bundle's roles."""


class QueryItem(Travelling):
    """Ask the agency by key, not before `at`, until it says something new."""

    kind: Literal["query"] = "query"
    slot: str
    round: int
    at: datetime
    every: int
    """Seconds between two questions."""
    seen: tuple[str, ...] = ()
    uncertain: bool = False
    """Asked because it is not known whether the filing arrived: not knowing it is an answer too."""


class WithdrawItem(Travelling):
    """Ask the agency to give the filing of this round back."""

    kind: Literal["withdraw"] = "withdraw"
    slot: str
    round: int
    reason: str


class IssueReceipt(Travelling):
    """Render, sign and store a receipt revision."""

    kind: Literal["receipt"] = "receipt"
    revision: int
    reason: str


Command = Annotated[SubmitItem | QueryItem | WithdrawItem | IssueReceipt, Field(discriminator="kind")]
