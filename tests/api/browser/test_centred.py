"""What a button or a tab says stands in its middle, at the width of a telephone."""

import pytest

from tests.api.browser.walk_look import PHONE

_ASIDE = """one => {
  const words = document.createRange();
  words.selectNodeContents(one);
  const [inner, outer] = [words.getBoundingClientRect(), one.getBoundingClientRect()];
  return Math.abs((inner.left + inner.right) / 2 - (outer.left + outer.right) / 2);
}"""
"""By how many pixels an element's words stand beside its middle."""


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
