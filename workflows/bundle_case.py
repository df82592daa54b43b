"""The durable case: in goes a pinned definition, out come the agencies' decisions and one receipt."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, Final

from temporalio import workflow
from temporalio.common import SearchAttributeKey
from temporalio.exceptions import ActivityError, ApplicationError, is_cancelled_exception
from temporalio.workflow import ActivityHandle

from activities import signatures
from activities.signatures import (
    Act,
    AgencyReplied,
    Announce,
    Answer,
    Applied,
    CaseOutput,
    HandOut,
    RecordCaseInput,
)
from onething.case import FINAL, check_action, initial_state, next_instant, step
from onething.case_definition import CaseInput, SlotDefinition
from onething.case_event import (
    Begun,
    CalendarAnnounced,
    CaseEvent,
    Command,
    FilingLeft,
    HandedOut,
    IssueReceipt,
    NotFound,
    QueryItem,
    ReceiptIssued,
    Replied,
    Stuck,
    SubmitItem,
    Ticked,
    Unavailable,
    WithdrawItem,
)
from onething.case_state import DECIDED, CaseState, OperatorReason, SlotState, TimelineEntry
from onething.errors import ActionRejected

with workflow.unsafe.imports_passed_through():
    from workflows import call

_MOMENT: Final = timedelta(seconds=5)
_SUMMONS: Final = timedelta(minutes=1)
_STATE: Final = SearchAttributeKey.for_keyword(signatures.STATE_ATTRIBUTE)


@workflow.defn(name=signatures.WORKFLOW)
class BundleCase:
    """One case from submission to its last receipt.

    Signals `agency_replied` (an agency's callback; counted once by event id), `hand_out` and
    `announce_calendar`. Update `act`: whatever a person may ask, rejected without a trace when the case
    is not in a state for it; it returns the revision to wait for. Query `state` is for operators.

    Promises: the reducer decides, this only executes; slots never wait for each other but by the
    bundle's order; the unexpected in one slot ends in `needs_operator` and leaves its siblings be;
    no legal limit ever times anything out.
    """

    @workflow.init
    def __init__(self, case: CaseInput) -> None:
        """Be ready for messages before `run` starts."""
        self.case = case.model_copy(update={"ended": None})
        self.state: CaseState = CaseState.model_validate(case.ended) if case.ended else initial_state(case)
        self.slots: dict[str, SlotDefinition] = {slot.slot: slot for slot in case.definition.slots}
        self.entries: list[TimelineEntry] = []
        self.recorded = self.state.revision
        self.settled = False
        self.begun = False
        self.waiting: list[CaseEvent] = []
        self.filings: dict[tuple[str, int], ActivityHandle[Answer] | None] = {}
        self.questions: dict[str, tuple[int, ActivityHandle[Answer]]] = {}
        self.withdrawals: set[tuple[str, int]] = set()
        self.tasks: set[asyncio.Task[None]] = set()
        self.alarm: tuple[datetime, asyncio.Task[None]] | None = None

    @workflow.run
    async def run(self, case: CaseInput) -> CaseOutput:
        """Begin, keep the records, and stay until the last receipt is stored and recorded.

        A case that had ended is taken up again for one thing, the message it was started with.
        """
        if case.ended is not None:
            await self._recall()
        self.begun = True
        self._apply(Begun())
        for event in self.waiting:
            self._apply(event)
        if case.ended is not None:
            await self._wait(lambda: self.state.revision > self.recorded, _SUMMONS)
        while self._goes_on() or self.recorded < self.state.revision:
            await self._keep_records()
            # An agency that is away still has to hear that a filing was taken back.
            await workflow.wait_condition(lambda: workflow.all_handlers_finished() and not self.withdrawals)
        self._stop_alarm()
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

    @workflow.signal
    def announce_calendar(self, announced: Announce) -> None:
        """Count provisional due dates again."""
        self._take(CalendarAnnounced(calendar=announced.calendar))

    @workflow.update
    async def act(self, request: Act) -> Applied:
        """Do what a person asks of the case."""
        if not self.begun:
            await workflow.wait_condition(lambda: self.begun)
            self.check_act(request)  # taken up meanwhile, it may stand otherwise than it seemed
        self._apply(request.action)
        return Applied(revision=self.state.revision)

    @act.validator
    def check_act(self, request: Act) -> None:
        """Reject what the case is not in a state for."""
        try:
            check_action(self.case, self.state, request.action, workflow.now())
        except ActionRejected as error:
            raise ApplicationError(error.code, error.params, type=error.code, non_retryable=True) from error

    @workflow.query(name="state")
    def current_state(self) -> CaseState:
        """The whole case, for operators; screens read the records."""
        return self.state

    async def _recall(self) -> None:
        """Go on from where whoever took the case up before has left it."""
        recalled = await call.recall_case(self.case)
        if recalled.state is not None and recalled.state.revision > self.state.revision:
            self.state = recalled.state
            self.recorded = recalled.state.revision

    # ---- executing the reducer --------------------------------------------------------------

    def _take(self, event: CaseEvent) -> None:
        """A signal may arrive before the case has begun."""
        if self.begun:
            self._apply(event)
        else:
            self.waiting.append(event)

    def _apply(self, event: CaseEvent) -> None:
        try:
            outcome = step(self.case, self.state, event, workflow.now())
        except Exception as error:
            if not isinstance(event, Replied):
                raise
            # The edge to what agencies say: an answer beyond all rules is for a person, and for one slot.
            self._apply(_surprise(event.slot, event.round, error))
            return
        self.state = outcome.state
        self.entries.extend(outcome.entries)
        if outcome.case is not None:
            self.case = outcome.case
            self.slots = {slot.slot: slot for slot in self.case.definition.slots}
        self._drop_idle_calls()
        for command in outcome.commands:
            self._execute(command)
        self._set_alarm()

    def _execute(self, command: Command) -> None:
        """Start what is asked for; a slot has at most one filing and one question under way."""
        match command:
            case SubmitItem() if (command.slot, command.round) not in self.filings:
                self.filings[command.slot, command.round] = None
                self._start(self._submit(command), command.slot, command.round)
            case QueryItem() if command.slot not in self.questions:
                question = call.query_item(self.case, self.slots[command.slot], command)
                self.questions[command.slot] = (command.round, question)
                self._start(self._query(command, question), command.slot, command.round)
            case WithdrawItem() if (command.slot, command.round) not in self.withdrawals:
                self.withdrawals.add((command.slot, command.round))
                self._start(self._withdraw(command), command.slot, command.round)
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
            self._apply(_surprise(slot, round_, error))

    # ---- one slot ---------------------------------------------------------------------------

    async def _submit(self, command: SubmitItem) -> None:
        slot = self.slots[command.slot]
        try:
            wait = command.at - workflow.now()
            if wait > timedelta():
                await asyncio.sleep(wait.total_seconds())
                waiting = self.state.slots[slot.slot]
                if waiting.state is not SlotState.SUBMITTING or waiting.round != command.round:
                    return  # heard from meanwhile: a second filing could have a second effect
            event = await self._filed(slot, command)
        except ActivityError as error:
            if (slot.slot, command.round) not in self.filings:
                return  # dropped by us: the slot is decided, or goes on in another round
            event = call.meaning(error, command, retried=slot.capabilities.idempotent_submit)
        finally:
            self.filings.pop((slot.slot, command.round), None)
        self._apply(event)

    async def _filed(self, slot: SlotDefinition, command: SubmitItem) -> CaseEvent:
        """File, unless the case is held meanwhile or the slot is to be taken back."""
        if self.state.hold is not None or self.state.slots[slot.slot].leaving is not None:
            return Unavailable(slot=slot.slot, round=command.round)
        filing = call.submit_item(self.case, slot, command)
        self.filings[slot.slot, command.round] = filing
        answer = await filing
        return Replied(slot=slot.slot, round=command.round, events=answer.events)

    async def _withdraw(self, command: WithdrawItem) -> None:
        try:
            gone = await call.withdraw_item(self.case, self.slots[command.slot], command)
            event: CaseEvent = FilingLeft(slot=command.slot, round=command.round, gone=gone)
        except ActivityError:
            event = Stuck(slot=command.slot, round=command.round, reason=OperatorReason.WITHDRAWAL_FAILED)
        finally:
            self.withdrawals.discard((command.slot, command.round))
        self._apply(event)

    async def _query(self, command: QueryItem, question: ActivityHandle[Answer]) -> None:
        slot, round_ = command.slot, command.round
        asked = (round_, question)
        try:
            answer = await question
        except ActivityError as error:
            if self.questions.get(slot) != asked:
                return  # dropped by us: nothing more is to be asked
            event = call.meaning(error, command, retried=False)
        else:
            replied = Replied(slot=slot, round=round_, events=answer.events)
            event = replied if answer.found else NotFound(slot=slot, round=round_, asked_at=answer.asked_at)
        finally:
            if self.questions.get(slot) == asked:
                del self.questions[slot]
        self._apply(event)

    async def _issue(self, command: IssueReceipt) -> None:
        receipt = await call.issue_receipt(self.case, self.state, command)
        self._apply(ReceiptIssued(revision=receipt.revision, sha256=receipt.sha256))

    def _drop_idle_calls(self) -> None:
        """Stop filing what is decided or goes on in another round, and asking agencies about it."""
        for (name, round_), filing in list(self.filings.items()):
            slot = self.state.slots[name]
            if filing is not None and (slot.state in DECIDED or slot.round != round_):
                del self.filings[name, round_]
                filing.cancel()
        for name, (round_, handle) in list(self.questions.items()):
            slot = self.state.slots[name]
            if slot.state in DECIDED or slot.round != round_:
                del self.questions[name]
                handle.cancel()

    # ---- deadlines --------------------------------------------------------------------------

    def _set_alarm(self) -> None:
        """Sleep until the earliest instant at which a light changes; a later one replaces nothing."""
        instant = next_instant(self.state, workflow.now())
        if instant is None or self.state.state in FINAL or not self.settled:
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
        await self._settle()
        self.settled = True
        self._set_alarm()
        while self._goes_on() or self.recorded < self.state.revision:
            await workflow.wait_condition(self._has_news)
            await self._settle()
            state, entries = self.state, tuple(self.entries)
            self.entries = []
            await call.record_case(RecordCaseInput(state=state, entries=entries))
            self.recorded = state.revision

    def _goes_on(self) -> bool:
        """Whether the case has not ended, or has a receipt to draw still."""
        state = self.state
        return state.state not in FINAL or state.receipt_asked > len(state.receipts)

    def _has_news(self) -> bool:
        """Whether anything has happened beyond the submission, which the door has recorded itself."""
        return self.state.revision > max(self.recorded, 1) or not self._goes_on()

    async def _settle(self) -> None:
        """While answers or a receipt are still coming in, wait a moment and write all down together."""
        if self._expecting():
            await self._wait(lambda: not self._expecting(), _MOMENT)

    async def _wait(self, until: Callable[[], bool], at_most: timedelta) -> None:
        with contextlib.suppress(TimeoutError):
            await workflow.wait_condition(until, timeout=at_most)

    def _expecting(self) -> bool:
        drawing = self.state.receipt_asked > len(self.state.receipts)
        return drawing or any(slot.state is SlotState.SUBMITTING for slot in self.state.slots.values())


def _surprise(slot: str, round_: int, error: BaseException) -> Stuck:
    """A surprise by its type alone: its message may be personal."""
    detail = type(error.__cause__ or error).__name__
    return Stuck(slot=slot, round=round_, reason=OperatorReason.UNEXPECTED, detail=detail)
