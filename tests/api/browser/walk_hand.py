"""Whoever fills in pages in a real browser, by pointer or by keyboard alone, as a story answers them."""

from dataclasses import dataclass
from typing import Any

from playwright.async_api import Locator, Page

STOPS = 600
"""No page has more stops for the Tab key."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A real small file, as a scanner or a camera makes it."""

    name: str
    mime: str
    data: bytes

    @property
    def chosen(self) -> Any:
        """As a file box takes it."""
        return {"name": self.name, "mimeType": self.mime, "buffer": self.data}


async def papers(page: Page) -> list[Paper]:
    """A scan and a photo, made of the page that is open: a PDF and a JPEG like any other."""
    return [
        Paper("scan.pdf", "application/pdf", await page.pdf()),
        Paper("photo.jpg", "image/jpeg", await page.screenshot(type="jpeg", quality=60)),
    ]


class Pointer:
    """A finger or a mouse before a page."""

    def __init__(self, page: Page) -> None:
        """Take the page in hand."""
        self.page = page
        page.set_default_timeout(20_000)

    async def write(self, box: Locator, text: str) -> None:
        """Write over what stands in a box."""
        await box.fill(text)

    async def tick(self, box: Locator) -> None:
        """Tick a box, or choose one of several."""
        await box.check()

    async def choose(self, box: Locator, value: str) -> None:
        """Choose from a list."""
        await box.select_option(value)

    async def press(self, button: Locator) -> None:
        """Press a button or follow a link."""
        await button.click()

    async def bring(self, box: Locator, paper: Paper) -> None:
        """Choose a file."""
        await box.set_input_files(paper.chosen)

    async def go(self, button: Locator) -> None:
        """Press what leads to another page, and wait for that."""
        async with self.page.expect_navigation():
            await self.press(button)

    async def fill(self, story: Any) -> int:
        """Fill what the page asks as the story answers it; gives how many fields were changed."""
        for one in await self.page.locator("details.rest:not([open]) > summary").all():
            await self.press(one)
        fields = await self.page.evaluate(FIELDS)
        changes = [
            (field, wanted)
            for field in fields
            if (wanted := words(said(story, field["pointer"]))) and await self._set(field, wanted)
        ]
        return len(changes)

    async def _set(self, field: Any, wanted: list[str]) -> bool:
        box = self.page.locator(f'[name="{field["pointer"]}"]:not([type=hidden])')
        if field["kind"] in {"radio", "checkbox"}:
            missing = [one for one in wanted if one in field["values"] and one not in field["now"]]
            for one in missing:
                await self.tick(self.page.locator(f'[name="{field["pointer"]}"][value="{one}"]'))
            return bool(missing)
        if field["now"] == wanted:
            return False
        await (self.choose if field["kind"] == "select-one" else self.write)(box, wanted[0])
        return True


class Keyboard(Pointer):
    """The same by keys alone: whatever Tab does not lead to cannot be used."""

    def __init__(self, page: Page) -> None:
        """Take the page in hand, and from now on its choices of files, so that no key is faster."""
        super().__init__(page)
        page.on("filechooser", lambda _: None)

    async def write(self, box: Locator, text: str) -> None:
        """Write over what stands in a box."""
        await self._reach(box)
        await self.page.keyboard.press("Control+A")
        await self.page.keyboard.type(text)

    async def tick(self, box: Locator) -> None:
        """Space ticks a box; arrows go round a group of which one is chosen."""
        await self._reach(box)
        if await box.get_attribute("type") == "checkbox":
            await self.page.keyboard.press("Space")
        for _ in range(STOPS):
            if await box.is_checked():
                return
            here = await box.evaluate("one => one === document.activeElement")
            await self.page.keyboard.press("Space" if here else "ArrowDown")
        raise AssertionError(await box.get_attribute("name"))

    async def choose(self, box: Locator, value: str) -> None:
        """Arrows go through a list, from its first line on."""
        await self._reach(box)
        await self.page.keyboard.press("Home")
        for _ in range(STOPS):
            if await box.input_value() == value:
                return
            await self.page.keyboard.press("ArrowDown")
        raise AssertionError(value)

    async def press(self, button: Locator) -> None:
        """Enter presses a button and follows a link."""
        await self._reach(button)
        await self.page.keyboard.press("Enter")

    async def bring(self, box: Locator, paper: Paper) -> None:
        """Space opens the choice of a file."""
        await self._reach(box)
        async with self.page.expect_file_chooser() as chooser:
            await self.page.keyboard.press("Space")
        await (await chooser.value).set_files(paper.chosen)

    async def _reach(self, box: Locator) -> None:
        for _ in range(STOPS):
            if await box.evaluate(REACHED):
                return
            await self.page.keyboard.press("Tab")
        raise AssertionError(f"no key leads to {await box.evaluate('one => one.outerHTML')}")


def said(story: Any, pointer: str) -> Any:
    """What the story answers there; None where it says nothing."""
    found: Any = {"situations": story.situations, **story.answers}
    for part in pointer.strip("/").split("/"):
        try:
            found = found[int(part)] if isinstance(found, (list, tuple)) else found[part]
        except (KeyError, IndexError):
            return None
    return found


def words(value: Any) -> list[str]:
    """An answer as a form says it; none for an answer that is not there."""
    if value is None:
        return []
    many = value if isinstance(value, (list, tuple)) else [value]
    return [str(one).lower() if isinstance(one, bool) else str(one) for one in many]


FIELDS = """() => [...document.querySelectorAll("input[name=shown], input.id[name^='/']")].map(mark => {
  const pointer = mark.name === "shown" ? mark.value : mark.name;
  const boxes = [...document.getElementsByName(pointer)].filter(one => one.checkVisibility());
  if (!boxes.length) return null;
  const kind = boxes[0].type, pick = kind === "radio" || kind === "checkbox";
  const now = pick ? boxes.filter(one => one.checked) : boxes.slice(0, 1);
  return {pointer, kind, values: boxes.map(one => one.value), now: now.map(one => one.value)};
}).filter(Boolean)"""
"""The fields that a page shows: their pointers, kinds, what may be chosen, and what stands there."""
REACHED = """one => {
  const at = document.activeElement;
  return at === one || (one.type === "radio" && at.type === "radio" && at.name === one.name);
}"""
