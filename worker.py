"""The worker's composition root: in goes a role, out comes a process that serves its task queues."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

from temporalio.client import Client
from temporalio.worker import Worker

from activities import signatures
from activities.agencies.registry import Override, at_desks, build, close
from activities.agency import AgencyActivities
from activities.notify import HttpOutbox, relay
from activities.receipt import ReceiptActivities
from activities.record import RecordActivities
from activities.rendering.errors import RenderingError
from activities.rendering.pdf import warm
from console.desk_setting import check_desks
from onething.adapter import AgencyAdapter
from onething.catalog import Catalog, load_catalog
from onething.errors import NotKnown
from onething.item import Agency
from records.archive import Archive, open_archive
from records.desk import ArchiveDesk
from records.notice import hand_to_window
from runtime.health import serve_health
from runtime.keyring import KeyRing
from runtime.loaded import keep_loaded
from runtime.log import configure_log
from runtime.secret import stand_in_secrets
from runtime.settings import Settings, load
from runtime.temporal import connect
from workflows.bundle_case import BundleCase

ALL = "all"
ROLES = "workflow | receipt | agency:<id> | all"
_CACHED = 200
"""Cases kept at hand; one of nine slots weighs 0.7 MB. Any other one is read up when it wakes."""
_RENDERERS = 1
_RENDERS_PER_PROCESS = 200


@dataclass(frozen=True, slots=True)
class Tools:
    """What the activities work with."""

    archive: Archive
    keys: Path
    adapters: Mapping[str, AgencyAdapter]
    agencies: Sequence[Agency]
    callbacks: str | None
    pool: Executor
    shutdown: timedelta = timedelta(seconds=30)
    courier: bool = False
    """Whether notices leave the house."""


def run(role: str = ALL) -> int:
    """Serve `workflow`, `receipt`, `agency:<id>` or `all` until asked to stop; 0 when stopped cleanly."""
    settings = load()
    configure_log(settings)
    try:
        asyncio.run(_run(role, settings))
    except NotKnown as error:
        sys.stderr.write(f"没有这个角色：{error.name}。There is no role {error.name}: {ROLES}\n")
        return 1
    except RuntimeError as error:
        if "client connect" not in str(error):
            raise
        sys.stderr.write(f"流程服务没有应答：{settings.temporal_target}。Temporal does not answer there.\n")
        return 1
    return 0


def build_workers(client: Client, role: str, tools: Tools) -> list[Worker]:
    """One worker per task queue of the role; raises NotKnown for a role that does not exist."""
    records = RecordActivities(tools.archive, courier=tools.courier)
    agency = AgencyActivities(tools.adapters, tools.archive, tools.callbacks)
    receipt = ReceiptActivities(tools.archive, tools.keys, tools.pool, _pool)
    workers: list[Worker] = []
    if role in {ALL, "workflow"}:
        workers.append(
            Worker(
                client,
                task_queue=signatures.WORKFLOW_QUEUE,
                workflows=[BundleCase],
                activities=[records.record_case, records.recall_case],
                graceful_shutdown_timeout=tools.shutdown,
                max_cached_workflows=_CACHED,
            )
        )
    if role in {ALL, "receipt"}:
        workers.append(
            Worker(
                client,
                task_queue=signatures.RECEIPT_QUEUE,
                activities=[receipt.issue_receipt],
                graceful_shutdown_timeout=tools.shutdown,
                max_concurrent_activities=4,
                max_concurrent_activity_task_polls=2,
            )
        )
    workers.extend(
        Worker(
            client,
            task_queue=queue,
            activities=[agency.submit_item, agency.query_item, agency.withdraw_item],
            graceful_shutdown_timeout=tools.shutdown,
            max_concurrent_activity_task_polls=2,
        )
        for queue in queues(role, tools.agencies)
    )
    if not workers:
        raise NotKnown("role", role)
    return workers


def queues(role: str, agencies: Sequence[Agency]) -> tuple[str, ...]:
    """The agencies' task queues that a role serves."""
    wanted = {agency.queue for agency in agencies if role in {ALL, f"agency:{agency.agency}"}}
    return tuple(sorted(wanted))


