"""Cases: one for each filing and each open subject, whatever arrives together; erasure."""

import asyncio
import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from onething.errors import CaseExists, KeyReused, NotKnown
from records import audit, blob, case, draft, material
from records.audit import AuditEntry
from records.blob import Content
from records.case import (
    Created,
    Existing,
    create_case,
    erase_case,
    get_case,
    mark_started,
    unstarted_cases,
)
from records.draft import NewDraft
from records.errors import CaseErased
from records.lookup import find_by, find_by_subject, fingerprint_subject, open_case_of
from records.material import Holder, NewMaterial
from records.schema import blob as blob_table
from records.schema import case as case_table
from records.schema import data_key
from records.snapshot import CaseSnapshot, apply_snapshot
from records.timeline import TimelineRow, timeline_of

CLERK = AuditEntry("clerk-7", "clerk", "filing", "create_case", "20261123-A", fields=("name(deceased)",))


async def test_a_filing_becomes_a_case_with_its_sealed_inputs(archive, filing, now):
    created = await create_case(archive, filing(region="360900", audit=CLERK))
    stored = await get_case(archive, "20261123-A")
    assert created == Created("20261123-A", stored.inputs)
    assert (stored.state, stored.revision, stored.snapshot, stored.erased) == ("submitted", 0, None, False)
    assert (stored.submitted_at, stored.region, stored.window_id) == (now, "360900", "yichun-01")
    answers = await blob.get_blob(archive, stored.number, stored.inputs["answers"])
    assert answers.decode() == '{"name(deceased)": "张秀英"}'
    entries = await audit.entries_of(archive, case="20261123-A")
    assert [(entry.actor, entry.fields) for entry in entries] == [("clerk-7", ("name(deceased)",))]


async def test_an_unknown_case_is_named(archive):
    with pytest.raises(NotKnown) as raised:
        await get_case(archive, "20261123-Z")
    assert raised.value.params == {"kind": "case", "name": "20261123-Z"}


async def test_the_same_filing_again_is_the_same_case(archive, filing, now):
    created = await create_case(archive, filing())
    again = await create_case(archive, filing(number="20261123-OTHER"))
    assert again == Existing("20261123-A", created.inputs, started=False)
    await mark_started(archive, "20261123-A", now)
    assert (await create_case(archive, filing(number="20261123-THIRD"))).started


async def test_the_same_key_with_another_body_is_refused_and_stores_nothing(archive, filing):
    await create_case(archive, filing())
    with pytest.raises(KeyReused):
        await create_case(archive, filing(number="20261123-B", body_sha256="another"))
    assert await _count(archive, case_table) == 1
    assert await _count(archive, blob_table) == 1


async def test_a_second_open_case_for_the_same_subject_tells_the_window_and_nothing_else(archive, filing):
    subject = fingerprint_subject(archive.ring, "resident_id", "11010119490307122X")
    await create_case(archive, filing("A", subject_blind=subject))
    with pytest.raises(CaseExists) as raised:
        await create_case(archive, filing("B", subject_blind=subject))
    assert raised.value.params == {"window": "yichun-01"}
    assert await open_case_of(archive, "bereavement", subject) == "20261123-A"
    assert await open_case_of(archive, "marriage", subject) is None
    await create_case(archive, filing("C", subject_blind=subject, bundle="marriage"))


async def test_after_the_case_is_closed_the_subject_may_have_another(archive, filing, now):
    await create_case(archive, filing("A", subject_blind="s" * 64))
    await apply_snapshot(archive, CaseSnapshot("20261123-A", 1, "completed", now, {}, closed_at=now))
    await create_case(archive, filing("B", subject_blind="s" * 64, submitted_at=now + timedelta(days=1)))
    assert await find_by_subject(archive, "s" * 64) == ("20261123-B", "20261123-A")


