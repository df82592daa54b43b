"""Searching cases by words that stand nowhere in plain: words in at filing, numbers of the cases out.

Of every name and address the index keeps keyed hashes of its single letters and of each two in a row. A
search takes the cases that have all of its own hashes, opens their sealed words, and keeps those in which
the words really stand. Without the key ring the file shows how often some unknown letter occurs, and no more.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
)

from records import data_key
from records.archive import Archive
from records.schema import case as case_table
from records.schema import data_key as key_table
from records.schema_case_work import case_text, case_word
from records.worklist_area import Area, within
from runtime.keyring import KeyRing

Words = tuple[tuple[str, str], ...]
"""Kind (`applicant`, `subject`, `address` …) and text; how a person finds the case again."""
_LONGEST: Final = 200
"""Letters of one text that are indexed; nobody searches by what stands behind them."""
_MOST: Final = 12
"""Hashes that one search looks up; the exact check does the rest."""
_RARE: Final = 2000
_INDEX: Final = "case_word"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to find: every term must stand in one of the case's texts; newest cases first."""

    terms: tuple[str, ...]
    area: Area | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Hit:
    """One case found, with its words, opened."""

    number: str
    words: Words


async def find_words(archive: Archive, wanted: Wanted) -> tuple[Hit, ...]:
    """Give the cases in whose texts every term stands; none for terms without a letter or digit."""
    terms = tuple(term for term in map(plain, wanted.terms) if term)
    if not terms:
        return ()
    return await archive.database.read(lambda connection: _find(connection, archive.ring, terms, wanted))


async def words_for(archive: Archive, numbers: tuple[str, ...]) -> dict[str, Words]:
    """Give the words of these cases, opened; none for a case that is not in the index."""
    query = _TEXTS.where(case_text.c.case.in_(numbers))
    rows = await archive.database.read(lambda connection: connection.execute(query).all())
    hits = [_opened(archive.ring, row) for row in rows]
    return {hit.number: hit.words for hit in hits if hit is not None}


async def index_case(archive: Archive, number: str, words: Words) -> None:
    """Put a case's words into the index in place of those it had; raises NotKnown, CaseErased."""

    def replace(connection: Connection) -> None:
        key = data_key.of_case(connection, archive.ring, number)
        drop(connection, number)
        keep(connection, archive.ring, key, number, words)

    await archive.database.write(replace)


async def unindexed(archive: Archive, limit: int = 500) -> tuple[str, ...]:
    """Give numbers of cases, not erased, whose words are not in the index: those of older versions."""
    missing = ~exists().where(case_text.c.case == case_table.c.number)
    query = select(case_table.c.number).join_from(case_table, key_table)
    query = query.where(missing, key_table.c.wrapped.is_not(None)).order_by(case_table.c.number).limit(limit)
    return tuple(await archive.database.read(lambda connection: connection.execute(query).scalars().all()))


def keep(connection: Connection, ring: KeyRing, key: data_key.DataKey, number: str, words: Words) -> None:
    """Index a case's words, within the caller's transaction."""
    if not words:
        return
    row = {"case": number, "sealed_text": key.seal_json(words, _place(number))}
    seq = connection.execute(_KEEP_TEXT, row).scalar_one()
    connection.execute(_KEEP_WORD, [{"word_blind": one, "seq": seq} for one in sorted(hashes(ring, words))])


def drop(connection: Connection, number: str) -> None:
    """Take a case out of the index."""
    seq = connection.execute(select(case_text.c.seq).where(case_text.c.case == number)).scalar()
    if seq is not None:
        connection.execute(delete(case_word).where(case_word.c.seq == seq))
        connection.execute(delete(case_text).where(case_text.c.seq == seq))


def plain(text: str) -> str:
    """A text as it is compared: one width, one case, no spaces, dots or dashes between the letters."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


def hashes(ring: KeyRing, words: Words) -> frozenset[int]:
    """The keyed hashes of a case's letters, single and in pairs: 64 signed bits each."""
    grams = {gram for _, text in words for gram in _grams(plain(text)[:_LONGEST])}
    return frozenset(_hash(ring, gram) for gram in grams)


def _grams(text: str) -> Iterator[str]:
    yield from text
    yield from map("".join, pairwise(text))


def _asked(term: str) -> Iterable[str]:
    """What a term is looked up by: its pairs, or itself where it is a single letter."""
    return map("".join, pairwise(term)) if len(term) > 1 else (term,)


def _hash(ring: KeyRing, gram: str) -> int:
    return int.from_bytes(bytes.fromhex(ring.blind(_INDEX, gram)[:16]), signed=True)


def _find(connection: Connection, ring: KeyRing, terms: Sequence[str], wanted: Wanted) -> tuple[Hit, ...]:
    looked = {_hash(ring, gram): None for term in terms for gram in _asked(term)}
    rarest = sorted(looked, key=lambda one: connection.execute(_COUNT, {"of": one}).scalar_one())[:_MOST]
    found: list[Hit] = []
    before: int | None = None
    while len(found) < wanted.limit:
        rows = connection.execute(_query(rarest, wanted, before)).all()
        for row in rows:
            before = row.seq
            hit = _opened(ring, row)
            if hit is not None and all(_stands_in(term, hit.words) for term in terms):
                found.append(hit)
        if len(rows) < wanted.limit:
            break
    return tuple(found[: wanted.limit])


def _query(looked: Sequence[int], wanted: Wanted, before: int | None) -> Select[Any]:
    """The next cases, newest first, that have every hash: the rarest leads, the others are probed."""
    first, *others = looked
    query = (
        select(
            case_text.c.seq, case_text.c.case, case_text.c.sealed_text, key_table.c.id, key_table.c.wrapped
        )
        .join_from(case_word, case_text, case_word.c.seq == case_text.c.seq)
        .join(case_table, case_table.c.number == case_text.c.case)
        .join(key_table, key_table.c.id == case_table.c.data_key_id)
        .where(case_word.c.word_blind == first, *(_also(one) for one in others), *within(wanted.area))
        .order_by(case_word.c.seq.desc())
        .limit(wanted.limit)
    )
    return query if before is None else query.where(case_word.c.seq < before)


def _also(hashed: int) -> ColumnElement[bool]:
    other = case_word.alias()
    return exists(literal(1)).where(and_(other.c.word_blind == hashed, other.c.seq == case_word.c.seq))


def _opened(ring: KeyRing, row: Any) -> Hit | None:
    if row.wrapped is None:
        return None
    key = data_key.unwrap(ring, row.id, row.wrapped)
    words = key.open_json(row.sealed_text, _place(row.case))
    return Hit(row.case, tuple((kind, text) for kind, text in words))


def _stands_in(term: str, words: Words) -> bool:
    return any(term in plain(text)[:_LONGEST] for _, text in words)


def _place(number: str) -> str:
    return f"case_text.text:{number}"


_TEXTS: Final = (
    select(case_text, key_table.c.id, key_table.c.wrapped)
    .join_from(case_text, case_table, case_table.c.number == case_text.c.case)
    .join(key_table, key_table.c.id == case_table.c.data_key_id)
)
_KEEP_TEXT: Final = insert(case_text).returning(case_text.c.seq)
_KEEP_WORD: Final = insert(case_word)
_COUNT: Final = select(func.count()).select_from(
    select(literal(1)).where(case_word.c.word_blind == bindparam("of")).limit(_RARE).subquery()
)
