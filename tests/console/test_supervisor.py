"""The supervisor, over tiny children: an HTTP server that starts in a tenth of a second."""

import os
import queue
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from console.probe import Probe
from console.process import Child, ChildFailed, Happening, PortTaken, Supervisor
from console.supervisor import AlreadyRunning, PortsInUse, Stack, children, free_ports, running
from runtime.settings import TREE, Settings, load

SERVER = """
import http.server, os, subprocess, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/healthz" else 404)
        self.send_header("once-process", str(os.getpid())); self.end_headers()
    def log_message(self, *_): print("asked", flush=True)
if len(sys.argv) > 2:
    grandchild = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(600)"])
    open(sys.argv[2], "w").write(str(grandchild.pid))
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
"""


def server(name: str, port: int, *more: str, needs: tuple[str, ...] = ()) -> Child:
    argv = (sys.executable, "-I", "-c", SERVER, str(port), *more)
    return Child(name, argv, Probe(port, "/healthz"), needs=needs)


def is_alive(pid: int) -> bool:
    """Whether `pid` still runs: a zombie that nobody has fetched yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_until_gone(pid: int, seconds: float = 10.0) -> None:
    """Wait on the process itself, not on a clock: a pidfd becomes readable when it ends."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        assert select.select([handle], [], [], seconds)[0], f"process {pid} still runs"
    finally:
        os.close(handle)


class Heard:
    """Collects what the supervisor tells."""

    def __init__(self) -> None:
        self.told: queue.Queue[tuple[str, Happening]] = queue.Queue()
        self.order: list[tuple[str, Happening]] = []

    def __call__(self, name: str, happening: Happening, _number: float) -> None:
        self.order.append((name, happening))
        self.told.put((name, happening))

    def wait_for(self, name: str, happening: Happening) -> None:
        while self.told.get(timeout=20) != (name, happening):
            pass


@pytest.fixture
def supervise(tmp_path):
    opened = []

    def start(*table: Child, listener=None) -> Supervisor:
        supervisor = Supervisor(table, tmp_path / "logs", listener)
        opened.append(supervisor)
        supervisor.start()
        return supervisor

    yield start
    for supervisor in opened:
        supervisor.stop()


@pytest.fixture
def settings(tmp_path, monkeypatch):
    monkeypatch.delenv("TEMPORAL_ADDRESS", raising=False)
    names = ("api_port", "simulator_port", "worker_health_port", "temporal_port", "temporal_ui_port")
    return load(home=tmp_path / "home", **dict(zip(names, free_ports(5), strict=True)))


def api_only(settings, _roles):
    return (server("api", settings.api_port),)


def test_a_killed_child_is_started_again_and_becomes_healthy(supervise):
    (port,) = free_ports(1)
    supervisor = supervise(server("api", port))
    supervisor.wait_healthy("api")
    first = supervisor.pid("api")
    assert supervisor.kill("api") == first
    supervisor.wait_healthy("api")
    assert supervisor.pid("api") not in {0, first}
    assert Probe(port, "/healthz").passes()


def test_stopping_leaves_no_process_not_even_a_childs_own(supervise, tmp_path):
    (port,) = free_ports(1)
    note = tmp_path / "grandchild"
    supervisor = supervise(server("worker", port, str(note)))
    supervisor.wait_healthy()
    pids = [supervisor.pid("worker"), int(note.read_text())]
    assert all(is_alive(pid) for pid in pids)
    supervisor.stop()
    for pid in pids:
        wait_until_gone(pid)
    assert supervisor.pid("worker") == 0


def test_what_a_killed_child_started_dies_with_it(supervise, tmp_path):
    (port,) = free_ports(1)
    note = tmp_path / "grandchild"
    supervisor = supervise(server("worker", port, str(note)))
    supervisor.wait_healthy()
    orphan = int(note.read_text())
    supervisor.kill("worker")
    wait_until_gone(orphan)


