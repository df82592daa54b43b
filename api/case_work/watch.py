"""Watching cases for open pages: a number in, a mark out whenever the case has moved on.

The records are looked at once a second for all watched cases together, however many pages watch them, and
what is new in a case is read once for all pages that are equally far.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from fastapi import Request

from api.case_view import TimelineLine, view_timeline
from api.office import Office
from records.watch import Mark, marks_of
from runtime.closing import CLOSING

EVERY: Final = 1.0
"""Seconds between two looks at the records."""
Lines = tuple[TimelineLine, ...]


@dataclass(slots=True)
class _Watched:
    """One case that somebody watches."""

    watchers: int = 0
    mark: Mark | None = None
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the mark has changed; each mark has its own."""
    read: dict[int, asyncio.Task[Lines]] = field(default_factory=dict)
    """The lines after a line's number, as far as the mark goes, read once for all."""


class Watch:
    """The cases that open pages of one process watch."""

    def __init__(self, office: Office, every: float = EVERY) -> None:
        """Look at the office's records `every` so many seconds while anybody watches."""
        self._office, self._every = office, every
        self._cases: dict[str, _Watched] = {}
        self._looking: asyncio.Task[None] | None = None
        self.looks = 0
        """How often the records were looked at."""

    @property
    def watched(self) -> int:
        """How many cases are watched."""
        return len(self._cases)

    async def marks(self, number: str, seconds: float) -> AsyncIterator[Mark]:
        """Yield how far the case is, at once and then whenever it moves.

        Ends with the case, after so many seconds, or when the records cannot be looked at any more.
        """
        until = asyncio.get_running_loop().time() + seconds
        with self._watching(number) as case:
            while self._looking is not None and not self._looking.done():
                moved = case.moved
                if case.mark is not None:
                    yield case.mark
                    if case.mark.closed:
                        return
                try:
                    async with asyncio.timeout_at(until):
                        await moved.wait()
                except TimeoutError:
                    return

    async def lines(self, number: str, after: int) -> Lines:
        """Give the lines after this one, as far as the case's mark goes."""
        case = self._cases[number]
        if after not in case.read:
            case.read[after] = asyncio.create_task(view_timeline(self._office, number, after))
        # Of several pages that wait for the same lines one may leave.
        return await asyncio.shield(case.read[after])

    @contextmanager
    def _watching(self, number: str) -> Iterator[_Watched]:
        case = self._cases.setdefault(number, _Watched())
        case.watchers += 1
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
            self._looking.add_done_callback(lambda _: self._wake())
        try:
            yield case
        finally:
            case.watchers -= 1
            if not case.watchers:
                self._cases.pop(number, None)
            if not self._cases and self._looking is not None:
                self._looking.cancel()
                self._looking = None

    async def _look(self) -> None:
        while not CLOSING.is_set():
            await self._look_once()
            await asyncio.sleep(self._every)

    async def _look_once(self) -> None:
        self.looks += 1
        for number, mark in (await marks_of(self._office.archive, tuple(self._cases))).items():
            case = self._cases.get(number)
            if case is not None and case.mark != mark:
                case.mark = mark
                case.read = {}
                case.moved.set()
                case.moved = asyncio.Event()

    def _wake(self) -> None:
        """Let every watcher see that looking has ended: the pages come again by themselves."""
        for case in self._cases.values():
            case.moved.set()


def watch_of(request: Request) -> Watch:
    """The one watch of this process's application."""
    state = request.app.state
    if not hasattr(state, "watch"):
        state.watch = Watch(state.office)
    watch: Watch = state.watch
    return watch
