"""Buttons and tabs on a telephone: words in their middle, two that belong together in one row."""

import pytest

from tests.api.browser.walk_look import PHONE

_ASIDE = """one => {
  const words = document.createRange();
  words.selectNodeContents(one);
  const [inner, outer] = [words.getBoundingClientRect(), one.getBoundingClientRect()];
  return Math.abs((inner.left + inner.right) / 2 - (outer.left + outer.right) / 2);
}"""
"""By how many pixels an element's words stand beside its middle."""


async def test_the_clerks_first_page_is_short_on_a_telephone(visit, site):
    async with visit(PHONE, account="clerk") as page:
        await page.goto(site.address)
        for both in await page.locator(".card .buttons").all():
            begin, guide = [await one.bounding_box() for one in await both.locator("a").all()]
            assert begin["y"] == guide["y"]
            assert abs(begin["width"] - guide["width"]) <= 1
            assert min(begin["height"], guide["height"]) >= 44
        assert (await page.locator(".who p").inner_text()).count("窗口人员") == 1


@pytest.mark.parametrize(
    ("account", "path", "which"),
    [
        ("clerk", "/work", ".finder-line button"),
        ("supervisor", "/supervision/escalations", ".areas a"),
    ],
)
async def test_words_stand_in_the_middle(visit, site, account, path, which):
    async with visit(PHONE, account=account) as page:
        await page.goto(site.address + path)
        found = page.locator(which)
        aside = [await one.evaluate(_ASIDE) for one in await found.all()]
        assert aside
        assert max(aside) <= 1
