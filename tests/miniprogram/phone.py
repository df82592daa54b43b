"""A phone with the mini-program on it: in go the real sources and an address, out comes what a hand can do.

WXML and JavaScript run in WeChat's own open-source framework inside Chromium; `harness/` stands for what
WeChat itself gives. Everything is found as people find it, by role and label.
"""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Locator, Page, Route, sync_playwright
from playwright.sync_api import TimeoutError as NotInTime

from console.miniprogram_setup import framework
from runtime.settings import TREE

SOURCES: Final = TREE / "miniprogram"
HARNESS: Final = Path(__file__).parent / "harness"
PICTURE: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)
"""A whole PNG of one grey point."""
_SHELL: Final = (
    '<!doctype html><html lang="zh-CN"><head><title>WeChat</title></head><body><div id="phone"></div>'
)
_NATIVE: Final = """
page { display: block; min-height: 100vh; }
view, radio-group, checkbox-group, picker { display: block; }
body { margin: 0; } button { display: block; font-family: inherit; } select { width: 100%; min-height: 60px; }
input[type=radio], input[type=checkbox] { width: 24px; height: 24px; margin: 0; }
"""
"""What WeChat's own style sheet does to its elements."""
_QUIET: Final = """() => new Promise((done, fail) => {
  const until = Date.now() + 20000;
  let calm = 0;
  const look = () => {
    calm = window.PENDING === 0 && !program.busy() ? calm + 1 : 0;
    if (calm > 3) done(true);
    else if (Date.now() > until) fail(new Error("the program does not come to rest"));
    else setTimeout(look, 12);
  };
  look();
})"""
_CONFIG: Final = {
    "region": "360900",
    "province": {"appId": "wx-province", "path": "pages/identity/index"},
    "templates": {"case_progress": "template-1"},
    "development": True,
}
"""What an installation sets, but for the server's address."""
_FIELDS: Final = (HARNESS / "fields.js").read_text(encoding="utf-8")


