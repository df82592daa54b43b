"""Whoever leaves a form is asked to stay only while something on it is not saved."""

import pytest
from playwright.async_api import expect

from tests.api.browser.walk_look import DESKTOP
from tests.api.test_page import ids

pytestmark = pytest.mark.slow


@pytest.fixture
async def form(visit, site, catalog):
    """A draft of a clerk on the first page, with a number typed; what the browser asks on leaving."""
    story = catalog.scenario("bereavement", "smooth_resident")
    async with visit(DESKTOP, account="clerk") as page:
        asked: list[str] = []

        async def leave(dialog) -> None:
            asked.append(dialog.type)
            await dialog.accept()

        page.on("dialog", leave)
        await page.goto(f"{site.address}/bundles/bereavement/new")
        for name, number in ids(story).items():
            await page.locator(f'[name="{name}"]').fill(number)
        await page.locator("button[name=do][value=next]").click()
        await page.locator("form[data-save]").wait_for()
        yield page, asked


async def shorten(page):
    """Take the last figure of the applicant's number away, as somebody does at a keyboard."""
    box = page.locator('[name="/applicant/id_number"]')
    await box.press("End")
    await box.press("Backspace")


async def test_nobody_is_asked_to_stay_once_everything_is_saved(form, site):
    page, asked = form
    async with page.expect_response("**/save") as saved:
        await shorten(page)
    assert (await saved.value).ok
    await expect(page.locator("form[data-save] output")).to_contain_text("已保存")
    await page.goto(f"{site.address}/guides")
    assert asked == []


async def test_whoever_leaves_with_something_unsaved_is_asked(form, site):
    page, asked = form
    await page.route("**/save", lambda route: route.abort())
    await shorten(page)
    await page.goto(f"{site.address}/guides")
    assert asked == ["beforeunload"]
