"""The case's story: lines in, each stored once and never changed, the lines out in order."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from onething.errors import NotKnown
from records import data_key
from records.archive import Archive
from records.data_key import DataKey
from records.database import insert_new
from records.schema import case as case_table
from records.schema import data_key as data_key_table
from records.schema import timeline as table


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One line: `text` is the key of its sentence, `params` fill it; `seq` counts from 1 within the case."""

    seq: int
    at: datetime
    kind: str
    text: str
    slot: str | None = None
    params: dict[str, Any] = field(default_factory=dict)


async def timeline_of(archive: Archive, case: str, after: int = 0) -> tuple[TimelineRow, ...]:
    """Give the lines after number `after`, oldest first; parameters are empty once the case is erased.

    Raises NotKnown.
    """

    def load(connection: Connection) -> tuple[TimelineRow, ...]:
        keys = select(data_key_table).join_from(case_table, data_key_table).where(case_table.c.number == case)
        kept = connection.execute(keys).one_or_none()
        if kept is None:
            raise NotKnown("case", case)
        key = data_key.unwrap(archive.ring, kept.id, kept.wrapped) if kept.wrapped is not None else None
        query = select(table).where(table.c.case == case, table.c.seq > after).order_by(table.c.seq)
        return tuple(_line(key, row) for row in connection.execute(query))

    return await archive.database.read(load)


def keep(connection: Connection, key: DataKey, case: str, lines: Sequence[TimelineRow]) -> None:
    """Add the lines not stored yet, within the caller's transaction; a stored line stays as it is."""
    rows = [
        {
            "case": case,
            "seq": line.seq,
            "at": line.at,
            "kind": line.kind,
            "slot": line.slot,
            "text": line.text,
            "sealed_params": key.seal_json(line.params, _place(case, line.seq)) if line.params else None,
        }
        for line in lines
    ]
    insert_new(connection, table, rows)


def _line(key: DataKey | None, row: Row[Any]) -> TimelineRow:
    params: dict[str, Any] = {}
    if key is not None and row.sealed_params is not None:
        params = key.open_json(row.sealed_params, _place(row.case, row.seq))
    return TimelineRow(row.seq, row.at, row.kind, row.text, row.slot, params)


def _place(case: str, seq: int) -> str:
    return f"timeline.params:{case}:{seq}"
