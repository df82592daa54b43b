"""A look at each page on the way: what is wrong with it at both widths, and its picture where asked for."""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path

from playwright.async_api import Page

PHONE, DESKTOP = 375, 1280
TALLEST = 8000
"""Of a page taller than this only the upper part is pictured, in pixels."""
PICTURES = "PICTURES"
"""The environment's variable that names the folder of pictures."""
Fit = Callable[[Page], Awaitable[list[str]]]


class Look:
    """Somebody's eyes on the way; `wrong` says by page and width what would hinder them."""

    def __init__(self, fit: Fit) -> None:
        """Begin with nothing wrong."""
        self.fit = fit
        self.area = "page"
        self.wrong: dict[str, list[str]] = {}
        self.seen: dict[str, int] = {}

    async def at(self, page: Page, *name: str) -> None:
        """Look at the page as it stands at both widths; at one after the other when its like was seen."""
        size = page.viewport_size
        assert size is not None
        own, called = size["width"], "-".join((self.area, *name))
        times = self.seen[called] = self.seen.get(called, 0) + 1
        if times % 2:
            await self._at(page, own, name)
        if times == 1:
            await picture(page, self.area, *name, str(own))
        if times == 1 or times % 2 == 0:
            other = PHONE if own == DESKTOP else DESKTOP
            await page.set_viewport_size({"width": other, "height": size["height"]})
            await self._at(page, other, name)
            await page.set_viewport_size({"width": own, "height": size["height"]})

    async def _at(self, page: Page, width: int, name: tuple[str, ...]) -> None:
        found = await self.fit(page)
        if found:
            self.wrong["-".join((self.area, *name, str(width)))] = found


async def picture(page: Page, *name: str) -> None:
    """Save the page as `<area>-<page>[-<state>]-<width>.png` where PICTURES names a folder."""
    folder = os.environ.get(PICTURES)
    if not folder:
        return
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240 - a folder for pictures of a test
    size = page.viewport_size
    assert size is not None
    height = await page.evaluate("() => document.documentElement.scrollHeight")
    # In a window as tall as the page, what sticks to the window's edge lies where the page ends.
    await page.set_viewport_size({"width": size["width"], "height": min(height, TALLEST)})
    await page.screenshot(path=place / f"{'-'.join(one.replace('_', '-') for one in name)}.png")
    await page.set_viewport_size(size)
