"""A clerk's whole way through the pages, as a browser without scripts sends them: used by several tests."""

import re
from html import unescape
from typing import Any

HTML = {"accept": "text/html"}
PAPER = ("scan.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf")


def shown(page: str) -> list[str]:
    """The names of the fields that a page shows."""
    return [unescape(name) for name in re.findall(r'name="shown" value="([^"]+)"', page)]


def held(page: str) -> dict[str, Any]:
    """What the page's form holds, as a browser sends it back."""
    found: dict[str, Any] = {}
    body = page.rsplit('<form method="post" enctype', maxsplit=1)[-1]
    for tag in re.findall(r"<input [^>]+>", body):
        name, value = (_attribute(tag, key) for key in ("name", "value"))
        kind = _attribute(tag, "type")
        if kind == "file" or not name or (kind in {"radio", "checkbox"} and " checked" not in tag):
            continue
        found.setdefault(name, []).append(value)
    for name, options in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', body, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        if chosen:
            found[unescape(name)] = [unescape(chosen[1])]
    for name, text in re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', body, re.DOTALL):
        found[unescape(name)] = [unescape(text)]
    return found


def sent(value: Any) -> Any:
    """An answer as a form says it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return [str(one) for one in value] if isinstance(value, list) else str(value)


def fields(story: Any) -> dict[str, Any]:
    """Every answer of the story under its field's name."""
    named: dict[str, Any] = {}
    for role, group in story.answers.items():
        rows = [(f"/{role}", group)]
        if isinstance(group, list):
            rows = [(f"/{role}/{index}", row) for index, row in enumerate(group)]
        for place, row in rows:
            named |= {f"{place}/{key}": sent(value) for key, value in row.items()}
    return named


class Clerk:
    """One clerk with one browser, filing one story."""

    def __init__(self, client: Any, bundle: str, story: Any) -> None:
        """Take up the story."""
        self.client, self.story = client, story
        self.place = f"/bundles/{bundle}/new"
        self.page = ""
        self.status = 0

    async def open(self, address: str) -> str:
        """Open an address."""
        answer = await self.client.get(address, headers=HTML)
        self.page, self.status = answer.text, answer.status_code
        return self.page

    async def click(self, do: str, files: Any = None, **typed: Any) -> str:
        """Send the page with what is typed over it, and follow where it leads."""
        data = held(self.page) | typed | {"do": do}
        answer = await self.client.post(self.place, data=data, files=files, headers=HTML)
        if answer.status_code == 303:
            return await self.open(answer.headers["location"])
        self.page, self.status = answer.text, answer.status_code
        return self.page

    async def to_form(self) -> str:
        """Numbers, situations, notice with consent: the form, registers asked."""
        await self.open(self.place)
        answers = {f"/situations/{name}": sent(value) for name, value in self.story.situations.items()}
        answers |= {name: value for name, value in fields(self.story).items() if name.endswith("/id_number")}
        for _ in range(6):
            await self.click(
                "next", **{name: value for name, value in answers.items() if name in self._names()}
            )
            if 'name="step" value="notice"' in self.page:
                break
        await self.click("consent")
        return self.page

    async def fill_in(self, said: dict[str, str] | None = None, **typed: Any) -> str:
        """Type the story's answers, row by row and as fields appear; bring every paper.

        `said` is what is chosen of papers that may follow; left out, what the story promises, and none else.
        """
        for role, group in self.story.answers.items():
            for _ in range(len(group) if isinstance(group, list) else 0):
                await self.click(f"add:/{role}")
        answers = fields(self.story) | typed
        for _ in range(4):
            names = self._names()
            await self.click("save", **{name: value for name, value in answers.items() if name in names})
        papers = re.findall(r'<input type="file" id="[^"]+" name="(/materials/\w+)"', self.page)
        await self.click(
            "save", files={name: PAPER for name in papers if name.split("/")[-1] in self.story.materials}
        )
        later = {one for owed in self.story.owed.values() for one in owed}
        asked = re.findall(r'name="/owed/(\w+)" value="later"', self.page)
        if said is None:
            said = {f"/owed/{one}": "later" if one in later else "none" for one in asked}
        pledges = re.findall(r'name="/pledged" value="(\w+)"', self.page)
        return await self.click("save", **said, **({"/pledged": pledges} if pledges else {}))

    def _names(self) -> set[str]:
        """The fields that the page offers; every one but its own marks."""
        return {unescape(name) for name in re.findall(r'name="(/[^"]+)"', self.page)}


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf' {name}="([^"]*)"', tag)
    return unescape(found[1]) if found else ""