async def test_of_a_hundred_filings_at_once_exactly_one_becomes_a_case(archive, filing):
    large = {"answers": Content(b"x" * (blob.INLINE_LIMIT + 1), "application/json")}
    filings = [
        filing(str(n), subject_blind="s" * 64, inputs=large if n % 10 == 0 else {}) for n in range(100)
    ]
    outcomes = await asyncio.gather(*(create_case(archive, new) for new in filings), return_exceptions=True)
    assert Counter(type(outcome) for outcome in outcomes) == {Created: 1, CaseExists: 99}
    assert await _count(archive, case_table) == 1
    files = [path for path in archive.blobs.rglob("*") if path.is_file()]
    in_files = select(func.count()).where(blob_table.c.content.is_(None))
    assert len(files) == await archive.database.read(lambda connection: connection.execute(in_files).scalar())


async def test_a_filing_that_commits_after_its_caller_was_cancelled_is_whole(archive, filing, monkeypatch):
    running, go_on = threading.Event(), threading.Event()
    real = case._file

    def slow(*given: Any) -> Created | Existing:
        running.set()
        go_on.wait(10)
        return real(*given)

    monkeypatch.setattr(case, "_file", slow)
    scan = Content(b"x" * (blob.INLINE_LIMIT + 1), "image/png")
    caller = asyncio.create_task(create_case(archive, filing(inputs={"scan": scan})))
    assert await asyncio.to_thread(running.wait, 10)
    caller.cancel()
    await asyncio.gather(caller, return_exceptions=True)
    assert caller.cancelled()
    go_on.set()
    await archive.database.write(lambda _: None)  # behind the filing that still runs
    stored = await get_case(archive, "20261123-A")
    assert await blob.get_blob(archive, stored.number, stored.inputs["scan"]) == scan.data


async def test_of_twenty_equal_filings_at_once_one_is_created_and_the_others_are_told_which(archive, filing):
    outcomes = await asyncio.gather(
        *(create_case(archive, filing(number=f"20261123-N{n}")) for n in range(20))
    )
    assert Counter(type(outcome) for outcome in outcomes) == {Created: 1, Existing: 19}
    assert len({outcome.number for outcome in outcomes}) == 1


async def test_the_reconciler_sees_old_cases_without_a_workflow_oldest_first(archive, filing, now):
    ages = {"A": 50, "B": 40, "C": 31, "D": 10}
    for name, seconds in ages.items():
        await create_case(archive, filing(name, submitted_at=now - timedelta(seconds=seconds)))
    await mark_started(archive, "20261123-B", now)
    found = await unstarted_cases(archive, now, timedelta(seconds=30))
    assert found == ("20261123-A", "20261123-C")


async def test_a_start_is_noted_once(archive, filing, now):
    await create_case(archive, filing())
    await mark_started(archive, "20261123-A", now)
    await mark_started(archive, "20261123-A", now + timedelta(hours=1))
    assert (await get_case(archive, "20261123-A")).started_at == now


async def test_a_case_is_found_by_a_phone_however_it_is_written(archive, filing):
    await create_case(
        archive, filing(lookups=(("phone", "138 0013 8000"), ("id_number", "11010119490307122x")))
    )
    assert await find_by(archive, "phone", "138-0013-8000") == ("20261123-A",)
    assert await find_by(archive, "phone", "１３８００１３８０００") == ("20261123-A",)
    assert await find_by(archive, "id_number", "11010119490307122X") == ("20261123-A",)
    assert await find_by(archive, "phone", "13800138001") == ()
    assert await find_by(archive, "id_number", "13800138000") == ()


async def test_a_filed_draft_hands_its_uploads_over_and_is_gone(archive, filing, now):
    begun = await draft.create_draft(archive, _draft(now))
    paper = NewMaterial("death_proof", "死亡证.jpg", Content(b"jpeg", "image/jpeg"), "clerk-7", now)
    _, ref = await material.add_material(archive, Holder(draft=begun.id), paper)
    await create_case(archive, filing(draft_id=begun.id))
    assert await blob.get_blob(archive, "20261123-A", ref.blob_id) == b"jpeg"
    (kept,) = await material.materials_of(archive, Holder(case="20261123-A"))
    assert (kept.name, kept.blob_id, kept.mime) == ("死亡证.jpg", ref.blob_id, "image/jpeg")
    with pytest.raises(NotKnown):
        await draft.get_draft(archive, begun.id, "clerk-7", now)
    again = await create_case(archive, filing(number="20261123-OTHER", draft_id=begun.id))
    assert again.number == "20261123-A"


