"""Cases that wait: one timer each and nothing else, the same two slots on both sides, and pages spared."""

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from activities.agencies.registry import build
from activities.rendering.errors import PdfUnavailable
from console import bench, bench_waiting
from console.bench_worker import Sparing
from onething.adapter import Submission
from onething.case import initial_state, next_instant, step
from onething.case_event import Begun, IssueReceipt, QueryItem, ReceiptIssued, Replied
from onething.case_state import BundleState, SlotState
from onething.catalog import load_catalog
from runtime.settings import TREE, load

CATALOG = load_catalog(TREE / "catalog")
NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


async def played(prepared, *, asked):
    """The case once its agencies have answered, and what it asked for beyond the filings."""
    agencies = build(CATALOG.agencies.values(), bench_waiting.stand_ins(CATALOG, asked=asked))
    case, commands = prepared.case, []
    outcome = step(case, initial_state(case), Begun(), NOW)
    for slot in case.definition.slots:
        submission = Submission(
            key=f"x/{slot.slot}/1", item=slot.item, slot=slot.slot, round=1, payload={}, at=NOW
        )
        events = await agencies[slot.agency].submit(submission)
        outcome = step(case, outcome.state, Replied(slot=slot.slot, round=1, events=events), NOW)
        commands += outcome.commands
    receipt = next(one for one in commands if isinstance(one, IssueReceipt))
    issued = ReceiptIssued(revision=receipt.revision, sha256="0" * 64)
    return step(case, outcome.state, issued, NOW).state, commands


@pytest.mark.parametrize("asked", [False, True])
async def test_a_waiting_case_has_a_due_date_to_wake_for_and_asks_only_who_is_to_be_asked(asked):
    waiting, whole, _ = bench_waiting._kinds(CATALOG, asked=asked)
    for prepared, slots in ((waiting, bench_waiting.SLOTS), (whole, 9)):
        state, commands = await played(prepared, asked=asked)
        assert len(state.slots) == slots
        assert {slot.state for slot in state.slots.values()} <= {SlotState.ACCEPTED, SlotState.UNDER_REVIEW}
        assert next_instant(state, NOW) is not None
        assert any(isinstance(one, QueryItem) for one in commands) is asked


async def test_the_one_more_case_is_the_same_two_slots_and_ends_at_once():
    waiting, _, brief = bench_waiting._kinds(CATALOG, asked=False)
    items = [[slot.item for slot in one.case.definition.slots] for one in (waiting, brief)]
    assert items[0] == items[1]
    assert len(items[0]) == bench_waiting.SLOTS
    state, _ = await played(brief, asked=False)
    assert state.state is BundleState.COMPLETED


def test_only_the_worker_of_the_installation_is_another(tmp_path):
    settings = load(home=tmp_path)
    roles = ("simulator", "worker", "api")
    table = {child.name: child for child in bench_waiting._table(asked=True)(settings, roles)}
    assert table["worker"].argv == (sys.executable, "-P", "-m", "console.bench_worker", bench_waiting.ASKED)
    assert table["worker"].probe.port == settings.worker_health_port
    assert "console.bench_worker" not in table["api"].argv


def test_the_first_pages_are_drawn_and_the_others_spared():
    with ThreadPoolExecutor(1) as pool:
        sparing = Sparing(pool, drawn=2)
        drawn = [sparing.submit(str, n) for n in range(4)]
        assert [one.result() for one in drawn[:2]] == ["0", "1"]
        for one in drawn[2:]:
            with pytest.raises(PdfUnavailable):
                one.result()


@pytest.mark.slow
def test_a_handful_of_cases_is_parked_at_rest_and_one_more_is_timed_before_and_after(monkeypatch):
    monkeypatch.setattr(bench_waiting, "_SAMPLES", 2)
    monkeypatch.setattr(bench_waiting, "_WARM_UP", 4)
    monkeypatch.setattr(bench_waiting, "WHOLE", 2)
    figures = bench_waiting.measure(CATALOG, 5)
    assert figures["waiting_cases"] == 5
    assert (figures["waiting_timers_per_case"], figures["waiting_questions_per_case"]) == (1, 0)
    assert figures["waiting_ratio"] > 0
    assert 100 < figures["worker_rss_mb"] < 600


def test_waiting_alone_is_measured_when_asked_for_and_held_to_its_limits(monkeypatch, tmp_path, capsys):
    told = {"waiting_ratio": 1.21, "worker_rss_mb": 599.9}

    def measured(_catalog, cases, *, asked) -> dict[str, object]:
        return told | {"seen": (cases, asked)}

    monkeypatch.setattr(bench_waiting, "measure", measured)
    monkeypatch.setattr(bench, "load_catalog", lambda _folder: CATALOG)
    figures = tmp_path / "figures.json"
    assert bench.run(figures, 7, asked=True) == 1
    assert '"waiting_ratio": 1.21' in figures.read_text(encoding="utf-8")
    assert "(7, True)" in capsys.readouterr().out
    told["waiting_ratio"] = 1.2
    assert bench.run(None, 7) == 0
    told["worker_rss_mb"] = 600
    assert bench.run(None, 7) == 1
