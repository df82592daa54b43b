"""The desks in the archive: once by key, one of two handlers wins, nothing stays of an erased case."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from activities.agencies import desk as adapter
from activities.agencies.contract import CHECKS, Bench
from onething.adapter import Accepted, EventKind, Granted, MaterialReference, Submission
from onething.errors import NotKnown, NotWithdrawable
from records.audit import AuditEntry, entries_of
from records.case import create_case, erase_case
from records.desk import ArchiveDesk, NewAct, event_id, keep_act
from records.desk_inbox import Desk, DeskFilter, counts_of, inbox_of
from records.desk_item import DeskPaper, DeskState, get_item, rounds_of
from records.errors import CaseErased
from records.inbox import unrelayed
from records.snapshot import CaseSnapshot, SlotRow, apply_snapshot

CASE = "20261123-A"
KEY = f"{CASE}/household/1/submit"
OPEN_KEY = f"{CASE}/slow/1/submit"
NOTED = AuditEntry("handler-1", "handler", "handle_item", "desk_accept", CASE)


@pytest.fixture
async def filed(archive, filing):
    await create_case(archive, filing())
    return archive


@pytest.fixture
def desk(filed, now):
    return ArchiveDesk(filed, lambda: now + timedelta(hours=1))


def submission(now, key=KEY, round_=1):
    paper = MaterialReference(
        material="death_proof", blob_id="b" * 64, sha256="0" * 64, size=3, mime="image/png"
    )
    return Submission(
        key=key,
        item="police/household_cancellation",
        slot=key.split("/")[1],
        round=round_,
        payload={"xm": "张秀英"},
        materials=(paper,),
        at=now,
    )


async def taken(archive, desk, now, key=KEY, round_=1):
    events = await desk.take("police", submission(now, key, round_))
    return await get_item(archive, "police", events[0].event_id.split("/")[0])


def accepted(item, now):
    event = Accepted(event_id=event_id(item, 0), occurred_at=now, at=now)
    return NewAct(item, "accept", "handler-1", now, DeskState.REVIEW, (event,), NOTED)


def row(slot, now, **changes: Any):
    return SlotRow(
        slot=slot, item=slot, agency="police", state="received", round=1, updated_at=now, **changes
    )


async def test_what_silence_would_accept_first_stands_in_front_of_what_is_due_later(filed, desk, now):
    for slot in ("late", "soon", "sent_back", "unknown"):
        await desk.take("police", submission(now, f"{CASE}/{slot}/1/submit"))
    item = await taken(filed, desk, now, f"{CASE}/sent_back/1/submit")
    asked = replace(accepted(item, now), kind="correct", state=DeskState.CORRECTION)
    assert await keep_act(filed, asked)
    day = now.date()
    slots = (
        row("late", now, due_promised=day + timedelta(days=9)),
        row("soon", now, due_statutory=day + timedelta(days=20), accept_by=day + timedelta(days=5)),
        # What once had to be accepted is with the applicant now: the answer's day counts.
        row("sent_back", now, accept_by=day, answer_by=day + timedelta(days=7)),
        row("unknown", now),
    )
    await apply_snapshot(filed, CaseSnapshot(CASE, 1, "running", now, {}, slots))
    found = await inbox_of(filed, Desk("police"), None)
    assert [one.slot for one in found] == ["soon", "sent_back", "late", "unknown"]


async def test_what_silence_will_accept_soon_is_due_soon(filed, desk, now):
    for slot in ("near", "far", "taken"):
        await desk.take("police", submission(now, f"{CASE}/{slot}/1/submit"))
    assert await keep_act(filed, accepted(await taken(filed, desk, now, f"{CASE}/taken/1/submit"), now))
    day = now.date()
    near, far = day + timedelta(days=2), day + timedelta(days=5)
    slots = (
        row("near", now, accept_by=near),
        row("far", now, accept_by=far),
        row("taken", now, accept_by=near),
    )
    await apply_snapshot(filed, CaseSnapshot(CASE, 1, "running", now, {}, slots))
    soon = await inbox_of(filed, Desk("police"), DeskFilter.SOON, soon=near)
    assert [one.slot for one in soon] == ["near"]
    assert (await counts_of(filed, Desk("police"), near))[DeskFilter.SOON] == 1


async def test_what_was_filed_again_is_not_counted_as_done(filed, desk, now):
    for round_ in (1, 2):
        await desk.take("police", submission(now, f"{CASE}/slot/{round_}/submit", round_))
    assert (await counts_of(filed, Desk("police")))[DeskFilter.DONE] == 0
    assert await inbox_of(filed, Desk("police"), DeskFilter.DONE) == ()
    assert len(await inbox_of(filed, Desk("police"), None, CASE)) == 2


async def test_a_part_of_a_number_finds_its_cases(filed, desk, now):
    await taken(filed, desk, now)
    assert len(await inbox_of(filed, Desk("police"), None, CASE[3:-2])) == 1
    assert await inbox_of(filed, Desk("police"), None, "ZZ") == ()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
async def test_the_desk_keeps_the_contract(check, desk, now):
    built = adapter.create("police", {})
    built.sit_at(desk)

    async def effects(key) -> int:
        return 1 if await desk.told("police", key) else 0

    callback = b'{"key": "%s", "events": [{"kind": "received", "event_id": "e", ' % KEY.encode()
    callback += b'"occurred_at": "2026-11-03T12:00:00+08:00", "ref": "R1"}]}'
    await check(Bench(built, submission(now), effects, submission(now, OPEN_KEY), callback))


async def test_a_filing_lies_there_with_its_form_and_papers_and_says_that_it_is_received(filed, desk, now):
    item = await taken(filed, desk, now)
    assert (item.state, item.revision, item.round, item.payload) == ("new", 0, 1, {"xm": "张秀英"})
    assert [paper.material for paper in item.materials] == ["death_proof"]
    assert [event.kind for event in item.events] == [EventKind.RECEIVED]


async def test_the_same_filing_again_lies_there_once(filed, desk, now):
    first = await taken(filed, desk, now)
    assert (await taken(filed, desk, now + timedelta(days=1))).id == first.id


async def test_an_act_is_kept_told_and_noted_in_one_go(filed, desk, now):
    item = await taken(filed, desk, now)
    assert await keep_act(filed, accepted(item, now))
    (entry,) = await unrelayed(filed)
    assert entry.agency == "police"
    assert adapter.create("police", {}).parse_callback(entry.body).key == KEY
    assert [event.kind for event in await desk.told("police", KEY)] == ["received", "accepted"]
    assert (await get_item(filed, "police", item.id)).state is DeskState.REVIEW
    assert [one.action for one in await entries_of(filed)] == ["desk_accept"]


async def test_of_two_handlers_who_act_at_once_one_wins(filed, desk, now):
    item = await taken(filed, desk, now)
    assert await keep_act(filed, accepted(item, now))
    assert not await keep_act(filed, accepted(item, now))
    assert len(await unrelayed(filed)) == 1
    assert len(await entries_of(filed)) == 1


async def test_what_is_decided_is_not_taken_back(filed, desk, now):
    item = await taken(filed, desk, now)
    granted = Granted(event_id=event_id(item, 0), occurred_at=now)
    await keep_act(filed, NewAct(item, "grant", "handler-1", now, DeskState.GRANTED, (granted,), NOTED))
    with pytest.raises(NotWithdrawable):
        await desk.withdraw("police", KEY, "applicant_asked")
    decided = await get_item(filed, "police", item.id)
    assert not await keep_act(filed, accepted(decided, now))


async def test_what_was_taken_back_is_nobodys_to_decide(filed, desk, now):
    item = await taken(filed, desk, now)
    await desk.withdraw("police", KEY, "applicant_asked")
    await desk.withdraw("police", KEY, "applicant_asked")
    assert not await keep_act(filed, accepted(item, now))
    taken_back = await get_item(filed, "police", item.id)
    assert (taken_back.state, taken_back.acts[-1].note) == ("withdrawn", {"reason": "applicant_asked"})
    assert not await keep_act(filed, accepted(taken_back, now))


async def test_another_agencys_handler_finds_nothing(filed, desk, now):
    item = await taken(filed, desk, now)
    with pytest.raises(NotKnown):
        await get_item(filed, "health", item.id)
    assert await desk.told("health", KEY) is None
    with pytest.raises(NotWithdrawable):
        await desk.withdraw("health", KEY, "applicant_asked")


async def test_an_answer_to_a_correction_supersedes_the_round_before(filed, desk, now):
    first = await taken(filed, desk, now)
    second = await taken(filed, desk, now, f"{CASE}/household/2/submit", 2)
    assert (await get_item(filed, "police", first.id)).state is DeskState.SUPERSEDED
    assert await rounds_of(filed, second) == ((1, first.id), (2, second.id))


async def test_a_file_beside_an_act_is_found_with_it(filed, desk, now):
    item = await taken(filed, desk, now)
    paper = DeskPaper("c" * 64, "入户调查表.pdf", "application/pdf", 9)
    act = NewAct(item, "note", "handler-1", now, DeskState.REVIEW, (), NOTED, {"step": "visit"}, (paper,))
    await keep_act(filed, act)
    assert (await get_item(filed, "police", item.id)).acts[-1].papers == (paper,)
    assert await unrelayed(filed) == ()


async def test_nothing_of_a_filing_stands_readable_on_disk(filed, desk, now, tmp_path):
    item = await taken(filed, desk, now)
    paper = DeskPaper("c" * 64, "张秀英.pdf", "application/pdf", 9)
    act = NewAct(item, "step", "h", now, DeskState.REVIEW, (), NOTED, {"who": "张秀英"}, (paper,))
    await keep_act(filed, act)
    files = [path for path in tmp_path.rglob("*") if path.is_file() and "keys" not in path.parts]
    stored = b"".join(path.read_bytes() for path in files)
    assert b"household_cancellation" in stored
    assert "张秀英".encode() not in stored
    assert "张秀英".encode("unicode_escape") not in stored


async def test_of_an_erased_case_the_desk_says_nothing_more(filed, desk, now):
    item = await taken(filed, desk, now)
    await erase_case(filed, CASE, now, NOTED)
    with pytest.raises(CaseErased):
        await get_item(filed, "police", item.id)


async def test_a_case_that_is_not_here_has_no_place_on_the_desk(desk, now):
    with pytest.raises(NotKnown):
        await desk.take("police", submission(now, "20261123-Z/household/1/submit"))
