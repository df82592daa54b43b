"""Whose cases a worklist shows: an area in, the condition on a case's row out."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, or_

from records.schema import case as table

_AFTER = "~"
"""Stands behind every digit, in every collation that is used here."""


@dataclass(frozen=True, slots=True)
class Area:
    """How the codes begin of the regions that are seen (empty: all, none: no region), and the own window."""

    prefix: str | None
    window: str | None = None


def within(area: Area | None) -> list[ColumnElement[bool]]:
    """Give what a case must fulfil to lie in the area; nothing for None, which stands for everywhere."""
    if area is None or area.prefix == "":
        return []
    own = table.c.window_id == area.window if area.window is not None else false()
    if area.prefix is None:
        return [own]
    return [or_(table.c.region.between(area.prefix, area.prefix + _AFTER), own)]
