"""What can happen to a case, and what the reducer asks the workflow to do about it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from onething.adapter import AgencyEvent, Effect
from onething.case_state import OperatorReason
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


class Resumed(Travelling):
    """A person took a stuck slot in hand, in the same round."""

    kind: Literal["resumed"] = "resumed"
    slot: str
    actor: str
    action: OperatorAction
    events: tuple[AgencyEvent, ...] = ()


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
    | HandedOut
    | ReceiptIssued
    | Ticked,
    Field(discriminator="kind"),
]


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


class IssueReceipt(Travelling):
    """Render, sign and store a receipt revision."""

    kind: Literal["receipt"] = "receipt"
    revision: int
    reason: str


Command = Annotated[SubmitItem | QueryItem | IssueReceipt, Field(discriminator="kind")]
