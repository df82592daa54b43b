"""Pages on a slow phone: in goes the catalog, out come milliseconds until each page is seen.

A real `once serve` on loopback, and Debian's Chromium throttled to a slow mobile network and a quarter of the
processor; nothing is cached. The figure is the largest contentful paint (W3C, Largest Contentful Paint).
"""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

import httpx2
from httpx2 import codes

from console.supervisor import Stack
from onething.catalog import Catalog
from onething.definition import Bundle, Scenario

LIMITS: Final[dict[str, tuple[str, float]]] = {
    "slowest_paint_ms": ("<=", 2000),
    "heaviest_page_kib": ("<=", 100),
}
"""What these figures are held to."""
_LATENCY_MS: Final = 150
_BITS_PER_SECOND: Final = 1_600_000
_PROCESSOR: Final = 4
_LOADS: Final = 5
_PATIENCE: Final = 30.0
_DESKTOP: Final = {"width": 1280, "height": 900}
_PHONE: Final = {"width": 375, "height": 812}
_SECTION: Final = re.compile(r'href="(/m/drafts/[0-9a-f]{32}/[a-z0-9_]+)')
_WATCH: Final = """
window.painted = 0;
new PerformanceObserver(list => {
  for (const one of list.getEntries()) window.painted = one.startTime;
}).observe({type: 'largest-contentful-paint', buffered: true});
"""
_PAINTED: Final = """() => new Promise(done => {
  const look = () => window.painted ? done(window.painted) : requestAnimationFrame(look);
  look();
})"""


class BrowserMissing(Exception):
    """Chromium, or the package that steers it, is not there."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page to open: as what it is told, where, in which size, and with whose cookies."""

    name: str
    address: str
    size: dict[str, int]
    visitor: httpx2.AsyncClient


def measure(catalog: Catalog) -> dict[str, Any]:
    """Open every kind of page a few times; raises BrowserMissing, saying what to install."""
    with Stack(roles=("api",)) as stack:
        return asyncio.run(_measure(catalog, f"http://127.0.0.1:{stack.settings.api_port}"))


async def _measure(catalog: Catalog, door: str) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    heaviest = 0.0
    async with _visitor(door) as clerk, _visitor(door) as citizen, _chromium() as browser:
        for page in [one async for one in _pages(catalog, clerk, citizen)]:
            loads = [await _load(browser, door, page) for _ in range(_LOADS)]
            figures[f"{page.name}_paint_ms"] = round(median(paint for paint, _ in loads))
            heaviest = max(heaviest, *(kib for _, kib in loads))
    slowest = max(figures.values())
    return {**figures, "slowest_paint_ms": slowest, "heaviest_page_kib": round(heaviest, 1)}


def _visitor(door: str) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(base_url=door, timeout=_PATIENCE)


async def _pages(
    catalog: Catalog, clerk: httpx2.AsyncClient, citizen: httpx2.AsyncClient
) -> AsyncIterator[Page]:
    """Yield the clerk's pages with every life event's form, then a person's on the phone."""
    yield Page("home", "/", _DESKTOP, clerk)
    yield Page("worklist", "/work", _DESKTOP, clerk)
    for bundle in catalog.bundles.values():
        story = catalog.scenario(bundle.bundle)
        draft = await _draft(clerk, bundle, story)
        address = f"/bundles/{bundle.bundle}/new?draft={draft}&step=form"
        yield Page(f"form_{bundle.bundle}", address, _DESKTOP, clerk)
    bundle = next(iter(catalog.bundles.values()))
    story = catalog.scenario(bundle.bundle)
    await _sign_in(citizen, bundle, story)
    draft = await _draft(citizen, bundle, story)
    tasks = await citizen.get(f"/m/drafts/{draft}", headers={"accept": "text/html"})
    tasks.raise_for_status()
    yield Page("phone_home", "/m", _PHONE, citizen)
    yield Page("phone_tasks", f"/m/drafts/{draft}", _PHONE, citizen)
    for place, address in enumerate(dict.fromkeys(_SECTION.findall(tasks.text))):
        yield Page(f"phone_section_{place + 1}", address, _PHONE, citizen)
    yield Page("status", "/status", _PHONE, citizen)


async def _sign_in(citizen: httpx2.AsyncClient, bundle: Bundle, story: Scenario) -> None:
    role = next(name for name, one in bundle.roles.items() if one.login)
    who = {key: story.answers[role][key] for key in ("name", "id_number")}
    answer = await citizen.post("/sign-in/development", data=who)
    if answer.status_code != codes.SEE_OTHER:
        answer.raise_for_status()


async def _draft(visitor: httpx2.AsyncClient, bundle: Bundle, story: Scenario) -> str:
    """A draft as filled as the story fills it, its registers asked."""
    begun = await visitor.post("/api/v1/drafts", json={"bundle": bundle.bundle})
    begun.raise_for_status()
    draft: str = begun.json()["id"]
    filled = {"situations": dict(story.situations), "answers": dict(story.answers), "draft": draft}
    answer = await visitor.post(f"/api/v1/bundles/{bundle.bundle}/plan", json=filled | {"notice_shown": True})
    answer.raise_for_status()
    return draft


@asynccontextmanager
async def _chromium() -> AsyncIterator[Any]:
    """Debian's Chromium, steered by Playwright; both are the tests', and fetched by them."""
    path = shutil.which("chromium")
    try:
        from playwright.async_api import async_playwright  # noqa: PLC0415 - there only where tests ran
    except ImportError:
        raise BrowserMissing from None
    if path is None:
        raise BrowserMissing
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        await browser.close()


async def _load(browser: Any, door: str, page: Page) -> tuple[float, float]:
    """Milliseconds to the largest paint and KiB that came over the network, nothing cached."""
    context = await browser.new_context(viewport=page.size, locale="zh-CN")
    cookies = [{"name": one.name, "value": one.value or "", "url": door} for one in page.visitor.cookies.jar]
    await context.add_cookies(cookies)
    tab = await context.new_page()
    wire = await context.new_cdp_session(tab)
    came: list[float] = []
    wire.on("Network.loadingFinished", lambda one: came.append(one["encodedDataLength"]))
    await wire.send("Network.enable")
    speed = {"downloadThroughput": _BITS_PER_SECOND / 8, "uploadThroughput": _BITS_PER_SECOND / 8}
    slow = {"offline": False, "latency": _LATENCY_MS, **speed}
    await wire.send("Network.emulateNetworkConditions", slow)
    await wire.send("Emulation.setCPUThrottlingRate", {"rate": _PROCESSOR})
    await tab.add_init_script(_WATCH)
    answer = await tab.goto(door + page.address, wait_until="load")
    if answer is None or not answer.ok:
        raise RuntimeError(f"{page.name} is not shown")
    painted = await tab.evaluate(_PAINTED)
    await context.close()
    return float(painted), sum(came) / 1024
