"""The activities as a case calls them: in goes a command of the reducer, out comes an answer or an event.

Queues, ids, timeouts and retries stand here and nowhere else. No timeout is derived from a legal limit: an
overdue slot is still listened to. Activity ids are `operation:slot:round`, which replay holds on to.
"""

from datetime import timedelta
from typing import Final

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError, CancelledError, TimeoutType
from temporalio.exceptions import TimeoutError as ActivityTimeout
from temporalio.workflow import ActivityCancellationType, ActivityHandle

from activities import signatures
from activities.signatures import (
    Answer,
    IssuedReceipt,
    IssueReceiptInput,
    QueryItemInput,
    RecallCaseInput,
    Recalled,
    RecordCaseInput,
    SubmitItemInput,
    WithdrawItemInput,
)
from onething.case import slot_key
from onething.case_definition import CaseInput, SlotDefinition
from onething.case_event import (
    CaseEvent,
    IssueReceipt,
    QueryItem,
    Stuck,
    SubmitItem,
    Unavailable,
    Uncertain,
    WithdrawItem,
)
from onething.case_state import CaseState, OperatorReason

_SECONDS: Final = timedelta(seconds=2)
_STUCK: Final = {
    "payload_rejected": OperatorReason.PAYLOAD_REJECTED,
    "projection_rejected": OperatorReason.PAYLOAD_REJECTED,
    "auth_denied": OperatorReason.AUTH_DENIED,
}
_CUT_SHORT: Final = frozenset({"WorkerShutdown", "CancelledError", "ActivityPause", "ActivityReset"})
"""What Temporal calls a filing that was under way when its worker stopped: it may have arrived."""
_NO_NEWS: Final = frozenset({"not_yet", "agency_unavailable"})
_NEVER_RETRIED: Final = [*_STUCK, "submission_uncertain"]


def submit_item(case: CaseInput, slot: SlotDefinition, command: SubmitItem) -> ActivityHandle[Answer]:
    """File a slot; for a week where it may be sent twice, else once. Awaiting it raises ActivityError."""
    filing: ActivityHandle[Answer] = workflow.start_activity(
        signatures.SUBMIT_ITEM,
        SubmitItemInput(
            case=case.number,
            slot=slot.slot,
            item=slot.item,
            agency=slot.agency,
            round=command.round,
            key=slot_key(case, slot.slot, command.round),
            payload=case.payloads[slot.slot],
            outputs=command.outputs,
        ),
        result_type=Answer,
        activity_id=f"submit:{slot.slot}:{command.round}",
        task_queue=slot.queue,
        start_to_close_timeout=timedelta(seconds=30),
        schedule_to_close_timeout=timedelta(days=7),
        retry_policy=RetryPolicy(
            initial_interval=timedelta(seconds=2),
            maximum_interval=timedelta(minutes=10),
            # Only a filing that may be sent twice is retried behind the reducer's back.
            maximum_attempts=0 if slot.capabilities.idempotent_submit else 1,
            non_retryable_error_types=_NEVER_RETRIED,
        ),
    )
    return filing


def query_item(case: CaseInput, slot: SlotDefinition, command: QueryItem) -> ActivityHandle[Answer]:
    """Ask about a slot until there is news; a question cancelled while nobody works on it ends at once."""
    return workflow.start_activity(
        signatures.QUERY_ITEM,
        QueryItemInput(
            agency=slot.agency,
            key=slot_key(case, slot.slot, command.round),
            at=command.at,
            every=command.every,
            seen=command.seen,
            uncertain=command.uncertain,
        ),
        result_type=Answer,
        activity_id=f"query:{slot.slot}:{command.round}",
        task_queue=slot.queue,
        start_to_close_timeout=timedelta(seconds=20),
        # A filing whose arrival stays in doubt for a week goes to a person; a filed slot is asked for ever.
        schedule_to_close_timeout=timedelta(days=7) if command.uncertain else None,
        retry_policy=RetryPolicy(
            initial_interval=timedelta(seconds=2),
            maximum_interval=timedelta(seconds=command.every),
            non_retryable_error_types=_NEVER_RETRIED,
        ),
        cancellation_type=ActivityCancellationType.TRY_CANCEL,
    )


