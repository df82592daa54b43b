"""Recording a case: the archive never goes back to anything older, and of the erased nothing is kept."""

from datetime import timedelta

import pytest
from temporalio.testing import ActivityEnvironment

from activities.record import RecordActivities, snapshot_of
from activities.signatures import RecordCaseInput
from onething.case_event import Corrected, Stuck, Ticked, WorkOrderClosed
from onething.case_state import OperatorReason
from records.audit import AuditEntry
from records.case import erase_case
from records.notice import notices_of
from records.snapshot import revision_of, slots_of
from records.timeline import timeline_of
from records.work_order import work_orders
from tests.onething.office import FILED_AT, Play, slot


def taken(play):
    return RecordCaseInput(state=play.state, entries=tuple(play.entries))


@pytest.fixture
def record(archive):
    activities = RecordActivities(archive)
    return lambda task: ActivityEnvironment().run(activities.record_case, task)


async def test_a_snapshot_is_recorded_with_its_slots_and_its_story(record, archive, sealed):
    play = sealed.play
    play.answer("a", play.tell.received())
    await record(taken(play))
    assert await revision_of(archive, sealed.number) == play.state.revision
    rows = {row.slot: row for row in await slots_of(archive, sealed.number)}
    assert (rows["a"].state, rows["a"].holder) == ("received", "agency")
    assert rows["a"].due_promised == play.slot("a").promised.due.due
    assert (rows["b"].state, rows["b"].due_promised) == ("waiting", None)
    assert [line.kind for line in await timeline_of(archive, sealed.number)] == ["submitted", "received"]


async def test_an_older_snapshot_changes_nothing(record, archive, sealed):
    play = sealed.play
    older = taken(play)
    play.grant("a")
    await record(taken(play))
    await record(older)
    assert await revision_of(archive, sealed.number) == play.state.revision
    assert (await slots_of(archive, sealed.number))[0].state == "granted"


async def test_of_an_erased_case_nothing_is_kept(record, archive, sealed):
    entry = AuditEntry(actor="office", role="supervisor", purpose="erasure", action="erase_case")
    await erase_case(archive, sealed.number, FILED_AT, entry)
    await record(taken(sealed.play.grant("a")))
    assert await revision_of(archive, sealed.number) == 0


def test_each_limit_has_its_own_light():
    play = Play([slot("a")]).begin()
    play.answer("a", play.tell.received())
    play.take(Ticked(), play.slot("a").promised.red_from - play.now + timedelta(hours=1))
    (row,) = snapshot_of(taken(play)).slots
    assert row.light_promised == "red"
    assert row.light_statutory != "green"


def test_a_case_is_closed_when_it_has_ended_and_not_before():
    play = Play([slot("a")]).begin()
    assert snapshot_of(taken(play)).closed_at is None
    play.grant("a").store_receipt()
    assert snapshot_of(taken(play)).closed_at == play.now


async def test_work_orders_come_to_the_desk_and_go_when_they_are_done(record, archive, sealed):
    play = sealed.play.grant("a")
    play.take(Corrected(payloads={"a": "blob-2"}, actor="clerk-7"))
    await record(taken(play))
    (order,) = await work_orders(archive, case=sealed.number)
    assert order.id == f"{sealed.number}/correct_decision:a:1"
    assert (order.owner, order.state, order.reason, order.slot) == ("agency", "open", "fact_corrected", "a")
    assert order.due_on == play.state.work_orders[0].due
    play.take(
        WorkOrderClosed(order="correct_decision:a:1", result="changed", actor="clerk-7"), timedelta(days=1)
    )
    await record(taken(play))
    (order,) = await work_orders(archive, case=sealed.number)
    assert (order.state, order.result, order.closed_at) == ("done", "changed", play.now)


def test_a_result_in_free_words_stays_in_the_sealed_snapshot():
    play = Play([slot("a"), slot("b")]).begin().grant("a")
    play.take(Corrected(payloads={"a": "blob-2"}, actor="clerk-7"))
    play.take(WorkOrderClosed(order="correct_decision:a:1", result="周桂生本人来过", actor="clerk-7"))
    snapshot = snapshot_of(taken(play))
    assert snapshot.work_orders[0].result is None
    assert snapshot.content["work_orders"][0]["result"] == "周桂生本人来过"


async def test_whoever_must_hear_of_a_line_has_a_notice_queued_once(record, archive, sealed):
    play = sealed.play
    play.answer("a", play.tell.received(), play.tell.accepted())
    await record(taken(play))
    play.take(Ticked(), play.slot("a").statutory.red_from - play.now + timedelta(hours=1))
    await record(taken(play))
    await record(taken(play))
    told = [
        (notice.kind, notice.recipient, notice.slot) for notice in await notices_of(archive, sealed.number)
    ]
    assert told == [
        ("accepted", "applicant", "a"),
        ("overdue", "supervisor", "a"),
        ("overdue", "supervisor", "a"),
    ]
    keys = [notice.key for notice in await notices_of(archive, sealed.number)]
    assert keys == [f"{sealed.number}/{seq}" for seq in (3, *overdue_lines(play))]


def overdue_lines(play):
    return [entry.seq for entry in play.entries if entry.kind == "overdue"]


def test_a_slot_that_needs_an_operator_says_why_and_since_when():
    play = Play([slot("a")]).begin()
    reason = OperatorReason.UNEXPECTED
    play.take(Stuck(slot="a", round=1, reason=reason, detail="KeyError"), timedelta(hours=1))
    since = play.now
    play.take(Ticked(), timedelta(days=2))
    (row,) = snapshot_of(taken(play)).slots
    assert (row.holder, row.reason, row.since, row.note) == ("window", "unexpected", since, "KeyError")


def test_a_correction_is_the_windows_until_the_notice_and_the_applicants_from_then_on():
    play = Play([slot("a"), slot("b")]).begin()
    asked = play.tell.correction(play.now)
    play.answer("a", play.tell.received(play.now), asked, later=timedelta(hours=1))
    (row, _) = snapshot_of(taken(play)).slots
    assert (row.holder, row.since) == ("window", play.slot("a").correction.asked_at)
    play.answer("b", play.tell.received(play.now), play.tell.accepted(play.now), later=timedelta(hours=2))
    (row, _) = snapshot_of(taken(play)).slots
    assert (row.holder, row.since) == ("applicant", play.now)
