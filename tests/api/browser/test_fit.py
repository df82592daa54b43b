"""Every page fit to be seen: axe finds nothing, nothing scrolls sideways, targets are large enough.

The pages are found in the application itself, so that a new one is looked at without being named here.
"""

import re
from typing import Any

import pytest

from api.document import accesses
from api.role import SIGNED_IN, Role
from tests.api.browser.walk_look import DESKTOP, PHONE, picture
from tests.api.test_role_matrix import CHOICE

pytestmark = pytest.mark.slow
OTHERS = {
    "/openapi.json",
    "/healthz",
    "/readyz",
    "/static/{name}",
    "/cases/{number}/events",
    "/cases/{number}/live",
    "/desk/live",
    "/cases/{number}/archive.zip",
}
"""What a browser or script fetches and nobody looks at as a page of its own."""


def pages(app: Any, role: Role) -> list[str]:
    """The addresses of the pages that a role may look at."""
    found = {
        path
        for path, method, declared in accesses(app)
        if method == "GET"
        and not path.startswith("/api/")
        and path not in OTHERS
        and any(role in one.roles or (role is Role.PUBLIC and Role.PUBLIC in one.roles) for one in declared)
    }
    return sorted(found)


def filled(path: str, known: dict[str, str]) -> str | None:
    """The address with its parts filled; None when one of them cannot be known here."""
    parts = re.findall(r"\{(\w+)(?::\w+)?\}", path)
    if not set(parts) <= known.keys():
        return None
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda part: known[part[1]], path)


def named(path: str) -> str:
    """What a page's picture is called: its address, with what is somebody's own only where that ends it."""
    words = re.sub(r"/\{\w+(?::\w+)?\}(?=/)", "", re.sub(r"^/m(?=/|$)", "", path))
    words = re.sub(r"\{(\w+?)(?:_id)?(?::\w+)?\}$", r"\1", words)
    return words.strip("/").replace("/", "-") or "home"


@pytest.fixture
def looked_at(site, visit, fit, known):
    """A function that gives what is wrong with each page of a role."""

    async def look(role, width, **more: Any) -> dict[str, list[str]]:
        async with visit(width, **more, **CHOICE.get(role, {})) as page:
            size = ("large",) if more.get("large") else ()
            return await wrong_on(page, site, fit, known, role, (*size, str(width)))

    return look


async def wrong_on(  # noqa: PLR0917 - what a look is made of
    page, site, fit, known, role, state
) -> dict[str, list[str]]:
    """What is wrong with each page of a role, looked at in one window; `state` ends its picture's name."""
    wrong: dict[str, list[str]] = {}
    seen = 0
    for path in pages(site.app, role):
        address = filled(path, known)
        if address is None:
            continue
        answer = await page.request.get(site.address + address, max_redirects=0)
        if answer.status != 200 or "text/html" not in answer.headers.get("content-type", ""):
            continue
        await page.goto(site.address + address, wait_until="load")
        seen += 1
        found = await fit(page)
        await picture(page, role.value, named(path), *state)
        if found:
            wrong[address] = found
    assert seen
    return wrong


@pytest.fixture
async def known(ruling, number):
    """What stands in addresses: a case under way with an item of it."""
    await ruling.says(number, "cremation", {"kind": "received", "ref": "R-1"})
    return {"number": number, "slot": "cremation", "bundle_id": "bereavement", "bundle": "bereavement"}


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
@pytest.mark.parametrize("role", sorted(SIGNED_IN | {Role.PUBLIC}))
async def test_every_page_of_a_role_is_fit(looked_at, role, width):
    assert await looked_at(role, width) == {}


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
async def test_a_citizens_pages_are_fit_in_large_type_too(looked_at, width):
    assert await looked_at(Role.CITIZEN, width, large=True) == {}


@pytest.mark.parametrize("role", [Role.CLERK, Role.CITIZEN])
async def test_pages_are_fit_without_script(site, visit, known, role):
    async with visit(PHONE, script=False, **CHOICE[role]) as page:
        for path in pages(site.app, role):
            address = filled(path, known)
            if address is None:
                continue
            answer = await page.goto(site.address + address)
            assert answer.status < 500, address
