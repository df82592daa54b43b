"""Cases a second: in goes a running server, out come ours beside bare Temporal's, measured in turn."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final
from uuid import uuid4

from temporalio import activity
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import Worker

from activities import signatures
from activities.agencies.registry import build, in_process
from activities.agency import AgencyActivities
from activities.receipt_document import build_document
from activities.record import RecordActivities
from activities.rendering.canonical import canonical, digest
from activities.rendering.qr import new_code
from activities.signatures import IssuedReceipt, IssueReceiptInput
from console.bench_shape import reshaped
from console.floor import QUEUE, SLOTS, Floor, FloorActivities, Task, queue_of
from console.seal import seal
from console.story import Filed, file_story
from onething.adapter import AgencyAdapter
from onething.calendar import WorkCalendar
from onething.case_definition import CaseInput
from onething.catalog import Catalog
from onething.counting import BEIJING
from onething.filing import CaseHeader
from records.archive import Archive
from records.blob import get_blob
from records.receipt import NewReceipt, receipts_of, store_receipt
from runtime.temporal import workflow_runner
from workflows.bundle_case import BundleCase

ROUNDS: Final = 9
CASES: Final = 60
IN_FLIGHT: Final = 50
_OURS: Final = "bench"


@dataclass(frozen=True, slots=True)
class Ground:
    """What both sides run on."""

    plain: Client
    client: Client
    """Ours: with the codec."""
    archive: Archive
    catalog: Catalog
    calendar: WorkCalendar
    folder: Path


class JsonReceipts:
    """Stores the receipt's JSON, sealed and chained as ever, without drawing the page."""

    def __init__(self, archive: Archive) -> None:
        """Store into `archive`."""
        self.archive = archive

    @activity.defn(name=signatures.ISSUE_RECEIPT)
    async def issue_receipt(self, task: IssueReceiptInput) -> IssuedReceipt:
        """Build, canonicalise and store."""
        header = CaseHeader.model_validate_json(await get_blob(self.archive, task.case, task.header))
        at = activity.info().scheduled_time.astimezone(BEIJING).replace(microsecond=0)
        earlier = await receipts_of(self.archive, task.case)
        hashes = tuple(one.sha256 for one in earlier if one.revision < task.revision)
        document = build_document(header, task.state, (task.revision, task.reason, hashes), at, new_code())
        data = canonical(document)
        stored = await store_receipt(
            self.archive,
            NewReceipt(
                case=task.case,
                revision=task.revision,
                reason=task.reason,
                document=data,
                sha256=digest(data),
                code=document.proof.code,
                issued_at=at,
                predecessor=document.revision.predecessor,
            ),
        )
        return IssuedReceipt(revision=stored.revision, sha256=stored.sha256)


async def measure(ground: Ground) -> dict[str, Any]:
    """Run both sides `ROUNDS` times, who is first in turn; the ratio is the median of the rounds' ratios."""
    filed, adapters = _nine_slots(ground)
    ours: list[float] = []
    floors: list[float] = []
    async with our_side(ground, adapters), _floor(ground):
        await _round(lambda: _start_floor(ground), 5)
        await _round(await _starter(ground, filed, 5), 5)
        for place in range(ROUNDS):
            sides = (
                (floors, lambda: _start_floor(ground)),
                (ours, await _starter(ground, filed, CASES)),
            )
            for rates, start in sides if place % 2 else reversed(sides):
                rates.append(await _round(start, CASES))
        floor_counts = await _count(await _start_floor(ground))
        our_counts = await _count(await (await _starter(ground, filed, 1))())
    return {
        "cases_per_second": round(median(ours), 2),
        "floor_cases_per_second": round(median(floors), 2),
        "ratio": round(median(our / floor for our, floor in zip(ours, floors, strict=True)), 3),
        "events_per_case": our_counts[0],
        "floor_events_per_case": floor_counts[0],
        "workflow_tasks_per_case": our_counts[1],
        "floor_workflow_tasks_per_case": floor_counts[1],
    }


