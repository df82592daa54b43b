"""Watching desks for open inboxes: a desk in, a mark out whenever filings come or go.

The records are looked at every other second for all watched desks together, however many pages watch them.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from fastapi import Request

from api.office import Office
from records.desk_inbox import Desk
from records.desk_look import DeskMark, marks_of
from runtime.closing import CLOSING

EVERY: Final = 2.0
"""Seconds between two looks at the records."""


@dataclass(slots=True)
class _Watched:
    """One desk that somebody watches."""

    watchers: int = 0
    mark: DeskMark | None = None
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the mark has changed; each mark has its own."""


class DeskWatch:
    """The desks that open pages of one process watch."""

    def __init__(self, office: Office, every: float = EVERY) -> None:
        """Look at the office's records `every` so many seconds while anybody watches."""
        self._office, self._every = office, every
        self._desks: dict[Desk, _Watched] = {}
        self._looking: asyncio.Task[None] | None = None
        self.looks = 0
        """How often the records were looked at."""

    @property
    def watched(self) -> int:
        """How many desks are watched."""
        return len(self._desks)

    async def marks(self, desk: Desk, seconds: float) -> AsyncGenerator[DeskMark]:
        """Yield how far the desk is, at once and then whenever that changes.

        Ends after so many seconds, or when the records cannot be looked at any more.
        """
        until = asyncio.get_running_loop().time() + seconds
        with self._watching(desk) as one:
            while self._looking is not None and not self._looking.done():
                moved = one.moved
                if one.mark is not None:
                    yield one.mark
                try:
                    async with asyncio.timeout_at(until):
                        await moved.wait()
                except TimeoutError:
                    return

    @contextmanager
    def _watching(self, desk: Desk) -> Iterator[_Watched]:
        one = self._desks.setdefault(desk, _Watched())
        one.watchers += 1
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
            self._looking.add_done_callback(lambda _: self._wake())
        try:
            yield one
        finally:
            one.watchers -= 1
            if not one.watchers:
                self._desks.pop(desk, None)
            if not self._desks and self._looking is not None:
                self._looking.cancel()
                self._looking = None

    async def _look(self) -> None:
        while not CLOSING.is_set():
            await self._look_once()
            await asyncio.sleep(self._every)

    async def _look_once(self) -> None:
        self.looks += 1
        for desk, mark in (await marks_of(self._office.archive, tuple(self._desks))).items():
            one = self._desks.get(desk)
            if one is not None and one.mark != mark:
                one.mark = mark
                one.moved.set()
                one.moved = asyncio.Event()

    def _wake(self) -> None:
        """Let every watcher see that looking has ended: the pages come again by themselves."""
        for one in self._desks.values():
            one.moved.set()


def desk_watch_of(request: Request) -> DeskWatch:
    """The one watch of this process's application."""
    state = request.app.state
    if not hasattr(state, "desk_watch"):
        state.desk_watch = DeskWatch(state.office)
    watch: DeskWatch = state.desk_watch
    return watch
