"""Pages on a slow phone: each kind of page is opened, and a missing browser is told with what to do."""

import pytest

from console import bench, bench_paint
from onething.catalog import load_catalog
from runtime.settings import TREE


@pytest.mark.slow
def test_every_life_events_form_and_the_phones_pages_are_opened(monkeypatch):
    monkeypatch.setattr(bench_paint, "_LOADS", 1)
    catalog = load_catalog(TREE / "catalog")
    figures = bench_paint.measure(catalog)
    painted = {name for name in figures if name.endswith("_paint_ms")}
    assert {f"form_{bundle}_paint_ms" for bundle in catalog.bundles} < painted
    assert {"home_paint_ms", "phone_home_paint_ms", "phone_section_1_paint_ms", "status_paint_ms"} < painted
    assert all(figures[name] > bench_paint._LATENCY_MS for name in painted)
    assert figures["slowest_paint_ms"] == max(figures[name] for name in painted)
    assert 0 < figures["heaviest_page_kib"] <= bench_paint.LIMITS["heaviest_page_kib"][1]


def test_without_a_browser_it_is_said_what_to_run(monkeypatch, capsys):
    def missing(_catalog) -> None:
        raise bench_paint.BrowserMissing

    monkeypatch.setattr(bench_paint, "measure", missing)
    assert bench.run(None, paint=True) == 1
    said = capsys.readouterr().out
    assert "./once test --all" in said
    assert "没有浏览器" in said
