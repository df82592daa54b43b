"""Drafts: for the one who began them, until they expire."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from onething.errors import NotKnown
from records.blob import INLINE_LIMIT, Content
from records.draft import NewDraft, create_draft, delete_draft, get_draft, purge_drafts, save_draft
from records.material import Holder, NewMaterial, add_material, materials_of
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
    await save_draft(archive, saved)
    assert await get_draft(archive, begun.id, "clerk-7", later) == saved


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


@pytest.mark.parametrize("holder", [{}, {"draft": "a", "case": "b"}])
async def test_a_material_lies_with_one_draft_or_one_case(holder):
    with pytest.raises(ValueError, match="draft or with a case"):
        Holder(**holder)
