"""A bench for workflow tests: cases of a few slots, agencies played in process, receipts stored undrawn."""

import hashlib
import itertools
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from temporalio import activity
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities import signatures
from activities.agencies.mock import MockAgency, MockOptions
from activities.agency import AgencyActivities
from activities.record import RecordActivities
from activities.signatures import (
    Act,
    AgencyReplied,
    HandOut,
    IssuedReceipt,
    IssueReceiptInput,
)
from onething.adapter import AgencyAdapter, AgencyEvent, Capabilities
from onething.case_definition import CaseInput, SlotDefinition
from onething.case_event import Action, GateOpened, OperatorAction, Resumed
from onething.case_state import CaseState, SlotCase
from onething.filing import SlotFiling
from records.archive import Archive
from records.blob import Content
from records.case import NewCase, create_case
from tests.onething.office import Play
from tests.onething.office import slot as any_slot
from workflows.bundle_case import BundleCase

NUMBERS = itertools.count(1_000)
"""Of cases: a drawn one would meet another every fiftieth time among the two hundred of one test."""
BOTH = Capabilities(callbacks=False)
ASKABLE = Capabilities(idempotent_submit=False, settle_after=600, callbacks=False)
REPEATABLE = Capabilities(query_by_key=False)
NEITHER = Capabilities(idempotent_submit=False, query_by_key=False)

Agencies = Mapping[str, AgencyAdapter]


def slot(name: str, *after: str, can: Capabilities = BOTH, **changes: Any) -> SlotDefinition:
    """A slot at an agency of its own."""
    return any_slot(name, after, agency=name, queue=f"agency-{name}", capabilities=can, **changes)


@dataclass
class Bench:
    """Where cases are started and served."""

    environment: WorkflowEnvironment
    archive: Archive
    issued: list[IssueReceiptInput] = field(default_factory=list)

    @asynccontextmanager
    async def play(
        self,
        *slots: SlotDefinition,
        behaviour: Mapping[str, Any] | None = None,
        adapt: Callable[[MockAgency], Any] = lambda agency: agency,
        number: str | None = None,
    ) -> AsyncIterator["Running"]:
        """Start a case and serve it until the block ends."""
        case = await self.file(*slots, number=number)
        mocks = self.agencies(slots, behaviour or {})
        async with self.serve(slots, {name: adapt(mock) for name, mock in mocks.items()}):
            running = Running(self, case, await self.start(case), mocks)
            yield running
            if (await running.handle.describe()).close_time is None:
                await running.handle.terminate()

    def agencies(
        self, slots: tuple[SlotDefinition, ...], behaviour: Mapping[str, Any]
    ) -> dict[str, MockAgency]:
        return {
            one.agency: MockAgency(
                one.agency, MockOptions(behaviour=dict(behaviour), capabilities=one.capabilities)
            )
            for one in slots
        }

    async def file(self, *slots: SlotDefinition, number: str | None = None) -> CaseInput:
        """Store a case as the door does."""
        play = Play(slots)
        now = await self.environment.get_current_time()
        number = number or f"360900-A-20260302-{next(NUMBERS):06d}-0"
        inputs = {
            f"payload:{one.slot}": Content(
                SlotFiling(slot=one.slot, payload={"name": "周桂生"}, form={}).model_dump_json().encode(),
                "application/json",
            )
            for one in slots
        }
        created = await create_case(
            self.archive,
            NewCase(
                number=number,
                bundle="test",
                origin="window",
                filing_mode="assisted",
                submitted_at=now,
                received_on=now.date(),
                idempotency_key=number,
                body_sha256="0" * 64,
                region="360900",
                inputs=inputs,
            ),
        )
        payloads = {name.partition(":")[2]: blob for name, blob in created.inputs.items()}
        changes = {"number": number, "submitted_at": now, "received_on": now.date(), "payloads": payloads}
        return play.case.model_copy(update=changes)

    async def start(self, case: CaseInput) -> WorkflowHandle[Any, Any]:
        return await self.environment.client.start_workflow(
            signatures.WORKFLOW, case, id=case.number, task_queue=signatures.WORKFLOW_QUEUE
        )

    @asynccontextmanager
    async def serve(
        self, slots: tuple[SlotDefinition, ...], adapters: Mapping[str, AgencyAdapter]
    ) -> AsyncIterator[None]:
        """Work on the workflow's, the receipt's and every agency's queue."""
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self.office_worker())
            await stack.enter_async_context(self.receipt_worker())
            for queue in sorted({one.queue for one in slots}):
                await stack.enter_async_context(self.agency_worker(queue, adapters))
            yield

    def office_worker(self, *, cached: int = 100) -> Worker:
        records = RecordActivities(self.archive)
        return Worker(
            self.environment.client,
            task_queue=signatures.WORKFLOW_QUEUE,
            workflows=[BundleCase],
            activities=[records.record_case, records.recall_case],
            max_cached_workflows=cached,
        )

    def receipt_worker(self) -> Worker:
        return Worker(
            self.environment.client, task_queue=signatures.RECEIPT_QUEUE, activities=[self.issue_receipt]
        )

    def agency_worker(self, queue: str, adapters: Mapping[str, AgencyAdapter]) -> Worker:
        agency = AgencyActivities(adapters, self.archive, None)
        return Worker(
            self.environment.client,
            task_queue=queue,
            activities=[agency.submit_item, agency.query_item, agency.withdraw_item],
        )

    @activity.defn(name=signatures.ISSUE_RECEIPT)
    async def issue_receipt(self, task: IssueReceiptInput) -> IssuedReceipt:
        """Keep what was to be drawn."""
        self.issued.append(task)
        digest = hashlib.sha256(f"{task.case}/{task.revision}".encode()).hexdigest()
        return IssuedReceipt(revision=task.revision, sha256=digest)


