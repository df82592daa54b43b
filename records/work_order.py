"""Work-orders: something a person must still do for a case in, open until somebody closes it.

Those of a running case are its state's own, recorded with each snapshot under `case/order`; those of a case
whose workflow has ended are opened and closed here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from onething.errors import NotKnown
from records import data_key
from records.archive import Archive
from records.database import insert_new
from records.schema import work_order as table


class WorkOrderState(StrEnum):
    """Whether somebody still has to act."""

    OPEN = "open"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class NewWorkOrder:
    """`id` is chosen by the caller, so that asking twice opens one; `reason` is a code, `note` free text."""

    id: str
    case: str
    kind: str
    owner: str
    reason: str
    opened_at: datetime
    slot: str | None = None
    due_on: date | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """A work-order as it stands; `result` is a code, the note is opened by `note_of`."""

    id: str
    case: str
    slot: str | None
    kind: str
    owner: str
    due_on: date | None
    state: str
    reason: str
    opened_at: datetime
    closed_at: datetime | None
    result: str | None = None


async def open_work_order(archive: Archive, new: NewWorkOrder) -> bool:
    """Store it; False when this id is there already. Raises NotKnown, CaseErased."""

    def store(connection: Connection) -> bool:
        key = data_key.of_case(connection, archive.ring, new.case)
        row = {name: getattr(new, name) for name in NewWorkOrder.__dataclass_fields__ if name != "note"} | {
            "state": WorkOrderState.OPEN,
            "sealed_note": key.seal_json(new.note, _place(new.id)) if new.note else None,
        }
        return insert_new(connection, table, [row]) == 1

    return await archive.database.write(store)


async def close_work_order(
    archive: Archive, order_id: str, now: datetime, result: str | None = None, words: str = ""
) -> None:
    """Note that it is done, what came of it as a code, and what was done in words, which are sealed.

    The first time counts; words are added where none stand yet. Raises NotKnown, and CaseErased with words.
    """

    def close(connection: Connection) -> None:
        of = connection.execute(select(table.c.case).where(table.c.id == order_id)).scalar()
        if of is None:
            raise NotKnown("work_order", order_id)
        still_open = update(table).where(table.c.id == order_id, table.c.state == WorkOrderState.OPEN)
        connection.execute(still_open.values(state=WorkOrderState.DONE, closed_at=now, result=result))
        if words:
            key = data_key.of_case(connection, archive.ring, of)
            silent = update(table).where(table.c.id == order_id, table.c.sealed_outcome.is_(None))
            connection.execute(silent.values(sealed_outcome=key.seal_json(words, _outcome_place(order_id))))

    await archive.database.write(close)


async def work_orders(
    archive: Archive,
    *,
    case: str | None = None,
    owner: str | None = None,
    state: WorkOrderState | None = None,
) -> tuple[WorkOrder, ...]:
    """Give the matching work-orders, the most urgent first, those without a due day last."""
    query = select(table).order_by(table.c.due_on.is_(None), table.c.due_on, table.c.opened_at, table.c.id)
    wanted = {"case": case, "owner": owner, "state": state}
    query = query.where(*(table.c[name] == value for name, value in wanted.items() if value is not None))
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return tuple(_order(row) for row in rows)


async def outcomes_of(archive: Archive, number: str) -> dict[str, str]:
    """What was done about a case's work-orders, in words, by their ids; raises NotKnown, CaseErased."""
    query = select(table.c.id, table.c.sealed_outcome)
    query = query.where(table.c.case == number, table.c.sealed_outcome.is_not(None))

    def load(connection: Connection) -> dict[str, str]:
        rows = connection.execute(query).all()
        if not rows:
            return {}
        key = data_key.of_case(connection, archive.ring, number)
        return {row.id: str(key.open_json(row.sealed_outcome, _outcome_place(row.id))) for row in rows}

    return await archive.database.read(load)


async def note_of(archive: Archive, order_id: str) -> str | None:
    """Open a work-order's note; raises NotKnown, CaseErased."""

    def load(connection: Connection) -> str | None:
        row = connection.execute(select(table).where(table.c.id == order_id)).one_or_none()
        if row is None:
            raise NotKnown("work_order", order_id)
        key = data_key.of_case(connection, archive.ring, row.case)
        return None if row.sealed_note is None else str(key.open_json(row.sealed_note, _place(order_id)))

    return await archive.database.read(load)


def keep(connection: Connection, orders: Sequence[WorkOrder]) -> None:
    """Store a snapshot's orders within the caller's transaction; a closed one stays closed."""
    rows = [{name: getattr(order, name) for name in _FIELDS} for order in orders]
    insert_new(connection, table, rows)
    closed = [
        {"of": order.id, "at": order.closed_at, "told": order.result} for order in orders if order.closed_at
    ]
    if closed:
        connection.execute(_CLOSE, closed)


def _order(row: Row[Any]) -> WorkOrder:
    return WorkOrder(**{name: getattr(row, name) for name in _FIELDS})


_FIELDS = tuple(WorkOrder.__dataclass_fields__)
_CLOSE = (
    update(table)
    .where(table.c.id == bindparam("of"), table.c.state == WorkOrderState.OPEN)
    .values(state=WorkOrderState.DONE, closed_at=bindparam("at"), result=bindparam("told"))
)


def _outcome_place(order_id: str) -> str:
    return f"work_order.outcome:{order_id}"


def _place(order_id: str) -> str:
    return f"work_order.note:{order_id}"
