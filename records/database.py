"""The case database: an SQLAlchemy address in, short read and write transactions out.

SQLite by default: WAL, `synchronous=FULL`, foreign keys, one writer at a time among all processes, in the
order in which they came. PostgreSQL (psycopg) by address, nothing else changed.

A transaction is one plain function that runs whole on a database thread: one hand-over from the event loop
instead of one for each statement, which costs a third of the processor time of an asynchronous driver.
"""

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, Insert, Table, create_engine, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
BUSY_SECONDS = 10
THREADS = 4
_WRITING = "once_writing"

Answer = TypeVar("Answer")
Job = Callable[[Connection], Answer]
"""What one transaction does; it may be running still when the caller was cancelled, and then commits."""


@dataclass(frozen=True, slots=True)
class Database:
    """One engine and the threads that its transactions run on."""

    engine: Engine
    writer: Engine
    reading: ThreadPoolExecutor
    writing: ThreadPoolExecutor
    turn: int | None
    """The open lock file at which SQLite's writers of all processes queue."""

    @property
    def embedded(self) -> bool:
        """Whether this is SQLite."""
        return self.engine.dialect.name == "sqlite"

    async def read(self, job: Job[Answer]) -> Answer:
        """Run `job` on a connection whose statements see one state of the database."""
        return await asyncio.get_running_loop().run_in_executor(self.reading, self._read, job)

    async def write(self, job: Job[Answer]) -> Answer:
        """Run `job`; its statements are committed together, or not at all when it raises."""
        return await asyncio.get_running_loop().run_in_executor(self.writing, self._write, job)

    async def migrate(self) -> None:
        """Bring the tables to the newest shape; of several processes one does, the others wait for it."""
        await self.write(_upgrade)

    async def forget(self) -> None:
        """Empty SQLite's write-ahead log, where pages just overwritten would live on for a while."""
        if self.embedded:
            await asyncio.get_running_loop().run_in_executor(self.writing, self._checkpoint)

    async def close(self) -> None:
        """Let running transactions end, then close every connection."""
        for threads in (self.reading, self.writing):
            await asyncio.to_thread(threads.shutdown)
        self.engine.dispose()
        if self.turn is not None:
            os.close(self.turn)

    def _read(self, job: Job[Answer]) -> Answer:
        with self.engine.connect() as connection:
            return job(connection)

    def _write(self, job: Job[Answer]) -> Answer:
        with _taking(self.turn), self.writer.begin() as connection:
            return job(connection)

    def _checkpoint(self) -> None:
        # Past SQLAlchemy, which would begin a transaction first: a checkpoint runs outside of any.
        with _taking(self.turn), closing(self.engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def open_database(url: str) -> Database:
    """Prepare the database at `url` (`sqlite+aiosqlite:///file`, `sqlite:///file` or `postgresql+psycopg://…`).

    A SQLite file is made (0600, its folder 0700) when it is missing; nothing else is connected to yet.
    """
    address = make_url(url)
    reading = ThreadPoolExecutor(THREADS, thread_name_prefix="records-read")
    if address.get_backend_name() != "sqlite":
        engine = create_engine(address, pool_pre_ping=True, pool_size=2 * THREADS)
        writing = ThreadPoolExecutor(THREADS, thread_name_prefix="records-write")
        return Database(engine, engine, reading, writing, turn=None)
    if address.database in {None, "", ":memory:"}:
        msg = "an SQLite address names a file: several connections and processes share it"
        raise ValueError(msg)
    address = address.set(drivername="sqlite")
    turn = _make_sqlite(Path(str(address.database)))
    engine = create_engine(address, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    # One writing thread and one lock file: SQLite's own waiting polls with growing naps, queues are fair.
    writing = ThreadPoolExecutor(1, thread_name_prefix="records-write")
    return Database(engine, engine.execution_options(**{_WRITING: True}), reading, writing, turn)


def serialize(connection: Connection, what: str) -> None:
    """Let one transaction at a time pass here until it ends; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(
            text("SELECT pg_advisory_xact_lock(hashtext(:what))"), {"what": f"onething/{what}"}
        )


def insert_new(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> int:
    """Insert the rows that no unique index refuses, leave the others alone, and give how many went in."""
    if not rows:
        return 0
    return connection.execute(_insert_new(table, connection.dialect.name), rows).rowcount


@cache
def _insert_new(table: Table, dialect: str) -> Insert:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    # Of several rows at once psycopg's count is kept only on demand.
    return insert(table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)


def _upgrade(connection: Connection) -> None:
    serialize(connection, "migrate")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _make_sqlite(path: Path) -> int:
    """Make the file, switch it to write-ahead logging, which stays, and give the opened lock file.

    One process at a time: while switching, SQLite refuses others instead of letting them wait.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    turn = os.open(path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    with _taking(turn):
        # Never touch a file that exists: closing it would drop the locks of this process's own connections.
        if not path.exists():
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
    return turn


@contextmanager
def _taking(turn: int | None) -> Iterator[None]:
    """Hold the writers' lock, which the system frees when the process ends; nothing to hold without one."""
    if turn is None:
        yield
        return
    fcntl.flock(turn, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(turn, fcntl.LOCK_UN)


def _prepare_sqlite(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:  # noqa: ARG001
    # The driver must not begin by itself: our own BEGIN says whether a write is coming.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get(_WRITING)
    # A read that turns into a write cannot wait for another writer, so writers say so at once.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
