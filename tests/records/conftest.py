"""One archive on a temporary SQLite file for each test, and a filing to begin from."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from records.archive import Archive, open_archive
from records.blob import Content
from records.case import NewCase
from runtime.keyring import KeyRing

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path}/once.db"


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing.load_or_create(tmp_path / "keys")


@pytest.fixture
async def archive(url: str, ring: KeyRing, tmp_path: Path) -> AsyncIterator[Archive]:
    async with open_archive(url, ring, tmp_path / "blobs") as opened:
        yield opened


@pytest.fixture
def filing() -> Any:
    """A function that gives a filing; each `name` is another number and Idempotency-Key."""

    def make(name: str = "A", **changes: Any) -> NewCase:
        given: dict[str, Any] = {
            "number": f"20261123-{name}",
            "bundle": "bereavement",
            "origin": "window",
            "filing_mode": "assisted",
            "submitted_at": NOW,
            "received_on": date(2026, 11, 23),
            "idempotency_key": f"key-{name}",
            "body_sha256": f"body-{name}",
            "window_id": "yichun-01",
            "inputs": {"answers": Content('{"name(deceased)": "张秀英"}'.encode(), "application/json")},
        }
        return NewCase(**(given | changes))

    return make