def test_children_end_when_the_supervisor_itself_is_killed(tmp_path):
    (port,) = free_ports(1)
    program = f"""
import sys, threading
from pathlib import Path
from console.process import Child, Probe, Supervisor
argv = (sys.executable, "-I", "-c", {SERVER!r}, "{port}", {str(tmp_path / "note")!r})
child = Child("api", argv, Probe({port}))
supervisor = Supervisor([child], Path({str(tmp_path / "logs")!r}))
supervisor.start(); supervisor.wait_healthy()
print(supervisor.pid("api"), flush=True)
threading.Event().wait()
"""
    env = {**os.environ, "PYTHONPATH": str(TREE)}
    argv = [sys.executable, "-c", program]
    with subprocess.Popen(argv, env=env, stdout=subprocess.PIPE, text=True) as supervising:
        child = int(supervising.stdout.readline())
        grandchild = int((tmp_path / "note").read_text())
        supervising.send_signal(signal.SIGKILL)
        wait_until_gone(child)
        wait_until_gone(grandchild)


def test_a_child_starts_only_when_what_it_needs_is_healthy(supervise):
    first, second = free_ports(2)
    heard = Heard()
    supervisor = supervise(
        server("temporal", first), server("api", second, needs=("temporal",)), listener=heard
    )
    supervisor.wait_healthy()
    supervisor.stop()
    assert heard.order == [
        ("temporal", Happening.HEALTHY),
        ("api", Happening.HEALTHY),
        ("api", Happening.STOPPED),
        ("temporal", Happening.STOPPED),
    ]


def test_a_child_that_never_comes_up_is_named_with_its_log(supervise, tmp_path):
    (port,) = free_ports(1)
    broken = Child("api", (sys.executable, "-I", "-S", "-c", "raise SystemExit('no database')"), Probe(port))
    supervisor = supervise(broken)
    with pytest.raises(ChildFailed) as caught:
        supervisor.wait_healthy()
    assert (caught.value.name, caught.value.log) == ("api", tmp_path / "logs" / "api.log")
    assert "no database" in caught.value.log.read_text()


def test_the_command_after_the_probe_must_succeed_before_the_child_counts_as_healthy(supervise, tmp_path):
    (port,) = free_ports(1)
    plain = server("temporal", port)
    fails_once = (
        "import pathlib, sys\nmark = pathlib.Path(sys.argv[1])\n"
        "seen = mark.exists()\nmark.touch()\nsys.exit(not seen)"
    )
    then = (sys.executable, "-I", "-S", "-c", fails_once, str(tmp_path / "mark"))
    supervisor = supervise(Child(plain.name, plain.argv, plain.probe, then=then))
    supervisor.wait_healthy("temporal")
    assert (tmp_path / "mark").exists()


def test_a_new_start_keeps_the_log_of_the_last_one(supervise, tmp_path):
    for _ in range(2):
        (port,) = free_ports(1)
        supervisor = supervise(server("api", port))
        supervisor.wait_healthy()
        supervisor.stop()
    logs = sorted(path.name for path in (tmp_path / "logs").iterdir())
    assert logs == ["api.log", "api.log.1"]


def test_waiting_says_which_child_is_late(supervise):
    (port,) = free_ports(1)
    silent = (sys.executable, "-I", "-S", "-c", "import signal; signal.pause()")
    supervisor = supervise(Child("worker", silent, Probe(port)))
    with pytest.raises(TimeoutError, match="worker"):
        supervisor.wait_healthy("worker", seconds=0)


def test_a_stack_on_a_taken_port_names_the_setting_and_starts_nothing(settings):
    with Stack(settings, table=api_only):
        other = settings.model_copy(update={"home": settings.home / "other"})
        other.home.mkdir()
        with pytest.raises(PortsInUse) as caught, Stack(other, ("api",), table=api_only):
            pass
    assert caught.value.taken == {"api_port": settings.api_port}


def test_what_another_process_answers_on_our_port_is_not_our_health(supervise):
    (port,) = free_ports(1)
    starts_another = (
        "import signal, subprocess, sys; "
        "subprocess.Popen([sys.executable, '-I', '-c', *sys.argv[1:]]); signal.pause()"
    )
    argv = (sys.executable, "-I", "-c", starts_another, SERVER, str(port))
    supervisor = supervise(Child("worker", argv, Probe(port, "/healthz")))
    with pytest.raises(TimeoutError):
        supervisor.wait_healthy(seconds=1.5)
    assert Probe(port, "/healthz").passes()


def test_the_probe_takes_only_the_answer_of_the_process_that_it_asks_for(supervise):
    (port,) = free_ports(1)
    supervisor = supervise(server("api", port))
    supervisor.wait_healthy()
    probe = Probe(port, "/healthz")
    assert probe.passes(supervisor.pid("api"))
    assert not probe.passes(os.getpid())


