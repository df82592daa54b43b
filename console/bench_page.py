"""Pages beside many cases: in goes the catalog, out come milliseconds and how many live pages there may be.

A real `once serve` on loopback over a database of a town's cases; the clerk's browser is this process.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from math import ceil
from time import perf_counter
from typing import Any, Final

import httpx2

from console.bench_town import Town, lay_down, name, real_cases, town_of
from console.supervisor import Stack
from onething.calendar import WorkCalendar
from onething.catalog import Catalog
from records.archive import open_archive
from records.case import get_case
from records.snapshot import CaseSnapshot, apply_snapshot
from records.timeline import TimelineRow, timeline_of
from runtime.keyring import KeyRing

PAGE_CASES: Final = 10_000
SEARCH_CASES: Final = 50_000
STREAMS: Final = 200
LIMITS: Final[dict[str, tuple[str, float]]] = {
    "case_page_p95_ms": ("<=", 100),
    "search_p95_ms": ("<=", 50),
    "open_streams": (">=", STREAMS),
}
"""What these figures are held to."""
_REAL: Final = 40
_TIMES: Final = 200
_WARM_UP: Final = 15
_PATIENCE: Final = 30.0
_HTML: Final = {"accept": "text/html"}


def measure(catalog: Catalog, calendar: WorkCalendar, cases: int = SEARCH_CASES) -> dict[str, Any]:
    """Time the case page with 10,000 cases in the database, the search with `cases`, and hold 200 streams."""
    with Stack(roles=("api",)) as stack:
        settings = stack.settings
        place = f"http://127.0.0.1:{settings.api_port}"
        ring = KeyRing.load_or_create(settings.keys_dir)

        async def run() -> dict[str, Any]:
            async with (
                open_archive(settings.database_url, ring, settings.blobs_dir) as archive,
                httpx2.AsyncClient(base_url=place, timeout=_PATIENCE) as clerk,
            ):
                return await _measure(town_of(catalog, calendar, archive), clerk, cases)

        return asyncio.run(run())


async def _measure(town: Town, clerk: httpx2.AsyncClient, cases: int) -> dict[str, Any]:
    numbers = await real_cases(town, _REAL)
    first = min(PAGE_CASES, cases)
    await lay_down(town, first - _REAL)
    pages = await _timed(lambda place: _page(clerk, numbers[place % _REAL]))
    lists = await _timed(lambda place: _list(clerk, place))
    streams = await _streams(town, clerk, numbers)
    await lay_down(town, cases - first, first)
    draw = random.Random(7)  # noqa: S311 - invented names
    words = [_wanted(draw, place) for place in range(_TIMES + _WARM_UP)]
    found = await _timed(lambda place: _search(clerk, words[place]))
    return {
        "case_page_p95_ms": _p95(pages),
        "work_page_p95_ms": _p95(lists),
        **streams,
        "search_cases": cases,
        "search_p95_ms": _p95(found),
    }


def _wanted(draw: random.Random, place: int) -> str:
    """Whole names, parts of names, a name with an item, and now and then a single family name."""
    person = name(draw)
    return (person, person[:2], person, f"{person} 户口", person[0], person[-2:])[place % 6]


async def _page(clerk: httpx2.AsyncClient, number: str) -> None:
    _fine(await clerk.get(f"/cases/{number}", headers=_HTML))


async def _list(clerk: httpx2.AsyncClient, place: int) -> None:
    view = ("open", "soon", "mine", "overdue", "operator")[place % 5]
    _fine(await clerk.get(f"/work?view={view}", headers=_HTML))


async def _search(clerk: httpx2.AsyncClient, words: str) -> None:
    _fine(await clerk.post("/api/v1/search", json={"q": words}))


def _fine(answer: httpx2.Response) -> None:
    answer.raise_for_status()


async def _timed(ask: Callable[[int], Awaitable[None]]) -> list[float]:
    """Milliseconds of each of `_TIMES` requests, one after the other, after a few that do not count."""
    spent = []
    for place in range(_TIMES + _WARM_UP):
        began = perf_counter()
        await ask(place)
        spent.append((perf_counter() - began) * 1000)
    return spent[_WARM_UP:]


def _p95(spent: list[float]) -> float:
    return round(sorted(spent)[ceil(len(spent) * 0.95) - 1], 1)


async def _streams(town: Town, clerk: httpx2.AsyncClient, numbers: list[str]) -> dict[str, Any]:
    """Open 200 streams, let something happen to every case, and count the pages that hear of it."""
    heard: list[float] = []
    opened = asyncio.Semaphore(0)
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=None)
    async with (
        httpx2.AsyncClient(base_url=clerk.base_url, timeout=_PATIENCE, limits=limits) as browser,
        asyncio.TaskGroup() as group,
    ):
        followers = [
            group.create_task(_follow(browser, numbers[place % _REAL], opened, heard))
            for place in range(STREAMS)
        ]
        for _ in range(STREAMS):
            await asyncio.wait_for(opened.acquire(), _PATIENCE)
        beside = await _timed(lambda place: _page(clerk, numbers[place % _REAL]))
        began = perf_counter()
        for number in numbers:
            await _happen(town, number)
        done, late = await asyncio.wait(followers, timeout=_PATIENCE)
        for one in late:
            one.cancel()
    return {
        "open_streams": len([one for one in done if not one.cancelled()]),
        "case_page_beside_streams_p95_ms": _p95(beside),
        "stream_p95_ms": _p95([(at - began) * 1000 for at in heard]),
    }


async def _follow(
    browser: httpx2.AsyncClient, number: str, opened: asyncio.Semaphore, heard: list[float]
) -> None:
    """A page that has seen everything so far, until it hears of something new."""
    async with browser.stream("GET", f"/cases/{number}/events?after=100000") as answer:
        _fine(answer)
        async for line in answer.aiter_lines():
            if line.startswith(": open"):
                opened.release()
            if line == "event: changed":
                heard.append(perf_counter())
                return


async def _happen(town: Town, number: str) -> None:
    """One more line in the case's story."""
    stored, lines = await get_case(town.archive, number), await timeline_of(town.archive, number)
    at = stored.submitted_at
    line = TimelineRow(lines[-1].seq + 1, at, "received", "received", None, {})
    content = stored.snapshot or {}
    snapshot = CaseSnapshot(
        number,
        stored.revision + 1,
        stored.state,
        at,
        content | {"revision": stored.revision + 1},
        (),
        (line,),
    )
    await apply_snapshot(town.archive, snapshot)
