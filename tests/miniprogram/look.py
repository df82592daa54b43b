"""How a page of the program looks: in goes a phone, out comes nothing if hands and readers get on with it."""

from typing import Final

from axe_playwright_python.sync_playwright import Axe

from tests.miniprogram.phone import Phone

_HEIGHTS: Final = """() => [...document.querySelector("#phone > page:last-child")
  .querySelectorAll("button, input.line, .choice, select")]
  .map((one) => [one.textContent.trim().slice(0, 20), Math.round(one.getBoundingClientRect().height)])"""


def looked_at(phone: Phone, least: int) -> None:
    """Targets of at least `least` px, nothing that scrolls sideways at 375 px, and no finding of axe's."""
    low = [one for one in phone.page.evaluate(_HEIGHTS) if one[1] < least]
    assert low == []
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 375
    found = Axe().run(phone.page, options={"resultTypes": ["violations"]})
    assert [(one["id"], one["nodes"][0]["html"][:160]) for one in found.response["violations"]] == []
