"""Announced holidays: in goes the calendar at hand, out goes a signal to each case counted without it."""

from collections.abc import Iterator, Mapping
from typing import Any

import structlog
from sqlalchemy import select

from activities.signatures import Announce
from api.errors import EngineRefused
from api.office import Office
from onething.errors import NotKnown
from records.case import get_case
from records.schema import case as table

_log = structlog.get_logger("api")


async def announce(office: Office) -> int:
    """Tell every open case whose due dates are provisional for a year that is announced now.

    Gives how many were told. Run at the start of the process: a year's file comes with a new version.
    Raises EngineUnavailable: then the next start tells them.
    """
    told = 0
    for number in await _open(office):
        stored = await get_case(office.archive, number)
        if stored.erased or not any(map(office.calendar.announced, _provisional(stored.snapshot or {}))):
            continue
        year = stored.received_on.year
        try:
            calendar = office.calendar.slice(year - 1, year + 2)
            await office.engine.announce(number, Announce(calendar=calendar))
        except (NotKnown, EngineRefused) as error:
            _log.warning("calendar not told", case=number, error=type(error).__name__)
            continue
        told += 1
    return told


async def _open(office: Office) -> tuple[str, ...]:
    query = select(table.c.number).where(table.c.closed_at.is_(None), table.c.started_at.is_not(None))
    rows = await office.archive.database.read(lambda connection: connection.execute(query).scalars().all())
    return tuple(rows)


def _provisional(snapshot: Mapping[str, Any]) -> Iterator[int]:
    """The years of the due dates that were counted provisionally."""
    for slot in snapshot.get("slots", {}).values():
        if slot.get("accept_by_provisional") and slot.get("accept_by"):
            yield int(slot["accept_by"][:4])
        for which in ("statutory", "promised"):
            yield from _year((slot.get(which) or {}).get("due"))
        yield from _year(((slot.get("correction") or {}).get("due") or {}).get("due"))
        for paper in slot.get("owed", ()):
            yield from _year(paper.get("due"))


def _year(due: Mapping[str, Any] | None) -> Iterator[int]:
    if due and due.get("provisional"):
        yield int(due["due"][:4])