async def test_a_refused_filing_leaves_its_draft(archive, filing, now):
    begun = await draft.create_draft(archive, _draft(now))
    await create_case(archive, filing("A", subject_blind="s" * 64))
    with pytest.raises(CaseExists):
        await create_case(archive, filing("B", subject_blind="s" * 64, draft_id=begun.id))
    assert (await draft.get_draft(archive, begun.id, "clerk-7", now)).body == {"name": "张"}


async def test_a_filing_from_an_unknown_draft_stores_nothing(archive, filing):
    with pytest.raises(NotKnown):
        await create_case(archive, filing(draft_id="none"))
    assert await _count(archive, case_table) == 0


async def test_an_erased_case_keeps_its_dates_and_its_audit_and_nothing_of_the_person(archive, filing, now):
    large = Content(b"x" * (blob.INLINE_LIMIT + 1), "image/png")
    new = filing(subject_blind="s" * 64, inputs={"scan": large}, lookups=(("phone", "13800138000"),))
    await create_case(archive, new)
    line = TimelineRow(1, now, "filed", "case_filed", params={"name": "张秀英"})
    await apply_snapshot(
        archive, CaseSnapshot("20261123-A", 1, "running", now, {"name": "张秀英"}, timeline=(line,))
    )
    scan = (await get_case(archive, "20261123-A")).inputs["scan"]

    await erase_case(archive, "20261123-A", now, replace(CLERK, action="erase_case"))

    stored = await get_case(archive, "20261123-A")
    assert (stored.erased, stored.snapshot, stored.submitted_at) == (True, None, now)
    assert [row.params for row in await timeline_of(archive, "20261123-A")] == [{}]
    assert await find_by(archive, "phone", "13800138000") == ()
    assert await find_by_subject(archive, "s" * 64) == ()
    assert [path for path in archive.blobs.rglob("*") if path.is_file()] == []
    for reading in (
        blob.get_blob(archive, stored.number, scan),
        blob.put_blob(archive, stored.number, b"", "a/b"),
    ):
        with pytest.raises(CaseErased):
            await reading
    with pytest.raises(CaseErased):
        await apply_snapshot(archive, CaseSnapshot("20261123-A", 2, "running", now, {}))
    assert [entry.action for entry in await audit.entries_of(archive, case="20261123-A")] == ["erase_case"]


async def test_no_trace_of_an_erased_key_is_left_in_the_files(archive, filing, now, tmp_path):
    await create_case(archive, filing())
    wrapped = await archive.database.read(
        lambda connection: connection.execute(select(data_key.c.wrapped)).scalar()
    )
    files = [tmp_path / "once.db", tmp_path / "once.db-wal"]
    assert any(wrapped in path.read_bytes() for path in files)
    await erase_case(archive, "20261123-A", now, replace(CLERK, action="erase_case"))
    assert not any(wrapped in path.read_bytes() for path in files)


async def test_erasing_twice_changes_nothing_and_an_unknown_case_is_named(archive, filing, now):
    await create_case(archive, filing())
    for _ in range(2):
        await erase_case(archive, "20261123-A", now, replace(CLERK, action="erase_case"))
    assert (await get_case(archive, "20261123-A")).erased
    with pytest.raises(NotKnown):
        await erase_case(archive, "20261123-Z", now, CLERK)


def _draft(now) -> NewDraft:
    return NewDraft("bereavement", "clerk-7", {"name": "张"}, now, now + timedelta(days=30))


async def _count(archive, table) -> int:
    rows = select(func.count()).select_from(table)
    return await archive.database.read(lambda connection: connection.execute(rows).scalar())
