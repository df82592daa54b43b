"""A clerk at the window who files a story, from the catalogue to the case's own page."""

import re
from typing import Any

from playwright.async_api import Locator, expect

from tests.api.browser.site import Site
from tests.api.browser.walk_hand import Paper, Pointer, papers
from tests.api.browser.walk_look import Look

FEW = 8
"""More often than this no page asks again."""


class Clerk:
    """One clerk with one browser; `hand` is how they reach things."""

    def __init__(self, hand: Pointer, site: Site, look: Look, story: Any, bundle: str) -> None:
        """Take up the story."""
        self.hand, self.page, self.site, self.look = hand, hand.page, site, look
        self.story, self.bundle = story, bundle
        self.papers: list[Paper] = []

    async def file(self) -> str:
        """Go all the way; gives the case's number."""
        await self._guide()
        await self._start()
        await self._notice()
        await self._form()
        await self._check()
        return await self._acceptance()

    async def _guide(self) -> None:
        await self.page.goto(f"{self.site.address}/guides")
        self.papers = await papers(self.page)
        await self._look("guides")
        await self.hand.go(self.page.locator(f'a[href="/guides/{self.bundle}"]'))
        await self._look("guide")
        await self.hand.go(self.page.locator(f'a.button[href="/bundles/{self.bundle}/new"]'))

    async def _start(self) -> None:
        await self._look("start")
        await self.hand.fill(self.story)
        if await self.page.locator("[name=notice]").count():
            await self.hand.tick(self.page.locator("[name=notice]"))
            await self.hand.go(self._do("ask"))
            await self._look("start", "asked")
        for _ in range(FEW):
            await self.hand.fill(self.story)
            await self.hand.go(self._do("next"))
            if await self._stands_at("notice"):
                return
            await self._look("start", "more")
        raise AssertionError(await self._complaints())

    async def _notice(self) -> None:
        await self._look("notice")
        await self.hand.go(self._do("consent"))
        assert await self._stands_at("form")
        await self._look("form")

    async def _form(self) -> None:
        for _ in range(FEW):
            await self._rows()
            await self.hand.fill(self.story)
            await self._bring()
            await self._look("form", "filled")
            await self.hand.go(self._do("next"))
            if await self._stands_at("check"):
                return
            await self._look("form", "asked-again")
        raise AssertionError(await self._complaints())

    async def _rows(self) -> None:
        """As many rows as the story tells of persons."""
        for role, group in self.story.answers.items():
            for _ in range(len(group) if isinstance(group, (list, tuple)) else 0):
                there = await self.page.locator(f'button[value^="remove:/{role}/"]').count()
                if there < len(group) and await self._do(f"add:/{role}").count():
                    await self.hand.go(self._do(f"add:/{role}"))

    async def _bring(self) -> None:
        """Every paper that is asked for, uploaded at once; and what a pledge replaces."""
        for number, material in enumerate(self.story.materials):
            box = self.page.locator(f'input[type=file][name="/materials/{material}"]:not([capture])')
            if not await box.count():
                continue
            kept = self.page.locator(".paper", has=box).locator(".kept .fine")
            if not await kept.count():
                await self.hand.bring(box, self.papers[number % len(self.papers)])
                await expect(kept).to_have_count(1)
        for none in await self.page.locator('[name^="/owed/"][value=none]').all():
            if await none.is_visible():
                await self.hand.tick(none)
        pledges = self.page.locator('[name="/pledged"]:not(:checked)')
        for material in await pledges.evaluate_all("all => all.map(one => one.value)"):
            await self.hand.tick(self.page.locator(f'[name="/pledged"][value="{material}"]'))

    async def _check(self) -> None:
        await self._look("check")
        await expect(self.page.locator(".summary")).to_have_count(0)
        panel = await self.page.locator(".saved").first.inner_text()
        typed, separate = map(int, re.search(r"只需填 (\d+) 项，分开办要填 (\d+) 项", panel).groups())
        assert 0 < typed < separate
        await self.hand.tick(self.page.locator("#f-pledge"))
        await self.hand.go(self._do("submit"))

    async def _acceptance(self) -> str:
        assert "/acceptance" in self.page.url, await self._complaints()
        await self._look("acceptance")
        number = await self.page.locator(".sheet-number strong").inner_text()
        await self.hand.go(self.page.locator(f'.buttons a[href="/cases/{number}"]'))
        await expect(self.page.locator("h1")).to_have_text(number)
        await self._look("case")
        return number

    def _do(self, what: str) -> Locator:
        return self.page.locator(f'button[name=do][value="{what}"]:visible')

    async def _stands_at(self, step: str) -> bool:
        return bool(await self.page.locator(f'[name=step][value="{step}"]').count())

    async def _complaints(self) -> str:
        return f"{self.page.url}\n{await self.page.locator('main').inner_text()}"[:3000]

    async def _look(self, *name: str) -> None:
        await self.look.at(self.page, *name, self.bundle)
