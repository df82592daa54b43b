"""A real browser fills in the phone pages: nothing typed is lost, nothing remains, everybody can use them."""

import threading
from contextlib import contextmanager

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

pytestmark = pytest.mark.slow
SMALL = """(low) => {
  const targets = "a, button, input, select, textarea, summary, .choices label";
  const others = "[type=radio], [type=checkbox], [type=file]";
  const size = e => e.getBoundingClientRect();
  return [...document.querySelectorAll(targets)]
    .filter(e => size(e).width > 3 && size(e).height < low - 0.5)
    .filter(e => !e.closest(".unseen, .skip") && !e.matches(others))
    .map(e => e.outerHTML.slice(0, 120));
}"""

OUT_OF_SIGHT = 100
"""Further down than this, in pixels, the page's top is not seen."""


class Server(uvicorn.Server):
    """Tells when it has begun."""

    def __init__(self, app) -> None:
        super().__init__(uvicorn.Config(app, port=0, log_level="error", ws="none"))
        self.ready = threading.Event()

    async def startup(self, sockets=None) -> None:
        await super().startup(sockets)
        self.ready.set()


@contextmanager
def served(app):
    """The application behind a port of its own."""
    server = Server(app)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        assert server.ready.wait(60)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture
def address(app):
    with served(app) as found:
        yield found


@pytest.fixture
def browser():
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def tab(browser, address, story):
    """A phone's tab in which the daughter is signed in."""
    context = browser.new_context(viewport={"width": 375, "height": 800}, base_url=address)
    context.set_default_timeout(15_000)
    page = context.new_page()
    sign_in(page, story.answers["applicant"])
    yield page
    context.close()


def sign_in(page, person):
    page.goto("/sign-in?to=/m")
    page.fill("#name", person["name"])
    page.fill("#id_number", person["id_number"])
    page.click("form:has(#id_number) .button")


def said(story, pointer):
    found = {"situations": story.situations, **story.answers}
    for part in pointer.strip("/").split("/"):
        try:
            found = found[int(part)] if isinstance(found, (list, tuple)) else found[part]
        except (KeyError, IndexError):
            return None
    return found


def fill(page, story):
    """Fill what the page asks as the story answers it."""
    for pointer in page.eval_on_selector_all("input[name=shown]", "all => all.map(one => one.value)"):
        value = said(story, pointer)
        box = page.locator(f'[name="{pointer}"]')
        if value is None:
            continue
        if box.first.get_attribute("type") in {"radio", "checkbox"}:
            for one in value if isinstance(value, (list, tuple)) else [value]:
                word = str(one).lower() if isinstance(one, bool) else one
                chosen = page.locator(f'[name="{pointer}"][value="{word}"]')
                if chosen.count():
                    chosen.check()
        elif box.first.evaluate("one => one.tagName") == "SELECT":
            box.select_option(str(value))
        else:
            box.fill(str(value))


def to_first_section(page, story):
    page.click('a[href^="/m/events/bereavement"]')
    while not page.url.split("?")[0].endswith("/notice"):
        fill(page, story)
        page.click(".buttons .button")
    page.click("button[value=consent]")
    expect(page.locator("h1")).to_have_text("逝者信息")


def test_what_is_typed_survives_a_dropped_connection(tab, story):
    registered = {**story.situations, "death_proof_known": True}
    to_first_section(tab, story.model_copy(update={"situations": registered}))
    number = tab.locator('[name="/deceased/id_number"]')
    tab.context.set_offline(offline=True)
    number.fill("360902194311094334")
    tab.locator(".buttons .button").scroll_into_view_if_needed()
    tab.click(".buttons .button")
    assert tab.evaluate("scrollY") > OUT_OF_SIGHT, "the form is long enough to scroll"
    expect(tab.locator("#offline")).to_be_in_viewport(ratio=1)
    expect(number).to_have_value("360902194311094334")
    tab.context.set_offline(offline=False)
    expect(tab.locator("#offline")).to_be_hidden()
    tab.reload()
    expect(tab.locator("#restored")).to_be_visible()
    expect(number).to_have_value("360902194311094334")
    tab.click(".buttons .button")
    expect(tab.locator("h1")).to_have_text("殡葬服务")
    tab.go_back()
    expect(number).to_have_value("360902194311094334")
    expect(tab.locator("#restored")).to_be_hidden()


