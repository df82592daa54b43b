"""Drafts: for the one who began them, until they expire."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from onething.errors import NotKnown
from records import blob, data_key, material
from records.blob import INLINE_LIMIT, Content
from records.draft import (
    DraftMovedOn,
    NewDraft,
    create_draft,
    delete_draft,
    get_draft,
    list_drafts,
    purge_drafts,
    save_draft,
)
from records.material import (
    Holder,
    NewMaterial,
    add_material,
    materials_of,
    open_material,
    remove_material,
)
from records.schema import draft as draft_table
from records.tables import metadata


@pytest.fixture
async def begun(archive, now):
    return await create_draft(archive, NewDraft("bereavement", "clerk-7", {}, now, now + timedelta(days=30)))


@pytest.fixture
def paper(now):
    return NewMaterial(
        "death_proof", "死亡证.jpg", Content(b"x" * (INLINE_LIMIT + 1), "image/jpeg"), "clerk-7", now
    )


async def test_a_saved_draft_comes_back(archive, begun, now):
    later = now + timedelta(hours=1)
    saved = replace(
        begun, body={"name(deceased)": "张秀英"}, saved_at=later, expires_at=later + timedelta(days=30)
    )
    newer = await save_draft(archive, saved)
    assert newer == replace(saved, revision=1)
    assert await get_draft(archive, begun.id, "clerk-7", later) == newer


async def test_who_did_not_see_the_newest_save_is_refused_and_nothing_is_written(archive, begun):
    mine = replace(begun, body={"a": 1}, writer="tab-1")
    theirs = replace(begun, body={"a": 2}, writer="tab-2")
    first = await save_draft(archive, mine)
    with pytest.raises(DraftMovedOn) as moved:
        await save_draft(archive, theirs)
    assert (moved.value.revision, moved.value.http_status) == (1, 409)
    assert await get_draft(archive, begun.id, "clerk-7", begun.saved_at) == first
    seen = await save_draft(archive, replace(theirs, revision=1))
    assert (seen.revision, seen.since) == (2, 1)


async def test_a_page_never_stands_in_its_own_way(archive, begun):
    """The answer to a save may be lost on the way, and the page tries again with the number it knows."""
    mine = replace(begun, writer="tab-1")
    await save_draft(archive, mine)
    assert (await save_draft(archive, mine)).revision == 2
    await save_draft(archive, replace(begun, writer="tab-2", revision=2))
    with pytest.raises(DraftMovedOn):
        await save_draft(archive, mine)


async def test_of_two_saves_at_once_one_is_refused(archive, begun):
    saves = [save_draft(archive, replace(begun, writer=f"tab-{number}")) for number in range(4)]
    told = await asyncio.gather(*saves, return_exceptions=True)
    assert sum(isinstance(one, DraftMovedOn) for one in told) == 3


async def test_a_draft_from_before_saves_were_counted_is_read(archive, begun, now):
    def as_before(connection) -> None:
        key = data_key.of_draft(connection, archive.ring, begun.id)
        old = key.seal_json({"answers": {"deceased": {"name": "张"}}}, f"draft.body:{begun.id}")
        connection.execute(update(draft_table).values(sealed_body=old))

    await archive.database.write(as_before)
    found = await get_draft(archive, begun.id, "clerk-7", now)
    assert (found.body, found.revision) == ({"answers": {"deceased": {"name": "张"}}}, 0)


async def test_the_list_holds_ones_own_drafts_and_those_only(archive, begun, now):
    later = now + timedelta(minutes=5)
    others = NewDraft("newborn", "clerk-8", {}, later, later + timedelta(days=1))
    await create_draft(archive, others)
    own = await create_draft(archive, replace(others, actor="clerk-7"))
    assert [one.id for one in await list_drafts(archive, "clerk-7", later)] == [own.id, begun.id]
    assert [one.id for one in await list_drafts(archive, "clerk-7", own.expires_at)] == [begun.id]


async def test_another_actor_finds_no_draft(archive, begun, now):
    with pytest.raises(NotKnown):
        await get_draft(archive, begun.id, "clerk-8", now)
    with pytest.raises(NotKnown):
        await save_draft(archive, replace(begun, actor="clerk-8"))
    with pytest.raises(NotKnown):
        await delete_draft(archive, begun.id, "clerk-8", now)


async def test_an_expired_draft_is_gone_even_before_it_is_purged(archive, begun):
    with pytest.raises(NotKnown):
        await get_draft(archive, begun.id, "clerk-7", begun.expires_at)


async def test_purging_leaves_nothing_of_expired_drafts_and_everything_of_the_others(
    archive, begun, paper, now
):
    await add_material(archive, Holder(draft=begun.id), paper)
    young = await create_draft(archive, NewDraft("bereavement", "clerk-7", {}, now, now + timedelta(days=60)))
    await add_material(archive, Holder(draft=young.id), paper)
    assert await purge_drafts(archive, begun.expires_at) == 1
    assert len([path for path in archive.blobs.rglob("*") if path.is_file()]) == 1

    def left(connection) -> set[str]:
        tables = [metadata.tables[name] for name in ("draft", "material", "blob", "data_key")]
        return {connection.execute(select(func.count()).select_from(table)).scalar() for table in tables}

    assert await archive.database.read(left) == {1}


async def test_a_deleted_draft_takes_its_uploads_along(archive, begun, paper, now):
    await add_material(archive, Holder(draft=begun.id), paper)
    await delete_draft(archive, begun.id, "clerk-7", now)
    assert [path for path in archive.blobs.rglob("*") if path.is_file()] == []
    with pytest.raises(NotKnown):
        await materials_of(archive, Holder(draft=begun.id))


async def test_a_large_paper_brought_again_before_the_file_of_the_first_is_gone_is_kept(
    archive, begun, paper, monkeypatch
):
    late, real = [], material._drop_file
    monkeypatch.setattr(material, "_drop_file", lambda _, *named: late.append(named))
    first, _ = await add_material(archive, Holder(draft=begun.id), paper)
    await remove_material(archive, begun.id, first)
    again, _ = await add_material(archive, Holder(draft=begun.id), paper)
    (named,) = late
    await archive.database.write(lambda connection: real(connection, *named))
    assert (await open_material(archive, begun.id, again))[1] == paper.content


async def test_a_large_paper_thrown_away_while_it_is_brought_again_is_kept(
    archive, begun, paper, monkeypatch
):
    first, _ = await add_material(archive, Holder(draft=begun.id), paper)
    loop, real = asyncio.get_running_loop(), blob.seal_all

    def seal(*given: Any) -> blob.Sealed:
        sealed = real(*given)
        removing = remove_material(archive, begun.id, first)
        asyncio.run_coroutine_threadsafe(removing, loop).result(timeout=10)
        return sealed

    monkeypatch.setattr(blob, "seal_all", seal)
    again, _ = await add_material(archive, Holder(draft=begun.id), paper)
    assert (await open_material(archive, begun.id, again))[1] == paper.content
    monkeypatch.undo()
    await remove_material(archive, begun.id, again)
    assert [path for path in archive.blobs.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("holder", [{}, {"draft": "a", "case": "b"}])
async def test_a_material_lies_with_one_draft_or_one_case(holder):
    with pytest.raises(ValueError, match="draft or with a case"):
        Holder(**holder)
