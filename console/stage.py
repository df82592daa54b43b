"""A stage for stories: in goes a scenario, out comes its case under way on a server that skips time.

The agencies play inside this process, the archive is whatever the caller opened. Time passes only when
somebody waits for something; a story begins at the instant it was filed, whenever it is played.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from concurrent.futures import Executor, Future
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from temporalio.client import Client, WorkflowHandle, WorkflowHistory
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities import signatures
from activities.agencies.registry import build, in_process
from activities.agency import AgencyActivities
from activities.receipt import ReceiptActivities
from activities.record import RecordActivities
from activities.rendering.errors import PdfUnavailable
from console.seal import seal
from console.story import Filed, file_story, known_years
from console.story_clock import in_story_time, story_clock
from onething.adapter import AgencyAdapter, Capabilities
from onething.calendar import WorkCalendar
from onething.case import FINAL, next_instant
from onething.case_definition import CaseInput
from onething.case_state import AT_AGENCY, CaseState, SlotState
from onething.catalog import Catalog
from onething.definition import Scenario
from onething.errors import CatalogError
from onething.story import ActKind
from records.archive import Archive
from workflows.bundle_case import BundleCase

Watch = Callable[[CaseState, datetime], Awaitable[None]]
"""Told of the case and the story's time whenever it is looked at."""

_SHORTEST: Final = timedelta(seconds=2)
_LONGEST: Final = timedelta(hours=12)
_LONGER: Final = 4
_CACHED: Final = 100
_GOING_HOME: Final = 30.0
"""Seconds of real time that workers have to finish; a story that was broken off may leave some waiting."""
_SLOW: Final = timedelta(minutes=1)
"""How long a busy machine may take to answer, in real time."""
_PATIENCE: Final = timedelta(days=200)
"""How long a story may go without any news; in one that is wrong an agency is asked for ever."""


class Undrawn(Executor):
    """In place of a renderer: receipts are stored without PDF, as where the libraries for it are missing."""

    def submit(self, _draw: Callable[..., Any], /, *_given: Any, **_named: Any) -> Future[Any]:
        """Draw nothing."""
        refused: Future[Any] = Future()
        refused.set_exception(PdfUnavailable("none"))
        return refused


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that stories need; one story at a time, for time is the server's."""

    environment: WorkflowEnvironment
    archive: Archive
    catalog: Catalog
    calendar: WorkCalendar
    pool: Executor
    keys: Path

    @asynccontextmanager
    async def play(
        self,
        story: Scenario,
        *,
        bundle: str = "bereavement",
        number: str | None = None,
        watch: Watch | None = None,
    ) -> AsyncIterator["Played"]:
        """File the story and serve it until the block ends; raises AnswersRejected for wrong answers."""
        adapters = self._agencies(story)
        world = (
            known_years(self.calendar, story),
            {name: adapter.capabilities for name, adapter in adapters.items()},
        )
        number = number or f"360900-A-20260302-{uuid4().int % 10**6:06d}-0"
        filed = file_story(self.catalog, bundle, story, number, world)
        case = await seal(self.archive, filed.prepared, number)
        ahead = datetime.fromisoformat(story.filed_at) - await self.environment.get_current_time()
        changes = any(act.do is ActKind.RESTART_WORKER for act in story.acts)
        crew = Crew(self, _living_in(self.environment.client, ahead), adapters, 0 if changes else _CACHED)
        await crew.start()
        try:
            handle = await self.environment.client.start_workflow(
                signatures.WORKFLOW, case, id=case.number, task_queue=signatures.WORKFLOW_QUEUE
            )
            try:
                yield Played(self, bundle, story, case, filed, handle, crew, ahead, world, watch)
            finally:
                if (await handle.describe()).close_time is None:
                    with suppress(RPCError):  # it came to its end in this very moment
                        await handle.terminate()
        finally:
            await crew.stop()

    def _agencies(self, story: Scenario) -> dict[str, AgencyAdapter]:
        items = [version for versions in self.catalog.items.values() for version in versions]
        agencies = list(self.catalog.agencies.values())
        plays = in_process(agencies, items, story.behaviour)
        for name, played in plays.items():
            plays[name] = played.model_copy(
                update={"options": {**(played.options or {}), "region": story.region}}
            )
        for name, changed in story.capabilities.items():
            options = dict(plays[self.catalog.agency(name).agency].options or {})
            options["capabilities"] = {**options["capabilities"], **changed}
            plays[name] = plays[name].model_copy(update={"options": options})
        return build(agencies, plays)