@dataclass
class Phone:
    """One phone in a hand."""

    page: Page
    address: str
    faults: list[str] = field(default_factory=list)
    sent: list[tuple[str, str, Any]] = field(default_factory=list)
    """Every request that the program made: method, path, JSON."""

    def start(self, first: str = "") -> None:
        """Open the program, as after a tap on it; what the phone kept is still there."""
        self.page.goto(f"{self.address}/_phone")
        self.page.evaluate("given => Object.assign(window, given)", _given(self.address, first))
        self.page.add_style_tag(content=_NATIVE + (SOURCES / "app.wxss").read_text(encoding="utf-8"))
        for name in ("compiler.js", "elements.js", "phone.js", "weixin.js"):
            self.page.add_script_tag(content=(HARNESS / name).read_text(encoding="utf-8"))
        self.page.wait_for_function("window.READY === true")

    @property
    def screen(self) -> Locator:
        """The page of the program that is on top."""
        return self.page.locator("#phone > page").last

    def tap(self, label: str, *, exact: bool = True) -> None:
        """Tap a button by what it says."""
        self.screen.get_by_role("button", name=label, exact=exact).first.click()

    def see(self, text: str) -> None:
        """Wait until this stands on the screen; fails with what stands there."""
        self._wait(self.screen.get_by_text(text).first, text)

    def head(self, text: str) -> None:
        """Wait until the page with this head is open and nothing is under way."""
        self._wait(self.screen.get_by_role("heading", level=1, name=text), text)

    def _wait(self, wanted: Locator, text: str) -> None:
        try:
            wanted.wait_for()
        except NotInTime as error:
            shown = self.screen.inner_text()
            raise AssertionError(f"{text} does not stand on the screen:\n{shown}") from error

    def write(self, label: str, text: str) -> None:
        """Type into a field and leave it."""
        box = self.screen.get_by_role("textbox", name=label, exact=True)
        box.fill(text)
        box.blur()

    def choose(self, group: str, label: str, *, exact: bool = True) -> None:
        """Choose one of a group by what it says."""
        radios = self.screen.get_by_role("radiogroup", name=group, exact=True)
        radios.get_by_role("radio", name=label, exact=exact).check()
        self.quiet()

    def quiet(self) -> None:
        """Wait until no request is under way."""
        self.page.evaluate(_QUIET)

    def fields(self, below: int = 0) -> list[dict[str, Any]]:
        """Every field as it is shown: place, label, kind, mark, options, value, errors; of the page on top,
        or of one `below` it."""
        found: list[dict[str, Any]] = self.page.evaluate(_FIELDS, below)
        return found

    def fill(self, field: dict[str, Any], value: Any) -> None:
        """Answer one shown field as a hand does."""
        screen, label = self.screen, field["spoken"]
        if field["kind"] == "line":
            self.write(label, str(value))
        elif field["kind"] == "radio":
            words = {True: "是", False: "否"}.get(value) if isinstance(value, bool) else None
            named = words or next(one["label"] for one in field["options"] if one["value"] == value)
            group = screen.get_by_role("radiogroup", name=label, exact=True)
            group.get_by_role("radio", name=named, exact=True).check()
        elif field["kind"] == "picker":
            named = next(one["label"] for one in field["options"] if one["value"] == value)
            screen.get_by_role("combobox", name=label, exact=True).select_option(label=named)
        elif field["kind"] == "many":
            group = screen.get_by_role("group", name=label, exact=True)
            for one in field["options"]:
                group.get_by_role("checkbox", name=one["label"], exact=True).set_checked(
                    one["value"] in value
                )
        elif field["kind"] == "tick":
            screen.get_by_role("checkbox", name=label, exact=True).set_checked(value is True)
        self.quiet()

    def kept(self, key: str) -> Any:
        """What the phone keeps under a key of the program's."""
        return self.page.evaluate("key => program.wx.getStorageSync(key)", key)

    def enlarge(self, large: bool) -> None:
        """Have large type, from the next start on."""
        self.page.evaluate("large => program.wx.setStorageSync('large', large)", large)

    def photograph(self, name: str = "paper.png", data: bytes = PICTURE) -> None:
        """Have this picture before the camera."""
        self.page.evaluate("given => { window.MEDIA = given; }", {"name": name, "bytes": list(data)})

    def send_file(self, name: str, data: bytes) -> None:
        """Have this file in a chat."""
        self.page.evaluate("given => { window.MESSAGE = given; }", {"name": name, "bytes": list(data)})


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's own browser."""
    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def phone_of(browser: Browser, address: str, width: int = 375) -> Iterator[Phone]:
    """A new phone with nothing on it, 375 px wide; faults of the program fail the test at its end."""
    context = browser.new_context(viewport={"width": width, "height": 740}, locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(8000)
    phone = Phone(page, address)
    page.on("pageerror", lambda error: phone.faults.append(str(error)))
    page.on("request", lambda request: _note(phone, request))
    page.route("**/_phone", lambda route: route.fulfill(body=_SHELL, content_type="text/html"))
    page.route("**/favicon.ico", lambda route: route.fulfill(status=204))
    try:
        yield phone
    finally:
        context.close()
    assert phone.faults == []


def away(phone: Phone) -> None:
    """Take the connection away from the phone."""
    phone.page.route("**/api/**", _aborted)


def back(phone: Phone) -> None:
    """Give it back."""
    phone.page.unroute("**/api/**", _aborted)


def _aborted(route: Route) -> None:
    route.abort("internetdisconnected")


def _note(phone: Phone, request: Any) -> None:
    path = request.url.removeprefix(phone.address)
    if path.startswith("/api/"):
        body = request.post_data if "json" in request.headers.get("content-type", "") else None
        phone.sent.append((request.method, path, json.loads(body) if body else None))


def _given(address: str, first: str) -> dict[str, Any]:
    sources = dict(_sources())
    sources["config.js"] = f"module.exports = {json.dumps({**_CONFIG, 'server': address})};"
    return {"SOURCES": sources, "FRAMEWORK": _framework(), "FIRST": first}


@cache
def _sources() -> dict[str, str]:
    kinds = {".js", ".json", ".wxml", ".wxss"}
    files = (path for path in SOURCES.rglob("*") if path.suffix in kinds)
    return {str(path.relative_to(SOURCES)): path.read_text(encoding="utf-8") for path in files}


@cache
def _framework() -> dict[str, str]:
    found = framework()
    texts = {"engine": found.engine, "adapter": found.adapter, "compiler": found.compiler}
    read = {name: path.read_text(encoding="utf-8") for name, path in texts.items()}
    return {**read, "wasm": base64.b64encode(found.wasm.read_bytes()).decode()}
