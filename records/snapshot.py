"""The read model of a case: whole-case snapshots in, applied where newer, a change log out."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, case, delete, func, insert, select, update

from onething.errors import NotKnown
from records import appointment, data_key, notice, timeline, work_order
from records.archive import Archive
from records.database import serialize
from records.errors import CaseErased
from records.notice import NewNotice
from records.schema import Instant, change_log, slot_case
from records.schema import case as table
from records.schema import data_key as data_key_table
from records.timeline import TimelineRow
from records.work_order import WorkOrder
from records.worklist import OVER


@dataclass(frozen=True, slots=True)
class SlotRow:
    """One slot of a case for worklists; due dates are days in China, lights words like `green`.

    `reason` says why it needs an operator, `note` is a machine's word beside it, never personal. `since` is
    the instant its holder got it: on the way in None means "still the same holder, or just now". `accept_by`
    is the day after which silence accepts, `answer_by` the applicant's last day for a correction, and
    `due_at` the instant of the promised due date, or of the statutory one where nothing is promised.
    """

    slot: str
    item: str
    agency: str
    state: str
    round: int
    updated_at: datetime
    due_statutory: date | None = None
    due_promised: date | None = None
    light_statutory: str | None = None
    light_promised: str | None = None
    holder: str | None = None
    reason: str | None = None
    since: datetime | None = None
    note: str | None = None
    accept_by: date | None = None
    answer_by: date | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CaseSnapshot:
    """A case as its workflow sees it at `revision`; `closed_at` set means that it is no longer open.

    `timeline` carries every line not yet known to be stored; lines stored before are left alone.
    `work_orders` are all that its state holds, `notices` what these lines have people told.
    """

    number: str
    revision: int
    state: str
    at: datetime
    content: dict[str, Any]
    slots: tuple[SlotRow, ...] = ()
    timeline: tuple[TimelineRow, ...] = ()
    closed_at: datetime | None = None
    work_orders: tuple[WorkOrder, ...] = ()
    notices: tuple[NewNotice, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the change log: `case` reached `revision`."""

    seq: int
    case: str
    revision: int


async def apply_snapshot(archive: Archive, snapshot: CaseSnapshot) -> bool:
    """Store all that the snapshot tells in one transaction; False when this revision or a newer one is there.

    A case once closed stays closed. Raises NotKnown, CaseErased.
    """
    return await archive.database.write(lambda connection: _apply(connection, archive, snapshot))


async def revision_of(archive: Archive, number: str) -> int:
    """Give the revision stored for the case, 0 before the first snapshot; raises NotKnown."""
    query = select(table.c.revision).where(table.c.number == number)
    revision = await archive.database.read(lambda connection: connection.execute(query).scalar())
    if revision is None:
        raise NotKnown("case", number)
    return int(revision)


async def slots_of(archive: Archive, case: str) -> tuple[SlotRow, ...]:
    """Give the case's slots in the order of its plan."""
    query = select(slot_case).where(slot_case.c.case == case).order_by(slot_case.c.position)
    rows = await archive.database.read(lambda connection: connection.execute(query).mappings().all())
    return tuple(SlotRow(**{name: row[name] for name in SlotRow.__dataclass_fields__}) for row in rows)


async def changes_since(archive: Archive, seq: int, limit: int = 500) -> tuple[Change, ...]:
    """Give the next changes after line `seq` of the log, oldest first."""
    query = select(change_log).where(change_log.c.seq > seq).order_by(change_log.c.seq).limit(limit)
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return tuple(Change(row.seq, row.case, row.revision) for row in rows)


async def newest_change(archive: Archive) -> int:
    """Give the number of the log's last line; 0 when there is none."""
    query = select(func.max(change_log.c.seq))
    return await archive.database.read(lambda connection: connection.execute(query).scalar()) or 0


