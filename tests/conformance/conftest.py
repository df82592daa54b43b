"""One server for the whole folder, at whose registers nobody is known: everything is typed."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.conformance.typing_hand import OWN, shipped
from tests.miniprogram.door import Door, open_door


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    home: Path = tmp_path_factory.mktemp("door")
    with open_door(home, shipped(), {}) as opened:
        yield opened


@pytest.fixture(scope="module")
def clerk(door: Door) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=door.address, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def citizen(door: Door) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=door.address, timeout=30) as client:
        token = client.post("/api/v1/sign-in/development", json=OWN).raise_for_status().json()["token"]
        client.headers["authorization"] = f"Bearer {token}"
        yield client
