"""A server, a browser and a phone for each test of the mini-program."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from onething.catalog import Catalog, load_catalog
from onething.definition import Scenario
from runtime.settings import TREE
from tests.miniprogram.door import Door, open_door
from tests.miniprogram.family import Filed, file_story, hold
from tests.miniprogram.phone import Phone, chromium, phone_of


@pytest.fixture(scope="session")
def shipped() -> Catalog:
    return load_catalog(TREE / "catalog")


@pytest.fixture(scope="session")
def smooth(shipped: Catalog) -> Scenario:
    return shipped.scenario("bereavement", "smooth_employee")


@pytest.fixture
def door(tmp_path: Path, shipped: Catalog, smooth: Scenario) -> Iterator[Door]:
    with open_door(tmp_path, shipped, smooth.registers) as opened:
        yield opened


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def phone(browser: Browser, door: Door) -> Iterator[Phone]:
    with phone_of(browser, door.address) as opened:
        yield opened


@pytest.fixture
def filed(door: Door, phone: Phone, smooth: Scenario) -> Filed:
    """A case that the applicant has filed, and the applicant's phone, signed in."""
    found = file_story(door.address, smooth, "bereavement")
    hold(phone, found)
    return found


@pytest.fixture
def number(filed: Filed) -> str:
    """That case's number."""
    return filed.number
