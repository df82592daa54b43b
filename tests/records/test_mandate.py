"""Mandates, tickets, visits and windows as they are kept."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text, update

from onething.errors import NotKnown
from onething.mandate import MandateScope
from records.account import NewAccount, get_account, open_account, prove_account
from records.archive import Archive
from records.mandate import (
    NewMandate,
    counting_between,
    create_mandate,
    get_mandate,
    mandates_of,
    revoke_mandate,
)
from records.schema import data_key
from records.schema_account import mandate as table
from records.ticket import spend_ticket
from records.visit import NewVisit, add_visit, get_photo, visits_of
from records.window import WindowRow, add_window, change_window, get_window, list_windows
from runtime.keyring import DecryptionFailed

FIRST = date(2026, 11, 23)
DOCUMENT = {"principal": {"name": "陈若兰"}, "signature": {"kind": "typed", "value": "陈若兰"}}


@pytest.fixture
async def mandate(archive: Archive, now: Any) -> str:
    new = NewMandate(
        principal="p" * 64,
        representative="r" * 64,
        scope=(MandateScope.FILE, MandateScope.FOLLOW),
        starts_on=FIRST,
        until=FIRST + timedelta(days=7),
        document=DOCUMENT,
        entered_by="account-1",
        signed_at=now,
    )
    return await create_mandate(archive, new)


async def test_a_mandate_is_found_by_both_sides_and_its_document_is_sealed(archive, mandate):
    for side in ("p" * 64, "r" * 64):
        assert [one.id for one in await mandates_of(archive, {side})] == [mandate]
    assert await mandates_of(archive, {"x"}) == ()
    assert (await get_mandate(archive, mandate)).document == DOCUMENT
    rows = await archive.database.read(lambda c: c.execute(text("select * from mandate")).all())
    assert "陈若兰" not in str(rows)
    assert "陈若兰".encode() not in rows[0].sealed_document


async def test_a_document_that_was_changed_does_not_open(archive, mandate):
    spoilt = update(table).values(document_hash="0" * 64)
    await archive.database.write(lambda connection: connection.execute(spoilt))
    with pytest.raises(DecryptionFailed):
        await get_mandate(archive, mandate)


@pytest.mark.parametrize(("day", "count"), [(-1, 0), (0, 1), (7, 1), (8, 0)])
async def test_it_counts_on_its_days_only(archive, mandate, day, count):
    found = await counting_between(archive, {"p" * 64}, {"r" * 64}, FIRST + timedelta(days=day))
    assert [one.mandate for one in found] == [mandate] * count


async def test_it_is_revoked_once(archive, mandate, now):
    assert await revoke_mandate(archive, mandate, "a", now)
    assert not await revoke_mandate(archive, mandate, "b", now)
    assert await counting_between(archive, {"p" * 64}, {"r" * 64}, FIRST) == ()


async def test_with_its_key_erased_nobody_is_named_any_more(archive, mandate):
    erased = update(data_key).values(wrapped=None)
    await archive.database.write(lambda connection: connection.execute(erased))
    assert (await get_mandate(archive, mandate)).document == {}


async def test_a_ticket_is_spent_once_and_forgotten_when_it_has_expired(archive, now):
    until = now + timedelta(minutes=5)
    assert await spend_ticket(archive, "t-1", until, now)
    assert not await spend_ticket(archive, "t-1", until, now)
    assert await spend_ticket(archive, "t-2", until + timedelta(hours=1), until + timedelta(seconds=1))
    rows = await archive.database.read(lambda c: c.execute(text("select * from spent_ticket")).all())
    assert len(rows) == 1
    assert "t-2" not in str(rows)


async def test_a_visit_is_its_authors_to_see(archive, mandate, now):
    account = await open_account(archive, NewAccount("oidc", "s", "representative"), now)
    new = NewVisit(mandate, None, account.id, now, now, {"place": "某村"}, b"picture")
    visit = await add_visit(archive, new)
    assert [(one.id, one.note, one.has_photo) for one in await visits_of(archive, account.id)] == [
        (visit, {"place": "某村"}, True)
    ]
    assert await get_photo(archive, visit, account.id) == b"picture"
    assert await visits_of(archive, "other") == ()
    with pytest.raises(NotKnown):
        await get_photo(archive, visit, "other")
    with pytest.raises(NotKnown):
        await add_visit(archive, replace(new, mandate="0" * 32))


async def test_an_account_is_proven_afterwards(archive, now):
    account = await open_account(archive, NewAccount("wechat", "o1", "citizen"), now)
    await prove_account(archive, account.id, "b" * 64, {"name": "李一"})
    proven = await get_account(archive, account.id)
    assert (proven.verified, proven.person_blind, proven.person) == (True, "b" * 64, {"name": "李一"})
    with pytest.raises(NotKnown):
        await prove_account(archive, "0" * 32, "b" * 64, {})


async def test_a_window_is_kept_and_changed(archive):
    row = WindowRow("w-1", "窗口", "Window", "360902", "", "1", "路", "Road", "日", "Days")
    assert await add_window(archive, row)
    assert not await add_window(archive, row)
    await change_window(archive, "w-1", phone="2")
    assert await get_window(archive, "w-1") == replace(row, phone="2")
    assert await list_windows(archive) == (replace(row, phone="2"),)
    for wrong in ({"window_id": "w-2", "phone": "3"}, {"window_id": "w-1", "id": "w-3"}):
        with pytest.raises(NotKnown):
            await change_window(archive, wrong.pop("window_id"), **wrong)
