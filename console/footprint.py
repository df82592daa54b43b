"""What a running installation weighs: in go its processes, out come megabytes and seconds."""

import os
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from time import monotonic
from typing import Final

from console.supervisor import ROLES, Stack

_PROC = Path("/proc")


_TICKS: Final = os.sysconf("SC_CLK_TCK")


def processor_seconds(pids: Iterable[int]) -> float:
    """Seconds of processor time that these processes have used, as Linux counts them."""
    # proc(5): behind the name in brackets, the twelfth and thirteenth figures are user and system time.
    behind = [(_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split() for pid in pids]
    return sum(int(figures[11]) + int(figures[12]) for figures in behind) / _TICKS


def pss_mb(pids: Mapping[str, int]) -> dict[str, float]:
    """Megabytes (10^6 bytes) of each named process with all that it started, as Linux's PSS.

    PSS counts a page shared by n processes as 1/n in each, so that the sum is what the machine gives up.
    Each process of the supervisor leads its own group; what it started is found by that group.
    """
    groups = {pid: name for name, pid in pids.items() if pid}
    found = dict.fromkeys(pids, 0)
    for folder in _PROC.iterdir():
        if not folder.name.isdecimal():
            continue
        try:
            name = groups.get(os.getpgid(int(folder.name)))
            if name is not None:
                found[name] += _pss(folder)
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended while we looked
    return {name: round(kilobytes * 1024 / 1e6, 1) for name, kilobytes in found.items()}


def stack_pss_mb(stack: Stack) -> dict[str, float]:
    """Megabytes of each process of a running stack; sum the values for the whole."""
    return pss_mb({role: stack.pid(role) for role in ROLES})


def ready_seconds(opened: ExitStack, stack: Stack) -> float:
    """Start `stack` within `opened`; gives the seconds until every process was healthy."""
    began = monotonic()
    opened.enter_context(stack)
    return monotonic() - began


def _pss(folder: Path) -> int:
    """Kilobytes by the kernel's own sum."""
    for line in (folder / "smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0