def _nine_slots(ground: Ground) -> tuple[Filed, dict[str, AgencyAdapter]]:
    """The published nine items made independent and spread over six queues."""
    agencies = list(ground.catalog.agencies.values())
    items = [version for versions in ground.catalog.items.values() for version in versions]
    adapters = build(agencies, in_process(agencies, items))
    capabilities = {name: adapter.capabilities for name, adapter in adapters.items()}
    story = ground.catalog.scenario("bereavement", "yichun_nine")
    filed = file_story(ground.catalog, "bereavement", story, "bench", (ground.calendar, capabilities))
    names = [slot.slot for slot in filed.prepared.case.definition.slots]
    if len(names) != SLOTS:
        msg = f"the benchmark compares {SLOTS} slots, the story has {len(names)}"
        raise ValueError(msg)
    queues = {name: {"queue": our_queue(place)} for place, name in enumerate(names)}
    prepared = reshaped(filed.prepared, {name: name for name in names}, queues)
    return replace(filed, prepared=prepared), adapters


def our_queue(slot: int) -> str:
    """The six agency queues of our side, in turn."""
    return queue_of(slot, _OURS)


@asynccontextmanager
async def our_side(ground: Ground, adapters: dict[str, AgencyAdapter]) -> AsyncIterator[None]:
    """Serve our side's queues until the block ends; receipts are stored and not drawn."""
    agency = AgencyActivities(adapters, ground.archive, None)
    records, receipts = RecordActivities(ground.archive), JsonReceipts(ground.archive)
    async with AsyncExitStack() as stack:
        for worker in (
            Worker(
                ground.client,
                task_queue=signatures.WORKFLOW_QUEUE,
                workflows=[BundleCase],
                activities=[records.record_case, records.recall_case],
            ),
            Worker(ground.client, task_queue=signatures.RECEIPT_QUEUE, activities=[receipts.issue_receipt]),
            *(
                Worker(
                    ground.client,
                    task_queue=queue,
                    activities=[agency.submit_item, agency.query_item, agency.withdraw_item],
                    max_concurrent_activity_task_polls=2,
                )
                for queue in sorted({our_queue(slot) for slot in range(SLOTS)})
            ),
        ):
            await stack.enter_async_context(worker)
        yield


@asynccontextmanager
async def _floor(ground: Ground) -> AsyncIterator[None]:
    work = FloorActivities(ground.folder / "floor.db")
    async with AsyncExitStack() as stack:
        for worker in (
            Worker(ground.plain, task_queue=QUEUE, workflows=[Floor], workflow_runner=workflow_runner()),
            Worker(ground.plain, task_queue=f"{QUEUE}-receipt", activities=[work.store]),
            *(
                Worker(
                    ground.plain,
                    task_queue=queue,
                    activities=[work.submit],
                    max_concurrent_activity_task_polls=2,
                )
                for queue in sorted({queue_of(slot) for slot in range(SLOTS)})
            ),
        ):
            await stack.enter_async_context(worker)
        yield


async def _start_floor(ground: Ground) -> WorkflowHandle[Any, Any]:
    tasks = [Task(slot, {f"field_{n}": "一" * 8 for n in range(15)}) for slot in range(SLOTS)]
    return await ground.plain.start_workflow("Floor", tasks, id=f"floor-{uuid4().hex}", task_queue=QUEUE)


async def _starter(
    ground: Ground, filed: Filed, count: int
) -> Callable[[], Awaitable[WorkflowHandle[Any, Any]]]:
    """Seal `count` cases beforehand, as the door does; starting them is what is measured."""
    cases: list[CaseInput] = []
    for _ in range(count):
        number = f"360900-A-20260302-{uuid4().int % 10**12:012d}-0"
        cases.append(await seal(ground.archive, filed.prepared, number))

    async def start() -> WorkflowHandle[Any, Any]:
        case = cases.pop()
        return await ground.client.start_workflow(
            signatures.WORKFLOW, case, id=case.number, task_queue=signatures.WORKFLOW_QUEUE
        )

    return start


async def _round(start: Callable[[], Awaitable[WorkflowHandle[Any, Any]]], count: int) -> float:
    """Start `count` cases, at most `IN_FLIGHT` open at a time; cases a second."""
    gate = asyncio.Semaphore(IN_FLIGHT)

    async def one() -> None:
        async with gate:
            handle = await start()
            await handle.result(rpc_timeout=timedelta(minutes=5))

    began = perf_counter()
    await asyncio.gather(*(one() for _ in range(count)))
    return count / (perf_counter() - began)


async def _count(handle: WorkflowHandle[Any, Any]) -> tuple[int, int]:
    """Events and completed workflow tasks of one case that ran alone."""
    await handle.result()
    history = await handle.fetch_history()
    kinds: Counter[int] = Counter(event.event_type for event in history.events)
    return len(history.events), kinds[EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED]


def per_second(samples: Sequence[float]) -> float:
    """The median of samples, rounded for people."""
    return round(median(samples), 2)
