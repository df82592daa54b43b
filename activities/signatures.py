"""Names, inputs and outputs of every activity and of the workflow's messages: all that workflows know."""

from datetime import datetime
from typing import Any, Final

from onething.adapter import AgencyEvent, Effect
from onething.calendar import WorkCalendar
from onething.case_event import Action
from onething.case_state import CaseState, TimelineEntry
from onething.text import Travelling

WORKFLOW: Final = "BundleCase"
WORKFLOW_QUEUE: Final = "workflow"
RECEIPT_QUEUE: Final = "receipt"

SUBMIT_ITEM: Final = "submit_item"
QUERY_ITEM: Final = "query_item"
WITHDRAW_ITEM: Final = "withdraw_item"
ISSUE_RECEIPT: Final = "issue_receipt"
RECORD_CASE: Final = "record_case"
RECALL_CASE: Final = "recall_case"

STATE_ATTRIBUTE: Final = "OnceState"
BUNDLE_ATTRIBUTE: Final = "OnceBundle"
REGION_ATTRIBUTE: Final = "OnceRegion"


class SubmitItemInput(Travelling):
    """File one slot: where its projection lies, and what earlier slots brought about."""

    case: str
    slot: str
    item: str
    agency: str
    round: int
    key: str
    payload: str
    outputs: tuple[Effect, ...] = ()


class QueryItemInput(Travelling):
    """Ask an agency by key, not before `at`, every so many seconds, until it says something new."""

    agency: str
    key: str
    at: datetime
    every: int
    seen: tuple[str, ...] = ()
    uncertain: bool = False


class WithdrawItemInput(Travelling):
    """Ask an agency to give the filing under a key back."""

    agency: str
    key: str
    reason: str


class Answer(Travelling):
    """What an agency said; `found` is false when it knows no such key."""

    events: tuple[AgencyEvent, ...] = ()
    found: bool = True
    asked_at: datetime | None = None


class IssueReceiptInput(Travelling):
    """Render, sign and store a revision that tells `state`."""

    case: str
    revision: int
    reason: str
    header: str
    state: CaseState


class IssuedReceipt(Travelling):
    """The stored revision: the first one stored under its number."""

    revision: int
    sha256: str
    missing: tuple[str, ...] = ()
    """Characters of names that the font lacks, as U+ codes."""


class RecordCaseInput(Travelling):
    """The whole case as it stands, and the lines of its story since the last record."""

    state: CaseState
    entries: tuple[TimelineEntry, ...] = ()


class RecallCaseInput(Travelling):
    """Ask for a case as the records have it."""

    case: str


class Recalled(Travelling):
    """The newest recorded state; none of a case that was erased."""

    state: CaseState | None = None


class AgencyReplied(Travelling):
    """Signal: an agency's callback, relayed from the inbox."""

    slot: str
    round: int
    events: tuple[AgencyEvent, ...]


class Act(Travelling):
    """Update: a person asks something of the case, in the reducer's own words."""

    action: Action


class HandOut(Travelling):
    """Signal: a receipt revision was given to a person."""

    revision: int


class Announce(Travelling):
    """Signal: a year's holidays are known now."""

    calendar: WorkCalendar


class Applied(Travelling):
    """What an update came to: the revision to wait for in the records."""

    revision: int


class CaseOutput(Travelling):
    """How the case ended."""

    number: str
    state: str
    slots: dict[str, str]
    receipts: int
    facts: dict[str, Any] = {}
