"""Windows: a window's id in, its region, area and how people reach it out.

The development window serves everywhere and is built in; others are rows that an administrator keeps.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from onething.errors import NotKnown
from onething.item import Contact
from onething.text import Text
from records.archive import Archive
from records.schema_account import window as table
from records.window import WindowRow, add_window


@dataclass(frozen=True, slots=True)
class Window:
    """One counter: its id in the records, its region, the area it serves, and how people reach it."""

    id: str
    name: Text
    region: str
    contact: Contact
    area: str = ""
    """How the codes begin of the regions whose cases it works on (GB/T 2260); empty: all."""


DEVELOPMENT_WINDOW: Final = Window(
    id="dev-window-1",
    name=Text(zh="政务服务中心综合窗口", en="Combined window, government service centre"),
    region="360900",
    contact=Contact(
        phone="12345",
        address=Text(zh="政务服务中心一楼综合受理区", en="Ground floor, government service centre"),
        hours=Text(zh="工作日 9:00–12:00、13:30–17:00", en="Working days 9:00–12:00, 13:30–17:00"),
    ),
)
"""The window of the development principal."""
WINDOWS: Final = {DEVELOPMENT_WINDOW.id: DEVELOPMENT_WINDOW}


async def keep_window(archive: Archive, window: Window) -> None:
    """Have a row for a window that is built in, so that accounts can be opened at it."""
    contact = window.contact
    row = WindowRow(
        id=window.id,
        name_zh=window.name.zh,
        name_en=window.name.en,
        region=window.region,
        area=window.area,
        phone=contact.phone,
        address_zh=contact.address.zh,
        address_en=contact.address.en,
        hours_zh=contact.hours.zh,
        hours_en=contact.hours.en,
    )
    await add_window(archive, row)


async def window_of(archive: Archive, window_id: str) -> Window:
    """Give a window by its id; raises NotKnown."""
    if window_id in WINDOWS:
        return WINDOWS[window_id]
    query = select(table).where(table.c.id == window_id)
    row = await archive.database.read(lambda connection: connection.execute(query).one_or_none())
    if row is None:
        raise NotKnown("window", window_id)
    contact = Contact(
        phone=row.phone,
        address=Text(zh=row.address_zh, en=row.address_en),
        hours=Text(zh=row.hours_zh, en=row.hours_en),
    )
    return Window(row.id, Text(zh=row.name_zh, en=row.name_en), row.region, contact, row.area)


async def window_behind(archive: Archive, window_id: str | None) -> Window:
    """Give the window of a case; the built-in one for a case without, or of before windows were rows."""
    try:
        return await window_of(archive, window_id) if window_id else DEVELOPMENT_WINDOW
    except NotKnown:
        return DEVELOPMENT_WINDOW
