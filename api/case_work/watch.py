"""Watching cases for open pages: a number in, a mark out whenever the case has moved on.

What is new in a case is read once for all pages that are equally far.
"""

import asyncio
from functools import partial
from typing import Final

from fastapi import Request

from api.case_view import TimelineLine, view_timeline
from api.office import Office
from api.watching import Watching
from records.watch import Mark, marks_of

EVERY: Final = 1.0
"""Seconds between two looks at the records."""
Lines = tuple[TimelineLine, ...]


class Watch(Watching[str, Mark]):
    """The cases that open pages of one process watch."""

    def __init__(self, office: Office, every: float = EVERY) -> None:
        """Look at the office's records `every` so many seconds while anybody watches."""
        super().__init__(partial(marks_of, office.archive), every)
        self._office = office
        self._read: dict[str, dict[int, asyncio.Task[Lines]]] = {}
        """By case, the lines after a line's number, as far as its mark goes, read once for all."""

    async def lines(self, number: str, after: int) -> Lines:
        """Give the lines after this one, as far as the case's mark goes."""
        read = self._read.setdefault(number, {})
        if after not in read:
            read[after] = asyncio.create_task(view_timeline(self._office, number, after))
        # Of several pages that wait for the same lines one may leave.
        return await asyncio.shield(read[after])

    def moved_on(self, name: str) -> None:
        """Forget the lines that were read as far as the mark before."""
        self._read.pop(name, None)


def watch_of(request: Request) -> Watch:
    """The one watch of this process's application."""
    state = request.app.state
    if not hasattr(state, "watch"):
        state.watch = Watch(state.office)
    watch: Watch = state.watch
    return watch
