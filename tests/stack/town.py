"""A town on a real stack: families that die one by one, agencies that can be told what to do, and a clerk."""

import json
import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from console.chaos import Harm, examine
from console.filing import Counter
from console.supervisor import ROLES, Stack
from onething.catalog import Catalog
from onething.definition import Scenario

BUNDLE = "bereavement"
ID_NUMBER = re.compile(r"(?<![0-9])[0-9]{17}[0-9X](?![0-9X])")


def until(what: str, holds: Callable[[], bool], seconds: float = 90.0, every: float = 0.1) -> None:
    """Wait on real processes for a condition; fails by name when it does not come about in time."""
    deadline, pause = time.monotonic() + seconds, threading.Event()
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        pause.wait(every)


@dataclass
class Town:
    """One stack, its counter, and every case number that anybody was promised."""

    stack: Stack
    counter: Counter
    catalog: Catalog
    promised: list[str] = field(default_factory=list)
    families: int = 0

    def family(self, story: str = "yichun_nine", **situations: Any) -> Scenario:
        """The story with a family of its own, which the registers know from now on."""
        self.families += 1
        told = renamed(self.catalog.scenario(BUNDLE, story), self.families)
        for register, people in told.registers.items():
            self.counter.agencies.post(f"/registers/{register}/people", json=people).raise_for_status()
        return told.model_copy(update={"situations": {**told.situations, **situations}})

    def file(self, story: Scenario) -> str:
        """File at the window."""
        number = self.counter.file(BUNDLE, story)
        self.promised.append(number)
        return number

    def file_all(self, count: int, story: str = "yichun_nine") -> list[str]:
        """File `count` families' cases at once, over eight windows."""
        stories = [self.family(story) for _ in range(count)]
        with ThreadPoolExecutor(8) as windows:
            return list(windows.map(self.file, stories))

    def play(self, agency: str, *steps: Any) -> None:
        """Let one agency play these steps from the next filing on; without steps, the default."""
        self.counter.agencies.put(f"/agencies/{agency}/behaviour/*", json=list(steps)).raise_for_status()

    def play_everywhere(self, *steps: Any) -> None:
        """Let every agency play these steps."""
        for agency in self.agencies:
            self.play(agency, *steps)

    @property
    def agencies(self) -> list[str]:
        return sorted(self.catalog.agencies)

    def effects(self, numbers: Iterable[str]) -> int:
        """How many effects the ledgers hold for these cases."""
        return sum(self.counter.ledger(number)["effects"] for number in numbers)

    def hold(self, role: str) -> None:
        """Freeze a process, and see it frozen: what is sent to it lies in its socket."""
        pid = self.stack.pid(role)
        os.kill(pid, signal.SIGSTOP)
        state = Path(f"/proc/{pid}/stat")
        until(f"{role} is frozen", lambda: state.read_text().rpartition(")")[2].split()[0] == "T", every=0.02)

    def wake(self, *roles: str) -> None:
        """Let frozen processes go on; without names, all of them."""
        for role in filter(self.stack.pid, roles or ROLES):
            os.kill(self.stack.pid(role), signal.SIGCONT)

    def kill(self, role: str) -> None:
        """As a crash would, and it must have been alive."""
        assert self.stack.kill(role)

    def until_ended(self, numbers: Sequence[str], seconds: float = 90.0) -> None:
        """Wait until none of these cases is open."""

        def none_is_open() -> bool:
            answer = self.counter.api.get("/api/v1/cases", params={"open": True, "limit": 200})
            return {line["number"] for line in answer.raise_for_status().json()}.isdisjoint(numbers)

        until("every case ends", none_is_open, seconds, every=0.3)

    def slot(self, number: str, name: str) -> dict[str, Any]:
        """One item of a case as the screen shows it."""
        return next(slot for slot in self.counter.case(number)["slots"] if slot["slot"] == name)

    def harm(self) -> tuple[Harm, ...]:
        """What the chaos checker finds wrong with everything that was ever promised here."""
        return examine(self.counter, self.promised)


def renamed(story: Scenario, family: int) -> Scenario:
    """The story of another family: every identity number changed, its check digit counted anew."""
    text = ID_NUMBER.sub(lambda found: other_number(found[0], family), story.model_dump_json())
    return Scenario.model_validate(json.loads(text))


def other_number(number: str, family: int) -> str:
    """Another person of the same place, birthday and sex (GB 11643: ISO 7064, MOD 11-2)."""
    sequence = (int(number[14:16]) + family) % 100
    body = f"{number[:14]}{sequence:02d}{number[16]}"
    rest = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(body)) % 11
    return body + "10X98765432"[rest]
