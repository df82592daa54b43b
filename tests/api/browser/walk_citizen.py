"""A citizen at the phone who files a story, page after page, until asking where the case is."""

import re
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import expect

from tests.api.browser.site import Site
from tests.api.browser.walk_hand import Paper, Pointer, papers
from tests.api.browser.walk_look import Look

MOST = 60
"""Pages on the longest way."""


class Citizen:
    """One person with one phone."""

    def __init__(self, hand: Pointer, site: Site, look: Look, story: Any, bundle: str) -> None:
        """Take up the story."""
        self.hand, self.page, self.site, self.look = hand, hand.page, site, look
        self.story, self.bundle = story, bundle
        self.papers: list[Paper] = []

    async def file(self) -> str:
        """Go all the way, and to the page that says where the case is; gives its number."""
        await self.page.goto(f"{self.site.address}/m")
        self.papers = await papers(self.page)
        await self._look("home")
        await self.hand.go(self.page.locator(f'a[href="/m/events/{self.bundle}"]'))
        for _ in range(MOST):
            if "/m/done/" in self.page.url:
                return await self._case()
            await self._look(*self._name())
            await self._go_on()
        raise AssertionError(f"{self.page.url}\n{await self.page.locator('main').inner_text()}"[:3000])

    async def _go_on(self) -> None:
        """Do what the page asks for, and go to the next."""
        place = self._place()
        if place.endswith("/notice"):
            await self.hand.go(self.page.locator("button[value=consent]"))
        elif place.endswith(("/check", "/submit")):
            await self._submit()
        else:
            if place.endswith("/materials"):
                await self._bring()
            added = await self._rows()
            await self.hand.fill(self.story)
            if added:
                await self._look(*self._name(), "filled")
            await self.hand.go(self.page.locator(".buttons .button").last)

    async def _submit(self) -> None:
        """Mend what is told first; then pledge and submit."""
        mend = self.page.locator('.summary a[href*="/sections/"]')
        if await mend.count():
            await self.hand.go(mend.first)
            return
        await self.hand.tick(self.page.locator("#f-pledge"))
        await self.hand.go(self.page.locator("button[value=submit]"))

    async def _bring(self) -> None:
        """A photo or a scan of each paper; each is uploaded as soon as it is chosen."""
        for number, material in enumerate(self.story.materials):
            box = self.page.locator(f'input[type=file][name="/materials/{material}"]')
            paper = self.page.locator("section.paper", has=box)
            if not await box.count() or await paper.locator(".fine:not(.chosen)").count():
                continue
            async with self.page.expect_navigation():
                await self.hand.bring(box, self.papers[(number + 1) % len(self.papers)])
            await expect(paper.locator(".fine:not(.chosen)")).to_have_count(1)
        for none in await self.page.locator('[name^="/owed/"][value=none]').all():
            await self.hand.tick(none)
        await self._look("materials", "brought")

    async def _rows(self) -> int:
        """As many rows as the story tells of persons; gives how many were added."""
        added = 0
        for role, group in self.story.answers.items():
            for _ in range(len(group) if isinstance(group, (list, tuple)) else 0):
                there = await self.page.locator(f'button[value^="remove:/{role}/"]').count()
                more = self.page.locator(f'button[value="add:/{role}"]')
                if there < len(group) and await more.count():
                    await self.hand.go(more)
                    added += 1
        return added

    async def _case(self) -> str:
        """Filed: where is my case?"""
        await self._look("done")
        number = self._place().rpartition("/")[2]
        await self.hand.go(self.page.locator(f'a.button[href="/m/cases/{number}"]'))
        await expect(self.page.locator(".over")).to_contain_text(number)
        await expect(self.page.locator(".slots .slot").first).to_be_visible()
        await self._look("case")
        await self.hand.go(self.page.locator('.up a[href="/m/cases"]'))
        await expect(self.page.locator(".own-case")).to_have_count(1)
        await self._look("cases")
        return number

    def _name(self) -> list[str]:
        """The page's name: its place without the draft's id, and whether it came back with findings."""
        place = self._place().removeprefix("/m/").strip("/")
        place = re.sub(rf"^drafts/[0-9a-f]+/?|(?<=^events)/{self.bundle}", "", place) or "tasks"
        again = ["mend"] if "mend=1" in self.page.url else []
        return [place.replace("/", "-"), *again]

    def _place(self) -> str:
        return urlsplit(self.page.url).path

    async def _look(self, *name: str) -> None:
        await self.look.at(self.page, *name, self.bundle)
