"""Watching desks for open pages: a desk or a filing in, a mark out whenever something happens there."""

from functools import partial
from typing import Final

from fastapi import Request

from api.office import Office
from api.watching import Watching
from records.desk_inbox import Desk
from records.desk_look import DeskMark, ItemMark, item_marks_of, marks_of

EVERY: Final = 2.0
"""Seconds between two looks at the records."""


class DeskWatch(Watching[Desk, DeskMark]):
    """The desks that open pages of one process watch."""

    def __init__(self, office: Office, every: float = EVERY) -> None:
        """Look at the office's records `every` so many seconds while anybody watches."""
        super().__init__(partial(marks_of, office.archive), every)


def desk_watch_of(request: Request) -> DeskWatch:
    """The one watch of this process's application."""
    state = request.app.state
    if not hasattr(state, "desk_watch"):
        state.desk_watch = DeskWatch(state.office)
    watch: DeskWatch = state.desk_watch
    return watch


class ItemWatch(Watching[str, ItemMark]):
    """The filings, by id, that open pages of one process watch."""

    def __init__(self, office: Office, every: float = EVERY) -> None:
        """Look at the office's records `every` so many seconds while anybody watches."""
        super().__init__(partial(item_marks_of, office.archive), every)


def item_watch_of(request: Request) -> ItemWatch:
    """The one watch of this process's application."""
    state = request.app.state
    if not hasattr(state, "desk_item_watch"):
        state.desk_item_watch = ItemWatch(state.office)
    watch: ItemWatch = state.desk_item_watch
    return watch
