"""A server that is asked to stop says so before it waits for its open answers."""

import signal
from threading import Event

import uvicorn

from runtime import closing


async def application(*_: object) -> None:
    raise AssertionError


def test_being_asked_to_stop_raises_the_flag_and_stops_as_ever(monkeypatch):
    flag = Event()
    monkeypatch.setattr(closing, "CLOSING", flag)
    server = closing.ClosingServer(uvicorn.Config(application))
    assert not flag.is_set()
    server.handle_exit(signal.SIGTERM, None)
    assert flag.is_set()
    assert server.should_exit


def test_a_server_that_could_not_start_says_so(monkeypatch):
    monkeypatch.setattr(closing.ClosingServer, "run", lambda _: None)
    assert closing.serve(uvicorn.Config(application)) == 3
