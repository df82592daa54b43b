"""Watching records for open pages: a name in, a mark out whenever what it names has moved on.

The records are looked at every so often for all that is watched together, however many pages watch it.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from runtime.closing import CLOSING

K = TypeVar("K")
"""What is watched: a case's number, an agency's desk."""
M = TypeVar("M")
"""How far it is."""


@dataclass(slots=True)
class Watched(Generic[K, M]):
    """One thing that somebody watches."""

    name: K
    watchers: int = 0
    mark: M | None = None
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the mark has changed; each mark has its own."""


class Watching(Generic[K, M]):
    """What the open pages of one process watch."""

    def __init__(self, look: Callable[[tuple[K, ...]], Awaitable[Mapping[K, M]]], every: float) -> None:
        """Take a `look` at the records every so many seconds while anybody watches."""
        self._marks_of, self._every = look, every
        self._all: dict[K, Watched[K, M]] = {}
        self._looking: asyncio.Task[None] | None = None
        self.looks = 0
        """How often the records were looked at."""

    @property
    def watched(self) -> int:
        """How many are watched."""
        return len(self._all)

    async def marks(self, name: K, seconds: float) -> AsyncGenerator[M]:
        """Yield how far it is, at once and then whenever it moves.

        Ends after so many seconds, when the server is asked to stop, or when the records cannot be looked at
        any more.
        """
        until = asyncio.get_running_loop().time() + seconds
        with self._watching(name) as one:
            while self._looking is not None and not self._looking.done():
                moved = one.moved
                if one.mark is not None:
                    yield one.mark
                try:
                    async with asyncio.timeout_at(until):
                        await moved.wait()
                except TimeoutError:
                    return

    def moved_on(self, name: K) -> None:
        """Hear that the mark of something has changed."""

    @contextmanager
    def _watching(self, name: K) -> Iterator[Watched[K, M]]:
        one = self._all.setdefault(name, Watched(name))
        one.watchers += 1
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
            self._looking.add_done_callback(lambda _: self._wake())
        try:
            yield one
        finally:
            one.watchers -= 1
            if not one.watchers:
                self._all.pop(name, None)
                self.moved_on(name)
            if not self._all and self._looking is not None:
                self._looking.cancel()
                self._looking = None

    async def _look(self) -> None:
        while not CLOSING.is_set():
            await self._look_once()
            await asyncio.sleep(self._every)

    async def _look_once(self) -> None:
        self.looks += 1
        for name, mark in (await self._marks_of(tuple(self._all))).items():
            one = self._all.get(name)
            if one is not None and one.mark != mark:
                one.mark = mark
                self.moved_on(name)
                one.moved.set()
                one.moved = asyncio.Event()

    def _wake(self) -> None:
        """Let every watcher see that looking has ended: the pages come again by themselves."""
        for one in self._all.values():
            one.moved.set()
