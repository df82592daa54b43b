"""The durable case: in goes a pinned definition, out come the agencies' decisions and one receipt."""

import asyncio
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any, Final

from temporalio import workflow
from temporalio.common import RetryPolicy, SearchAttributeKey
from temporalio.exceptions import (
    ActivityError,
    ApplicationError,
    TimeoutType,
    is_cancelled_exception,
)
from temporalio.exceptions import TimeoutError as ActivityTimeout
from temporalio.workflow import ActivityCancellationType, ActivityHandle

from activities import signatures
from activities.signatures import (
    AgencyReplied,
    Answer,
    Applied,
    CaseOutput,
    HandOut,
    IssuedReceipt,
    IssueReceiptInput,
    OpenGate,
    QueryItemInput,
    RecordCaseInput,
    ResumeSlot,
    SubmitItemInput,
)
from onething.case import check_action, initial_state, next_instant, slot_key, step
from onething.case_definition import CaseInput, SlotDefinition
from onething.case_event import (
    Begun,
    CaseEvent,
    Command,
    GateOpened,
    HandedOut,
    IssueReceipt,
    NotFound,
    QueryItem,
    ReceiptIssued,
    Replied,
    Resumed,
    Stuck,
    SubmitItem,
    Ticked,
    Unavailable,
    Uncertain,
)
from onething.case_state import DECIDED, BundleState, CaseState, OperatorReason, TimelineEntry
from onething.errors import ActionRejected

_STATE: Final = SearchAttributeKey.for_keyword(signatures.STATE_ATTRIBUTE)
_FINAL: Final = frozenset({BundleState.COMPLETED, BundleState.WITHDRAWN, BundleState.TERMINATED})
_SECOND: Final = timedelta(seconds=1)
_STUCK: Final = {
    "payload_rejected": OperatorReason.PAYLOAD_REJECTED,
    "projection_rejected": OperatorReason.PAYLOAD_REJECTED,
    "auth_denied": OperatorReason.AUTH_DENIED,
}
_NEVER_RETRIED: Final = [*_STUCK, "submission_uncertain"]


