"""`./once bench`: every figure of the project, measured side by side in one run."""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from operator import ge, le, lt
from pathlib import Path
from threading import Event
from time import monotonic, perf_counter
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from temporalio.client import Client

from console import (
    bench_busy,
    bench_case,
    bench_clock,
    bench_form,
    bench_page,
    bench_paint,
    bench_paper,
    bench_rules,
    bench_waiting,
)
from console.crowd import one_of_many
from console.filing import Counter, at_the_counter
from console.footprint import stack_pss_mb
from console.supervisor import Stack
from onething.calendar import load_calendar
from onething.catalog import Catalog, load_catalog
from onething.definition import Scenario
from records.archive import open_archive
from runtime.keyring import KeyRing
from runtime.loaded import keep_loaded
from runtime.settings import Settings, load
from runtime.temporal import connect

_CROWD: Final = 12
_PATIENCE: Final = 300.0
LIMITS: Final[dict[str, tuple[str, float]]] = {
    "ratio": (">=", 0.8),
    "events_ratio": ("<=", 1.3),
    "more_workflow_tasks": ("<=", 3),
    "validate_ms": ("<=", 0.3),
    "project_all_ms": ("<=", 3),
    "plan_ms": ("<=", 5),
    "due_dates_per_second": (">=", 50_000),
    "receipt_ratio": ("<=", 1.5),
    "pss_mb": ("<=", 1200),
    "ready_seconds": ("<=", 60),
    "busy_case_events": ("<", 1000),
    "rules_ratio": ("<=", 1.3),
    "rules_memory_mb": ("<", 1000),
}
"""What the figures are held to; the rest have no limit."""
WAITING_LIMITS: Final[dict[str, tuple[str, float]]] = {
    "waiting_ratio": ("<=", 1.2),
    "worker_rss_mb": ("<", 600),
}
"""The same for `--waiting`."""
_NO_BROWSER: Final = (
    "没有浏览器：运行一次 ./once test --all 会装好 Chromium 和 Playwright。"
    "No browser: run ./once test --all once, it installs Chromium and Playwright."
)
_HOLDS: Final[Mapping[str, Callable[[float, float], bool]]] = {">=": ge, "<=": le, "<": lt}


def run(
    json_file: Path | None,
    waiting: int | None = None,
    pages: int | None = None,
    *,
    paint: bool = False,
    asked: bool = False,
) -> int:
    """Measure, print, and write the figures; 0 when every limit holds, 1 when one does not.

    With `waiting` only what so many waiting cases cost is measured, at agencies that are `asked` or call;
    with `pages` only pages, search and live pages over so many cases; with `paint` only how soon pages are
    seen on a slow phone.
    """
    console = Console(highlight=False)
    if paint:
        try:
            with console.status("慢速手机 pages on a slow phone …"):
                figures = bench_paint.measure(load_catalog(load().catalog_dir))
        except bench_paint.BrowserMissing:
            console.print(_NO_BROWSER)
            return 1
        limits = bench_paint.LIMITS
    elif pages is not None:
        with console.status(f"页面与查询 pages and search over {pages} cases …"):
            catalog = load_catalog(load().catalog_dir)
            figures = bench_page.measure(catalog, load_calendar(catalog.folder / "calendars"), pages)
        limits = bench_page.LIMITS
    elif waiting is None:
        figures, limits = _all(console), LIMITS
    else:
        with console.status(f"等待中的办件 {waiting} waiting cases …"):
            figures = bench_waiting.measure(load_catalog(load().catalog_dir), waiting, asked=asked)
        limits = WAITING_LIMITS
    held = {name: _holds(limits[name], figures.get(name)) for name in limits}
    console.print(_table(figures, limits, held))
    if json_file is not None:
        json_file.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return 0 if all(held.values()) else 1


def _all(console: Console) -> dict[str, Any]:
    settings = load()
    catalog = load_catalog(settings.catalog_dir)
    calendar = load_calendar(settings.catalog_dir / "calendars")
    keep_loaded()  # as worker and API do at their start
    figures: dict[str, Any] = {}
    # A line each and no spinner: its thread would work in the very process whose time is taken.
    console.print("表单 forms …")
    figures |= bench_form.measure(catalog)
    console.print("期限 due dates …")
    figures |= bench_clock.measure(calendar)
    console.print("规则 rules over a population …")
    figures |= bench_rules.measure(settings.catalog_dir)
    console.print("回执 receipts …")
    figures |= bench_paper.measure(catalog, calendar)
    console.print("办件 cases beside bare Temporal …")
    with Stack(roles=("temporal",)) as stack:
        figures |= asyncio.run(_cases(stack.settings, catalog))
    console.print("全程 end to end …")
    figures |= _end_to_end(catalog)
    figures["events_ratio"] = round(figures["events_per_case"] / figures["floor_events_per_case"], 3)
    figures["more_workflow_tasks"] = (
        figures["workflow_tasks_per_case"] - figures["floor_workflow_tasks_per_case"]
    )
    return figures


async def _cases(settings: Settings, catalog: Catalog) -> dict[str, Any]:
    # A question that an agency has no news for yet is put off, which is no failure to tell of.
    logging.getLogger("temporalio.activity").setLevel(logging.ERROR)
    ring = KeyRing.load_or_create(settings.keys_dir)
    plain = await Client.connect(settings.temporal_target)
    client = await connect(settings, ring)
    calendar = load_calendar(settings.catalog_dir / "calendars")
    async with open_archive(settings.database_url, ring, settings.blobs_dir) as archive:
        ground = bench_case.Ground(plain, client, archive, catalog, calendar, settings.home)
        return await bench_case.measure(ground) | await bench_busy.measure(ground)


def _end_to_end(catalog: Catalog) -> dict[str, Any]:
    """Twelve families at once, over HTTP, each with its real signed PDF; then what the processes weigh."""
    story = catalog.scenario("bereavement")
    began = perf_counter()
    with Stack() as stack, at_the_counter(stack.settings) as counter:
        ready = perf_counter() - began
        families = [one_of_many(story, place + 1) for place in range(_CROWD)]
        for family in families:
            counter.know(family)
        _through(counter, story)
        weight = stack_pss_mb(stack)
        began = perf_counter()
        with ThreadPoolExecutor(_CROWD) as people:
            list(people.map(lambda family: _through(counter, family), families))
        spent = perf_counter() - began
    return {
        "end_to_end_cases_per_second": round(_CROWD / spent, 2),
        "ready_seconds": round(ready, 1),
        "pss_mb": round(sum(weight.values())),
    }


def _through(counter: Counter, story: Scenario) -> None:
    """File one story and stay until its receipt is in hand."""
    number = counter.file("bereavement", story)
    deadline, pause = monotonic() + _PATIENCE, Event()
    while not counter.case(number)["ended"]:
        if monotonic() > deadline:
            raise TimeoutError(number)
        pause.wait(0.1)
    counter.receipt(number, "pdf")


def _holds(limit: tuple[str, float], figure: float | None) -> bool:
    sign, bound = limit
    return figure is not None and _HOLDS[sign](figure, bound)


def _table(
    figures: Mapping[str, Any], limits: Mapping[str, tuple[str, float]], held: Mapping[str, bool]
) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("figure", "measured", "limit", ""):
        table.add_column(heading)
    for name, figure in figures.items():
        sign, limit = limits.get(name, ("", ""))
        mark = "" if name not in held else ("[green]✓[/]" if held[name] else "[red]✗[/]")
        table.add_row(name, str(figure), f"{sign} {limit}", mark)
    return table
