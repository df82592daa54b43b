"""The read model of a case: whole-case snapshots in, applied where newer, a change log out."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from onething.errors import NotKnown
from records import data_key, timeline
from records.archive import Archive
from records.database import serialize
from records.errors import CaseErased
from records.schema import case as table
from records.schema import change_log, slot_case
from records.schema import data_key as data_key_table
from records.timeline import TimelineRow


@dataclass(frozen=True, slots=True)
class SlotRow:
    """One slot of a case for worklists; due dates are days in China, lights words like `green`."""

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


@dataclass(frozen=True, slots=True)
class CaseSnapshot:
    """A case as its workflow sees it at `revision`; `closed_at` set means that it is no longer open.

    `timeline` carries every line not yet known to be stored; lines stored before are left alone.
    """

    number: str
    revision: int
    state: str
    at: datetime
    content: dict[str, Any]
    slots: tuple[SlotRow, ...] = ()
    timeline: tuple[TimelineRow, ...] = ()
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the change log: `case` reached `revision`."""

    seq: int
    case: str
    revision: int


async def apply_snapshot(archive: Archive, snapshot: CaseSnapshot) -> bool:
    """Store snapshot, slots and lines in one transaction; False when this revision or a newer one is there.

    A case once closed stays closed. Raises NotKnown, CaseErased.
    """
    number = snapshot.number
    async with archive.database.write() as connection:
        columns = (table.c.revision, table.c.data_key_id, data_key_table.c.wrapped)
        query = select(*columns).join_from(table, data_key_table).where(table.c.number == number)
        kept = (await connection.execute(query)).one_or_none()
        if kept is None:
            raise NotKnown("case", number)
        if kept.wrapped is None:
            raise CaseErased(number)
        if kept.revision >= snapshot.revision:
            return False
        key = data_key.unwrap(archive.ring, kept.data_key_id, kept.wrapped)
        newer = update(table).where(table.c.number == number, table.c.revision < snapshot.revision)
        result = await connection.execute(
            newer.values(
                revision=snapshot.revision,
                state=snapshot.state,
                sealed_snapshot=key.seal_json(snapshot.content, f"case.snapshot:{number}"),
                snapshot_at=snapshot.at,
                started_at=func.coalesce(table.c.started_at, snapshot.at),
                closed_at=func.coalesce(table.c.closed_at, snapshot.closed_at),
            )
        )
        if result.rowcount == 0:
            return False
        await _replace_slots(connection, snapshot)
        await timeline.keep(connection, key, number, snapshot.timeline)
        # Readers follow the log by number, so numbers must become visible in order.
        await serialize(connection, "change_log")
        await connection.execute(insert(change_log), {"case": number, "revision": snapshot.revision})
    return True


async def slots_of(archive: Archive, case: str) -> tuple[SlotRow, ...]:
    """Give the case's slots in the order of its plan."""
    query = select(slot_case).where(slot_case.c.case == case).order_by(slot_case.c.position)
    async with archive.database.read() as connection:
        rows = (await connection.execute(query)).mappings().all()
    return tuple(SlotRow(**{name: row[name] for name in SlotRow.__dataclass_fields__}) for row in rows)


async def changes_since(archive: Archive, seq: int, limit: int = 500) -> tuple[Change, ...]:
    """Give the next changes after line `seq` of the log, oldest first."""
    query = select(change_log).where(change_log.c.seq > seq).order_by(change_log.c.seq).limit(limit)
    async with archive.database.read() as connection:
        return tuple(Change(row.seq, row.case, row.revision) for row in await connection.execute(query))


async def newest_change(archive: Archive) -> int:
    """Give the number of the log's last line; 0 when there is none."""
    async with archive.database.read() as connection:
        return (await connection.execute(select(func.max(change_log.c.seq)))).scalar() or 0


async def _replace_slots(connection: AsyncConnection, snapshot: CaseSnapshot) -> None:
    await connection.execute(delete(slot_case).where(slot_case.c.case == snapshot.number))
    rows = [asdict(slot) | {"case": snapshot.number, "position": n} for n, slot in enumerate(snapshot.slots)]
    if rows:
        await connection.execute(insert(slot_case), rows)