@workflow.defn(name=signatures.WORKFLOW)
class BundleCase:
    """One case from submission to its last receipt.

    Signals `agency_replied` (an agency's callback; counted once by event id) and `hand_out`.
    Updates `resume_slot` and `open_gate`, rejected without a trace when the case is not in a state
    for them; each returns the revision to wait for. Query `state` is for operators.

    Promises: the reducer decides, this only executes; slots never wait for each other but by the
    bundle's order; the unexpected in one slot ends in `needs_operator` and leaves its siblings be;
    no legal limit ever times anything out.
    """

    @workflow.init
    def __init__(self, case: CaseInput) -> None:
        """Be ready for messages before `run` starts."""
        self.case = case
        self.state: CaseState = initial_state(case)
        self.slots: dict[str, SlotDefinition] = {slot.slot: slot for slot in case.definition.slots}
        self.entries: list[TimelineEntry] = []
        self.recorded = 0
        self.begun = False
        self.waiting: list[CaseEvent] = []
        self.questions: dict[str, ActivityHandle[Answer]] = {}
        self.tasks: set[asyncio.Task[None]] = set()
        self.alarm: tuple[datetime, asyncio.Task[None]] | None = None

    @workflow.run
    async def run(self, case: CaseInput) -> CaseOutput:
        """Begin, keep the records, and stay until the last receipt is stored and recorded."""
        self.begun = True
        self._apply(Begun())
        for event in self.waiting:
            self._apply(event)
        await self._keep_records()
        self._stop_alarm()
        await workflow.wait_condition(workflow.all_handlers_finished)
        workflow.upsert_search_attributes([_STATE.value_set(self.state.state.value)])
        return CaseOutput(
            number=case.number,
            state=self.state.state.value,
            slots={name: slot.state.value for name, slot in self.state.slots.items()},
            receipts=len(self.state.receipts),
        )

    # ---- messages ---------------------------------------------------------------------------

    @workflow.signal
    def agency_replied(self, reply: AgencyReplied) -> None:
        """Take in what an agency told later."""
        self._take(Replied(slot=reply.slot, round=reply.round, events=reply.events))

    @workflow.signal
    def hand_out(self, handed: HandOut) -> None:
        """Note that a person holds this receipt revision."""
        self._take(HandedOut(revision=handed.revision))

    @workflow.update
    def resume_slot(self, request: ResumeSlot) -> Applied:
        """Go on with a stuck slot, in the same round and under the same key."""
        self._apply(_resumed(request))
        return Applied(revision=self.state.revision)

    @resume_slot.validator
    def check_resume_slot(self, request: ResumeSlot) -> None:
        """Reject what the slot is not in a state for."""
        self._check(_resumed(request))

    @workflow.update
    def open_gate(self, request: OpenGate) -> Applied:
        """Let the slot behind a gate go on."""
        self._apply(GateOpened(slot=request.slot, gate=request.gate, actor=request.actor))
        return Applied(revision=self.state.revision)

    @open_gate.validator
    def check_open_gate(self, request: OpenGate) -> None:
        """Reject a gate that the slot does not wait for."""
        self._check(GateOpened(slot=request.slot, gate=request.gate, actor=request.actor))

    @workflow.query(name="state")
    def current_state(self) -> CaseState:
        """The whole case, for operators; screens read the records."""
        return self.state

    # ---- executing the reducer --------------------------------------------------------------

    def _take(self, event: CaseEvent) -> None:
        """A signal may arrive before the case has begun."""
        if self.begun:
            self._apply(event)
        else:
            self.waiting.append(event)

    def _check(self, event: Resumed | GateOpened) -> None:
        try:
            check_action(self.state, event)
        except ActionRejected as error:
            raise ApplicationError(error.code, error.params, type=error.code, non_retryable=True) from error

    def _apply(self, event: CaseEvent) -> None:
        outcome = step(self.case, self.state, event, workflow.now())
        self.state = outcome.state
        self.entries.extend(outcome.entries)
        for command in outcome.commands:
            self._execute(command)
        self._drop_idle_questions()
        self._set_alarm()

    def _execute(self, command: Command) -> None:
        match command:
            case SubmitItem():
                self._start(self._submit(command), command.slot, command.round)
            case QueryItem():
                if command.slot not in self.questions:
                    self._start(self._query(command), command.slot, command.round)
            case IssueReceipt():
                self._start(self._issue(command), None, 0)

    def _start(self, work: Coroutine[Any, Any, None], slot: str | None, round_: int) -> None:
        task = asyncio.create_task(self._guard(work, slot, round_))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _guard(self, work: Coroutine[Any, Any, None], slot: str | None, round_: int) -> None:
        """Keep a slot's surprise from wedging its siblings: it becomes a case for a person."""
        try:
            await work
        except asyncio.CancelledError:
            raise
        except Exception as error:  # the edge of one slot's coroutine: see the docstring
            if slot is None or is_cancelled_exception(error):
                raise
            reason, detail = OperatorReason.UNEXPECTED, type(error.__cause__ or error).__name__
            self._apply(Stuck(slot=slot, round=round_, reason=reason, detail=detail))

    # ---- one slot ---------------------------------------------------------------------------

    async def _submit(self, command: SubmitItem) -> None:
        slot = self.slots[command.slot]
        wait = command.at - workflow.now()
        if wait > timedelta():
            await asyncio.sleep(wait.total_seconds())
        try:
            answer = await workflow.execute_activity(
                signatures.SUBMIT_ITEM,
                SubmitItemInput(
                    case=self.case.number,
                    slot=slot.slot,
                    item=slot.item,
                    agency=slot.agency,
                    round=command.round,
                    key=slot_key(self.case, slot.slot, command.round),
                    payload=self.case.payloads[slot.slot],
                    outputs=command.outputs,
                ),
                result_type=Answer,
                activity_id=f"submit:{slot.slot}:{command.round}",
                task_queue=slot.queue,
                start_to_close_timeout=timedelta(seconds=30),
                schedule_to_close_timeout=timedelta(days=7),
                retry_policy=_submit_policy(slot),
            )
        except ActivityError as error:
            self._apply(_failure(error, command, retried=slot.capabilities.idempotent_submit))
        else:
            self._apply(Replied(slot=slot.slot, round=command.round, events=answer.events))

    async def _query(self, command: QueryItem) -> None:
        slot = self.slots[command.slot]
        handle = workflow.start_activity(
            signatures.QUERY_ITEM,
            QueryItemInput(
                agency=slot.agency,
                key=slot_key(self.case, slot.slot, command.round),
                at=command.at,
                every=command.every,
                seen=command.seen,
                uncertain=command.uncertain,
            ),
            result_type=Answer,
            activity_id=f"query:{slot.slot}:{command.round}",
            task_queue=slot.queue,
            start_to_close_timeout=timedelta(seconds=20),
            retry_policy=_query_policy(command),
            cancellation_type=ActivityCancellationType.ABANDON,
        )
        self.questions[command.slot] = handle
        try:
            answer = await handle
        except ActivityError as error:
            if not is_cancelled_exception(error):
                self._apply(_failure(error, command, retried=False))
            return
        finally:
            self.questions.pop(command.slot, None)
        if answer.found:
            self._apply(Replied(slot=slot.slot, round=command.round, events=answer.events))
        else:
            self._apply(NotFound(slot=slot.slot, round=command.round))

    async def _issue(self, command: IssueReceipt) -> None:
        receipt = await workflow.execute_activity(
            signatures.ISSUE_RECEIPT,
            IssueReceiptInput(
                case=self.case.number,
                revision=command.revision,
                reason=command.reason,
                header=self.case.header,
                state=self.state,
            ),
            result_type=IssuedReceipt,
            activity_id=f"receipt:{command.revision}",
            task_queue=signatures.RECEIPT_QUEUE,
            start_to_close_timeout=timedelta(seconds=60),
            retry_policy=RetryPolicy(
                initial_interval=timedelta(seconds=5),
                maximum_interval=timedelta(hours=1),
                non_retryable_error_types=["template_error"],
            ),
        )
        self._apply(ReceiptIssued(revision=receipt.revision, sha256=receipt.sha256))

    def _drop_idle_questions(self) -> None:
        """Stop asking agencies about slots that a callback has decided."""
        for name, handle in list(self.questions.items()):
            if self.state.slots[name].state in DECIDED:
                handle.cancel()

    # ---- deadlines --------------------------------------------------------------------------

    def _set_alarm(self) -> None:
        """Sleep until the earliest instant at which a light changes; a later one replaces nothing."""
        instant = next_instant(self.state, workflow.now())
        if instant is None or self.state.state in _FINAL:
            return
        if self.alarm is not None and not self.alarm[1].done() and self.alarm[0] <= instant:
            return
        self._stop_alarm()
        self.alarm = (instant, asyncio.create_task(self._ring(instant)))

    def _stop_alarm(self) -> None:
        if self.alarm is not None:
            self.alarm[1].cancel()
            self.alarm = None

    async def _ring(self, instant: datetime) -> None:
        await asyncio.sleep(max((instant - workflow.now()).total_seconds(), 0))
        self.alarm = None
        self._apply(Ticked())

    # ---- records ----------------------------------------------------------------------------

    async def _keep_records(self) -> None:
        """Record the newest state, one write at a time, until the case has ended and is recorded."""
        while self.state.state not in _FINAL or self.recorded < self.state.revision:
            await workflow.wait_condition(self._worth_recording)
            state, entries = self.state, tuple(self.entries)
            self.entries = []
            await self._record(RecordCaseInput(state=state, entries=entries))
            self.recorded = state.revision

    def _worth_recording(self) -> bool:
        """Whether anything has happened beyond the submission, which the door has recorded itself."""
        return self.state.revision > max(self.recorded, 1) or self.state.state in _FINAL

    async def _record(self, snapshot: RecordCaseInput) -> None:
        try:
            await workflow.execute_local_activity(
                signatures.RECORD_CASE,
                snapshot,
                start_to_close_timeout=_SECOND,
                schedule_to_close_timeout=_SECOND,
                retry_policy=RetryPolicy(maximum_attempts=1),
            )
        except ActivityError:
            await workflow.execute_activity(
                signatures.RECORD_CASE,
                snapshot,
                start_to_close_timeout=timedelta(seconds=10),
                retry_policy=RetryPolicy(maximum_interval=timedelta(minutes=1)),
            )


