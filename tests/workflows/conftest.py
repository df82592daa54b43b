"""Stages and benches: the time-skipping server, a temporary archive and in-process agencies."""

import logging
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from console.skip_server import start_environment
from console.stage import Stage
from onething.calendar import WorkCalendar, load_calendar
from onething.catalog import Catalog, load_catalog
from records.archive import Archive, open_archive
from runtime.keyring import KeyRing
from tests.workflows.bench import Bench

TREE = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _hushed(caplog) -> None:
    """An agency that is away or has no news makes an attempt fail, hundreds of times in some stories."""
    caplog.set_level(logging.ERROR, logger="temporalio.activity")


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


@pytest.fixture
async def environment(ring: KeyRing) -> AsyncIterator[WorkflowEnvironment]:
    async with start_environment(ring) as running:
        yield running


@pytest.fixture
def stage(environment, archive, catalog, calendar, pool, tmp_path) -> Stage:  # noqa: PLR0917
    return Stage(environment, archive, catalog, calendar, pool, tmp_path / "keys")


@pytest.fixture
def bench(environment, archive) -> Bench:
    return Bench(environment, archive)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)
