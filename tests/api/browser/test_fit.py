"""Every page fit to be seen: axe finds nothing, nothing scrolls sideways, targets are large enough."""

import pytest

from tests.api.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.slow
OPEN = ("/sign-in", "/docs", "/v/0000")
CLERK = ("/", "/bundles/bereavement/new", "/bundles/newborn/new", "/worklists")


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
@pytest.mark.parametrize("path", OPEN)
async def test_a_page_for_everybody_is_fit(site, visit, fit, path, width):
    async with visit(width) as page:
        await page.goto(site.address + path)
        assert await fit(page) == []


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
@pytest.mark.parametrize("path", CLERK)
async def test_a_clerks_page_is_fit(site, visit, fit, path, width):
    async with visit(width, account="clerk") as page:
        await page.goto(site.address + path)
        assert await fit(page) == []
