"""The contract between OneThing and an agency: in goes a filing in the agency's own words, out come events.

An adapter translates and does nothing else. Expected refusals are events; only what could not be
said or heard is an error (`onething.errors.AdapterError`).
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, Protocol, runtime_checkable

from pydantic import AwareDatetime, Field

from onething.text import Text, Travelling


class Capabilities(Travelling):
    """What an agency's system promises about a key it has seen, and whether it can take a filing back."""

    idempotent_submit: bool = True
    query_by_key: bool = True
    settle_after: int = 0
    """Seconds after which *not found* may be believed."""
    withdraw: bool = True
    callbacks: bool = True


class MaterialReference(Travelling):
    """One paper handed over by reference: what it is and the content hash of its file."""

    material: str
    blob_id: str
    sha256: str
    size: int
    mime: str


class Submission(Travelling):
    """One filing: the agency's own form (`payload`) under a key that never changes within a round."""

    key: str
    item: str
    slot: str
    round: int
    payload: dict[str, Any]
    materials: tuple[MaterialReference, ...] = ()
    at: datetime
    """When this attempt was scheduled; the in-process mock tells its answer's time from it."""
    callback_url: str | None = None


class EventKind(StrEnum):
    """The words an agency answers with (design page 7)."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CORRECTION_REQUESTED = "correction_requested"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    EXTENDED = "extended"
    GRANTED = "granted"
    REFUSED = "refused"
    PENDING = "pending"
    STEP_DONE = "step_done"


class StepOutcome(StrEnum):
    """What came of a step inside an item."""

    DONE = "done"
    DISPUTED = "disputed"
    """Somebody objected to a public notice, or to what was found: it is looked into and noticed anew."""


class ResumeMode(StrEnum):
    """How a clock goes on after a pause."""

    CONTINUE = "continue"
    RESET = "reset"


class Reason(Travelling):
    """Why an agency decided so: its own code where it has one, and a sentence."""

    code: str
    text: Text


class _Event(Travelling):
    event_id: str
    occurred_at: AwareDatetime


class Received(_Event):
    """The filing lies at the agency under `ref`."""

    kind: Literal[EventKind.RECEIVED] = EventKind.RECEIVED
    ref: str


class Accepted(_Event):
    """The agency accepted the filing (受理)."""

    kind: Literal[EventKind.ACCEPTED] = EventKind.ACCEPTED
    at: AwareDatetime


class Declined(_Event):
    """Not accepted (不予受理): reasons, and where to go instead."""

    kind: Literal[EventKind.DECLINED] = EventKind.DECLINED
    reasons: tuple[Reason, ...]
    where_to: Text | None = None


class CorrectionRequested(_Event):
    """Fields (agency's names) and materials to put right (补正)."""

    kind: Literal[EventKind.CORRECTION_REQUESTED] = EventKind.CORRECTION_REQUESTED
    fields: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    reasons: tuple[Reason, ...]


class Suspended(_Event):
    """The clock stops from `since` for `reason`."""

    kind: Literal[EventKind.SUSPENDED] = EventKind.SUSPENDED
    reason: str
    since: date


class Resumed(_Event):
    """The clock goes on."""

    kind: Literal[EventKind.RESUMED] = EventKind.RESUMED
    at: date
    mode: ResumeMode = ResumeMode.CONTINUE


class Extended(_Event):
    """The agency's head extended the limit once: amount in its unit, e.g. `10wd`."""

    kind: Literal[EventKind.EXTENDED] = EventKind.EXTENDED
    amount: str
    approver: str
    reason: Text


class Effect(Travelling):
    """What a decision brought about: a fact in the item's own roles and its value."""

    fact: str
    value: Any


class Granted(_Event):
    """Decided in favour, fully or in part; already-done and duplicate answers arrive as this too."""

    kind: Literal[EventKind.GRANTED] = EventKind.GRANTED
    partial: bool = False
    already: bool = False
    effects: tuple[Effect, ...] = ()
    note: Text | None = None


class Refused(_Event):
    """Decided against: reasons and remedies (review, lawsuit) are both required."""

    kind: Literal[EventKind.REFUSED] = EventKind.REFUSED
    reasons: Annotated[tuple[Reason, ...], Field(min_length=1)]
    remedies: Annotated[tuple[Text, ...], Field(min_length=1)]


class StepDone(_Event):
    """The agency took one step of the item's chain: a means check, a home visit, a public notice."""

    kind: Literal[EventKind.STEP_DONE] = EventKind.STEP_DONE
    step: str
    outcome: StepOutcome = StepOutcome.DONE
    officers: tuple[str, ...] = ()
    """Who signs for it and answers for it."""
    since: date | None = None
    """The first day of a public notice."""
    note: Text | None = None


class Pending(_Event):
    """Nothing new before `ready_at`: ask again then."""

    kind: Literal[EventKind.PENDING] = EventKind.PENDING
    ready_at: AwareDatetime


AgencyEvent = Annotated[
    Received
    | Accepted
    | Declined
    | CorrectionRequested
    | Suspended
    | Resumed
    | Extended
    | Granted
    | Refused
    | StepDone
    | Pending,
    Field(discriminator="kind"),
]


class Callback(Travelling):
    """What an agency tells later: events for the filing under `key`."""

    key: str
    events: tuple[AgencyEvent, ...]


class Health(Travelling):
    """Whether an agency can be reached, with a word for the operator's page."""

    ok: bool
    detail: str = ""


@runtime_checkable
class AgencyAdapter(Protocol):
    """What every adapter offers; found by folder scan and the entry-point group `onething.agencies`.

    A factory `create(agency_id: str, options: dict) -> AgencyAdapter` stands in each adapter module.
    """

    capabilities: Capabilities

    async def submit(self, submission: Submission) -> tuple[AgencyEvent, ...]:
        """File once under `submission.key`; raise AgencyUnavailable or SubmissionUncertain honestly."""
        ...

    async def query(self, key: str, at: datetime) -> tuple[AgencyEvent, ...] | None:
        """All events known for `key`, oldest first; None when the agency knows no such key."""
        ...

    async def withdraw(self, key: str, reason: str) -> None:
        """Take an undecided filing back; raise NotWithdrawable when it is too late."""
        ...

    def parse_callback(self, body: bytes) -> Callback:
        """Translate a callback whose signature was checked; raise CallbackRejected."""
        ...

    async def health(self) -> Health:
        """Reach out once, cheaply."""
        ...
