"""A real browser before the real door: Debian's Chromium, and the application on a loopback port."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import async_playwright

from api.page_view import COOKIE, LARGE
from tests.api.browser.site import Site
from tests.api.browser.walk_look import DESKTOP, Look


class Announced(uvicorn.Server):
    """A server that tells when it takes connections."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.open = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.open.set()


@pytest.fixture
async def site(app, settings):
    """The application served for a browser; what the door works with is its `office`."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, lifespan="off", server_header=False)
    server = Announced(config)
    async with app.router.lifespan_context(app):
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        await server.open.wait()
        yield Site(f"http://127.0.0.1:{listener.getsockname()[1]}", app, settings)
        server.should_exit = True
        await serving
    listener.close()


@pytest.fixture
async def chromium():
    """The browser; its absence is a failure, never a skipped test."""
    path = shutil.which("chromium")
    assert path is not None, "apt-get install -y --no-install-recommends chromium"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest.fixture
def visit(chromium, site):
    """A function that opens a window of a width, signed in as somebody; script errors fail the test."""

    @asynccontextmanager
    async def opened(width=DESKTOP, *, script=True, large=False, **choice: str) -> AsyncIterator[Any]:
        context = await chromium.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=script, locale="zh-CN"
        )
        page = await context.new_page()
        wrong: list[str] = []
        page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        if large:
            await context.add_cookies([{"name": COOKIE, "value": LARGE, "url": site.address}])
        if choice:
            await site.sign_in(context, **choice)
        yield page
        await context.close()
        refused = [line for line in wrong if "Failed to load resource" not in line]
        assert refused == [], "the browser's console is not empty"

    return opened


@pytest.fixture
def fit():
    """A function that finds what is wrong with a page as people see it; nothing, when it is fit."""

    async def look(page) -> list[str]:
        if not await page.evaluate("() => 'axe' in window"):
            await page.evaluate(Axe().axe_script)
        wrong: list[str] = await page.evaluate(VIOLATIONS)
        wide = await page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
        if wide:
            wrong.append("scrolls sideways")
        wrong += await page.evaluate(SMALL)
        return wrong

    return look


@pytest.fixture
def look(fit):
    """Somebody's eyes on a way through pages: what is wrong with each at both widths, and its picture."""
    return Look(fit)


VIOLATIONS = """async () => {
  const found = await axe.run({resultTypes: ["violations"]});
  const told = (one, node) => `axe ${one.id}: ${node.target} ${(node.failureSummary || "").slice(0, 200)}`;
  return found.violations.flatMap(one => one.nodes.map(node => told(one, node)));
}"""
"""What axe finds; all else that it tells, which is much, stays in the browser."""
SMALL = """() => {
  const least = document.querySelector('link[href$="/phone_large.css"]') ? 60 : 44;
  const seen = [...document.querySelectorAll('a, button, input, select, textarea, summary')];
  const small = [];
  for (const one of seen) {
    const own = one.closest('label') || one;
    const box = own.getBoundingClientRect();
    const style = getComputedStyle(one);
    if (!box.width || style.visibility === 'hidden' || one.type === 'hidden') continue;
    if (style.clipPath !== 'none' || style.opacity === '0' || one.closest('.skip')) continue;
    if (one.tagName === 'A' && style.display === 'inline') continue;  // within a sentence
    const bare = own === one && (one.type === 'checkbox' || one.type === 'radio');
    const least_here = bare ? 0 : least;  // what has no words around it is pressed by its label
    const what = `${Math.round(box.height)} px: ${one.outerHTML.slice(0, 90)}`;
    if (box.height + 0.5 < least_here) small.push(what);
  }
  return small;
}"""
"""Targets that are lower than a finger needs; links within a sentence may be (WCAG 2.2, 2.5.8)."""