def test_what_is_typed_survives_a_send_that_never_arrived(tab, story):
    to_first_section(tab, story)
    place = tab.url.split("?")[0]
    tab.route("**/sections/deceased", lambda route: route.abort())
    tab.fill('[name="/deceased/id_number"]', "360902194311094334")
    tab.click(".buttons .button")
    tab.wait_for_url("chrome-error://**")
    tab.unroute("**/sections/deceased")
    tab.goto(place)
    expect(tab.locator('[name="/deceased/id_number"]')).to_have_value("360902194311094334")
    expect(tab.locator("#restored")).to_be_visible()


def test_on_a_shared_device_nothing_remains_after_signing_out(tab, story):
    to_first_section(tab, story)
    tab.fill('[name="/deceased/id_number"]', "360902194311094334")
    kept = "JSON.stringify(sessionStorage) + JSON.stringify(localStorage)"
    assert "360902194311094334" in tab.evaluate(kept)
    tab.click('form[action^="/sign-out"] button')
    expect(tab.locator("h1")).to_have_text("登录")
    assert tab.evaluate(kept) == "{}{}"


@pytest.mark.parametrize(("width", "size"), [(375, "plain"), (375, "large"), (1280, "plain")])
def test_everybody_can_use_every_page_in_both_sizes(tab, story, width, size):
    tab.set_viewport_size({"width": width, "height": 800})
    complaints = []
    tab.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
    if size == "large":
        tab.click(".size button")
    assert list(walk(tab, story, low=60 if size == "large" else 44)) == []
    assert [one for one in complaints if "status of 422" not in one] == []


def walk(page, story, *, low):
    """Go through every page; yield what somebody could not use there."""
    looked = set()
    for _ in range(80):
        if "/done/" in page.url:
            break
        page.wait_for_load_state()
        name = f"{page.url.split('?')[0].rpartition('/')[2]} {page.title()}"
        if name not in looked:
            yield from unusable(page, name, low)
        looked.add(name)
        assert len(looked) < 60
        go_on(page, story)
    yield from unusable(page, "done", low)


def unusable(page, name, low):
    for one in Axe().run(page).response["violations"]:
        yield name, one["id"], [node["html"] for node in one["nodes"]]
    yield from ((name, "small", one) for one in page.evaluate(SMALL, low))
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        yield name, "scrolls sideways"


def go_on(page, story):
    """Do what the page asks for, and go to the next."""
    place = page.url.split("?")[0]
    mend = page.locator('.summary a[href*="/sections/"]')
    if place.endswith("/m"):
        page.click('a[href^="/m/events/bereavement"]')
    elif place.endswith("/notice"):
        page.click("button[value=consent]")
    elif place.endswith(("/check", "/submit")) and mend.count():
        mend.first.click()
    else:
        if place.endswith(("/check", "/submit")):
            page.check("#f-pledge")
        if place.endswith("/materials"):
            upload(page, story)
        rows(page, story)
        fill(page, story)
        page.click(".buttons .button")


def rows(page, story):
    """As many heirs as the story names."""
    there = page.locator('button[value^="remove:/heirs/"]')
    while page.locator('button[value="add:/heirs"]').count() and there.count() < len(story.answers["heirs"]):
        page.click('button[value="add:/heirs"]')
        page.wait_for_load_state()


def upload(page, story):
    """Choose each paper; it is uploaded at once."""
    for paper in story.materials:
        box = page.locator(f'[name="/materials/{paper}"]')
        with page.expect_navigation():
            box.set_input_files(
                {"name": "photo.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF\n"}
            )
    for none in page.locator('[name^="/owed/"][value=none]').all():
        none.check()
