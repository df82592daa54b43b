"""What an agency's handler reads in Chinese carries no code: no field's name, no slot's, no instant."""

import re
from html import unescape

import pytest

BUNDLES = ("bereavement", "marriage_birth_household", "newborn", "social_assistance")
PLAIN = {"PDF", "OFD", "JPG", "PNG", "MB", "KB", "JSON", "English", "CHN", "X"}
"""Kinds of file and sizes, the way to the other language, a country's letters, an identity number's end."""
WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
CASE = re.compile(r"\d{6}-[A-Z]-\d{8}-\d{6}-[0-9A-Z]")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT")
REGION = re.compile(r"(?<![\d/-])(36\d{4}|37\d{4})(?![\d-])(?!（)")


@pytest.fixture(scope="session", params=BUNDLES)
def life_event(request):
    return request.param


@pytest.fixture(scope="session")
def story(catalog, life_event):
    return catalog.scenario(life_event, catalog.bundle(life_event).default_scenario)


def text_of(page):
    """What is to be read on a page, without the signs of a case and what is English on purpose."""
    page = re.sub(r"<(script|style|title)\b.*?</\1>", " ", page, flags=re.DOTALL)
    words = unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))
    return CASE.sub(" ", words)


def codes(page, typed):
    """The codes on a page: ASCII words, instants and regions without a name, but what somebody typed."""
    words = text_of(page)
    for own in sorted(typed, key=len, reverse=True):
        words = words.replace(own, " ")
    found = [one[0] for one in WORD.finditer(words) if one[0] not in PLAIN and len(one[0]) > 1]
    return found + INSTANT.findall(words) + REGION.findall(words)


TYPED = {
    "cremation_certificate_no(funeral)": "HH20260304001",
    "cremation_date(funeral)": "2026-03-03",
    "check_report_no(economy)": "20260301",
    "birth_certificate_date(child)": "2026-03-03",
}
"""Results that a story leaves to its agency, and what it dates after the day of these tests."""


def results(story, page):
    """What a handler types as the result: what the story says, but for `TYPED`."""
    told = dict(effects_in(story.model_dump(mode="json")["behaviour"])) | TYPED
    facts = set(re.findall(r'name="/effects/([^"]+)"', page))
    return {f"/effects/{fact}": str(told[fact]) for fact in facts if fact in told}


def effects_in(value):
    """Yield what grants bring about anywhere in a behaviour."""
    if isinstance(value, dict):
        yield from (value.get("effects") or {}).items()
        for one in value.values():
            yield from effects_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from effects_in(one)


async def test_no_page_of_a_worked_case_shows_a_code(  # noqa: PLR0917 -- everybody who reads a page
    number, at, engine, catalog, client, story, family
):
    typed = {str(one) for one in leaves(story.answers)} | {str(one) for one in leaves(story.registers)}
    typed |= {str(value) for _, value in effects_in(story.model_dump(mode="json")["behaviour"])} | {
        *TYPED.values()
    }
    # A word of small letters is a code of ours, whoever has chosen it: it is to be read by its title.
    typed = {one for one in typed if not re.fullmatch(r"[a-z][a-z_]*", one)}
    shown: dict[str, list[str]] = {}

    def read(where, page) -> None:
        shown.setdefault(where, []).extend(codes(page, typed))

    handlers = {name: await at(name) for name in catalog.agencies}
    for _ in range(4):
        for name, handler in handlers.items():
            for item in await handler.inbox():
                await handler.open(f"/desk/items/{item}")
                read(f"filing at {name}", handler.page)
                given = results(story, handler.page)
                answer = await handler.browser.post(
                    f"/desk/items/{item}/acts/grant",
                    data=handler.form("grant") | given | {"steps_known": "yes", "steps_reason": "已核实"}
                    if 'acts/grant"' in handler.page
                    else {},
                    headers={"accept": "text/html"},
                )
                read(f"answer to {name}", answer.text if answer.status_code != 303 else "")
                read(f"worked at {name}", await handler.open(f"/desk/items/{item}"))
            read(f"inbox of {name}", await handler.open("/desk"))
            read(f"orders of {name}", await handler.open("/desk/orders"))
        await engine.work()
    for path in ("/work", "/worklists", f"/cases/{number}"):
        read(path, (await client.get(path, headers={"accept": "text/html"})).text)
    for path in ("/m/cases", f"/m/cases/{number}"):
        read(path, (await family.get(path, headers={"accept": "text/html"})).text)
    assert any(slot.state == "granted" for slot in engine.states[number].slots.values())
    assert {where: found for where, found in shown.items() if found} == {}


def leaves(value):
    """Every value in a nest of them."""
    if isinstance(value, dict):
        for one in value.values():
            yield from leaves(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from leaves(one)
    elif value not in (None, "") and not isinstance(value, bool):
        yield value