def _apply(connection: Connection, archive: Archive, snapshot: CaseSnapshot) -> bool:
    number = snapshot.number
    kept = connection.execute(_KEPT, {"number": number}).one_or_none()
    if kept is None:
        raise NotKnown("case", number)
    if kept.wrapped is None:
        raise CaseErased(number)
    if kept.revision >= snapshot.revision:
        return False
    key = data_key.unwrap(archive.ring, kept.data_key_id, kept.wrapped)
    newer = {
        "of": number,
        "to": snapshot.revision,
        "state": snapshot.state,
        "sealed": key.seal_json(snapshot.content, f"case.snapshot:{number}"),
        "at": snapshot.at,
        "closed": snapshot.closed_at,
    }
    # The condition again: on PostgreSQL another writer may have passed since the look.
    if connection.execute(_NEWER, newer).rowcount == 0:
        return False
    _replace_slots(connection, snapshot)
    over = {slot.slot for slot in snapshot.slots if snapshot.closed_at is not None or slot.state in OVER}
    if over:
        appointment.give_back(connection, number, over, snapshot.at)
    timeline.keep(connection, key, number, snapshot.timeline)
    work_order.keep(connection, snapshot.work_orders)
    notice.keep(connection, key, snapshot.notices)
    # Readers follow the log by number, so numbers must become visible in order.
    serialize(connection, "change_log")
    connection.execute(_LOG, {"case": number, "revision": snapshot.revision})
    return True


def _replace_slots(connection: Connection, snapshot: CaseSnapshot) -> None:
    before = {row.slot: row for row in connection.execute(_HELD, {"of": snapshot.number})}
    connection.execute(_CLEAR, {"of": snapshot.number})
    rows = [
        {name: getattr(slot, name) for name in _SLOT_FIELDS}
        | {
            "case": snapshot.number,
            "position": position,
            "since": slot.since or _since(slot, before.get(slot.slot)),
        }
        for position, slot in enumerate(snapshot.slots)
    ]
    if rows:
        connection.execute(_FILL, rows)


def _since(slot: SlotRow, before: Row[Any, Any, Any, Any] | None) -> datetime:
    """Keep the instant while the holder is the same, and the reason for needing one."""
    if before is None or before.since is None:
        return slot.updated_at
    same = (before.holder, before.reason) == (slot.holder, slot.reason)
    since: datetime = before.since if same else slot.updated_at
    return since


_SLOT_FIELDS = tuple(SlotRow.__dataclass_fields__)

# Built once: this is the most frequent transaction of all.
_KEPT = (
    select(table.c.revision, table.c.data_key_id, data_key_table.c.wrapped)
    .join_from(table, data_key_table)
    .where(table.c.number == bindparam("number"))
)
_other = table.alias("other")
_ANOTHER_IS_OPEN = (
    select(_other.c.number)
    .where(
        _other.c.bundle == table.c.bundle,
        _other.c.subject_blind == table.c.subject_blind,
        _other.c.number != table.c.number,
        _other.c.closed_at.is_(None),
    )
    .exists()
)
_NEWER = (
    update(table)
    .where(table.c.number == bindparam("of"), table.c.revision < bindparam("to"))
    .values(
        revision=bindparam("to"),
        state=bindparam("state"),
        sealed_snapshot=bindparam("sealed"),
        snapshot_at=bindparam("at"),
        started_at=func.coalesce(table.c.started_at, bindparam("at", type_=Instant)),
        # The first end counts, until the case goes on again; not beside another open case of the same person.
        closed_at=case(
            (bindparam("closed", type_=Instant).is_(None) & ~_ANOTHER_IS_OPEN, None),
            else_=func.coalesce(table.c.closed_at, bindparam("closed", type_=Instant)),
        ),
    )
)
_HELD = select(slot_case.c.slot, slot_case.c.holder, slot_case.c.reason, slot_case.c.since).where(
    slot_case.c.case == bindparam("of")
)
_CLEAR = delete(slot_case).where(slot_case.c.case == bindparam("of"))
_FILL = insert(slot_case)
_LOG = insert(change_log)