async def withdraw_item(case: CaseInput, slot: SlotDefinition, command: WithdrawItem) -> bool:
    """Ask for a filing back, for a week; False when the agency cannot give it. Raises ActivityError."""
    gone: bool = await workflow.execute_activity(
        signatures.WITHDRAW_ITEM,
        WithdrawItemInput(
            agency=slot.agency,
            key=slot_key(case, slot.slot, command.round),
            reason=command.reason,
        ),
        result_type=bool,
        activity_id=f"withdraw:{slot.slot}:{command.round}",
        task_queue=slot.queue,
        start_to_close_timeout=timedelta(seconds=30),
        schedule_to_close_timeout=timedelta(days=7),
        retry_policy=RetryPolicy(
            initial_interval=timedelta(seconds=2),
            maximum_interval=timedelta(minutes=10),
            non_retryable_error_types=[*_STUCK],
        ),
    )
    return gone


async def issue_receipt(case: CaseInput, state: CaseState, command: IssueReceipt) -> IssuedReceipt:
    """Have a revision rendered, tried for ever: what is broken there is mended by us, not by a family."""
    receipt: IssuedReceipt = await workflow.execute_activity(
        signatures.ISSUE_RECEIPT,
        IssueReceiptInput(
            case=case.number,
            revision=command.revision,
            reason=command.reason,
            header=case.header,
            state=state,
        ),
        result_type=IssuedReceipt,
        activity_id=f"receipt:{command.revision}",
        task_queue=signatures.RECEIPT_QUEUE,
        start_to_close_timeout=timedelta(seconds=60),
        retry_policy=RetryPolicy(initial_interval=timedelta(seconds=5), maximum_interval=timedelta(hours=1)),
    )
    return receipt


async def recall_case(case: CaseInput) -> Recalled:
    """The case as the records have it, tried until it is told."""
    recalled: Recalled = await workflow.execute_local_activity(
        signatures.RECALL_CASE,
        RecallCaseInput(case=case.number),
        result_type=Recalled,
        activity_id="recall",
        start_to_close_timeout=timedelta(seconds=10),
    )
    return recalled


async def record_case(snapshot: RecordCaseInput) -> None:
    """Record a snapshot within two seconds on this worker, else for as long as it takes on any."""
    try:
        await workflow.execute_local_activity(
            signatures.RECORD_CASE,
            snapshot,
            start_to_close_timeout=_SECONDS,
            schedule_to_close_timeout=_SECONDS,
            retry_policy=RetryPolicy(maximum_attempts=1),
        )
    except ActivityError:
        await workflow.execute_activity(
            signatures.RECORD_CASE,
            snapshot,
            start_to_close_timeout=timedelta(seconds=10),
            retry_policy=RetryPolicy(maximum_interval=timedelta(minutes=1)),
        )


def meaning(error: ActivityError, command: SubmitItem | QueryItem, *, retried: bool) -> CaseEvent:
    """What a failed call means for its slot; `retried` when Temporal itself has tried for a week.

    A call cut short by its worker's end comes back as cancelled: it may have arrived.
    """
    cause = error.cause
    slot, round_ = command.slot, command.round
    if isinstance(cause, ActivityTimeout) and isinstance(command, SubmitItem):
        if retried and cause.type is not TimeoutType.START_TO_CLOSE:
            return Unavailable(slot=slot, round=round_, exhausted=True)
        return Uncertain(slot=slot, round=round_)
    if isinstance(cause, CancelledError):
        return Uncertain(slot=slot, round=round_)
    kind = cause.type if isinstance(cause, ApplicationError) else None
    if isinstance(command, QueryItem) and (kind in _NO_NEWS or isinstance(cause, ActivityTimeout)):
        return Stuck(slot=slot, round=round_, reason=OperatorReason.UNCERTAIN_SUBMISSION)
    if kind == "agency_unavailable":
        return Unavailable(slot=slot, round=round_, exhausted=retried)
    if kind == "submission_uncertain" or kind in _CUT_SHORT:
        return Uncertain(slot=slot, round=round_)
    reason = _STUCK.get(kind or "", OperatorReason.UNEXPECTED)
    return Stuck(slot=slot, round=round_, reason=reason, detail=kind or type(cause).__name__)
