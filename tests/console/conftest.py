"""A stage for stories that tests of the console change as they need; receipts are not drawn."""

import logging
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from console.skip_server import start_environment
from console.stage import Stage, Undrawn
from onething.calendar import load_calendar
from onething.catalog import Catalog, load_catalog
from onething.definition import Scenario
from records.archive import open_archive
from runtime.keyring import KeyRing
from runtime.settings import TREE


@pytest.fixture(scope="session")
def shipped() -> Catalog:
    return load_catalog(TREE / "catalog")


@pytest.fixture
async def stage(tmp_path: Path, shipped: Catalog, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Stage]:
    caplog.set_level(logging.ERROR, logger="temporalio.activity")
    ring = KeyRing.load_or_create(tmp_path / "keys")
    calendar = load_calendar(TREE / "catalog" / "calendars")
    url = f"sqlite+aiosqlite:///{tmp_path / 'records.db'}"
    async with (
        start_environment(ring) as environment,
        open_archive(url, ring, tmp_path / "blobs") as archive,
    ):
        yield Stage(environment, archive, shipped, calendar, Undrawn(), tmp_path / "keys")


@pytest.fixture(scope="session")
def told(shipped: Catalog) -> Callable[..., Scenario]:
    """The published case with changes, as from a file of its own."""
    base = shipped.scenario("bereavement", "yichun_nine").model_dump(by_alias=True, mode="json")

    def change(**changes: Any) -> Scenario:
        return Scenario.model_validate({**base, **changes})

    return change
