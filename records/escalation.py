"""What presses: an area in, the items that wait for a person or are late, and open work-orders out."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, func, not_, or_, select

from records.archive import Archive
from records.hand import OrderLine, needs_hand, orders_where
from records.schema import case, slot_case, timeline
from records.worklist import OVER
from records.worklist_slot import SlotLine

LIMIT: Final = 200
_OF_CASE: Final = {"bundle", "region", "window_id", "received_on"}
_QUERY: Final = select(
    *(case.c[name] if name in _OF_CASE else slot_case.c[name] for name in SlotLine.__dataclass_fields__)
).join_from(slot_case, case)


@dataclass(frozen=True, slots=True)
class Pressing:
    """What waits for a person, by how long it has; late items and work-orders, by the earliest due day."""

    stuck: tuple[SlotLine, ...]
    late: tuple[SlotLine, ...]
    orders: tuple[OrderLine, ...] = ()


async def pressing(archive: Archive, area: str | None) -> Pressing:
    """Give at most 200 of each; none for nobody's area."""
    if area is None:
        return Pressing((), ())
    red = or_(slot_case.c.light_promised == "red", slot_case.c.light_statutory == "red")
    since = func.coalesce(slot_case.c.since, slot_case.c.updated_at)
    due = func.coalesce(slot_case.c.due_promised, slot_case.c.due_statutory)
    return Pressing(
        await _lines(archive, area, needs_hand(), since),
        await _lines(archive, area, red & slot_case.c.state.not_in(OVER) & not_(needs_hand()), due),
        await orders_where(archive, _begins(case.c.number, area), LIMIT),
    )


async def held_cases(archive: Archive, area: str | None) -> tuple[str, ...]:
    """Give at most 200 open cases that are held, those held longest first; none for nobody's area."""
    if area is None:
        return ()
    last = select(timeline.c.case, func.max(timeline.c.seq).label("seq"))
    held = last.where(timeline.c.kind == "held").group_by(timeline.c.case).subquery()
    ended = last.where(timeline.c.kind == "hold_ended").group_by(timeline.c.case).subquery()
    line = (timeline.c.case == held.c.case) & (timeline.c.seq == held.c.seq)
    query = (
        select(case.c.number)
        .join_from(case, held, held.c.case == case.c.number)
        .join(timeline, line)
        .outerjoin(ended, ended.c.case == case.c.number)
        .where(case.c.closed_at.is_(None), func.coalesce(ended.c.seq, -1) < held.c.seq)
    )
    if area:
        query = query.where(func.substr(case.c.number, 1, len(area)) == area)
    query = query.order_by(timeline.c.at, case.c.number).limit(LIMIT)
    return tuple(await archive.database.read(lambda connection: connection.scalars(query).all()))


async def _lines(
    archive: Archive, area: str, those: ColumnElement[bool], by: ColumnElement[Any]
) -> tuple[SlotLine, ...]:
    query = _QUERY.where(case.c.closed_at.is_(None), those)
    query = query.where(*_begins(slot_case.c.case, area))
    query = query.order_by(by, slot_case.c.case, slot_case.c.position).limit(LIMIT)
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return tuple(SlotLine(*row) for row in rows)


def _begins(number: ColumnElement[str], area: str) -> tuple[ColumnElement[bool], ...]:
    return (func.substr(number, 1, len(area)) == area,) if area else ()
