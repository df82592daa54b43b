"""Keeps child processes running: in goes a table of children, out come healthy processes until stopped.

Standard library only. Each child runs in its own process group under its own thread; one watcher process
ends every group when the supervising process dies, however it dies, so nothing is left behind.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from console.probe import Probe, port_is_free

PROBE_EVERY = 0.05
FIRST_DELAY, LONGEST_DELAY = 0.1, 30.0
"""Back-off in seconds after a child died: doubled each time, forgotten once it was healthy for a minute."""
STEADY_SECONDS = 60.0
TRIES_BEFORE_FIRST_HEALTH = 3
"""A port of ours that stays taken for as many tries is another program's."""

WATCHER = """
import os, signal, sys
groups = set()
for line in sys.stdin:
    (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
for group in groups:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        pass
"""
"""Reads +group and -group lines; the end of its input means that the supervising process is gone."""


class Happening(StrEnum):
    """What the supervisor tells whoever listens."""

    HEALTHY = "healthy"
    DIED = "died"
    GAVE_UP = "gave_up"
    PORT_BUSY = "port_busy"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Child:
    """One process to keep running: what to run, how to know it is well, and what must be well before it."""

    name: str
    argv: tuple[str, ...]
    probe: Probe
    env: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    then: tuple[str, ...] = ()
    """A command that must succeed after the probe, at every start, before the child counts as healthy."""
    stop_seconds: float = 10.0
    more_ports: tuple[int, ...] = ()  # what it listens on besides the port that is probed


class ChildFailed(Exception):
    """A child could not be brought up: `name`, `log` is where it says why."""

    def __init__(self, name: str, log: Path) -> None:
        """Keep which child failed and where its log is."""
        self.name, self.log = name, log
        super().__init__(name)


class PortTaken(ChildFailed):
    """A child could not be started because another program listens on its `port`."""

    def __init__(self, name: str, log: Path, port: int) -> None:
        """Keep which port it is."""
        self.port = port
        super().__init__(name, log)


Listener = Callable[[str, Happening, float], None]
"""Told the child's name, what happened, and a number: seconds until healthy, exit code, or the busy port."""


class Supervisor:
    """Runs a table of children, restarts the ones that die, and stops them in reverse order."""

    def __init__(self, children: Sequence[Child], logs: Path, listener: Listener | None = None) -> None:
        """Take the table in dependency order; `logs` gets one file for each child."""
        self._logs = logs
        self._listener = listener or (lambda _name, _happening, _number: None)
        self._stopping = threading.Event()
        self._watcher: subprocess.Popen[str] | None = None
        self._kept: dict[str, _Kept] = {}
        for child in children:
            needs = [self._kept[need] for need in child.needs if need in self._kept]
            self._kept[child.name] = _Kept(child, needs, logs / f"{child.name}.log", self._tell)

    def start(self) -> None:
        """Start every child, each as soon as what it needs is healthy; returns at once."""
        self._logs.mkdir(mode=0o700, parents=True, exist_ok=True)
        argv = [sys.executable, "-I", "-S", "-c", WATCHER]
        self._watcher = subprocess.Popen(argv, stdin=subprocess.PIPE, text=True, bufsize=1, process_group=0)
        for kept in self._kept.values():
            kept.start(self._watcher)

    def wait_healthy(self, name: str | None = None, seconds: float = 60.0) -> None:
        """Wait until the child `name`, or every child, is healthy.

        Raises ChildFailed (PortTaken) when it gave up, KeyError for an unknown name, TimeoutError when late.
        """
        deadline = time.monotonic() + seconds
        for kept in self._kept.values() if name is None else [self._kept[name]]:
            kept.wait_healthy(deadline)

    def pid(self, name: str) -> int:
        """Give the process id of the child `name` as it runs now; 0 while it does not."""
        return self._kept[name].pid()

    def kill(self, name: str) -> int:
        """Kill the child `name` with SIGKILL, as a crash would; returns the process id that died.

        The child no longer counts as healthy when this returns, so `wait_healthy` waits for the next one.
        """
        return self._kept[name].kill()

    def stop(self) -> None:
        """Stop every child in reverse order: first asked, then killed with all that it started."""
        for kept in reversed(self._kept.values()):
            kept.ask_to_stop()
        if self._watcher is not None and self._watcher.stdin is not None:
            self._watcher.stdin.close()
            self._watcher.wait()
        self._watcher = None

    def _tell(self, name: str, happening: Happening, number: float) -> None:
        with contextlib.suppress(OSError):  # the terminal may be gone: supervision goes on
            self._listener(name, happening, number)


