"""The busy case's figure: every round is really filed, every word comes alone, and the limit is held to."""

import pytest

from console import bench, bench_busy
from console.bench import _cases
from console.bench_shape import reshaped
from console.story import file_story
from console.supervisor import Stack
from onething.adapter import Capabilities
from onething.calendar import load_calendar
from onething.catalog import load_catalog
from runtime.settings import TREE

CATALOG = load_catalog(TREE / "catalog")


@pytest.fixture
def nine():
    story = CATALOG.scenario("bereavement", "yichun_nine")
    world = (load_calendar(TREE / "catalog" / "calendars"), dict.fromkeys(CATALOG.agencies, Capabilities()))
    return file_story(CATALOG, "bereavement", story, "360900-A-20260302-000001-0", world).prepared


def test_slots_of_another_shape_all_start_at_once_and_await_nothing(nine):
    names = [slot.slot for slot in nine.case.definition.slots]
    shaped = reshaped(nine, {f"slot[{place}]": name for place, name in enumerate(names)})
    slots = shaped.case.definition.slots
    assert [slot.slot for slot in slots] == list(shaped.filings) == [f"slot[{n}]" for n in range(9)]
    assert not any(slot.after or slot.gates for slot in slots)
    assert any(filing.awaited for filing in nine.filings.values())
    assert not any(filing.awaited for filing in shaped.filings.values())
    assert [filing.slot for filing in shaped.filings.values()] == list(shaped.filings)


async def test_a_busy_case_is_filed_in_every_round_and_its_events_are_counted(monkeypatch):
    monkeypatch.setattr(bench_busy, "NAMES", bench_busy.NAMES[:3])
    monkeypatch.setattr(bench_busy, "BUSY", 1)
    rounds = []
    correct = bench_busy.Office.correct

    async def counted(office, slot, round_) -> None:
        assert office.state.slots[slot].correction.notice == round_ - 1
        await correct(office, slot, round_)
        rounds.append(office.state.slots[slot].round)

    monkeypatch.setattr(bench_busy.Office, "correct", counted)

    async def no_cases(_ground) -> dict[str, float]:
        return {}

    monkeypatch.setattr(bench.bench_case, "measure", no_cases)
    with Stack(roles=("temporal",)) as stack:
        figures = await _cases(stack.settings, CATALOG)
    assert rounds == [2, 3]
    # Five filings, two corrections and ten words of agencies cannot come to fewer.
    assert 100 < figures["busy_case_events"] < 300
    assert bench.LIMITS["busy_case_events"] == ("<", 1000)
