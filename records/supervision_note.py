"""What staff write about an item: notes, letters to its agency, reasons for what they take in hand."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import uuid4

from sqlalchemy import Connection, delete, insert, select

from records import audit, data_key, notice
from records.archive import Archive
from records.audit import AuditEntry
from records.notice import NewNotice
from records.schema_supervision import supervision_note as table


class NoteKind(StrEnum):
    """What was written for."""

    NOTE = "note"
    LETTER = "letter"
    OVERRIDE = "override"
    HANDOVER = "handover"
    """To whoever is asked to take a case over; its place is the hand-over instead of an item."""
    PROOF = "proof"
    """What a clerk saw before saying that what an item waits for has come about."""


@dataclass(frozen=True, slots=True)
class Note:
    """One of them, opened."""

    kind: str
    slot: str
    at: datetime
    words: str


async def keep_note(
    archive: Archive,
    place: tuple[str, str],
    written: tuple[NoteKind, str],
    entry: AuditEntry,
    letter: NewNotice | None = None,
) -> str:
    """Store what was written about item `place` (case number, slot), and give its id.

    A letter goes to the outbox with it. `entry` says who and, in `at`, when. Raises NotKnown, CaseErased.
    """
    number, slot = place
    kind, words = written
    note_id = uuid4().hex

    def store(connection: Connection) -> None:
        key = data_key.of_case(connection, archive.ring, number)
        row = {
            "id": note_id,
            "case": number,
            "slot": slot,
            "kind": kind,
            "by": entry.actor,
            "at": entry.at,
            "sealed_words": key.seal_json(words, _place(note_id)),
        }
        connection.execute(insert(table), row)
        if letter is not None:
            notice.keep(connection, key, [letter])
        audit.append_within(connection, archive.ring, entry)

    await archive.database.write(store)
    return note_id


async def drop_note(archive: Archive, note_id: str) -> None:
    """Take away what was written for something that then did not come about; its audit line stays."""
    gone = delete(table).where(table.c.id == note_id)
    await archive.database.write(lambda connection: connection.execute(gone))


async def notes_of(archive: Archive, place: tuple[str, str]) -> tuple[Note, ...]:
    """Give what was written about an item, newest first; raises NotKnown, CaseErased."""
    number, slot = place

    def load(connection: Connection) -> tuple[Note, ...]:
        key = data_key.of_case(connection, archive.ring, number)
        query = select(table).where(table.c.case == number, table.c.slot == slot)
        rows = connection.execute(query.order_by(table.c.at.desc(), table.c.id)).all()
        return tuple(
            Note(row.kind, row.slot, row.at, str(key.open_json(row.sealed_words, _place(row.id))))
            for row in rows
        )

    return await archive.database.read(load)


async def proofs_of(archive: Archive, number: str) -> tuple[Note, ...]:
    """Give what clerks saw of a case's conditions, oldest first; raises NotKnown, CaseErased."""

    def load(connection: Connection) -> tuple[Note, ...]:
        key = data_key.of_case(connection, archive.ring, number)
        query = select(table).where(table.c.case == number, table.c.kind == NoteKind.PROOF.value)
        rows = connection.execute(query.order_by(table.c.at, table.c.id)).all()
        return tuple(
            Note(row.kind, row.slot, row.at, str(key.open_json(row.sealed_words, _place(row.id))))
            for row in rows
        )

    return await archive.database.read(load)


def _place(note_id: str) -> str:
    return f"supervision_note.words:{note_id}"