def test_a_port_taken_while_the_stack_starts_is_named_and_nothing_stays_behind(settings):
    heard = Heard()
    with socket.socket() as other:

        def table(_settings: Settings, _roles: Sequence[str]) -> tuple[Child, ...]:
            # All ports were looked at before: now another installation's process comes in between.
            other.bind(("127.0.0.1", settings.worker_health_port))
            other.listen()
            waits = server("worker", settings.worker_health_port, needs=("api",))
            return (server("api", settings.api_port), waits)

        with pytest.raises(PortsInUse) as caught, Stack(settings, listener=heard, table=table):
            pass
    assert caught.value.taken == {"worker_health_port": settings.worker_health_port}
    assert ("worker", Happening.PORT_BUSY) in heard.order
    assert ("worker", Happening.HEALTHY) not in heard.order
    assert heard.order[-1] == ("api", Happening.STOPPED)


def test_a_second_port_of_a_child_is_looked_at_too(supervise):
    first, second = free_ports(2)
    with socket.socket() as other:
        other.bind(("127.0.0.1", second))
        other.listen()
        plain = server("temporal", first)
        supervisor = supervise(Child(plain.name, plain.argv, plain.probe, more_ports=(second,)))
        with pytest.raises(PortTaken) as caught:
            supervisor.wait_healthy()
    assert caught.value.port == second


def test_a_second_stack_on_the_same_data_learns_who_runs_the_first(settings):
    with Stack(settings, table=api_only) as stack:
        with pytest.raises(AlreadyRunning) as caught, Stack(settings, table=api_only):
            pass
        assert caught.value.pid == os.getpid()
        assert caught.value.addresses == stack.addresses
        assert running(settings.home).pid == os.getpid()
    assert running(settings.home) is None


def test_a_temporary_stack_leaves_nothing_behind():
    with Stack(table=api_only) as stack:
        home, pid = stack.settings.home, stack.pid("api")
        assert (home / "logs" / "api.log").exists()
    assert not home.exists()
    assert not is_alive(pid)


def test_the_table_keeps_closed_cases_for_thirty_days_at_full_durability(settings):
    temporal = children(settings)[0]
    assert temporal.name == "temporal"
    assert ("--sqlite-pragma", "synchronous=full") in zip(temporal.argv, temporal.argv[1:], strict=False)
    assert temporal.then[-2:] == ("--retention", "30d")


def test_a_given_cluster_is_not_started_but_reached_by_every_child(settings):
    given = settings.model_copy(update={"temporal_address": "cluster.example:7233"})
    table = children(given)
    assert [child.name for child in table] == ["simulator", "worker", "api"]
    assert {child.env["TEMPORAL_ADDRESS"] for child in table} == {"cluster.example:7233"}


def test_the_embedded_temporal_server_comes_up_with_its_retention(settings):
    with Stack(settings, ("temporal",)) as stack:
        temporal = children(settings, ("temporal",))[0]
        describe = (
            temporal.argv[0],
            "operator",
            "namespace",
            "describe",
            "--address",
            settings.temporal_target,
        )
        told = subprocess.run([*describe, "default"], capture_output=True, text=True, check=True)
        assert "720h0m0s" in told.stdout
        pid = stack.pid("temporal")
    assert not is_alive(pid)


def test_supervision_survives_a_listener_whose_terminal_is_gone(supervise):
    (port,) = free_ports(1)
    heard = threading.Event()

    def broken(_name: str, happening: Happening, _number: float) -> None:
        if happening is Happening.DIED:
            heard.set()
        raise BrokenPipeError

    supervisor = supervise(server("api", port), listener=broken)
    supervisor.wait_healthy()
    supervisor.kill("api")
    supervisor.wait_healthy("api")
    assert heard.is_set()


def test_a_listener_hears_of_a_death_and_of_the_recovery(supervise):
    (port,) = free_ports(1)
    heard = Heard()
    supervisor = supervise(server("api", port), listener=heard)
    heard.wait_for("api", Happening.HEALTHY)
    began = time.monotonic()
    os.kill(supervisor.pid("api"), signal.SIGKILL)
    heard.wait_for("api", Happening.DIED)
    heard.wait_for("api", Happening.HEALTHY)
    assert time.monotonic() - began < 20
