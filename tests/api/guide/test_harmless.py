"""Markup in every field of the whole form stays text, on each page that shows it again."""

import re
from html import escape
from html.parser import HTMLParser

import pytest

from tests.api.guide.walk import Clerk, held

MARKUP = "\"'><script>x</script><img src=x onerror=y>"
LARGEST = {
    "bereavement": "smooth_employee",
    "marriage_birth_household": "smooth_four_items",
    "newborn": "twins",
    "social_assistance": "other_help_all_at_once",
}


@pytest.fixture(scope="session", params=LARGEST, ids=list(LARGEST))
def life_event(request):
    return request.param


@pytest.fixture(scope="session")
def story(catalog, life_event):
    return catalog.scenario(life_event, LARGEST[life_event])


class _Tags(HTMLParser):
    """Collects what a browser would run or load, but for this server's own script."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs) -> None:
        own = tag == "script" and dict(attrs).get("src") == "/static/page.js"
        if tag in {"script", "img", "svg", "iframe"} and not own:
            self.found.append(tag)
        self.found += [name for name, _ in attrs if name.startswith("on")]


def harmless(page):
    """Whether no tag and no handler of the page is one that was typed."""
    tags = _Tags()
    tags.feed(page)
    return tags.found == []


def test_the_reader_of_tags_sees_what_would_run():
    assert not harmless(f"<p>{MARKUP}</p>")
    assert harmless(f"<p title='{escape(MARKUP)}'>{escape(MARKUP)}</p>")


async def test_markup_in_every_text_field_comes_back_as_text(client, life_event, story):
    clerk = Clerk(client, life_event, story)
    await clerk.to_form()
    await clerk.fill_in()
    typed = re.findall(r'<(?:input type="text"|textarea) id="[^"]+" name="([^"]+)"', clerk.page)
    assert len(typed) > 8
    await clerk.click("save", **dict.fromkeys(typed, MARKUP))
    assert "&lt;script&gt;x&lt;/script&gt;" in clerk.page
    assert harmless(clerk.page)
    for do in ("check", "next"):
        await clerk.click(do)
        assert harmless(clerk.page)
    draft = held(clerk.page)["draft"][0]
    await clerk.open(f"{clerk.place}?draft={draft}&step=check")
    assert clerk.status == 200
    assert "&lt;script&gt;x&lt;/script&gt;" in clerk.page
    assert harmless(clerk.page)
    assert harmless(await clerk.open("/drafts"))


async def test_markup_on_both_sides_of_a_conflict_is_text(client, life_event, story):
    clerk, other = Clerk(client, life_event, story), Clerk(client, life_event, story)
    await clerk.to_form()
    draft = held(clerk.page)["draft"][0]
    await other.open(f"{clerk.place}?draft={draft}&step=form")
    typed = re.findall(r'<(?:input type="text"|textarea) id="[^"]+" name="([^"]+)"', clerk.page)
    await other.click("save", **dict.fromkeys(typed, MARKUP))
    await clerk.click("save", **dict.fromkeys(typed, MARKUP + "2"))
    assert clerk.status == 409
    assert "&lt;script&gt;" in clerk.page
    assert harmless(clerk.page)


async def test_a_name_of_a_file_is_text(client, life_event, story):
    clerk = Clerk(client, life_event, story)
    await clerk.to_form()
    draft = held(clerk.page)["draft"][0]
    file = {"/materials/death_proof": ("<img src=x onerror=y>.pdf", b"%PDF-1.7\n%%EOF\n")}
    answer = await client.post(f"/drafts/{draft}/papers/death_proof", data={"tab": MARKUP}, files=file)
    assert answer.status_code == 200
    assert "&lt;img" in answer.text
    assert harmless(answer.text)
