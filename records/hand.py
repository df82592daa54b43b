"""What waits for a person: conditions on slots and work-orders out, and the open work-orders of an area.

Besides a stuck slot that is one which a hold keeps from being filed, one whose gate somebody has to confirm,
and a work-order that is open, also of a case that has ended.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, CompoundSelect, and_, func, or_, select, union_all

from records.archive import Archive
from records.schema import case as case_table
from records.schema import slot_case
from records.schema import work_order as order_table
from records.work_order import WorkOrderState
from records.worklist_area import Area, within

STUCK: Final = "needs_operator"
CORRECTION: Final = "correction_requested"
_UNFILED: Final = ("waiting", "submitting")


class Hand(StrEnum):
    """Why a slot waits for a person, where it is not stuck."""

    HELD = "held"
    GATE = "gate"


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One open work-order; `owner` is an agency's id or `window`."""

    case: str
    bundle: str
    region: str | None
    window_id: str | None
    slot: str | None
    kind: str
    owner: str
    due_on: date | None
    opened_at: datetime


def hand_of(state: str, holder: str | None) -> Hand | None:
    """Say why a slot of an open case waits for a person without being stuck; None where it does not."""
    if state in _UNFILED and holder == "window":
        return Hand.HELD
    return Hand.GATE if state == "blocked" and holder == "applicant" else None


def needs_hand() -> ColumnElement[bool]:
    """Give the condition that a slot waits for a person; `hand_of` says the same of one row."""
    held_by = func.coalesce(slot_case.c.holder, "")
    return or_(
        slot_case.c.state == STUCK,
        and_(slot_case.c.state.in_(_UNFILED), held_by == "window"),
        and_(slot_case.c.state == "blocked", held_by == "applicant"),
    )


def cases_needing_hand(agency: str | None = None) -> CompoundSelect[Any]:
    """Give the numbers of cases in which something waits for a person, of this agency only if given."""
    slots = select(slot_case.c.case).join_from(slot_case, case_table)
    slots = slots.where(case_table.c.closed_at.is_(None), needs_hand())
    orders = select(order_table.c.case).where(order_table.c.state == WorkOrderState.OPEN)
    if agency is not None:
        slots = slots.where(slot_case.c.agency == agency)
        orders = orders.where(order_table.c.owner == agency)
    return union_all(slots, orders)


async def open_orders(archive: Archive, area: Area | None, limit: int = 200) -> tuple[OrderLine, ...]:
    """Give the open work-orders of the area's cases, ended ones too, the earliest due day first."""
    return await orders_where(archive, within(area), limit)


async def orders_where(
    archive: Archive, those: Sequence[ColumnElement[bool]], limit: int
) -> tuple[OrderLine, ...]:
    """Give the open work-orders of cases that fulfil `those`, the earliest due day first."""
    due = order_table.c.due_on
    query = select(*_COLUMNS).join_from(order_table, case_table)
    query = query.where(order_table.c.state == WorkOrderState.OPEN, *those)
    query = query.order_by(due.is_(None), due, order_table.c.opened_at, order_table.c.id).limit(limit)
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return tuple(OrderLine(*row) for row in rows)


async def count_orders(archive: Archive, numbers: Sequence[str]) -> dict[str, int]:
    """Give how many work-orders are open in each of these cases; a case without any is left out."""
    query = select(order_table.c.case, func.count()).group_by(order_table.c.case)
    query = query.where(order_table.c.case.in_(numbers), order_table.c.state == WorkOrderState.OPEN)
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return {row[0]: row[1] for row in rows}


_OF_CASE: Final = {"bundle", "region", "window_id"}
_COLUMNS: Final = tuple(
    (case_table if name in _OF_CASE else order_table).c[name] for name in OrderLine.__dataclass_fields__
)
