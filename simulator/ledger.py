"""The stand-ins' memory: in go filings, effects and people, out comes the same after a kill -9.

One SQLite file. What families wrote into forms is not kept, only its hash.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS attempt (
  agency TEXT NOT NULL, key TEXT NOT NULL, first_seen_at TEXT NOT NULL, attempts INTEGER NOT NULL,
  faults INTEGER NOT NULL, PRIMARY KEY (agency, key)
);
CREATE TABLE IF NOT EXISTS filing (
  id INTEGER PRIMARY KEY, agency TEXT NOT NULL, key TEXT NOT NULL, number INTEGER NOT NULL,
  item TEXT NOT NULL, slot TEXT NOT NULL, round INTEGER NOT NULL, body_hash TEXT NOT NULL,
  callback_url TEXT, first_seen_at TEXT NOT NULL, received_at TEXT NOT NULL, withdrawn_at TEXT,
  behaviour TEXT NOT NULL, told INTEGER NOT NULL, due_at TEXT, tries INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL, UNIQUE (agency, key, number)
);
CREATE INDEX IF NOT EXISTS filing_due ON filing (due_at) WHERE due_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS effect (
  agency TEXT NOT NULL, key TEXT NOT NULL, number INTEGER NOT NULL, item TEXT NOT NULL,
  slot TEXT NOT NULL, at TEXT NOT NULL, facts TEXT NOT NULL, PRIMARY KEY (agency, key, number)
);
CREATE TABLE IF NOT EXISTS undone (
  agency TEXT NOT NULL, key TEXT NOT NULL, number INTEGER NOT NULL, at TEXT NOT NULL,
  PRIMARY KEY (agency, key, number)
);
CREATE VIEW IF NOT EXISTS standing AS SELECT agency, key, number FROM effect
  WHERE (agency, key, number) NOT IN (SELECT agency, key, number FROM undone);
CREATE TABLE IF NOT EXISTS behaviour (
  agency TEXT NOT NULL, name TEXT NOT NULL, steps TEXT NOT NULL, PRIMARY KEY (agency, name)
);
CREATE TABLE IF NOT EXISTS person (
  register TEXT NOT NULL, id_number TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (register, id_number)
);
CREATE TABLE IF NOT EXISTS closed (register TEXT PRIMARY KEY);
"""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is remembered of a key from its first knock on, taken or not."""

    first_seen_at: datetime
    attempts: int
    faults: int


@dataclass(frozen=True, slots=True)
class Lying:
    """One filing lying at an agency; `told` counts the events said, `due_at` is the next one's time."""

    agency: str
    key: str
    number: int
    item: str
    slot: str
    round: int
    body_hash: str
    callback_url: str | None
    first_seen_at: datetime
    received_at: datetime
    behaviour: list[Any]
    withdrawn_at: datetime | None = None
    told: int = 0
    due_at: datetime | None = None
    tries: int = 0
    state: str = "received"


_COLUMNS: Final = tuple(Lying.__slots__)
_TIMES: Final = {"first_seen_at", "received_at", "withdrawn_at", "due_at"}


