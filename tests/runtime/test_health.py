"""A process's sign of life over plain HTTP."""

import asyncio
import os
import socket

import httpx2
import pytest

from runtime.health import PROCESS_HEADER, serve_health


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


async def test_a_process_whose_loop_turns_answers_200(port):
    async with serve_health(port), httpx2.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"http://127.0.0.1:{port}/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer.headers[PROCESS_HEADER] == str(os.getpid())


async def test_a_caller_that_hangs_up_harms_nobody(port):
    async with serve_health(port):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /hea")
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        async with httpx2.AsyncClient(trust_env=False) as client:
            assert (await client.get(f"http://127.0.0.1:{port}/healthz")).status_code == 200


async def test_a_port_in_use_is_an_error_at_once(port):
    async with serve_health(port):
        with pytest.raises(OSError, match="address already in use"):
            async with serve_health(port):
                pass
