"""Providers of identity as real servers, and a door that trusts them."""

import asyncio
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx2
import pytest
import uvicorn
from fastapi import FastAPI

from runtime.settings import Settings
from simulator import province, wechat


@pytest.fixture(scope="session")
def issuer():
    """An OpenID provider in a process of its own: whoever names themselves is signed in."""
    claims = '{"sub": "s-100", "name": "王窗口"}'
    command = [sys.executable, "-m", "oidc_provider_mock", "-p", "0", "--user-claims", claims]
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONWARNINGS"}
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=environ
    ) as process:
        for line in process.stderr or ():
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            if found:
                break
        # What it goes on to say is read, or it would stop when the pipe is full.
        reading = threading.Thread(target=process.stderr.read)
        reading.start()
        yield found[0]
        process.terminate()
        reading.join()


@pytest.fixture
async def stand_ins():
    """WeChat and a province's portal on a real port of this machine, in this event loop."""
    app = FastAPI()
    app.state.now = lambda: datetime.now(UTC)
    for module in (province, wechat):
        app.include_router(module.router)
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off", ws="none"))
    task = asyncio.create_task(server.serve([listening]))
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    await task


@pytest.fixture
def outside(app, client):
    """A browser that comes from elsewhere, as an installation for real use is reached."""
    del client

    @asynccontextmanager
    async def browser(address: str = "10.0.0.5") -> AsyncIterator[httpx2.AsyncClient]:
        transport = httpx2.ASGITransport(app=app, client=(address, 40000))
        async with httpx2.AsyncClient(transport=transport, base_url="https://once.example") as opened:
            yield opened

    return browser


def with_oidc(tmp_path, issuer):
    return Settings(
        home=tmp_path,
        identity="oidc",
        oidc_issuer=issuer,
        oidc_client_id="once",
        oidc_client_secret="hush-hush",
        public_url="https://once.example",
    )


def with_stand_ins(tmp_path, url):
    return Settings(
        home=tmp_path,
        identity="wechat,provincial",
        wechat_app_id=wechat.APP_ID,
        wechat_app_secret=wechat.APP_SECRET,
        wechat_url=f"{url}/wechat",
        provincial_issuer=province.ISSUER,
        provincial_login_url=f"{url}/provincial/login",
        provincial_keys_url=f"{url}/provincial/keys",
        provincial_audience="once-360900",
        public_url="https://once.example",
    )
