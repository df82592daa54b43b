"""Everything stored, in one hand: database address, key ring and blobs folder in, one `Archive` out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from records.database import Database, open_database
from runtime.keyring import KeyRing


@dataclass(frozen=True, slots=True)
class Archive:
    """What every function of this package works on."""

    database: Database
    ring: KeyRing
    blobs: Path


@asynccontextmanager
async def open_archive(url: str, ring: KeyRing, blobs: Path) -> AsyncIterator[Archive]:
    """Open the archive with its tables in their newest shape; closes the connections at the end.

    The blobs folder is made with the first file.
    """
    database = open_database(url)
    try:
        await database.migrate()
        yield Archive(database, ring, blobs)
    finally:
        await database.close()
