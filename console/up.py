"""`once up`: everything started, kept running and stopped on Ctrl-C; in goes a port, out the addresses."""

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from console.desk_setting import check_desks
from console.probe import port_is_free
from console.process import Child, ChildFailed, Happening
from console.supervisor import (
    AlreadyRunning,
    PortsInUse,
    Stack,
    TemporalMissing,
    addresses,
    children,
)
from runtime.settings import PORT_OFFSETS, Settings, load, variable

SENTENCES = {
    "starting": ("正在启动 …", "Starting …"),
    "healthy": ("{name} 已就绪（{number:.1f} 秒）", "{name} is ready ({number:.1f} s)"),
    "died": (
        "{name} 已退出（代码 {number:.0f}），正在重启",
        "{name} ended (code {number:.0f}), restarting it",
    ),
    "gave_up": ("{name} 反复退出", "{name} keeps ending"),
    "port_busy": (
        "{name} 要用的端口 {number:.0f} 已被其他程序占用",
        "{name} needs port {number:.0f}, which another program holds",
    ),
    "stopped": ("{name} 已停止", "{name} has stopped"),
    "ready": ("一件事一次办已就绪，按 Ctrl-C 停止。", "OneThing is ready. Ctrl-C stops it."),
    "stopping": ("正在停止 …", "Stopping …"),
    "running": (
        "已在运行（进程 {pid}），无需重复启动。",
        "Already running (process {pid}); nothing was started.",
    ),
    "port_unmoved": (
        "--port {port} 没有生效，仍在上面的地址。要换端口，先停止它，再运行 ./once up --port {port}。",
        "--port {port} had no effect; to move it, stop it and run ./once up --port {port}.",
    ),
    "port_taken": (
        "端口 {port}（{setting}）已被其他程序占用。",
        "Port {port} ({setting}) is in use by another program.",
    ),
    "invented": (
        "可用来试办的虚构人员和身份证号码，见 docs/start.md。",
        "Invented people to try it with stand in docs/start.md.",
    ),
    "failed": ("{name} 未能启动，原因见日志 {log}", "{name} did not start; its log says why: {log}"),
    "late": (
        "{name} 在 {seconds:.0f} 秒内未就绪，见日志 {log}",
        "{name} was not ready in {seconds:.0f} s; see {log}",
    ),
    "temporal_missing": ("找不到 temporal 程序。", "The temporal program is missing."),
    "page": ("办事页面", "Page"),
    "docs": ("接口文档", "API docs"),
    "temporal": ("流程监控", "Temporal"),
}

READY_SECONDS = 120.0


def run(
    port: int | None = None, *, table: Callable[[Settings, Sequence[str]], Sequence[Child]] = children
) -> int:
    """Run the stack until Ctrl-C or SIGTERM; `port` moves all ports together (PORT_OFFSETS).

    Returns 0 when it was stopped or runs already, 1 when it could not be started. Raises SettingsInvalid.
    """
    settings = load(port=port)
    check_desks(settings)
    stopping = _Stopping()
    try:
        with stopping.listening():
            print(say("starting"), flush=True)
            with Stack(settings, listener=_announce, seconds=READY_SECONDS, table=table):
                print(say("ready"))
                _show(addresses(settings))
                print(say("invented"), flush=True)
                stopping.wait()
                print(say("stopping"), flush=True)
    except _Interrupted:
        print(say("stopping"), flush=True)
    except AlreadyRunning as other:
        print(say("running", pid=other.pid))
        _show(other.addresses)
        if port is not None and port != other.ports.get("api_port"):
            print(say("port_unmoved", port=port))
    except (PortsInUse, ChildFailed, TimeoutError, TemporalMissing) as failure:
        return _explain(failure, settings)
    return 0


def say(code: str, **params: object) -> str:
    """Give the sentence `code` in Chinese and English on one line."""
    chinese, english = (text.format(**params) for text in SENTENCES[code])
    return f"{chinese}  {english}"


class _Interrupted(Exception):
    """Asked to stop while still starting."""


def _announce(name: str, happening: Happening, number: float) -> None:
    # In one piece: several threads announce, and print writes the end of the line apart.
    print(f"  {say(happening.value, name=name, number=number)}\n", end="", flush=True)


def _show(found: dict[str, str]) -> None:
    for name, address in found.items():
        chinese, english = SENTENCES[name]
        print(f"  {chinese} {english:<10} {address}", flush=True)


def _explain(failure: Exception, settings: Settings) -> int:
    match failure:
        case PortsInUse(taken=taken):
            for name, port in taken.items():
                print(say("port_taken", port=port, setting=variable(name)))
            print(f"  → ./once up --port {_free_base(settings.api_port)}")
        case ChildFailed(name=name, log=log):
            print(say("failed", name=name, log=log))
        case TimeoutError():
            name = str(failure)
            print(say("late", name=name, seconds=READY_SECONDS, log=settings.logs_dir / f"{name}.log"))
        case TemporalMissing():
            print(f"{say('temporal_missing')}\n  → ./once doctor")
    return 1


def _free_base(above: int) -> int:
    """Find the next hundred at which every one of our ports is free."""
    bases = range(above // 100 * 100 + 100, 65000, 100)
    return next(
        base for base in bases if all(port_is_free(base + offset) for offset in PORT_OFFSETS.values())
    )


class _Stopping:
    """Turns Ctrl-C, SIGTERM and a closed terminal into one request to stop; later ones change nothing."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._started = False

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take the signals over; under nohup the closed terminal stays ignored."""
        taken = {
            number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        }
        if taken[signal.SIGHUP] is signal.SIG_IGN:
            del taken[signal.SIGHUP]
        for number in taken:
            signal.signal(number, self._ask)
        try:
            yield
        finally:
            for number, handler in taken.items():
                signal.signal(number, handler)

    def wait(self) -> None:
        """Wait until asked."""
        self._started = True
        self._asked.wait()

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        again = self._asked.is_set()
        self._asked.set()
        if not self._started and not again:
            raise _Interrupted