@contextmanager
def render_pool(keys: Path) -> Iterator[Executor]:
    """A process for rendering, renewed now and then because the PDF library's memory creeps."""
    keys.mkdir(parents=True, exist_ok=True)
    with _pool() as pool:
        yield pool


@asynccontextmanager
async def open_tools(
    settings: Settings, role: str, catalog: Catalog, overrides: Mapping[str, Override] | None = None
) -> AsyncIterator[Tools]:
    """Open archive, adapters and renderer for a role; closes them at the end."""
    ring = KeyRing.load_or_create(settings.keys_dir)
    agencies = [agency for agency in catalog.agencies.values() if role in {ALL, f"agency:{agency.agency}"}]
    async with AsyncExitStack() as stack:
        archive = await stack.enter_async_context(
            open_archive(settings.database_url, ring, settings.blobs_dir)
        )
        desks = at_desks(catalog.agencies.values(), settings.desk_agencies)
        adapters = build(agencies, {**desks, **(overrides or {})}, places(settings), ArchiveDesk(archive))
        stack.push_async_callback(close, adapters)
        pool = stack.enter_context(render_pool(settings.keys_dir))
        callbacks = f"{settings.public_url}/api/v1/agencies"
        grace = timedelta(seconds=settings.shutdown_seconds)
        yield Tools(
            archive,
            settings.keys_dir,
            adapters,
            agencies,
            callbacks,
            pool,
            grace,
            settings.notify_url is not None,
        )


def places(settings: Settings) -> dict[str, str]:
    """What `${…}` in the catalog's adapter options stands for at this installation."""
    return {**os.environ, "simulator": settings.simulator_url, **stand_in_secrets(settings.keys_dir)}


@asynccontextmanager
async def notices(settings: Settings, role: str, archive: Archive) -> AsyncIterator[None]:
    """Bring notices out beside the role that records cases; without an address the window tells them all."""
    if role not in {ALL, "workflow"}:
        yield
        return
    if settings.notify_url is None or settings.notify_secret is None:
        await hand_to_window(archive)
        yield
        return
    outbox = HttpOutbox(settings.notify_url, settings.notify_secret)
    courier = asyncio.create_task(
        relay(archive, outbox, lambda: datetime.now(UTC), catalog=settings.catalog_dir)
    )
    try:
        yield
    finally:
        courier.cancel()
        with suppress(asyncio.CancelledError):
            await courier
        await outbox.aclose()


async def _run(role: str, settings: Settings) -> None:
    catalog = load_catalog(settings.catalog_dir)
    check_desks(settings, catalog.agencies)
    if role not in {ALL, "workflow", "receipt"} and not queues(role, list(catalog.agencies.values())):
        raise NotKnown("role", role)
    ring = KeyRing.load_or_create(settings.keys_dir)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with open_tools(settings, role, catalog) as tools:
        client = await connect(settings, ring)
        keep_loaded()
        async with AsyncExitStack() as stack:
            for worker in build_workers(client, role, tools):
                await stack.enter_async_context(worker)
            await stack.enter_async_context(notices(settings, role, tools.archive))
            await stack.enter_async_context(serve_health(settings.worker_health_port))
            await stop.wait()


def _pool() -> Executor:
    try:
        return ProcessPoolExecutor(
            max_workers=_RENDERERS,
            mp_context=get_context("spawn"),
            initializer=_warm,
            max_tasks_per_child=_RENDERS_PER_PROCESS,
        )
    except OSError:
        # A bare container may lack the shared memory that a pool of processes needs; a thread renders too.
        return ThreadPoolExecutor(max_workers=_RENDERERS, initializer=_warm)


def _warm() -> None:
    """Load the PDF libraries before the first receipt; without them receipts are stored as HTML."""
    try:
        warm()
    except (OSError, RenderingError):
        return


if __name__ == "__main__":
    raise SystemExit(run())
