"""Ratings and what supervisors write: kept once, sealed with the case, and forgotten with it."""

from datetime import timedelta

import pytest

from onething.errors import NotKnown
from records.audit import AuditEntry
from records.case import create_case, erase_case
from records.errors import CaseErased
from records.notice import NewNotice, notices_of
from records.rating import NewRating, keep_rating, rater_blind, rating, ratings_of, to_rectify
from records.supervision_note import NoteKind, keep_note, notes_of

WORDS = "窗口张秀英态度不好"
NUMBER = "20261123-A"


@pytest.fixture
async def filed(archive, filing):
    await create_case(archive, filing(region="360900"))
    return archive


@pytest.fixture
def new(now):
    def make(**changes: object) -> NewRating:
        given = {
            "case": NUMBER,
            "slot": "hukou",
            "agency": "police",
            "rater": "p" * 64,
            "level": 1,
            "role": "citizen",
            "entered_by": "phone-1",
            "rated_at": now,
            "due_on": now.date() + timedelta(days=21),
            "words": WORDS,
        }
        return NewRating(**(given | changes))

    return make


def entry(now):
    return AuditEntry("s-1", "supervisor", "supervise", "note_slot", NUMBER, at=now)


async def test_words_stand_nowhere_on_disk_and_a_rater_differs_from_case_to_case(filed, new, now, tmp_path):
    assert await keep_rating(filed, new())
    await keep_note(filed, (NUMBER, "hukou"), (NoteKind.NOTE, WORDS), entry(now))
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("once.db*"))
    assert b"phone-1" in stored
    assert WORDS.encode() not in stored
    assert b"p" * 64 not in stored
    (kept,) = await ratings_of(filed, NUMBER)
    assert kept.rater_blind == rater_blind(filed.ring, NUMBER, "p" * 64)
    assert kept.rater_blind != rater_blind(filed.ring, "20261123-B", "p" * 64)


async def test_the_same_rater_rates_an_item_once_and_another_one_again(filed, new):
    assert await keep_rating(filed, new())
    assert not await keep_rating(filed, new(level=5))
    assert await keep_rating(filed, new(rater="q" * 64, level=5))
    assert await keep_rating(filed, new(slot="medical"))
    assert [one.level for one in await to_rectify(filed, "")] == [1, 1]


async def test_an_erased_case_forgets_ratings_and_notes(filed, new, now):
    await keep_rating(filed, new())
    (kept,) = await ratings_of(filed, NUMBER)
    await keep_note(filed, (NUMBER, "hukou"), (NoteKind.NOTE, WORDS), entry(now))
    await erase_case(filed, NUMBER, now, entry(now))
    assert await ratings_of(filed, NUMBER) == ()
    assert await to_rectify(filed, "") == ()
    with pytest.raises(NotKnown):
        await rating(filed, kept.id)
    with pytest.raises(CaseErased):
        await notes_of(filed, (NUMBER, "hukou"))
    with pytest.raises(CaseErased):
        await keep_rating(filed, new(slot="medical"))


async def test_a_letter_is_in_the_outbox_with_its_note(filed, now):
    letter = NewNotice("k", NUMBER, "supervisor_letter", "window", {"text": WORDS}, now, "police", "hukou")
    await keep_note(filed, (NUMBER, "hukou"), (NoteKind.LETTER, WORDS), entry(now), letter)
    assert [one.recipient for one in await notices_of(filed, NUMBER)] == ["police"]
    assert [(one.kind, one.words) for one in await notes_of(filed, (NUMBER, "hukou"))] == [("letter", WORDS)]


async def test_a_case_that_is_none_takes_no_rating(archive, new):
    with pytest.raises(NotKnown):
        await keep_rating(archive, new())
