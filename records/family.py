"""Families of cases: in go a case and the earlier ones of the same persons, out comes one opaque id for all.

The id is random; what tells that two cases are of the same persons is a keyed hash (`records.lookup`), which
is looked at when a case is filed and never written beside the id.
"""

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, insert, select, update

from onething.errors import NotKnown
from onething.text import Text
from records.archive import Archive
from records.schema import case as case_table
from records.schema import data_key as data_key_table
from records.schema import family as table
from runtime.keyring import KeyRing

PERSONS: Final = "family"
"""The look-up index of a set of persons' numbers."""
_CODE: Final = "family_code"
_PRINTED: Final = "receipt_code"


@dataclass(frozen=True, slots=True)
class Joining:
    """Earlier cases of the same family, and what people call the life events together."""

    cases: tuple[str, ...]
    title: Text


@dataclass(frozen=True, slots=True)
class StoredFamily:
    """A family of cases; `title` is as it was when the first two joined."""

    id: str
    title: Text
    created_at: datetime


def persons_key(numbers: tuple[str, ...]) -> str:
    """One value for a set of persons, whoever of them is named first; it is hashed, never stored."""
    return "|".join(sorted(number.strip().upper() for number in numbers))


def join(connection: Connection, ring: KeyRing, number: str, joining: Joining, now: datetime) -> None:
    """Give the case and the earlier ones that are not erased one family, within the caller's transaction.

    Where earlier cases had families apart, the oldest one takes the others in.
    """
    query = (
        select(case_table.c.number, case_table.c.family)
        .join_from(case_table, data_key_table)
        .where(case_table.c.number.in_(joining.cases), data_key_table.c.wrapped.is_not(None))
    )
    earlier = connection.execute(query).all()
    if not earlier:
        return
    ids = {row.family for row in earlier if row.family is not None}
    family = _oldest(connection, ids) if ids else _new(connection, ring, joining.title, now)
    if ids:
        connection.execute(update(case_table).where(case_table.c.family.in_(ids)).values(family=family))
    numbers = (number, *(row.number for row in earlier))
    connection.execute(update(case_table).where(case_table.c.number.in_(numbers)).values(family=family))


async def family_of(archive: Archive, family: str) -> StoredFamily:
    """Give the family; raises NotKnown."""
    query = select(table).where(table.c.id == family)
    row = await archive.database.read(lambda connection: connection.execute(query).one_or_none())
    if row is None:
        raise NotKnown("family", family)
    return StoredFamily(row.id, Text(zh=row.title_zh, en=row.title_en), row.created_at)


async def cases_of(archive: Archive, family: str) -> tuple[str, ...]:
    """Give the numbers of the family's cases, the earliest first; erased ones have left it."""
    query = select(case_table.c.number).where(case_table.c.family == family)
    query = query.order_by(case_table.c.submitted_at, case_table.c.number)
    return tuple(await archive.database.read(lambda connection: connection.execute(query).scalars().all()))


async def family_by_code(archive: Archive, code: str) -> str:
    """Give the family whose receipt carries this code; raises NotKnown without repeating the code."""
    query = select(table.c.id).where(table.c.code_blind == archive.ring.blind(_PRINTED, code))
    found = await archive.database.read(lambda connection: connection.execute(query).scalar())
    if found is None:
        raise NotKnown("receipt", "code")
    return str(found)


def family_code(ring: KeyRing, family: str) -> str:
    """The 128-bit code of the family's receipt: the same at every revision, and nobody's to guess."""
    return base64.b32encode(bytes.fromhex(ring.blind(_CODE, family))[:16]).decode().rstrip("=").lower()


def _oldest(connection: Connection, ids: set[str]) -> str:
    query = select(table.c.id).where(table.c.id.in_(ids)).order_by(table.c.created_at, table.c.id).limit(1)
    return str(connection.execute(query).scalar_one())


def _new(connection: Connection, ring: KeyRing, title: Text, now: datetime) -> str:
    family = f"F{secrets.token_hex(8).upper()}"
    row = {"id": family, "title_zh": title.zh, "title_en": title.en, "created_at": now}
    row["code_blind"] = ring.blind(_PRINTED, family_code(ring, family))
    connection.execute(insert(table), row)
    return family
