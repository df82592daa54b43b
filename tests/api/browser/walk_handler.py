"""All desks of one case in a real browser, and the window that does what waits for it: worked to the end."""

from typing import Any, Final

from playwright.async_api import Page, expect

from onething.case_state import DECIDED, BundleState, SlotState
from tests.api.browser.site import Site
from tests.api.browser.walk_desk import Desk, Ledger
from tests.api.browser.walk_hand import Pointer
from tests.api.browser.walk_look import DESKTOP, Look

ROUNDS: Final = 24
"""More than any story takes."""
NOTICE_DAYS: Final = 8
LYING: Final = frozenset({SlotState.RECEIVED, SlotState.ACCEPTED, SlotState.UNDER_REVIEW})
"""States in which a filing lies on somebody's desk."""


class Desks:
    """The desks of every agency, and the window."""

    def __init__(self, visit: Any, site: Site, look: Look, engine: Any, story: Any) -> None:
        """Take up the case that the engine has."""
        self.visit, self.site, self.look, self.engine, self.story = visit, site, look, engine, story
        self.ledger = Ledger(engine, story.region)

    async def work(self) -> None:
        """Desk after desk, then the window; days go by when nobody can do anything."""
        for _ in range(ROUNDS):
            before = sum(self.ledger.done.values())
            for agency in sorted({one.agency for one in self._slots() if one.state in LYING}):
                async with self.visit(DESKTOP, account=f"handler-{agency}") as page:
                    await self._inbox(page)
            async with self.visit(DESKTOP, account="clerk") as page:
                await self._window(page)
            if self._state().state is BundleState.COMPLETED:
                return
            if sum(self.ledger.done.values()) == before:
                await self.engine.pass_by(NOTICE_DAYS)
        raise AssertionError({one.slot: one.state for one in self._slots()})

    async def _inbox(self, page: Page) -> None:
        """Open filing after filing from the inbox."""
        self.look.area = "handler"
        inbox, hand = f"{self.site.address}/desk", Pointer(page)
        await page.goto(inbox)
        await self.look.at(page, "inbox")
        lines = page.locator('td a[href^="/desk/items/"]')
        addresses = await lines.evaluate_all("all => all.map(one => one.getAttribute('href'))")
        assert addresses
        for address in addresses:
            await page.goto(inbox)
            await hand.go(page.locator(f'td a[href="{address}"]'))
            last = sum(one.state not in DECIDED for one in self._slots()) == 1
            await Desk(page, self.look, self.ledger).work(last=last)
        await page.goto(f"{inbox}?wanted=done")
        await self.look.at(page, "inbox", "done")

    async def _window(self, page: Page) -> None:
        """The clerk confirms who came, and corrects what was asked; then sees how the case stands."""
        self.look.area = "window"
        hand = Pointer(page)
        await self._case(page)
        await self._look(page, "case")
        gate = page.locator('a[href*="/gates/"]')
        while await gate.count():
            await hand.go(gate.first)
            await self._look(page, "gate")
            await page.locator("#proof").fill("双方本人持身份证到场")
            await hand.go(page.locator("form button.button"))
            await self._done(page, "gate")
        if await page.locator('.matters a.button[href$="/correction"]').count():
            await hand.go(page.locator('.matters a.button[href$="/correction"]'))
            await self._correct(page, hand)
            await self._done(page, "corrected")

    async def _correct(self, page: Page, hand: Pointer) -> None:
        """Type what the story says, look at what that means, and confirm it."""
        await self._look(page, "correction")
        await hand.fill(self.story)
        await hand.go(page.locator("button[name=do][value=check]"))
        await self._look(page, "correction", "seen")
        await hand.go(page.locator("button[name=do][value=confirm]"))
        await expect(page.locator("h1")).to_have_text(self.engine.number)

    async def _done(self, page: Page, what: str) -> None:
        self.ledger.count(what)
        await self.engine.work()
        await self._case(page)
        await self._look(page, "case", what)

    async def _case(self, page: Page) -> None:
        await page.goto(f"{self.site.address}/cases/{self.engine.number}")

    async def _look(self, page: Page, *name: str) -> None:
        await self.look.at(page, *name, self.story.scenario)

    def _state(self) -> Any:
        return self.engine.states[self.engine.number]

    def _slots(self) -> list[Any]:
        return list(self._state().slots.values())