@dataclass
class Running:
    """A case under way."""

    bench: Bench
    case: CaseInput
    handle: WorkflowHandle[Any, Any]
    mocks: Mapping[str, MockAgency]

    async def end(self) -> dict[str, Any]:
        """Wait for the end, skipping time."""
        result: dict[str, Any] = await self.handle.result()
        return result

    async def state(self) -> CaseState:
        return CaseState.model_validate(await self.handle.query("state"))

    async def slot(self, name: str) -> SlotCase:
        return (await self.state()).slots[name]

    async def pass_by(self, **time: float) -> None:
        """Let time pass, and what it brings about."""
        await self.bench.environment.sleep(timedelta(**time))

    async def until(self, holds: Callable[[CaseState], bool], *, step: float = 1) -> CaseState:
        """Let time pass until the state is as wished."""
        for _ in range(200):
            state = await self.state()
            if holds(state):
                return state
            await self.pass_by(seconds=step)
        raise AssertionError("never came about")

    async def reply(self, name: str, *events: AgencyEvent) -> None:
        """An agency's callback."""
        await self.handle.signal("agency_replied", AgencyReplied(slot=name, round=1, events=events))

    async def hand_out(self, revision: int) -> None:
        await self.handle.signal("hand_out", HandOut(revision=revision))

    async def resume(self, name: str, *events: AgencyEvent) -> Any:
        action = OperatorAction.ENTER_ANSWER if events else OperatorAction.RETRY
        return await self.act(Resumed(slot=name, actor="clerk", action=action, events=events))

    async def open_gate(self, name: str, gate: str) -> Any:
        return await self.act(GateOpened(slot=name, gate=gate, actor="clerk"))

    async def act(self, action: Action) -> Any:
        return await self.handle.execute_update("act", Act(action=action))

    async def events(self) -> list[Any]:
        return list((await self.handle.fetch_history()).events)

    def effects(self) -> dict[str, int]:
        """Effects brought about, by slot."""
        counted: dict[str, int] = {}
        for mock in self.mocks.values():
            for key, count in mock.ledger.items():
                counted[key.split("/")[1]] = counted.get(key.split("/")[1], 0) + count
        return counted
