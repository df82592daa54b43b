"""Ratings (好差评): a level and words in, kept once for each item and rater; what follows on bad ones out.

A bad rating opens its rectification (差评核实整改) in the same transaction, so none stays unanswered unseen.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import Connection, Row, Select, delete, insert, select, update

from onething.errors import NotKnown
from records import audit, data_key
from records.archive import Archive
from records.audit import AuditEntry
from records.database import insert_new
from records.schema import case as case_table
from records.schema import data_key as data_key_table
from records.schema_supervision import rating as table
from records.schema_supervision import rectification
from runtime.keyring import KeyRing

BEST: Final = 5
BAD: Final = 2
"""The highest of the two levels that something must follow on."""


class Finding(StrEnum):
    """What looking into a bad rating came to."""

    UPHELD = "upheld"
    PARTLY = "partly"
    MISTAKEN = "mistaken"
    """The rater says that the level was chosen by mistake."""
    NOT_UPHELD = "not_upheld"


@dataclass(frozen=True, slots=True)
class NewRating:
    """`rater` is a party of the case, or its only stand-in; `due_on` is when a bad one must be answered."""

    case: str
    slot: str
    agency: str
    rater: str
    level: int
    role: str
    entered_by: str
    rated_at: datetime
    due_on: date
    words: str = ""
    audit: AuditEntry | None = None


@dataclass(frozen=True, slots=True)
class Rating:
    """A rating as it stands, with its words and the answer opened; `due_on` only where it was a bad one."""

    id: str
    case: str
    bundle: str
    slot: str
    rater_blind: str
    agency: str
    level: int
    role: str
    entered_by: str
    rated_at: datetime
    words: str
    due_on: date | None
    finding: str | None
    answered_at: datetime | None
    answer: str


def rater_blind(ring: KeyRing, case: str, rater: str) -> str:
    """Hash a rater so that the ratings of one person in two cases show no likeness."""
    return ring.blind("rater", f"{case}:{rater}")


async def keep_rating(archive: Archive, new: NewRating, *, instead_of: str | None = None) -> bool:
    """Store it; False when this rater has rated the item before. Raises NotKnown, CaseErased.

    `instead_of` is the id of a rating that gives way to it, with whatever followed on that.
    """

    def store(connection: Connection) -> bool:
        key = data_key.of_case(connection, archive.ring, new.case)
        if instead_of is not None:
            connection.execute(delete(rectification).where(rectification.c.rating == instead_of))
            connection.execute(delete(table).where(table.c.id == instead_of))
        rating_id = uuid4().hex
        row = {
            name: getattr(new, name)
            for name in ("case", "slot", "agency", "level", "role", "entered_by", "rated_at")
        } | {
            "id": rating_id,
            "rater_blind": rater_blind(archive.ring, new.case, new.rater),
            "sealed_words": key.seal_json(new.words, _words(rating_id)) if new.words else None,
        }
        if insert_new(connection, table, [row]) != 1:
            return False
        if new.level <= BAD:
            opened = {"rating": rating_id, "opened_at": new.rated_at, "due_on": new.due_on}
            connection.execute(insert(rectification), opened)
        if new.audit is not None:
            audit.append_within(connection, archive.ring, new.audit)
        return True

    return await archive.database.write(store)


async def ratings_of(archive: Archive, case: str) -> tuple[Rating, ...]:
    """Give every rating of a case, oldest first; empty once it is erased."""
    return await _read(archive, _ALL.where(table.c.case == case).order_by(table.c.rated_at, table.c.id))


async def to_rectify(archive: Archive, area: str | None, limit: int = 200) -> tuple[Rating, ...]:
    """Give the bad ratings of an area that nobody has answered, the earliest due day first."""
    if area is None:
        return ()
    query = _ALL.where(rectification.c.rating.is_not(None), rectification.c.answered_at.is_(None))
    if area:
        query = query.where(case_table.c.region.startswith(area, autoescape=True))
    return await _read(archive, query.order_by(rectification.c.due_on, table.c.id).limit(limit))


async def rating(archive: Archive, rating_id: str) -> Rating:
    """Give one rating; raises NotKnown, also once its case is erased."""
    found = await _read(archive, _ALL.where(table.c.id == rating_id))
    if not found:
        raise NotKnown("rating", rating_id)
    return found[0]


async def answer(archive: Archive, rating_id: str, finding: Finding, words: str, entry: AuditEntry) -> bool:
    """Answer a bad rating: what looking into it came to, and what was done. False when it is answered.

    `entry` says who and, in `at`, when. Raises NotKnown, CaseErased.
    """

    def store(connection: Connection) -> bool:
        number = connection.execute(select(table.c.case).where(table.c.id == rating_id)).scalar()
        if number is None:
            raise NotKnown("rating", rating_id)
        key = data_key.of_case(connection, archive.ring, number)
        unanswered = update(rectification).where(
            rectification.c.rating == rating_id, rectification.c.answered_at.is_(None)
        )
        answered = unanswered.values(
            finding=finding,
            answered_by=entry.actor,
            answered_at=entry.at,
            sealed_answer=key.seal_json(words, _answer(rating_id)),
        )
        if connection.execute(answered).rowcount != 1:
            return False
        audit.append_within(connection, archive.ring, entry)
        return True

    return await archive.database.write(store)


async def _read(archive: Archive, query: Select[Any]) -> tuple[Rating, ...]:
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    return tuple(_opened(archive, row) for row in rows)


def _opened(archive: Archive, row: Row[Any]) -> Rating:
    key = data_key.unwrap(archive.ring, row.key_id, row.wrapped)
    plain = {
        name: getattr(row, name) for name in Rating.__dataclass_fields__ if name not in {"words", "answer"}
    }
    words, told = row.sealed_words, row.sealed_answer
    return Rating(
        **plain,
        words=str(key.open_json(words, _words(row.id))) if words else "",
        answer=str(key.open_json(told, _answer(row.id))) if told else "",
    )


_ALL = (
    select(
        table,
        case_table.c.bundle,
        rectification.c.due_on,
        rectification.c.finding,
        rectification.c.answered_at,
        rectification.c.sealed_answer,
        data_key_table.c.id.label("key_id"),
        data_key_table.c.wrapped,
    )
    .join_from(table, case_table)
    .join(data_key_table)
    .outerjoin(rectification, rectification.c.rating == table.c.id)
    .where(data_key_table.c.wrapped.is_not(None))
)


def _words(rating_id: str) -> str:
    return f"rating.words:{rating_id}"


def _answer(rating_id: str) -> str:
    return f"rectification.answer:{rating_id}"
