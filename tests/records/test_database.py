"""The database: its settings, its migrations, and writers that meet."""

import asyncio
import multiprocessing
import stat
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import column, create_engine, insert, inspect, text
from sqlalchemy import table as table_of
from sqlalchemy.exc import IntegrityError

from records.database import MIGRATIONS, open_database
from records.tables import metadata

NOW = "2026-11-23 00:00:00"


def _shape(connection) -> dict[str, Any]:
    """Everything that SQLite itself says about tables and indexes, conditions of partial indexes included."""
    found = {}
    for table in inspect(connection).get_table_names():
        if table == "alembic_version":
            continue
        columns = connection.execute(text(f'PRAGMA table_info("{table}")')).all()
        keys = connection.execute(text(f'PRAGMA foreign_key_list("{table}")')).all()
        sql = text("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :table")
        indexes = connection.execute(sql, {"table": table}).all()
        found[table] = (
            columns,
            sorted(key[2:] for key in keys),
            sorted(tuple(index) for index in indexes if index.sql),
        )
    return found


async def test_migrating_from_nothing_arrives_at_the_declared_tables(archive):
    def differences(connection) -> Any:
        return compare_metadata(MigrationContext.configure(connection), metadata)

    assert await archive.database.read(differences) == []
    migrated = await archive.database.read(_shape)
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        metadata.create_all(connection)
        assert migrated == _shape(connection)
    engine.dispose()


async def test_migrating_again_changes_nothing(archive):
    await archive.database.migrate()
    versions = text("SELECT version_num FROM alembic_version")
    written = [path.read_text() for path in (MIGRATIONS / "versions").glob("*.py")]
    newest = max(text.partition('revision = "')[2][:4] for text in written)
    found = await archive.database.read(lambda connection: connection.execute(versions).scalars().all())
    assert found == [newest]


async def test_what_an_earlier_release_stored_is_kept(url):
    database = open_database(url)
    await database.write(lambda connection: command.upgrade(_config(connection), "0001"))
    values = {"number": "A", "bundle": "b", "state": "running", "origin": "window", "filing_mode": "assisted"}
    values |= {
        "submitted_at": NOW,
        "received_on": NOW,
        "key_blind": "x",
        "body_blind": "y",
        "data_key_id": "k",
    }
    order = {"id": "w", "case": "A", "kind": "late_answer", "owner": "window", "state": "open"}
    rows = {
        "data_key": {"id": "k", "created_at": NOW},
        "case": values | {"inputs": "{}", "revision": 1},
        "work_order": order | {"reason": "late_answer", "opened_at": NOW},
    }
    for name, row in rows.items():
        await database.write(lambda connection, name=name, row=row: _insert(connection, name, row))
    await database.migrate()
    found = await database.read(
        lambda connection: connection.execute(text("SELECT id, result FROM work_order")).all()
    )
    assert found == [("w", None)]
    await database.write(lambda connection: command.downgrade(_config(connection), "0001"))
    await database.migrate()
    await database.close()


def _insert(connection, name, row) -> None:
    """By names alone: the tables of that release, not of this one."""
    connection.execute(insert(table_of(name, *map(column, row))).values(row))


def _config(connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


async def test_every_connection_is_durable_and_keeps_references(archive):
    def pragmas(connection) -> dict[str, Any]:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "secure_delete")
        return {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in names}

    assert await archive.database.read(pragmas) == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 10_000,
        "secure_delete": 1,
    }


async def test_a_row_of_no_case_is_refused(archive):
    stray = text("INSERT INTO change_log (\"case\", revision) VALUES ('none', 1)")
    with pytest.raises(IntegrityError):
        await archive.database.write(lambda connection: connection.execute(stray))


async def test_a_failed_transaction_leaves_nothing(archive):
    def fail_half_way(connection) -> None:
        connection.execute(text("INSERT INTO data_key (id, created_at) VALUES ('x', '2026-11-23')"))
        raise LookupError

    with pytest.raises(LookupError):
        await archive.database.write(fail_half_way)
    rows = text("SELECT count(*) FROM data_key")
    assert await archive.database.read(lambda connection: connection.execute(rows).scalar()) == 0


@pytest.mark.parametrize("address", ["sqlite://", "sqlite+aiosqlite:///:memory:"])
def test_an_address_without_a_file_is_refused(address):
    with pytest.raises(ValueError, match="names a file"):
        open_database(address)


async def test_the_file_is_for_its_owner_only(archive, tmp_path):
    await archive.database.migrate()
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("once.db*")}
    assert modes == dict.fromkeys(["once.db", "once.db-wal", "once.db-shm", "once.db.lock"], 0o600)


async def test_writers_of_two_connections_to_one_file_wait_for_each_other(archive, url):
    other = open_database(url)
    add = text("UPDATE counter SET n = n + 1")
    await archive.database.write(
        lambda connection: connection.execute(text("CREATE TABLE counter AS SELECT 0 AS n"))
    )
    jobs = [
        (archive.database, other)[n % 2].write(lambda connection: connection.execute(add)) for n in range(40)
    ]
    await asyncio.gather(*jobs)
    await other.close()
    count = text("SELECT n FROM counter")
    assert await archive.database.read(lambda connection: connection.execute(count).scalar()) == 40


def _migrate(url, barrier, answers) -> None:
    async def run() -> None:
        database = open_database(url)
        barrier.wait()
        try:
            await database.migrate()
        finally:
            await database.close()

    try:
        asyncio.run(run())
    except Exception as error:  # noqa: BLE001 - the process's edge: the test shall see what went wrong
        answers.put(repr(error))
    else:
        answers.put("migrated")


def test_processes_that_start_together_migrate_once(url):
    processes = 4
    context = multiprocessing.get_context("spawn")
    barrier, answers = context.Barrier(processes), context.Queue()
    racers = [context.Process(target=_migrate, args=(url, barrier, answers)) for _ in range(processes)]
    for racer in racers:
        racer.start()
    assert [answers.get(timeout=60) for _ in racers] == ["migrated"] * processes
    for racer in racers:
        racer.join()