def _resumed(request: ResumeSlot) -> Resumed:
    return Resumed(slot=request.slot, actor=request.actor, action=request.action, events=request.events)


def _submit_policy(slot: SlotDefinition) -> RetryPolicy:
    """Only a filing that may be sent twice is retried behind the reducer's back."""
    return RetryPolicy(
        initial_interval=timedelta(seconds=2),
        maximum_interval=timedelta(minutes=10),
        maximum_attempts=0 if slot.capabilities.idempotent_submit else 1,
        non_retryable_error_types=_NEVER_RETRIED,
    )


def _query_policy(command: QueryItem) -> RetryPolicy:
    return RetryPolicy(
        initial_interval=timedelta(seconds=min(command.every, 60)),
        maximum_interval=timedelta(seconds=command.every),
        non_retryable_error_types=_NEVER_RETRIED,
    )


def _failure(error: ActivityError, command: SubmitItem | QueryItem, *, retried: bool) -> CaseEvent:
    """What a failed activity means for its slot."""
    cause = error.cause
    slot, round_ = command.slot, command.round
    if isinstance(cause, ActivityTimeout):
        if retried and cause.type is not TimeoutType.START_TO_CLOSE:
            return Unavailable(slot=slot, round=round_, exhausted=True)
        return Uncertain(slot=slot, round=round_)
    kind = cause.type if isinstance(cause, ApplicationError) else None
    if kind == "agency_unavailable":
        return Unavailable(slot=slot, round=round_, exhausted=retried)
    if kind == "submission_uncertain":
        return Uncertain(slot=slot, round=round_)
    reason = _STUCK.get(kind or "", OperatorReason.UNEXPECTED)
    return Stuck(slot=slot, round=round_, reason=reason, detail=kind or type(cause).__name__)
