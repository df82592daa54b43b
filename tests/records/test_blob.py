"""Blobs: what goes in comes out, only for its case, and damage is named."""

import asyncio
import hashlib
import stat

import pytest
from sqlalchemy import func, select

from onething.errors import NotKnown
from records.blob import INLINE_LIMIT, BlobRef, Content, describe_blob, get_blob, put_blob, put_blobs
from records.case import create_case
from records.errors import BlobDamaged
from records.schema import blob as table

NUMBER = "20261123-A"
LARGE = b"scan" * INLINE_LIMIT


@pytest.fixture
async def opened(archive, filing):
    await create_case(archive, filing(inputs={}))
    return archive


@pytest.mark.parametrize("data", [b"", b"small", b"x" * INLINE_LIMIT, b"x" * (INLINE_LIMIT + 1), LARGE])
async def test_what_goes_in_comes_out(opened, data):
    ref = await put_blob(opened, NUMBER, data, "image/png")
    assert ref == BlobRef(ref.blob_id, hashlib.sha256(data).hexdigest(), len(data), "image/png")
    assert await get_blob(opened, NUMBER, ref.blob_id) == data
    assert await describe_blob(opened, NUMBER, ref.blob_id) == ref


async def test_only_large_ones_are_files_and_for_their_owner_only(opened):
    await put_blob(opened, NUMBER, b"small", "text/plain")
    assert not opened.blobs.exists()
    ref = await put_blob(opened, NUMBER, LARGE, "image/png")
    (path,) = (path for path in opened.blobs.rglob("*") if path.is_file())
    assert path.name == ref.blob_id
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("data", [b"small", LARGE])
async def test_the_same_bytes_are_stored_once_also_when_they_come_together(opened, data):
    refs = await asyncio.gather(*(put_blob(opened, NUMBER, data, "image/png") for _ in range(10)))
    assert len(set(refs)) == 1
    rows = select(func.count()).select_from(table)
    assert await opened.database.read(lambda connection: connection.execute(rows).scalar()) == 1
    assert len([path for path in opened.blobs.rglob("*") if path.is_file()]) == (1 if data is LARGE else 0)


async def test_equal_bytes_have_different_names_in_different_cases(opened, filing):
    await create_case(opened, filing("B"))
    one, other = [await put_blob(opened, number, b"same", "a/b") for number in (NUMBER, "20261123-B")]
    assert one.blob_id != other.blob_id
    with pytest.raises(NotKnown):
        await get_blob(opened, "20261123-B", one.blob_id)


async def test_several_are_stored_in_order(opened):
    refs = await put_blobs(
        opened, NUMBER, [Content(b"one", "a/b"), Content(LARGE, "c/d"), Content(b"one", "a/b")]
    )
    assert [await get_blob(opened, NUMBER, ref.blob_id) for ref in refs] == [b"one", LARGE, b"one"]


async def test_a_blob_of_no_case_is_refused(opened):
    with pytest.raises(NotKnown):
        await put_blob(opened, "20261123-Z", b"", "a/b")
    with pytest.raises(NotKnown):
        await get_blob(opened, "20261123-Z", "0" * 64)


@pytest.mark.parametrize("damage", ["flip", "cut", "empty", "gone"])
async def test_a_damaged_file_is_named_and_never_given_out(opened, damage):
    ref = await put_blob(opened, NUMBER, LARGE, "image/png")
    (path,) = opened.blobs.rglob(ref.blob_id)
    sealed = bytearray(path.read_bytes())
    sealed[100] ^= 1
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes({"flip": bytes(sealed), "cut": bytes(sealed[:-1]), "empty": b""}[damage])
    with pytest.raises(BlobDamaged) as raised:
        await get_blob(opened, NUMBER, ref.blob_id)
    assert raised.value.params == {"blob_id": ref.blob_id}
