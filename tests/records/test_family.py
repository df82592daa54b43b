"""Families: joined in the filing's transaction, found by an opaque id or a printed code, left when erased."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from onething.errors import NotKnown
from onething.text import Text
from records.audit import AuditEntry
from records.case import create_case, erase_case, get_case
from records.family import (
    PERSONS,
    Joining,
    cases_of,
    family_by_code,
    family_code,
    family_of,
    persons_key,
)
from records.lookup import find_by
from records.schema import family as table

TITLE = Text(zh="结婚、生育、落户一件事", en="One thing")
GONE = AuditEntry("clerk-7", "clerk", "erasing", "erase_case")
COUPLE = ("360902199903264846", "360902199807145273")


async def filed(archive, filing, name, *joins: str, **changes: Any) -> Any:
    joining = Joining(tuple(f"20261123-{one}" for one in joins), TITLE) if joins else None
    await create_case(archive, filing(name, bundle=f"event_{name.lower()}", joins=joining, **changes))
    return (await get_case(archive, f"20261123-{name}")).family


async def test_a_case_and_the_earlier_one_get_one_opaque_family(archive, filing, now):
    assert await filed(archive, filing, "A") is None
    family = await filed(archive, filing, "B", "A", submitted_at=now + timedelta(days=300))
    assert (await get_case(archive, "20261123-A")).family == family
    assert re.fullmatch(r"F[0-9A-F]{16}", family)
    assert await cases_of(archive, family) == ("20261123-A", "20261123-B")
    assert (await family_of(archive, family)).title == TITLE


async def test_a_third_case_joins_the_family_that_is_there(archive, filing):
    await filed(archive, filing, "A")
    family = await filed(archive, filing, "B", "A")
    assert await filed(archive, filing, "C", "A") == family


async def test_families_that_turn_out_to_be_one_become_the_oldest(archive, filing, now):
    await filed(archive, filing, "A")
    await filed(archive, filing, "C")
    first = await filed(archive, filing, "B", "A")
    later = await filed(archive, filing, "D", "C", submitted_at=now + timedelta(days=1))
    assert first != later
    assert await filed(archive, filing, "E", "A", "C", submitted_at=now + timedelta(days=2)) == first
    assert len(await cases_of(archive, first)) == 5
    assert await cases_of(archive, later) == ()


async def test_an_erased_case_takes_part_in_no_family(archive, filing, now):
    await filed(archive, filing, "A", lookups=((PERSONS, persons_key(COUPLE)),))
    family = await filed(archive, filing, "B", "A")
    await erase_case(archive, "20261123-A", now, GONE)
    assert await cases_of(archive, family) == ("20261123-B",)
    assert await find_by(archive, PERSONS, persons_key(COUPLE)) == ()
    assert await filed(archive, filing, "C", "A") is None


async def test_a_filing_that_fails_leaves_the_earlier_case_alone(archive, filing):
    await filed(archive, filing, "A")
    with pytest.raises(NotKnown):
        await filed(archive, filing, "B", "A", draft_id="0" * 32)
    assert (await get_case(archive, "20261123-A")).family is None


async def test_the_printed_code_leads_to_the_family_and_is_not_stored(archive, filing):
    await filed(archive, filing, "A")
    family = await filed(archive, filing, "B", "A")
    code = family_code(archive.ring, family)
    assert re.fullmatch(r"[a-z2-7]{26}", code)
    assert await family_by_code(archive, code) == family
    with pytest.raises(NotKnown):
        await family_by_code(archive, code[::-1])
    rows = await archive.database.read(lambda c: c.execute(select(table)).all())
    assert code not in repr(rows)


async def test_whoever_is_named_first_the_persons_are_the_same():
    assert persons_key(COUPLE) == persons_key(COUPLE[::-1])


async def test_an_unknown_family_is_not_known(archive):
    with pytest.raises(NotKnown):
        await family_of(archive, "F0000000000000000")