class Ledger:
    """The one file; every public method is one transaction or takes part in the one opened by `together`."""

    def __init__(self, path: Path | str) -> None:
        """Open or create the file; `:memory:` for tests."""
        # The ledger is used from the event loop's thread only, but built where the app is.
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        # A killed process loses nothing that was committed; only a power cut could, and this is a stand-in.
        self._db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;" + _SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Keep several writes as one: all or none."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def attempt(self, agency: str, key: str) -> Attempt | None:
        """What is remembered of earlier knocks under this key."""
        query = "SELECT first_seen_at, attempts, faults FROM attempt WHERE agency = ? AND key = ?"
        row = self._db.execute(query, (agency, key)).fetchone()
        return None if row is None else Attempt(datetime.fromisoformat(row[0]), row[1], row[2])

    def remember(self, agency: str, key: str, attempt: Attempt) -> None:
        """Keep the knock."""
        values = (agency, key, attempt.first_seen_at.isoformat(), attempt.attempts, attempt.faults)
        self._db.execute("INSERT OR REPLACE INTO attempt VALUES (?, ?, ?, ?, ?)", values)

    def latest(self, agency: str, key: str) -> Lying | None:
        """The newest filing under this key."""
        found = self._filings("agency = ? AND key = ? ORDER BY number DESC LIMIT 1", agency, key)
        return found[0] if found else None

    def filing(self, agency: str, key: str, number: int) -> Lying | None:
        """One filing as it stands now."""
        found = self._filings("agency = ? AND key = ? AND number = ?", agency, key, number)
        return found[0] if found else None

    def due(self, until: datetime) -> list[Lying]:
        """Filings about which something is to be said by `until`, oldest first."""
        return self._filings("due_at <= ? ORDER BY due_at LIMIT 100", until.isoformat())

    def next_due(self) -> datetime | None:
        """When the next thing is to be said."""
        (due,) = self._db.execute("SELECT MIN(due_at) FROM filing").fetchone()
        return None if due is None else datetime.fromisoformat(due)

    def keep(self, filing: Lying) -> None:
        """Store a filing, new or changed."""
        values = [_stored(name, getattr(filing, name)) for name in _COLUMNS]
        changed = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS)
        self._db.execute(
            f"INSERT INTO filing ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))}) "  # noqa: S608 - names are our own fields
            f"ON CONFLICT (agency, key, number) DO UPDATE SET {changed}",
            values,
        )

    def effect(self, filing: Lying, at: datetime, facts: dict[str, Any]) -> None:
        """Count the filing's effect once, however often it is told."""
        row = (filing.agency, filing.key, filing.number, filing.item, filing.slot, at.isoformat())
        text = json.dumps(facts, ensure_ascii=False)
        self._db.execute("INSERT OR IGNORE INTO effect VALUES (?, ?, ?, ?, ?, ?, ?)", (*row, text))

    def undo(self, agency: str, key: str, at: datetime) -> int:
        """Note that what came about under a key was undone; give how many effects that were."""
        done = self._db.execute(
            "INSERT OR IGNORE INTO undone "
            "SELECT agency, key, number, ? FROM effect WHERE agency = ? AND key = ?",
            (at.isoformat(), agency, key),
        )
        return done.rowcount

    def keys(self, agency: str, prefix: str = "") -> dict[str, dict[str, Any]]:
        """Every key beginning with `prefix`: slot, item, attempts, filings, effects, newest state."""
        rows = self._db.execute(
            "SELECT a.key, a.attempts, MAX(f.slot), MAX(f.item), COUNT(f.id), "
            "(SELECT COUNT(*) FROM standing e WHERE e.agency = a.agency AND e.key = a.key), "
            "(SELECT state FROM filing s WHERE s.agency = a.agency AND s.key = a.key "
            "ORDER BY number DESC LIMIT 1) "
            "FROM attempt a LEFT JOIN filing f ON f.agency = a.agency AND f.key = a.key "
            "WHERE a.agency = ? AND substr(a.key, 1, length(?)) = ? "
            "GROUP BY a.key ORDER BY a.first_seen_at, a.key",
            (agency, prefix, prefix),
        )
        names = ("attempts", "slot", "item", "filings", "effects", "state")
        return {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}

    def sums(self, agency: str, prefix: str = "") -> dict[str, Any]:
        """Keys, attempts, filings and effects under keys beginning with `prefix`, and the keys with two."""
        chosen, values = "agency = ? AND substr(key, 1, length(?)) = ?", (agency, prefix, prefix)
        ask = self._db.execute
        keys, attempts = ask(f"SELECT COUNT(*), SUM(attempts) FROM attempt WHERE {chosen}", values).fetchone()  # noqa: S608 - the condition is our own
        (filings,) = ask(f"SELECT COUNT(*) FROM filing WHERE {chosen}", values).fetchone()  # noqa: S608 - same
        (effects,) = ask(f"SELECT COUNT(*) FROM standing WHERE {chosen}", values).fetchone()  # noqa: S608 - same
        twice = ask(f"SELECT key FROM standing WHERE {chosen} GROUP BY key HAVING COUNT(*) > 1", values)  # noqa: S608 - same
        return {
            "keys": keys,
            "attempts": attempts or 0,
            "filings": filings,
            "effects": effects,
            "more_than_once": [key for (key,) in twice],
        }

    def behaviours(self, agency: str) -> dict[str, list[Any]]:
        """What the agency plays, by slot, item or `*`."""
        rows = self._db.execute("SELECT name, steps FROM behaviour WHERE agency = ?", (agency,))
        return {name: json.loads(steps) for name, steps in rows}

    def set_behaviour(self, agency: str, name: str, steps: list[Any] | None) -> None:
        """Let the agency play `steps` from the next filing on; None returns to the default."""
        self._db.execute("DELETE FROM behaviour WHERE agency = ? AND name = ?", (agency, name))
        if steps is not None:
            text = json.dumps(steps, ensure_ascii=False)
            self._db.execute("INSERT INTO behaviour VALUES (?, ?, ?)", (agency, name, text))

    def person(self, register: str, id_number: str) -> Any:
        """The record, several records, or None."""
        query = "SELECT record FROM person WHERE register = ? AND id_number = ?"
        row = self._db.execute(query, (register, id_number)).fetchone()
        return None if row is None else json.loads(row[0])

    def set_person(self, register: str, id_number: str, record: Any) -> None:
        """Store a person's record."""
        row = (register, id_number, json.dumps(record, ensure_ascii=False, default=str))
        self._db.execute("INSERT OR REPLACE INTO person VALUES (?, ?, ?)", row)

    def people(self) -> dict[str, int]:
        """How many people each register holds."""
        return dict(self._db.execute("SELECT register, COUNT(*) FROM person GROUP BY register"))

    def closed(self, register: str) -> bool:
        """Whether the register is switched off."""
        query = "SELECT 1 FROM closed WHERE register = ?"
        return self._db.execute(query, (register,)).fetchone() is not None

    def close_register(self, register: str, *, closed: bool) -> None:
        """Switch the register off or on."""
        verb = (
            "INSERT OR IGNORE INTO closed VALUES (?)" if closed else "DELETE FROM closed WHERE register = ?"
        )
        self._db.execute(verb, (register,))

    def _filings(self, where: str, *values: str | int) -> list[Lying]:
        rows = self._db.execute(f"SELECT {', '.join(_COLUMNS)} FROM filing WHERE {where}", values)  # noqa: S608 - conditions are our own
        return [
            Lying(**{name: _read(name, value) for name, value in zip(_COLUMNS, row, strict=True)})
            for row in rows
        ]


def _stored(name: str, value: Any) -> Any:
    if name in _TIMES and value is not None:
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False) if name == "behaviour" else value


def _read(name: str, value: Any) -> Any:
    if name in _TIMES and value is not None:
        return datetime.fromisoformat(value)
    return json.loads(value) if name == "behaviour" else value
