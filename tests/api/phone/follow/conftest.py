"""Somebody at the phone: the applicant, a stranger and the public, each with a browser of their own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest

STRANGER = "110105199001011232"


class Form:
    """A browser that fills the session's mark into every form it sends, as our pages do."""

    def __init__(self, browser, csrf) -> None:
        self.browser, self.csrf = browser, csrf
        self.get = browser.get

    async def post(self, path, data=None, files=None):
        fields = {"csrf": self.csrf, **(data or {})}
        return await self.browser.post(path, data=fields, files=files, headers={"accept": "text/html"})


@pytest.fixture
def browser(app, client):
    """A function that opens another browser at the same server, from an address of its own."""
    del client

    @asynccontextmanager
    async def open_browser(address="127.0.0.1") -> AsyncIterator[httpx2.AsyncClient]:
        transport = httpx2.ASGITransport(app=app, client=(address, 50001), raise_app_exceptions=True)
        async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as opened:
            yield opened

    return open_browser


async def signed_in(browser, name, id_number):
    answer = await browser.post("/sign-in/development", data={"name": name, "id_number": id_number})
    assert answer.status_code == 303, answer.text
    page = await browser.get("/m/cases")
    assert page.status_code == 200, page.text
    mark = page.text.split('name="csrf" value="')[1].split('"')[0]
    return Form(browser, mark)


@pytest.fixture
async def citizen(browser, story):
    """The story's own applicant."""
    who = story.answers.get("applicant") or story.answers["man"]
    async with browser() as opened:
        yield await signed_in(opened, who["name"], who["id_number"])


@pytest.fixture
async def stranger(browser):
    """Somebody else."""
    async with browser() as opened:
        yield await signed_in(opened, "李一", STRANGER)
