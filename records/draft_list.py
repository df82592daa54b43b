"""An account's drafts: the account in, its unfinished filings out, newest first; nothing is opened for it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from records.archive import Archive
from records.schema import draft as table


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One unfinished filing, without what was typed."""

    id: str
    bundle: str
    saved_at: datetime
    expires_at: datetime


async def drafts_of(archive: Archive, actor: str, now: datetime, limit: int = 50) -> tuple[DraftLine, ...]:
    """Give the account's drafts that have not expired by `now`."""
    query = (
        select(*(table.c[name] for name in DraftLine.__dataclass_fields__))
        .where(table.c.actor == actor, table.c.expires_at > now)
        .order_by(table.c.saved_at.desc(), table.c.id)
        .limit(limit)
    )
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return tuple(DraftLine(*row) for row in rows)
