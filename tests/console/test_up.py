"""`once up` as a person sees it: its own process, its printed lines, its signals."""

import contextlib
import os
import signal
import socket
import subprocess
import sys

import pytest

from console.probe import port_is_free
from console.supervisor import free_ports
from console.up import run
from runtime.settings import PORT_OFFSETS, TREE

PROGRAM = """
import socket, sys
from console.probe import Probe
from console.process import Child
from console.up import run
KINDS = {
    "well": "import http.server as h; h.HTTPServer(('127.0.0.1', int(sys.argv[1])), h.BaseHTTPRequestHandler)"
            ".serve_forever()",
    "broken": "sys.exit(3)",
    "slow": "import signal; signal.pause()",
}
KINDS["robbed"] = KINDS["well"]
held = []
def table(settings, roles):
    argv = (sys.executable, "-I", "-c", "import sys; " + KINDS[sys.argv[1]], str(settings.api_port))
    if sys.argv[1] != "robbed":
        return [Child("api", argv, Probe(settings.api_port))]
    port = settings.worker_health_port
    robber = socket.create_server(("127.0.0.1", port))
    held.append(robber)
    return [Child("worker", (*argv[:-1], str(port)), Probe(port))]
sys.exit(run(int(sys.argv[2]) if len(sys.argv) > 2 else None, table=table))
"""


@pytest.fixture
def variables(tmp_path):
    ports = dict(zip(PORT_OFFSETS, free_ports(len(PORT_OFFSETS)), strict=True))
    named = {f"ONCE_{name.upper()}": str(port) for name, port in ports.items()}
    kept = {key: value for key, value in os.environ.items() if key != "TEMPORAL_ADDRESS"}
    return {**kept, **named, "ONCE_HOME": str(tmp_path / "home"), "PYTHONPATH": str(TREE)}


@pytest.fixture
def up(variables):
    with contextlib.ExitStack() as opened:

        def start(kind: str = "well", *port: str) -> subprocess.Popen[str]:
            argv = [sys.executable, "-u", "-c", PROGRAM, kind, *port]
            process = subprocess.Popen(
                argv, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            )
            opened.enter_context(process)
            opened.callback(process.kill)
            return process

        yield start


def read_until(process: subprocess.Popen[str], word: str) -> str:
    seen = ""
    for line in process.stdout:
        seen += line
        if word in line:
            return seen
    raise AssertionError(f"{word!r} never came: {seen}")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_the_addresses_and_stops_cleanly_when_asked(up, variables, number):
    process = up()
    told = read_until(process, "Temporal   ")
    assert "按 Ctrl-C 停止" in told
    assert f"http://127.0.0.1:{variables['ONCE_API_PORT']}/docs" in told
    process.send_signal(number)
    rest = process.communicate(timeout=20)[0]
    assert "api has stopped" in rest
    assert process.returncode == 0
    assert port_is_free(int(variables["ONCE_API_PORT"]))


def test_a_second_up_says_that_it_runs_and_where(up, variables):
    first = up()
    read_until(first, "Temporal   ")
    second = up()
    told = second.communicate(timeout=20)[0]
    assert second.returncode == 0
    assert f"已在运行（进程 {first.pid}）" in told
    assert f"http://127.0.0.1:{variables['ONCE_API_PORT']}/" in told


def test_a_port_asked_of_what_runs_already_is_said_to_have_had_no_effect(up, variables):
    read_until(up(), "Temporal   ")
    told = up("well", "9100").communicate(timeout=20)[0]
    assert f"http://127.0.0.1:{variables['ONCE_API_PORT']}/" in told
    assert "--port 9100 没有生效" in told
    assert "stop it and run ./once up --port 9100" in told
    same = up("well", variables["ONCE_API_PORT"]).communicate(timeout=20)[0]
    assert "已在运行" in same
    assert "--port" not in same


def test_a_port_in_use_is_named_with_its_setting_and_the_way_out(up, variables):
    with contextlib.closing(socket.socket()) as other:
        other.bind(("127.0.0.1", int(variables["ONCE_API_PORT"])))
        other.listen()
        process = up()
        told = process.communicate(timeout=20)[0]
    assert process.returncode == 1
    assert f"端口 {variables['ONCE_API_PORT']}（ONCE_API_PORT）已被其他程序占用" in told
    assert "→ ./once up --port " in told
    assert "Traceback" not in told


def test_a_port_taken_after_all_were_looked_at_is_named_just_so(up, variables):
    told = up("robbed").communicate(timeout=20)[0]
    assert f"端口 {variables['ONCE_WORKER_HEALTH_PORT']}（ONCE_WORKER_HEALTH_PORT）已被其他程序占用" in told
    assert "→ ./once up --port " in told
    assert "OneThing is ready" not in told
    assert "Traceback" not in told


def test_a_process_that_cannot_start_is_named_with_its_log(up, variables):
    process = up("broken")
    told = process.communicate(timeout=20)[0]
    assert process.returncode == 1
    assert f"api did not start; its log says why: {variables['ONCE_HOME']}/logs/api.log" in told


def test_ctrl_c_while_still_starting_stops_too(up):
    process = up("slow")
    read_until(process, "Starting")
    process.send_signal(signal.SIGINT)
    told = process.communicate(timeout=20)[0]
    assert process.returncode == 0
    assert "OneThing is ready" not in told


def test_without_a_temporal_program_the_doctor_is_named(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("ONCE_HOME", str(tmp_path))
    monkeypatch.delenv("TEMPORAL_ADDRESS", raising=False)
    monkeypatch.setattr("console.supervisor.temporal_program", lambda: None)
    monkeypatch.setattr("console.supervisor.port_is_free", lambda _port: True)
    assert run() == 1
    assert "→ ./once doctor" in capsys.readouterr().out
