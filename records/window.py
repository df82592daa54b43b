"""Windows: one counter's id, region, area and how people reach it, in; the rows that clerks work by, out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from onething.errors import NotKnown
from records.archive import Archive
from records.schema_account import window as table


@dataclass(frozen=True, slots=True)
class WindowRow:
    """A window as it is kept. `area` is how the codes begin of the regions that it serves; empty: all."""

    id: str
    name_zh: str
    name_en: str
    region: str
    area: str
    phone: str
    address_zh: str
    address_en: str
    hours_zh: str
    hours_en: str
    closed_at: datetime | None = None


async def add_window(archive: Archive, row: WindowRow) -> bool:
    """Open a window; False when its id is taken."""
    values = {name: getattr(row, name) for name in WindowRow.__dataclass_fields__}
    try:
        await archive.database.write(lambda connection: connection.execute(insert(table), values))
    except IntegrityError:
        return False
    return True


async def get_window(archive: Archive, window_id: str) -> WindowRow:
    """Give a window; raises NotKnown."""
    query = select(table).where(table.c.id == window_id)
    row = await archive.database.read(lambda connection: connection.execute(query).one_or_none())
    if row is None:
        raise NotKnown("window", window_id)
    return _row(row)


async def list_windows(archive: Archive) -> tuple[WindowRow, ...]:
    """Give all windows by id."""
    query = select(table).order_by(table.c.id)
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return tuple(_row(row) for row in rows)


async def change_window(archive: Archive, window_id: str, **changes: Any) -> None:
    """Change anything but a window's id; raises NotKnown."""
    wrong = changes.keys() - (WindowRow.__dataclass_fields__.keys() - {"id"})
    if wrong:
        raise NotKnown("field", ", ".join(sorted(wrong)))
    statement = update(table).where(table.c.id == window_id).values(**changes)
    if not await archive.database.write(lambda connection: connection.execute(statement).rowcount):
        raise NotKnown("window", window_id)


def _row(row: Any) -> WindowRow:
    return WindowRow(**{name: getattr(row, name) for name in WindowRow.__dataclass_fields__})
