"""A person with a phone: signs in, reads the page, fills in what a story says, and goes where it leads."""

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest

from api.session import COOKIE


class Page(HTMLParser):
    """A page as a person sees it: its forms with names and values, its links, its words."""

    def __init__(self, answer) -> None:
        super().__init__()
        self.path, self.status, self.text = answer.url.path, answer.status_code, answer.text
        self.forms: list[dict[str, Any]] = []
        self.links: list[str] = []
        self.feed(answer.text)

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(given.get("href", ""))
        if tag == "form":
            self.forms.append({"action": given["action"], "fields": [], "shown": [], "names": set()})
        if not self.forms or tag not in {"input", "select", "textarea", "button"}:
            return
        form, name = self.forms[-1], given.get("name", "")
        if given.get("type") == "hidden":
            form["fields"].append((name, given.get("value", "")))
            if name == "shown":
                form["shown"].append(given["value"])
        elif name:
            form["names"].add(name)

    def form(self, action):
        """The form that leads there."""
        return next(one for one in self.forms if re.search(action, one["action"]))


class Phone:
    """One browser with cookies."""

    def __init__(self, client, story) -> None:
        self.client, self.story = client, story

    async def get(self, path) -> Page:
        return Page(await self.client.get(path, headers=_BROWSER, follow_redirects=True))

    async def post(self, path, fields) -> Page:
        body: dict[str, list[str]] = {}
        for name, value in fields:
            body.setdefault(name, []).append(value)
        answer = await self.client.post(path, data=body, headers=_BROWSER, follow_redirects=True)
        return Page(answer)

    async def sign_in(self, **person: str) -> Page:
        """Sign in as somebody, whoever was signed in before."""
        if COOKIE in self.client.cookies:
            self.client.cookies.delete(COOKIE)
        await self.post("/sign-in/development", list(person.items()))
        return await self.get("/m")

    async def fill(self, page, action, do="next", **over: Any) -> Page:
        """Send a form as the story answers it."""
        form = page.form(action)
        fields = list(form["fields"])
        for pointer in form["shown"]:
            value = over.get(pointer, self.said(pointer))
            values = value if isinstance(value, (list, tuple)) else [value]
            fields += [(pointer, _typed(one)) for one in values if one is not None]
        return await self.post(unescape(form["action"]), [*fields, ("do", do)])

    def said(self, pointer):
        """What the story answers there."""
        found: Any = {"situations": self.story.situations, **self.story.answers}
        for part in pointer.strip("/").split("/"):
            try:
                found = found[int(part)] if isinstance(found, (list, tuple)) else found[part]
            except (KeyError, IndexError):
                return None
        return found

    async def begin(self, bundle) -> Page:
        """Answer the questions of the life event, and agree to the notice; gives the first section."""
        page = await self.get(f"/m/events/{bundle}")
        for _ in range(6):
            if page.path.endswith("/notice"):
                break
            page = await self.fill(page, r"/start|/events/")
        assert page.path.endswith("/notice"), page.text
        return await self.fill(page, "/notice", "consent")

    async def sections(self, page) -> Page:
        """Fill section after section, papers with them; gives the page behind the last."""
        for _ in range(40):
            if "/sections/" in page.path:
                page = await self._section(page)
            elif page.path.endswith("/materials"):
                page = await self._papers(page)
            else:
                return page
        raise AssertionError(page.text)

    async def _section(self, page) -> Page:
        for name in sorted(set(re.findall(r'value="add:/(\w+)"', page.text))):
            for _ in range(len(self.story.answers.get(name, ())) - page.text.count(f'"remove:/{name}/')):
                page = await self.fill(page, "/sections/", f"add:/{name}")
        before = page.path
        for _ in range(4):
            page = await self.fill(page, "/sections/")
            if page.path != before or page.status == 200:
                return page
        raise AssertionError(page.text)

    async def _papers(self, page) -> Page:
        for paper in self.story.materials:
            fields = dict(page.forms[-1]["fields"])
            files = {f"/materials/{paper}": ("photo.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf")}
            await self.client.post(page.path, data=fields, files=files, headers=_BROWSER)
        page = await self.get(page.path)
        form = page.forms[-1]
        later = {one for owed in self.story.owed.values() for one in owed}
        said = [
            (f"/owed/{one}", "later" if one in later else "none")
            for name, one in form["fields"]
            if name == "asked"
        ]
        return await self.post(form["action"], [*form["fields"], *said, ("do", "next")])

    async def submit(self, page, *, pledge: bool = True) -> Page:
        """Send the check page's form."""
        form = page.form("/submit")
        tick = [("/pledge", "true")] if pledge else []
        return await self.post(form["action"], [*form["fields"], *tick])

    async def file(self, bundle) -> Page:
        """Go all the way; what registers turn out not to hold is typed afterwards."""
        page = await self.submit(await self.sections(await self.begin(bundle)))
        for _ in range(8):
            mend = next((link for link in page.links if "mend=1" in link and "/sections/" in link), None)
            if page.status != 422 or mend is None:
                return page
            page = await self.submit(await self.mended(unescape(mend)))
        raise AssertionError(page.text)

    async def mended(self, link) -> Page:
        """Follow a finding to its section, fill that, and come back to the check page."""
        page = await self.get(link)
        for _ in range(4):
            page = await self.fill(page, "/sections/")
            if page.path.endswith("/check"):
                return page
        raise AssertionError(page.text)


_BROWSER = {"accept": "text/html"}


def _typed(value) -> str:
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)


@pytest.fixture
def phone(client, story):
    return Phone(client, story)


@pytest.fixture
async def signed_in(phone, story, catalog, life_event):
    """The phone of whoever files the story, signed in."""
    role = next(name for name, role in catalog.bundle(life_event).roles.items() if role.login)
    person = story.answers[role]
    await phone.sign_in(name=person.get("name", "某某"), id_number=person["id_number"])
    return phone
