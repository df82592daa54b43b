"""The http adapter against the stand-ins over a real connection: what cannot be seen in process."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import uvicorn

from activities.agencies.http import create
from onething.adapter import Submission
from onething.errors import AgencyUnavailable, SubmissionUncertain

TREE = Path(__file__).resolve().parents[2]
KEY = "c1/household/1/submit"
AGENCY = """
agency: police
title: {zh: 公安局, en: Police}
short: {zh: 公安, en: police}
queue: agency-police
contact: {phone: "12345", address: {zh: 某处, en: somewhere}, hours: {zh: 每日, en: every day}}
"""


def filing():
    return Submission(key=KEY, item="police/x", slot="household", round=1, payload={}, at=datetime.now(UTC))


@pytest.fixture
async def served(start):
    """The simulator on a real port of this machine, in this event loop."""
    app = start()
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off", ws="none"))
    # A connection made before the server is up waits in the socket's queue: nothing to poll for.
    task = asyncio.create_task(server.serve([listening]))
    yield app, f"http://127.0.0.1:{listening.getsockname()[1]}/agencies/police"
    server.should_exit = True
    await task


async def test_a_reply_broken_off_is_uncertain_and_the_question_afterwards_tells_what_happened(served):
    app, address = served
    app.state.desk.ledger.set_behaviour("police", "*", ["lose_reply"])
    police = create("police", {"base_url": address})

    with pytest.raises(SubmissionUncertain):
        await police.submit(filing())

    events = await police.query(KEY, datetime.now(UTC))
    assert [event.kind for event in events or ()] == ["received", "accepted", "granted"]
    assert app.state.desk.ledger.keys("police")[KEY]["effects"] == 1
    await police.aclose()


async def test_where_nobody_listens_nothing_was_taken(unused_tcp_port):
    police = create("police", {"base_url": f"http://127.0.0.1:{unused_tcp_port}"})

    with pytest.raises(AgencyUnavailable):
        await police.submit(filing())
    assert not (await police.health()).ok
    await police.aclose()


def open_simulator(home):
    """Start the simulator as a process of its own; return it and its address, told in its own log."""
    command = [sys.executable, "-m", "uvicorn", "--factory", "simulator.app:create_app", "--port", "0"]
    env = {**os.environ, "ONCE_HOME": str(home), "ONCE_CATALOG_DIR": str(home / "catalog")}
    process = subprocess.Popen(command, cwd=TREE, env=env, stderr=subprocess.PIPE, text=True)
    for line in process.stderr or ():
        if found := re.search(r"running on (http://[0-9.:]+)", line):
            return process, f"{found[1]}/agencies/police"
    raise AssertionError("the simulator did not start")


def kill(process):
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stderr.close()


async def test_a_killed_simulator_remembers_what_it_took_and_does_nothing_twice(tmp_path):
    folder = tmp_path / "catalog" / "agencies" / "police"
    folder.mkdir(parents=True)
    (folder / "agency.yaml").write_text(AGENCY, encoding="utf-8")

    told = []
    for _ in range(2):
        process, address = open_simulator(tmp_path)
        police = create("police", {"base_url": address})
        try:
            told.append(await police.submit(filing()))
        finally:
            kill(process)
            await police.aclose()

    assert told[0] == told[1]
    assert told[0][-1].kind == "granted"
