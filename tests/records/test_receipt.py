"""Receipts: the first stored revision counts, for ever."""

import asyncio
from dataclasses import replace

import pytest

from onething.errors import NotKnown
from records.blob import get_blob
from records.case import create_case
from records.receipt import NewReceipt, case_by_code, receipt_of, receipts_of, store_receipt

NUMBER = "20261123-A"


@pytest.fixture
async def opened(archive, filing):
    await create_case(archive, filing())
    return archive


@pytest.fixture
def rendered(now):
    code = "abcdefghijklmnopqrstuvwx23"
    return NewReceipt(NUMBER, 1, "acceptance", b'{"revision":1}', "a" * 64, code, now, pdf=b"%PDF" * 20_000)


async def test_a_receipt_is_stored_with_its_documents(opened, rendered, now):
    stored = await store_receipt(opened, rendered)
    assert (stored.revision, stored.sha256, stored.predecessor, stored.issued_at) == (1, "a" * 64, None, now)
    assert await get_blob(opened, NUMBER, stored.json_blob) == rendered.document
    assert await get_blob(opened, NUMBER, stored.pdf_blob) == rendered.pdf
    assert await receipt_of(opened, NUMBER) == stored


async def test_the_first_stored_revision_wins(opened, rendered):
    first = await store_receipt(opened, rendered)
    late = replace(rendered, document=b"{}", sha256="b" * 64, pdf=None)
    assert await store_receipt(opened, late) == first


async def test_of_receipts_rendered_at_once_all_get_the_one_that_won(opened, rendered):
    racing = [replace(rendered, document=f"{n}".encode(), sha256=f"{n:064}", pdf=None) for n in range(20)]
    stored = await asyncio.gather(*(store_receipt(opened, new) for new in racing))
    assert len(set(stored)) == 1
    winner = stored[0]
    assert (await get_blob(opened, NUMBER, winner.json_blob)).decode() == str(int(winner.sha256))


async def test_the_newest_revision_is_given_unless_one_is_asked_for(opened, rendered):
    first = await store_receipt(opened, rendered)
    second = await store_receipt(opened, replace(rendered, revision=2, predecessor="a" * 64, sha256="b" * 64))
    assert await receipt_of(opened, NUMBER) == second
    assert await receipt_of(opened, NUMBER, 1) == first
    assert await receipts_of(opened, NUMBER) == (first, second)
    with pytest.raises(NotKnown):
        await receipt_of(opened, NUMBER, 3)


async def test_the_printed_code_finds_the_case_and_a_wrong_one_is_not_repeated(opened, rendered):
    await store_receipt(opened, rendered)
    assert await case_by_code(opened, rendered.code) == NUMBER
    with pytest.raises(NotKnown) as raised:
        await case_by_code(opened, "wrong-code-of-somebody")
    assert "wrong" not in str(raised.value.params)


async def test_no_receipt_is_not_known(opened):
    with pytest.raises(NotKnown):
        await receipt_of(opened, NUMBER)
