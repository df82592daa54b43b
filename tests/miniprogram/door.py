"""The test door on a real port of this machine, with its own archive, registers and agencies."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import uvicorn
from fastapi import FastAPI

from activities.agencies.registry import in_process
from activities.registers.registry import in_process as registers_in_process
from api.app import create_app
from api.office import Wiring
from onething.calendar import load_calendar
from onething.catalog import Catalog
from onething.rule_binding import rules_of
from runtime.settings import TREE, Settings
from tests.api.conftest import NOW, SECRET, RulingEngine


@dataclass
class Door:
    """One server: its address, and what a test does in its thread."""

    address: str
    app: FastAPI
    engine: RulingEngine
    people: dict[str, Any]
    loop: asyncio.AbstractEventLoop

    def do(self, task: Coroutine[Any, Any, Any]) -> Any:
        """Run something in the server's own loop, as an agency's answer would."""
        return asyncio.run_coroutine_threadsafe(task, self.loop).result(timeout=30)


@contextmanager
def served(app: FastAPI, *, lifespan: Literal["on", "off"] = "on") -> Iterator[tuple[str, Any]]:
    """Serve an application on a free port in a thread of its own; gives its address and its loop."""
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan=lifespan)
    )
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_until_complete, args=(server.serve(),), daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the door did not open"
        threading.Event().wait(0.02)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", loop
    finally:
        server.should_exit = True
        thread.join(timeout=20)
        loop.close()


@contextmanager
def open_door(home: Path, catalog: Catalog, people: Mapping[str, Any], **chosen: Any) -> Iterator[Door]:
    """The application over a new archive, until the test is over; `chosen` are settings of it."""
    engine, known = RulingEngine(), dict(people)
    wiring = Wiring(
        agencies=in_process(catalog.agencies.values()),
        registers=registers_in_process(known),
        secrets={"police": SECRET, "health": SECRET},
        catalog=catalog,
        rules=rules_of(catalog),
        calendar=load_calendar(TREE / "catalog" / "calendars"),
        engine=engine,
        clock=lambda: NOW,
    )
    app = create_app(Settings(home=home, **chosen), wiring)
    with served(app) as (address, loop):
        engine.office = app.state.office
        yield Door(address, app, engine, known, loop)
