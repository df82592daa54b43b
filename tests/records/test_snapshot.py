"""Snapshots: the newest wins, whatever order they come in; worklists and the change log follow."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from onething.errors import NotKnown
from records.case import create_case, get_case
from records.notice import NewNotice, notices_of
from records.snapshot import (
    CaseSnapshot,
    Change,
    SlotRow,
    apply_snapshot,
    changes_since,
    newest_change,
    revision_of,
    slots_of,
)
from records.timeline import TimelineRow, timeline_of
from records.work_order import WorkOrder, work_orders

NUMBER = "20261123-A"


@pytest.fixture
def slot(now):
    return SlotRow(
        "hukou", "A03", "police", "submitting", 1, now, due_promised=date(2026, 12, 1), light_promised="green"
    )


@pytest.fixture
def snapshot(now, slot):
    line = TimelineRow(1, now, "filed", "case_filed", params={"name": "张秀英"})
    return CaseSnapshot(NUMBER, 1, "running", now, {"who": "张秀英"}, (slot,), (line,))


async def test_a_snapshot_becomes_the_case_its_slots_its_story_and_one_change(
    archive, filing, snapshot, slot, now
):
    await create_case(archive, filing())
    assert await revision_of(archive, NUMBER) == 0
    assert await apply_snapshot(archive, snapshot)
    assert await revision_of(archive, NUMBER) == 1
    stored = await get_case(archive, NUMBER)
    assert (stored.revision, stored.state, stored.snapshot) == (1, "running", {"who": "张秀英"})
    assert (stored.snapshot_at, stored.started_at, stored.closed_at) == (now, now, None)
    assert await slots_of(archive, NUMBER) == (replace(slot, since=now),)
    assert await timeline_of(archive, NUMBER) == snapshot.timeline
    assert await changes_since(archive, 0) == (Change(1, NUMBER, 1),)


async def test_a_stale_or_repeated_snapshot_changes_nothing(archive, filing, snapshot, now):
    await create_case(archive, filing())
    line = TimelineRow(2, now, "granted", "slot_granted")
    newer = replace(snapshot, revision=5, state="completed", timeline=(*snapshot.timeline, line), slots=())
    assert await apply_snapshot(archive, newer)
    for revision in (1, 4, 5):
        late = replace(snapshot, revision=revision, timeline=(TimelineRow(3, now, "late", "late"),))
        assert not await apply_snapshot(archive, late)
    assert (await get_case(archive, NUMBER)).state == "completed"
    assert await slots_of(archive, NUMBER) == ()
    assert [row.seq for row in await timeline_of(archive, NUMBER)] == [1, 2]
    assert await newest_change(archive) == 1


async def test_a_line_of_the_story_once_stored_never_changes(archive, filing, snapshot, now):
    await create_case(archive, filing())
    await apply_snapshot(archive, snapshot)
    changed = TimelineRow(1, now + timedelta(days=1), "other", "other")
    added = TimelineRow(2, now, "accepted", "slot_accepted", slot="hukou")
    await apply_snapshot(archive, replace(snapshot, revision=2, timeline=(changed, added)))
    assert await timeline_of(archive, NUMBER) == (*snapshot.timeline, added)
    assert await timeline_of(archive, NUMBER, after=1) == (added,)


async def test_a_closed_case_stays_closed_until_it_goes_on(archive, filing, snapshot, now):
    await create_case(archive, filing())
    later = now + timedelta(days=1)
    await apply_snapshot(archive, replace(snapshot, state="completed", closed_at=now))
    await apply_snapshot(archive, replace(snapshot, revision=2, state="completed", closed_at=later))
    assert (await get_case(archive, NUMBER)).closed_at == now
    await apply_snapshot(archive, replace(snapshot, revision=3, state="running"))
    assert (await get_case(archive, NUMBER)).closed_at is None


async def test_a_snapshot_of_no_case_is_refused(archive, snapshot):
    with pytest.raises(NotKnown):
        await apply_snapshot(archive, snapshot)
    with pytest.raises(NotKnown):
        await revision_of(archive, NUMBER)


async def test_followers_read_the_change_log_in_pages(archive, filing, snapshot):
    await create_case(archive, filing())
    for revision in range(1, 6):
        await apply_snapshot(archive, replace(snapshot, revision=revision))
    first = await changes_since(archive, 0, limit=3)
    assert [change.revision for change in first] == [1, 2, 3]
    assert [change.revision for change in await changes_since(archive, first[-1].seq)] == [4, 5]
    assert await changes_since(archive, await newest_change(archive)) == ()


async def test_a_slot_counts_its_holders_time_from_when_the_holder_got_it(
    archive, filing, snapshot, slot, now
):
    await create_case(archive, filing())
    hours = [now + timedelta(hours=count) for count in range(5)]
    stuck = {"holder": "window", "reason": "unexpected", "note": "KeyError"}
    story = (
        (replace(slot, holder="system"), hours[0]),
        (replace(slot, holder="agency", updated_at=hours[1]), hours[1]),
        (replace(slot, holder="agency", updated_at=hours[2], state="accepted"), hours[1]),
        (replace(slot, updated_at=hours[4], since=hours[3], **stuck), hours[3]),
        (replace(slot, updated_at=hours[4], holder="window"), hours[4]),
    )
    for revision, (row, since) in enumerate(story, start=1):
        await apply_snapshot(archive, replace(snapshot, revision=revision, slots=(row,)))
        assert await slots_of(archive, NUMBER) == (replace(row, since=since),)


async def test_work_orders_and_notices_are_stored_with_their_snapshot_and_once(
    archive, filing, snapshot, now
):
    await create_case(archive, filing())
    order = WorkOrder(
        f"{NUMBER}/undo:hukou:1", NUMBER, "hukou", "undo", "police", None, "open", "reported_alive", now, None
    )
    told = NewNotice(
        f"{NUMBER}/1", NUMBER, "accepted", "window", {"text": "accepted"}, now, "applicant", "hukou"
    )
    first = replace(snapshot, work_orders=(order,), notices=(told,))
    assert await apply_snapshot(archive, first)
    assert not await apply_snapshot(archive, first)
    assert await work_orders(archive) == (order,)
    (notice,) = await notices_of(archive, NUMBER)
    assert (notice.key, notice.recipient, notice.slot, notice.content) == (
        f"{NUMBER}/1",
        "applicant",
        "hukou",
        {"text": "accepted"},
    )
    done = replace(order, state="done", closed_at=now + timedelta(days=1), result="undone")
    again = replace(first, revision=2, work_orders=(done,))
    assert await apply_snapshot(archive, again)
    assert await work_orders(archive) == (done,)
    assert len(await notices_of(archive, NUMBER)) == 1
    late = replace(again, revision=3, work_orders=(replace(done, closed_at=now + timedelta(days=9)),))
    assert await apply_snapshot(archive, late)
    assert await work_orders(archive) == (done,)
