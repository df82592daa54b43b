"""Sessions: an account signed in, in; whether a token of it still counts, and until when, out.

A session's token is renewed while it is used. `generation` tells the newest from those before it: once the
newest has been seen, one that is older was taken from somebody, and ends the session for both. Until then the
answer that brought the newest may have been lost on the way, and the one before it counts.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import Connection, insert, select, update

from onething.errors import NotKnown
from records.archive import Archive
from records.schema_account import session as table


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in as it stands."""

    id: str
    account: str
    generation: int
    created_at: datetime
    rotated_at: datetime
    seen_at: datetime
    ended_at: datetime | None

    @property
    def confirmed(self) -> bool:
        """Whether a token of the newest generation has been used: its answer arrived."""
        return self.seen_at > self.rotated_at


async def start_session(archive: Archive, account: str, now: datetime) -> Session:
    """Begin a session of an account."""
    session = Session(uuid4().hex, account, 1, now, now, now, None)
    row = {name: getattr(session, name) for name in Session.__dataclass_fields__}
    await archive.database.write(lambda connection: connection.execute(insert(table), row))
    return session


async def get_session(archive: Archive, session_id: str) -> Session:
    """Give a session by its id; raises NotKnown."""
    query = select(*(table.c[name] for name in Session.__dataclass_fields__)).where(table.c.id == session_id)
    row = await archive.database.read(lambda connection: connection.execute(query).one_or_none())
    if row is None:
        raise NotKnown("session", session_id)
    return Session(*row)


async def see_session(archive: Archive, session: Session, now: datetime) -> None:
    """Note that the session was used just now by its newest token."""
    seen_at = max(now, session.rotated_at + timedelta.resolution)
    statement = (
        update(table)
        .where(table.c.id == session.id, table.c.generation == session.generation)
        .values(seen_at=seen_at)
    )
    await archive.database.write(lambda connection: connection.execute(statement))


async def reissue_session(archive: Archive, session: Session, now: datetime) -> None:
    """Note that the newest token is given out again, because nobody has used it yet."""
    statement = (
        update(table)
        .where(table.c.id == session.id, table.c.generation == session.generation)
        .where(table.c.seen_at == table.c.rotated_at)
        .values(rotated_at=now, seen_at=now)
    )
    await archive.database.write(lambda connection: connection.execute(statement))


async def rotate_session(archive: Archive, session: Session, now: datetime) -> bool:
    """Begin the next generation; False when another request of the same session has just done so."""
    statement = (
        update(table)
        .where(table.c.id == session.id, table.c.generation == session.generation)
        .values(generation=session.generation + 1, rotated_at=now, seen_at=now)
    )
    return bool(await archive.database.write(lambda connection: connection.execute(statement).rowcount))


async def end_session(archive: Archive, session_id: str, reason: str, now: datetime) -> None:
    """End a session; ending it twice changes nothing."""
    statement = update(table).where(table.c.id == session_id, table.c.ended_at.is_(None))
    statement = statement.values(ended_at=now, end_reason=reason)
    await archive.database.write(lambda connection: connection.execute(statement))


async def end_sessions_of(archive: Archive, account: str, reason: str, now: datetime) -> int:
    """End every session of an account and give how many there were."""

    def end(connection: Connection) -> int:
        statement = update(table).where(table.c.account == account, table.c.ended_at.is_(None))
        return connection.execute(statement.values(ended_at=now, end_reason=reason)).rowcount

    return await archive.database.write(end)
