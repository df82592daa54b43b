"""Whose cases somebody sees in a list: a caller in, the area for the records out."""

from collections.abc import Iterable

from api.office import Office
from api.visit import Caller
from api.window import DEVELOPMENT_WINDOW, Window, window_of
from onething.errors import NotKnown
from records.worklist_area import Area


def area_of(caller: Caller) -> Area | None:
    """Give the area whose cases the caller lists; `api.scope` asks the same about a single case."""
    if caller.area == "":
        return None
    return Area(caller.area, caller.window.id if caller.window is not None else None)


async def windows_of(office: Office, ids: Iterable[str | None]) -> dict[str | None, Window]:
    """Give windows by id; the development window stands for those that are not known."""
    found: dict[str | None, Window] = {None: DEVELOPMENT_WINDOW}
    for one in {one for one in ids if one is not None}:
        try:
            found[one] = await window_of(office.archive, one)
        except NotKnown:
            found[one] = DEVELOPMENT_WINDOW
    return found
