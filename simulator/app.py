"""All stand-in agencies and registers in one process: in goes the environment, out comes the application.

Start it with `uvicorn --factory simulator.app:create_app --port 8710 --timeout-keep-alive 75`.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import httpx2
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError

from onething.catalog_file import read_catalog
from simulator import control, filing, page, people, province, sender, wechat
from simulator.courier import Courier
from simulator.desk import Desk
from simulator.ledger import Ledger
from simulator.problem import Refusal, show_malformed, show_refusal
from simulator.sender import StandInSender
from simulator.world import World, world_of

_TREE: Final = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class SimulatorOptions:
    """What one simulator needs; without a token all may file, without a secret none is called back."""

    home: Path
    catalog: Path
    pace: float = 1.0
    token: str | None = None
    webhook_secret: str | None = None
    notify_secret: str | None = None
    """Of messages to people and of the reports on them; the callbacks' own where none is given."""
    public_url: str = "http://127.0.0.1:8700"
    """Where the door is reached: the reports go there."""


def options_from(environ: Mapping[str, str]) -> SimulatorOptions:
    """Read ONCE_HOME, ONCE_CATALOG_DIR, ONCE_PUBLIC_URL, ONCE_NOTIFY_SECRET and ONCE_SIMULATOR_….

    These are PACE, TOKEN and WEBHOOK_SECRET.
    """
    return SimulatorOptions(
        home=Path(environ.get("ONCE_HOME") or _TREE / ".once" / "data"),
        catalog=Path(environ.get("ONCE_CATALOG_DIR") or _TREE / "catalog"),
        pace=float(environ.get("ONCE_SIMULATOR_PACE") or 1),
        token=environ.get("ONCE_SIMULATOR_TOKEN") or None,
        webhook_secret=environ.get("ONCE_SIMULATOR_WEBHOOK_SECRET") or None,
        notify_secret=environ.get("ONCE_NOTIFY_SECRET") or None,
        public_url=environ.get("ONCE_PUBLIC_URL") or "http://127.0.0.1:8700",
    )


def create_app(
    options: SimulatorOptions | None = None,
    *,
    world: World | None = None,
    now: Callable[[], datetime] | None = None,
    transport: httpx2.AsyncBaseTransport | None = None,
) -> FastAPI:
    """Build the application over `simulator.db` in the data folder.

    `world` stands in for the catalog, `now` for the clock and `transport` for the way out, in tests.
    Raises CatalogError.
    """
    chosen = options or options_from(os.environ)
    clock = now or _utc_now
    known = world or world_of(read_catalog(chosen.catalog))
    chosen.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    ledger = Ledger(chosen.home / "simulator.db")
    _load_people(ledger, known)
    desk = Desk(ledger, known, clock, chosen.pace)
    courier = Courier(desk, chosen.webhook_secret, clock, transport)

    app = FastAPI(title="Stand-in agencies", version="1", lifespan=_lifespan)
    app.state.desk, app.state.courier, app.state.now, app.state.token = desk, courier, clock, chosen.token
    app.state.sender = StandInSender(
        chosen.home / "sender.db",
        chosen.notify_secret or chosen.webhook_secret,
        f"{chosen.public_url.rstrip('/')}/api/v1/notices/reports",
        clock,
        transport,
    )
    for module in (filing, people, page, control, province, sender, wechat):
        app.include_router(module.router)
    app.include_router(control.agency_router)
    app.include_router(control.ledger_router)
    app.add_exception_handler(Refusal, show_refusal)
    app.add_exception_handler(RequestValidationError, show_malformed)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    courier: Courier = app.state.courier
    delivering = asyncio.create_task(courier.run())
    yield
    delivering.cancel()
    with suppress(asyncio.CancelledError):
        await delivering
    await courier.aclose()
    desk: Desk = app.state.desk
    desk.ledger.close()


def _load_people(ledger: Ledger, world: World) -> None:
    with ledger.together():
        for register, records in world.people.items():
            for number, record in records.items():
                ledger.set_person(register, number, record)


def _utc_now() -> datetime:
    return datetime.now(UTC)