class _Kept:
    """One child of the table and the thread that keeps it running."""

    def __init__(self, child: Child, needs: "list[_Kept]", log: Path, tell: Listener) -> None:
        self.child = child
        self._needs, self._log, self._tell = needs, log, tell
        self._changed = threading.Condition()
        self._process: subprocess.Popen[bytes] | None = None
        self._healthy = self._gave_up = self._stopping = False
        self._busy: int | None = None
        self._thread = threading.Thread(target=self._keep, name=f"keep-{child.name}", daemon=True)

    def start(self, watcher: subprocess.Popen[str]) -> None:
        self._watcher = watcher
        _rotate(self._log)
        self._thread.start()

    def pid(self) -> int:
        with self._changed:
            return self._process.pid if self._process and self._process.poll() is None else 0

    def wait_healthy(self, deadline: float) -> None:
        with self._changed:
            settled = self._changed.wait_for(
                lambda: self._healthy or self._gave_up or self._stopping, deadline - time.monotonic()
            )
            if self._gave_up and self._busy is not None:
                raise PortTaken(self.child.name, self._log, self._busy)
            if self._gave_up or (settled and not self._healthy):
                raise ChildFailed(self.child.name, self._log)
            if not settled:
                raise TimeoutError(self.child.name)

    def kill(self) -> int:
        with self._changed:
            process, self._healthy = self._process, False
            if process is None or process.poll() is not None:
                return 0
            process.kill()
            return process.pid

    def ask_to_stop(self) -> None:
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
            process = self._process
            if process is not None and process.poll() is None:
                process.terminate()
        if not self._thread.is_alive():
            return
        self._thread.join(self.child.stop_seconds)
        if self._thread.is_alive() and process is not None:
            _end_group(process.pid)
            self._thread.join()

    def _keep(self) -> None:
        delay, failures = FIRST_DELAY, 0
        while self._needs_are_healthy():
            started = time.monotonic()
            self._busy = self._busy_port()
            was_healthy, code = (False, self._busy) if self._busy else self._run_once(started)
            if self._stopping:
                break
            failures = 0 if was_healthy else failures + 1
            if failures == TRIES_BEFORE_FIRST_HEALTH:
                self._settle(gave_up=True)
                self._tell(self.child.name, Happening.PORT_BUSY if self._busy else Happening.GAVE_UP, code)
            if was_healthy and time.monotonic() - started > STEADY_SECONDS:
                delay = FIRST_DELAY
            if not self._busy:
                self._tell(self.child.name, Happening.DIED, code)
            with self._changed:
                self._changed.wait_for(lambda: self._stopping, delay)
            delay = min(2 * delay, LONGEST_DELAY)
        self._tell(self.child.name, Happening.STOPPED, 0)

    def _busy_port(self) -> int | None:
        """Find the port of this child that something else holds: it would answer the probe in its place."""
        ports = (self.child.probe.port, *self.child.more_ports)
        return next((port for port in ports if not port_is_free(port)), None)

    def _run_once(self, started: float) -> tuple[bool, int]:
        """Run the child until it ends; returns whether it was ever healthy, and its exit code."""
        with self._changed, self._log.open("ab") as log:
            if self._stopping:
                return False, 0
            process = self._process = subprocess.Popen(
                self.child.argv,
                env=dict(self.child.env) or None,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
                umask=0o077,  # what a child writes is for the owner only, whatever the shell's mask was
            )
        self._register("+", process.pid)
        healthy = self._until_healthy(process)
        if healthy:
            self._tell(self.child.name, Happening.HEALTHY, time.monotonic() - started)
            self._settle(healthy=True)
        code = process.wait()
        self._settle()
        _end_group(process.pid)
        self._register("-", process.pid)
        return healthy, code

    def _needs_are_healthy(self) -> bool:
        """Wait for what this child needs; False when it is to stop instead."""
        for need in self._needs:
            while not self._stopping and not need.healthy_within(PROBE_EVERY):
                pass
        return not self._stopping

    def healthy_within(self, seconds: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self._healthy, seconds)

    def _until_healthy(self, process: subprocess.Popen[bytes]) -> bool:
        while process.poll() is None and not self._stopping:
            if self.child.probe.passes(process.pid) and self._then(process):
                return True
            with self._changed:
                self._changed.wait_for(lambda: self._stopping, PROBE_EVERY)
        return False

    def _then(self, process: subprocess.Popen[bytes]) -> bool:
        if not self.child.then:
            return process.poll() is None
        with self._log.open("ab") as log:
            done = subprocess.run(
                self.child.then, env=dict(self.child.env) or None, stdout=log, stderr=log, check=False
            )
        return done.returncode == 0 and process.poll() is None

    def _settle(self, *, healthy: bool = False, gave_up: bool = False) -> None:
        with self._changed:
            self._healthy = healthy
            self._gave_up = gave_up or (self._gave_up and not healthy)
            self._changed.notify_all()

    def _register(self, sign: str, group: int) -> None:
        # The watcher may have been killed: nothing depends on it.
        with contextlib.suppress(OSError, ValueError):
            if self._watcher.stdin is not None:
                self._watcher.stdin.write(f"{sign}{group}\n")


def _end_group(group: int) -> None:
    """Kill whatever is left of a child's process group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _rotate(log: Path) -> None:
    if log.exists():
        log.replace(log.with_suffix(".log.1"))
