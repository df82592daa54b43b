"""Recording a case: the archive never goes back to anything older, and of the erased nothing is kept."""

from datetime import timedelta

import pytest
from temporalio.testing import ActivityEnvironment

from activities.record import RecordActivities, snapshot_of
from activities.signatures import RecordCaseInput
from onething.case_event import Ticked
from records.audit import AuditEntry
from records.case import erase_case
from records.snapshot import revision_of, slots_of
from records.timeline import timeline_of
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
