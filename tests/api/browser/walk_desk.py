"""A handler before one filing in a real browser: act after act, each filled in as people fill it in."""

from datetime import date
from typing import Any, Final

from playwright.async_api import Locator, Page
from stdnum.cn import ric

from onething.play_word import effect_templates, effect_value
from tests.api.browser.walk_hand import Pointer
from tests.api.browser.walk_look import Look

ACTS: Final = 16
"""More acts on one filing than any chain has."""
OFFICERS: Final = ("王强", "李敏", "赵勇", "孙洁")
REASON: Final = "与登记信息不一致，请核对后补正"


class Ledger:
    """What was done in one case so far, and what a grant of its items brings about."""

    def __init__(self, engine: Any, region: str) -> None:
        """Begin with nothing done."""
        self.engine, self.region = engine, region
        self.done: dict[str, int] = {}
        self.born = ""
        """The day on which the case's child was born, as the certificate has it: eight digits."""
        self.notices: dict[str, date] = {}
        """By address of a filing, since when its public notice stands."""
        self.seen: set[tuple[str, ...]] = set()
        effects = [
            effect
            for versions in engine.office.catalog.items.values()
            for item in versions
            for effect in item.effects
        ]
        self.templates = effect_templates({one.fact: one.example for one in effects if one.fact})

    def count(self, kind: str) -> None:
        """Note that an act was done."""
        self.done[kind] = self.done.get(kind, 0) + 1

    @property
    def today(self) -> date:
        """The day that the case has come to."""
        return self.engine.office.now().date()

    def value(self, fact: str) -> str:
        """What stand-in agencies would say there; a child's number fits the birth that was certified."""
        found = effect_value(self.templates[fact], self.engine.office.now(), self.region, fact)
        told = "按决定执行" if found is True else str(found)
        if fact.startswith("birth_time("):
            self.born = told[:10].replace("-", "")
        if fact.startswith("id_number("):
            # The stand-in's children are girls, whose numbers have an even digit before the last.
            body = f"{told[:6]}{self.born or told[6:14]}{told[14:16]}8"
            told = body + ric.calc_check_digit(f"{body}0")
        return told


