"""The case database: an SQLAlchemy address in, short read and write transactions out.

SQLite (aiosqlite) by default: WAL, `synchronous=FULL`, foreign keys, one writer at a time that takes its turn
in this process and waits 10 s for other processes. PostgreSQL (psycopg) by address, nothing else changed.
"""

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Table, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
BUSY_SECONDS = 10
_WRITING = "once_writing"


@dataclass(frozen=True, slots=True)
class Database:
    """One engine and the turn that its writers take; belongs to one event loop."""

    engine: AsyncEngine
    writer: AsyncEngine
    turn: asyncio.Lock

    @property
    def embedded(self) -> bool:
        """Whether this is SQLite."""
        return self.engine.dialect.name == "sqlite"

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection whose statements see one state of the database."""
        async with self.engine.connect() as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection whose statements are committed together, or not at all on any exception."""
        if not self.embedded:
            async with self.writer.begin() as connection:
                yield connection
            return
        # SQLite's own waiting polls with growing naps; a queue in this process is faster and fair.
        async with self.turn, self.writer.begin() as connection:
            yield connection

    async def migrate(self) -> None:
        """Bring the tables to the newest shape; of several processes one does, the others wait for it."""
        async with self.write() as connection:
            await serialize(connection, "migrate")
            await connection.run_sync(_upgrade)

    async def forget(self) -> None:
        """Empty SQLite's write-ahead log, where pages just overwritten would live on for a while."""
        if self.embedded:
            async with self.turn, self.engine.connect() as connection:
                await connection.run_sync(_checkpoint)

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


def open_database(url: str) -> Database:
    """Prepare the database at `url` (`sqlite+aiosqlite:///file` or `postgresql+psycopg://…`).

    A SQLite file is made (0600, its folder 0700) when it is missing; nothing else is connected to yet.
    """
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        engine = create_async_engine(address, pool_pre_ping=True)
        return Database(engine, engine, asyncio.Lock())
    if address.database and address.database != ":memory:":
        _make_sqlite(Path(address.database))
    engine = create_async_engine(address, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return Database(engine, engine.execution_options(**{_WRITING: True}), asyncio.Lock())


async def serialize(connection: AsyncConnection, what: str) -> None:
    """Let one transaction at a time pass here until it ends; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        await connection.execute(
            text("SELECT pg_advisory_xact_lock(hashtext(:what))"), {"what": f"onething/{what}"}
        )


async def insert_new(connection: AsyncConnection, table: Table, rows: list[dict[str, Any]]) -> int:
    """Insert the rows that no unique index refuses, leave the others alone, and give how many went in."""
    if not rows:
        return 0
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    result = await connection.execute(insert(table).on_conflict_do_nothing(), rows)
    return result.rowcount


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _make_sqlite(path: Path) -> None:
    """Make the file and switch it to write-ahead logging, which stays.

    One process at a time: while switching, SQLite refuses others instead of letting them wait.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Never touch a file that exists: closing it would drop the locks of this process's own connections.
        if not path.exists():
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
    finally:
        os.close(lock)


def _prepare_sqlite(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:  # noqa: ARG001
    # The driver must not begin by itself: our own BEGIN says whether a write is coming.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _checkpoint(connection: Connection) -> None:
    # Past SQLAlchemy, which would begin a transaction first: a checkpoint runs outside of any.
    cursor = connection.connection.cursor()
    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get(_WRITING)
    # A read that turns into a write cannot wait for another writer, so writers say so at once.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