@dataclass(slots=True)
class Crew:
    """The workers of one story, which may go home and come back."""

    stage: Stage
    client: Client
    adapters: Mapping[str, AgencyAdapter]
    cached: int
    """Cases kept in memory; none where workers change, for this server goes on asking the one before."""
    _at_work: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def start(self) -> None:
        """Serve every queue."""
        for worker in self._workers():
            await self._at_work.enter_async_context(worker)

    async def stop(self) -> None:
        """Leave every queue; what is under way is finished first, if it comes to an end at all."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_GOING_HOME):
                await self._at_work.aclose()
        self._at_work = AsyncExitStack()

    def _workers(self) -> list[Worker]:
        stage, client = self.stage, self.client
        records = RecordActivities(stage.archive)
        receipt = ReceiptActivities(stage.archive, stage.keys, stage.pool)
        agency = AgencyActivities(self.adapters, stage.archive, None)
        asked: list[Callable[..., Any]] = [agency.submit_item, agency.query_item, agency.withdraw_item]
        queues = sorted({one.queue for one in stage.catalog.agencies.values()})
        return [
            Worker(
                client,
                task_queue=signatures.WORKFLOW_QUEUE,
                workflows=[BundleCase],
                activities=[records.record_case, records.recall_case],
                max_cached_workflows=self.cached,
            ),
            Worker(client, task_queue=signatures.RECEIPT_QUEUE, activities=[receipt.issue_receipt]),
            *(
                Worker(client, task_queue=queue, activities=asked, max_concurrent_activity_task_polls=2)
                for queue in queues
            ),
        ]


@dataclass(slots=True)
class Played:
    """A story under way."""

    stage: Stage
    bundle: str
    story: Scenario
    case: CaseInput
    """As it is now: amendments and migrations change it."""
    filed: Filed
    handle: WorkflowHandle[Any, Any]
    crew: Crew
    ahead: timedelta
    """How far the story's time is ahead of the server's."""
    world: tuple[WorkCalendar, Mapping[str, Capabilities]]
    watch: Watch | None = None

    async def now(self) -> datetime:
        """The story's time."""
        return await self.stage.environment.get_current_time() + self.ahead

    async def state(self) -> CaseState:
        """The case as its workflow has it."""
        return CaseState.model_validate(await self.handle.query("state", rpc_timeout=_SLOW))

    async def until(self, holds: Callable[[CaseState], bool], what: str) -> CaseState:
        """Let time pass, from one instant of note to the next, until the state is as wished.

        Raises CatalogError naming the story when it never is; `what` says what was waited for.
        """
        since, pause, told = await self.now(), _SHORTEST, -1
        while True:
            state, now = await self.state(), await self.now()
            if self.watch is not None:
                await self.watch(state, now)
            if holds(state):
                return state
            if state.entries != told:
                since, pause, told = now, _SHORTEST, state.entries
            elif now - since > _PATIENCE or _is_still(state, now):
                raise self.wrong(f"{what} never comes about", _standing(state))
            else:
                pause = min(pause * _LONGER, _LONGEST)
            await self.pass_by(_to_next(state, now, pause))

    async def pass_by(self, span: timedelta) -> None:
        """Let so much time pass, and what it brings about."""
        await self.stage.environment.sleep(span)

    async def end(self) -> dict[str, Any]:
        """Wait for the end; raises CatalogError when there is none."""
        await self.until(lambda state: state.state in FINAL, "the end")
        pause = _SHORTEST
        while (await self.handle.describe()).close_time is None:
            await self.pass_by(pause)
            pause = min(pause * _LONGER, _LONGEST)
        # Left to itself the server would skip to the end of all its timers, ten years on.
        with self.stage.environment.auto_time_skipping_disabled():
            result: dict[str, Any] = await self.handle.result()
        return result

    async def history(self) -> WorkflowHistory:
        """What happened, in the story's time."""
        return in_story_time(await self.handle.fetch_history(), self.ahead)

    def effects(self) -> dict[str, int]:
        """Effects brought about, by slot."""
        counted: dict[str, int] = {}
        for adapter in self.crew.adapters.values():
            for key, count in getattr(adapter, "ledger", {}).items():
                slot = key.split("/")[1]
                counted[slot] = counted.get(slot, 0) + count
        return counted

    def wrong(self, what: str, fix: str) -> CatalogError:
        """The error of a story that does not come out as it says."""
        file = self.stage.catalog.files.get(f"scenario:{self.bundle}:{self.story.scenario}")
        return CatalogError(str(file or self.story.scenario), what, fix)


def _living_in(client: Client, ahead: timedelta) -> Client:
    """The client, whose workers live in the story's time."""
    config = client.config()
    config["plugins"] = [*config["plugins"], story_clock(ahead)]
    return Client(**config)


def _to_next(state: CaseState, now: datetime, pause: timedelta) -> timedelta:
    """How long until something is known to happen, and a second for it to happen.

    While an agency may speak at any time, no longer than `pause`.
    """
    at_agency = [slot.poll_at for slot in state.slots.values() if slot.state in AT_AGENCY]
    ahead = [instant - now for instant in (next_instant(state, now), *at_agency) if instant and instant > now]
    unknown = _is_under_way(state) or any(instant is None or instant <= now for instant in at_agency)
    return min([*ahead, pause] if unknown or not ahead else ahead) + timedelta(seconds=1)


def _is_under_way(state: CaseState) -> bool:
    """Whether something is being filed or drawn."""
    drawing = state.receipt_asked > len(state.receipts)
    return drawing or any(slot.state is SlotState.SUBMITTING for slot in state.slots.values())


def _is_still(state: CaseState, now: datetime) -> bool:
    """Whether nothing more will happen by itself."""
    at_agency = any(slot.state in AT_AGENCY or slot.leaving for slot in state.slots.values())
    waits = at_agency or _is_under_way(state) or next_instant(state, now) is not None
    return state.state in FINAL or not waits


def _standing(state: CaseState) -> str:
    slots = ", ".join(f"{name} {slot.state} (round {slot.round})" for name, slot in state.slots.items())
    return f"the case is {state.state}, {slots}"