class Desk:
    """One handler, one browser."""

    def __init__(self, page: Page, look: Look, ledger: Ledger) -> None:
        """Sit down."""
        self.page, self.look, self.ledger, self.hand = page, look, ledger, Pointer(page)

    async def work(self, *, last: bool) -> None:
        """Work on the filing that is open until it is decided or waits; the `last` of a case is refused."""
        await self._look("item")
        for _ in range(ACTS):
            kind = await self._next(last=last)
            if kind is None:
                return
            await self._do(kind)
        raise AssertionError(self.page.url)

    async def _next(self, *, last: bool) -> str | None:
        """What is done now: whatever the case has not met yet, the steps of the chain, the decision."""
        acts = await self.page.locator("details.act").evaluate_all("all => all.map(one => one.id.slice(4))")
        done, kinds = self.ledger.done, set(acts)
        if "end_notice" in kinds:
            return "end_notice" if self.ledger.today > self.ledger.notices[self.page.url] else None
        if "grant" not in kinds:
            return None
        if "correct" not in done and await self._in("correct", "[name=fields]").count():
            return "correct"
        if "accept" in kinds and ("extend" not in done or await self.page.locator(".chain").count()):
            return "accept"
        if "extend" in kinds and "extend" not in done:
            return "extend"
        return await self._step(kinds) or ("refuse" if last else "grant")

    async def _step(self, kinds: set[str]) -> str | None:
        """The act that takes the first step of the chain which nobody has taken."""
        title = await self._open_step()
        for kind in ("step", "begin_notice"):
            if kind in kinds and await self._option(kind, title).count():
                return kind
        return None

    async def _open_step(self) -> str:
        titles = await self.page.locator(".chain li:has(.state.wait) strong").all_inner_texts()
        return titles[0] if titles else "–"

    def _option(self, kind: str, title: str) -> Locator:
        return self._in(kind, "[name=step] option").filter(has_text=title)

    async def _do(self, kind: str) -> None:
        if not await self.page.locator(f"#act-{kind}[open]").count():
            await self.hand.press(self.page.locator(f"#act-{kind} > summary"))
        await _FILL.get(kind, _nothing)(self)
        await self._look("item", kind.replace("_", "-"))
        if kind == "begin_notice":
            self.ledger.notices[self.page.url] = self.ledger.today
        address = self.page.url
        await self.hand.go(self._in(kind, ".buttons button"))
        assert "done=" in self.page.url, (await self.page.locator("main").inner_text())[:3000]
        await self._look("item", kind.replace("_", "-"), "done")
        self.ledger.count(kind)
        await self.ledger.engine.work()
        await self.page.goto(address)

    async def _fill_correct(self) -> None:
        await self.hand.tick(self._in("correct", "[name=fields]").first)
        await self.hand.write(self._in("correct", "[name=reason]"), REASON)
        known = self._in("correct", "[name=supplement_known]")
        if await known.count():
            await self.hand.tick(known)

    async def _fill_step(self) -> None:
        await self._choose_step("step")
        boxes = await self._in("step", "[name=officers]").all()
        for box, officer in zip(boxes, OFFICERS, strict=False):
            await self.hand.write(box, officer)
        if boxes:
            await self.hand.tick(self._in("step", "[name=signed]"))

    async def _fill_begin_notice(self) -> None:
        await self._choose_step("begin_notice")

    async def _choose_step(self, kind: str) -> None:
        option = self._option(kind, await self._open_step()).first
        await self.hand.choose(self._in(kind, "[name=step]"), str(await option.get_attribute("value")))

    async def _fill_end_notice(self) -> None:
        await self.hand.tick(self._in("end_notice", "[name=disputed][value=false]"))

    async def _fill_extend(self) -> None:
        await self.hand.write(self._in("extend", "[name=amount]"), "1")
        await self.hand.write(self._in("extend", "[name=approver]"), "周明")
        await self.hand.write(self._in("extend", "[name=reason]"), "情况复杂，需进一步核实")

    async def _fill_refuse(self) -> None:
        ground = self._in("refuse", "[name=ground]")
        if await ground.count():
            await self.hand.tick(ground.first)
        await self.hand.write(self._in("refuse", "[name=reason]"), "经审核，不符合规定的办理条件")

    async def _fill_grant(self) -> None:
        for field in await self._in("grant", ".field:has([name^='/effects/'])").all():
            if not await field.locator(".optional").count():
                await self._fill_effect(field)
        known = self._in("grant", "[name=steps_known]")
        if await known.count():
            await self.hand.tick(known)
            await self.hand.write(self._in("grant", "[name=steps_reason]"), "情况紧急，先行作出决定")

    async def _fill_effect(self, field: Locator) -> None:
        box = field.locator("[name^='/effects/']")
        value = self.ledger.value(str(await box.get_attribute("name")).removeprefix("/effects/"))
        kind = await box.evaluate("one => one.type")
        if kind == "select-one":
            options = await box.locator("option").evaluate_all("all => all.map(one => one.value)")
            await self.hand.choose(box, value if value in options else options[1])
        else:
            await self.hand.write(box, value[: {"date": 10, "datetime-local": 16}.get(kind)])

    def _in(self, kind: str, within: str) -> Locator:
        return self.page.locator(f"#act-{kind} {within}")

    async def _look(self, *name: str) -> None:
        """Each kind of page once; a filing that was acted upon is looked at again by the next handler."""
        if name not in self.ledger.seen or name == ("item",):
            self.ledger.seen.add(name)
            await self.look.at(self.page, *name)


async def _nothing(desk: Desk) -> None:
    del desk


_FILL: Final = {
    "correct": Desk._fill_correct,
    "step": Desk._fill_step,
    "begin_notice": Desk._fill_begin_notice,
    "end_notice": Desk._fill_end_notice,
    "extend": Desk._fill_extend,
    "refuse": Desk._fill_refuse,
    "grant": Desk._fill_grant,
}
"""By kind of act, how its form is filled in; the others have nothing to fill in."""
