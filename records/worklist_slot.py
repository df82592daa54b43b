"""A supervisor's worklists: nothing in but a narrowing, out come slots of open cases that need somebody."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, or_, select

from records.archive import Archive
from records.hand import needs_hand
from records.schema import case as case_table
from records.schema import slot_case
from records.worklist import OVER
from records.worklist_area import Area, within


@dataclass(frozen=True, slots=True)
class SlotFilter:
    """What to list; every field given narrows; `area` is whose cases are seen at all."""

    region: str | None = None
    agency: str | None = None
    limit: int = 200
    area: Area | None = None


@dataclass(frozen=True, slots=True)
class SlotLine:
    """One slot of an open case; `since` is the instant its holder, or the operator, got it."""

    case: str
    bundle: str
    region: str | None
    window_id: str | None
    received_on: date
    slot: str
    item: str
    agency: str
    state: str
    round: int
    holder: str | None
    reason: str | None
    note: str | None
    since: datetime | None
    updated_at: datetime
    due_promised: date | None
    due_statutory: date | None
    light_promised: str | None
    light_statutory: str | None


async def stuck_slots(archive: Archive, wanted: SlotFilter) -> tuple[SlotLine, ...]:
    """Give the slots that wait for a person (records/hand.py), those that have waited longest first."""
    since = func.coalesce(slot_case.c.since, slot_case.c.updated_at)
    return await _lines(archive, wanted, needs_hand(), since)


async def late_slots(archive: Archive, wanted: SlotFilter, light: str) -> tuple[SlotLine, ...]:
    """Give the undecided slots with this light on either due date, the earliest promise first."""
    lit = or_(slot_case.c.light_promised == light, slot_case.c.light_statutory == light)
    due = func.coalesce(slot_case.c.due_promised, slot_case.c.due_statutory)
    return await _lines(archive, wanted, lit & slot_case.c.state.not_in(OVER), due)


async def _lines(
    archive: Archive, wanted: SlotFilter, those: ColumnElement[bool], by: ColumnElement[Any]
) -> tuple[SlotLine, ...]:
    query = _QUERY.where(case_table.c.closed_at.is_(None), those, *within(wanted.area))
    if wanted.region is not None:
        query = query.where(case_table.c.region == wanted.region)
    if wanted.agency is not None:
        query = query.where(slot_case.c.agency == wanted.agency)
    query = query.order_by(by, slot_case.c.case, slot_case.c.position).limit(wanted.limit)
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return tuple(SlotLine(*row) for row in rows)


_OF_CASE: Final = {"bundle", "region", "window_id", "received_on"}
_QUERY: Final[Select[Any]] = select(
    *(case_table.c[name] if name in _OF_CASE else slot_case.c[name] for name in SlotLine.__dataclass_fields__)
).join_from(slot_case, case_table)


@dataclass(frozen=True, slots=True)
class SlotSign:
    """One slot of one listed case, as far as a list tells of it."""

    case: str
    slot: str
    agency: str
    state: str
    holder: str | None
    due_promised: date | None
    due_statutory: date | None
    light_promised: str | None
    light_statutory: str | None


async def signs_of(archive: Archive, numbers: tuple[str, ...]) -> tuple[SlotSign, ...]:
    """Give the slots of these cases, in each case's own order."""
    columns = (slot_case.c[name] for name in SlotSign.__dataclass_fields__)
    query = select(*columns).where(slot_case.c.case.in_(numbers))
    query = query.order_by(slot_case.c.case, slot_case.c.position)
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return tuple(SlotSign(*row) for row in rows)


def group_by_case(signs: Iterable[SlotSign]) -> Mapping[str, Sequence[SlotSign]]:
    """By number of the case, its slots; none for a case without any."""
    found: dict[str, list[SlotSign]] = defaultdict(list)
    for sign in signs:
        found[sign.case].append(sign)
    return found
