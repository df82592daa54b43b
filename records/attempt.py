"""Tries at a door, counted for every process together: who tries in, when to come again out.

Kept are a keyed hash of who tried, a count and the end of its window; what is over is dropped with the next
try. A restart forgets nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from records.archive import Archive
from records.database import serialize
from records.schema_attempt import attempt as table


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries of one kind by one name within a window, which begins with the first of them."""

    kind: str
    amount: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Tried:
    """Who tries under a limit: an address, or the name of an account."""

    limit: Limit
    name: str


@dataclass(frozen=True, slots=True)
class Spent:
    """A limit that is reached, and when its window is over."""

    tried: Tried
    until: datetime


async def try_door(
    archive: Archive, counted: Tried, failures: Sequence[Tried], now: datetime
) -> Spent | None:
    """Count a try and give the first limit that is spent: by tries, or by what failed before."""

    def knock(connection: Connection) -> Spent | None:
        _drop_past(connection, now)
        count, until = _count(connection, archive, counted, now)
        if count > counted.limit.amount:
            return Spent(counted, until)
        for one in failures:
            count, until = _known(connection, archive, one, now)
            if count >= one.limit.amount:
                return Spent(one, until)
        return None

    return await archive.database.write(knock)


async def count_failures(archive: Archive, failures: Sequence[Tried], now: datetime) -> None:
    """Count a try that came to nothing against everybody named."""

    def count(connection: Connection) -> None:
        _drop_past(connection, now)
        for one in failures:
            _count(connection, archive, one, now)

    await archive.database.write(count)


def _drop_past(connection: Connection, now: datetime) -> None:
    serialize(connection, "attempt")
    connection.execute(delete(table).where(table.c.until <= now))


def _count(connection: Connection, archive: Archive, tried: Tried, now: datetime) -> tuple[int, datetime]:
    upsert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    row = {
        "kind": tried.limit.kind,
        "name_blind": _blind(archive, tried),
        "tries": 1,
        "until": now + timedelta(seconds=tried.limit.seconds),
    }
    statement = upsert(table).values(row)
    again = statement.on_conflict_do_update(
        index_elements=[table.c.kind, table.c.name_blind], set_={"tries": table.c.tries + 1}
    )
    connection.execute(again)
    return _known(connection, archive, tried, now)


def _known(connection: Connection, archive: Archive, tried: Tried, now: datetime) -> tuple[int, datetime]:
    query = select(table.c.tries, table.c.until).where(
        table.c.kind == tried.limit.kind, table.c.name_blind == _blind(archive, tried)
    )
    row = connection.execute(query).one_or_none()
    return (row.tries, row.until) if row is not None else (0, now)


def _blind(archive: Archive, tried: Tried) -> str:
    return archive.ring.blind("attempt", f"{tried.limit.kind}:{tried.name}")
