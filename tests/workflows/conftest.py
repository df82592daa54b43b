"""A stage for stories: the time-skipping server, a temporary archive and in-process agencies."""

import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client, WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from activities import signatures
from activities.agencies.mock import MockAgency
from activities.agencies.registry import build, in_process
from console.story import Filed, file_story
from onething.calendar import WorkCalendar, load_calendar
from onething.case_definition import CaseInput
from onething.case_state import CaseState
from onething.catalog import Catalog, load_catalog
from onething.definition import Scenario
from records.archive import Archive, open_archive
from records.blob import Content
from records.case import NewCase, create_case
from runtime.keyring import KeyRing
from runtime.temporal import plugin
from tests.workflows.bench import Bench
from worker import Tools, build_workers

TREE = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load_catalog(TREE / "catalog")


@pytest.fixture(scope="session")
def calendar() -> WorkCalendar:
    return load_calendar(TREE / "catalog" / "calendars")


@pytest.fixture(scope="session")
def pool() -> Iterator[Executor]:
    with ThreadPoolExecutor(max_workers=1) as threads:
        yield threads


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing.load_or_create(tmp_path / "keys")


@pytest.fixture
async def archive(tmp_path: Path, ring: KeyRing) -> AsyncIterator[Archive]:
    url = f"sqlite+aiosqlite:///{tmp_path / 'records.db'}"
    async with open_archive(url, ring, tmp_path / "blobs") as opened:
        yield opened


@asynccontextmanager
async def start_environment(ring: KeyRing) -> AsyncIterator[WorkflowEnvironment]:
    """The time-skipping server of this installation, with the case's search attributes."""
    binary = shutil.which("temporal-test-server", path=str(Path(shutil.which("pytest") or "").parent))
    binary = binary or str(TREE / ".once" / "venv" / "bin" / "temporal-test-server")
    started = await WorkflowEnvironment.start_time_skipping(
        plugins=[plugin(ring)], test_server_existing_path=binary
    )
    async with started as running:
        await running.client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(
                namespace=running.client.namespace,
                search_attributes=dict.fromkeys(
                    (signatures.STATE_ATTRIBUTE, signatures.BUNDLE_ATTRIBUTE, signatures.REGION_ATTRIBUTE),
                    IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
                ),
            )
        )
        yield running


@pytest.fixture
async def environment(ring: KeyRing) -> AsyncIterator[WorkflowEnvironment]:
    async with start_environment(ring) as running:
        yield running


@dataclass
class Stage:
    """Everything a story needs, and its handles afterwards."""

    client: Client
    archive: Archive
    catalog: Catalog
    calendar: WorkCalendar
    pool: Executor
    keys: Path
    agencies: dict[str, MockAgency] = field(default_factory=dict)

    @asynccontextmanager
    async def play(
        self, story: Scenario, *, bundle: str = "bereavement", number: str | None = None
    ) -> AsyncIterator["Played"]:
        """File the story and serve it until the block ends."""
        items = [version for versions in self.catalog.items.values() for version in versions]
        agencies = list(self.catalog.agencies.values())
        adapters = build(agencies, in_process(agencies, items, story.behaviour))
        capabilities = {name: adapter.capabilities for name, adapter in adapters.items()}
        number = number or f"360900-A-20260302-{uuid4().int % 10**6:06d}-0"
        filed = file_story(self.catalog, bundle, story, number, (self.calendar, capabilities))
        case = await seal(self.archive, filed)
        tools = Tools(self.archive, self.keys, adapters, agencies, None, self.pool)
        async with AsyncExitStack() as stack:
            for worker in build_workers(self.client, "all", tools):
                await stack.enter_async_context(worker)
            handle = await self.client.start_workflow(
                signatures.WORKFLOW, case, id=case.number, task_queue=signatures.WORKFLOW_QUEUE
            )
            yield Played(case, filed, handle, adapters)


@dataclass
class Played:
    """A story under way."""

    case: CaseInput
    filed: Filed
    handle: WorkflowHandle[Any, Any]
    adapters: Mapping[str, Any]

    async def end(self) -> dict[str, Any]:
        """Wait for the end, skipping time."""
        result: dict[str, Any] = await self.handle.result()
        return result

    async def state(self) -> CaseState:
        return CaseState.model_validate(await self.handle.query("state"))

    def effects(self) -> dict[str, int]:
        """Effects brought about, by slot."""
        counted: dict[str, int] = {}
        for adapter in self.adapters.values():
            for key, count in adapter.ledger.items():
                slot = key.split("/")[1]
                counted[slot] = counted.get(slot, 0) + count
        return counted


async def seal(archive: Archive, filed: Filed) -> CaseInput:
    """Store a prepared case as the door does, and give the workflow's input."""
    prepared = filed.prepared
    inputs = {
        f"payload:{slot}": Content(filing.model_dump_json().encode(), "application/json")
        for slot, filing in prepared.filings.items()
    }
    inputs["header"] = Content(prepared.header.model_dump_json().encode(), "application/json")
    case = prepared.case
    created = await create_case(
        archive,
        NewCase(
            number=case.number,
            bundle=case.definition.bundle,
            origin=case.origin.value,
            filing_mode=case.mode.value,
            submitted_at=case.submitted_at,
            received_on=case.received_on,
            idempotency_key=case.number,
            body_sha256="0" * 64,
            region=case.region,
            inputs=inputs,
        ),
    )
    payloads = {
        name.removeprefix("payload:"): blob
        for name, blob in created.inputs.items()
        if name.startswith("payload:")
    }
    return case.model_copy(update={"payloads": payloads, "header": created.inputs["header"]})


@pytest.fixture
def stage(environment, archive, catalog, calendar, pool, tmp_path) -> Stage:  # noqa: PLR0917
    return Stage(environment.client, archive, catalog, calendar, pool, tmp_path / "keys")


@pytest.fixture
def bench(environment, archive) -> Bench:
    return Bench(environment, archive)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)
