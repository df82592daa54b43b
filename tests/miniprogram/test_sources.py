"""What may stand in the mini-program's sources: nothing untried, nobody else's address."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import pytest

from api.foresight import Foresight
from api.phone.appointment_table import HourKind
from api.phone.follow_todo import TodoKind
from onething.family_order import ORDERS_FOR_FAMILY
from onething.mandate import SCOPES, MandateScope
from runtime.settings import TREE

ROOT: Final = TREE / "miniprogram"
HARNESS: Final = TREE / "tests" / "miniprogram" / "harness" / "phone.js"
TAGS: Final = frozenset({
    "block", "button", "checkbox", "checkbox-group", "import", "input", "label", "picker", "radio",
    "radio-group", "template", "text", "textarea", "view",
})  # fmt: skip
EVENTS: Final = frozenset({"bind:tap", "bind:input", "bind:blur", "bind:change"})
STRINGS: Final = frozenset({"{{f.required}}", "{{f.invalid}}", "polite"})
"""Values of aria states: all of them strings, for a boolean false would take the attribute away."""
WORDS: Final = ("words.js", "words_case.js")
"""The files of words: of filing and of all pages, and of what comes after."""
CHINESE: Final = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
MARKS: Final = re.compile(r"[✓■▶！：；、\s]*")
"""Signs beside words, so that colour is never the only one."""


def files(*endings: str) -> list[Path]:
    return sorted(path for path in ROOT.rglob("*") if path.suffix in endings)


def scripts() -> list[Path]:
    return files(".js")


def code(path: Path) -> str:
    """A script without its comments."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"(^|\s)//.*", "", text)


class Markup(HTMLParser):
    """Every tag with its attributes, and every text between them."""

    def __init__(self, path: Path) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def words() -> dict[str, tuple[str, str]]:
    sources = (ROOT / "lib" / name for name in WORDS)
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    found = re.findall(r'^  (\w+): \[\s*"([^"]*)",\s*"([^"]*)",?\s*\]', text, re.MULTILINE)
    return {key: (chinese, english) for key, chinese, english in found}


def test_every_page_is_registered_and_has_its_three_files() -> None:
    pages = json.loads((ROOT / "app.json").read_text(encoding="utf-8"))["pages"]
    written = {str(path.with_suffix("").relative_to(ROOT)) for path in (ROOT / "pages").rglob("*.wxml")}
    assert set(pages) == written
    for page in pages:
        for ending in (".js", ".json", ".wxml"):
            assert (ROOT / page).with_suffix(ending).is_file(), page + ending


def test_only_interfaces_of_the_phone_are_used_that_the_browser_tests_stand_in_for() -> None:
    body = HARNESS.read_text(encoding="utf-8").split("const wx = {", 1)[1].split("\n};", 1)[0]
    stood_in = set(re.findall(r"^  (\w+)\(", body, re.MULTILINE))
    used = {name for path in scripts() for name in re.findall(r"\bwx\.(\w+)", code(path))}
    assert used
    assert used - stood_in == set()


@pytest.mark.parametrize("path", files(".wxml"), ids=lambda path: path.name)
def test_only_known_components_with_events_that_bubble_by_the_colon(path: Path) -> None:
    for tag, attributes in Markup(path).tags:
        assert tag in TAGS, tag
        events = {name for name in attributes if name.startswith(("bind", "catch", "on", "capture"))}
        assert events <= EVENTS, (tag, events)


@pytest.mark.parametrize("path", files(".wxml"), ids=lambda path: path.name)
def test_states_for_the_blind_are_strings(path: Path) -> None:
    for _, attributes in Markup(path).tags:
        states = {"aria-required", "aria-invalid", "aria-checked", "aria-disabled", "aria-live"}
        for name in states & set(attributes):
            assert attributes[name] in STRINGS, (name, attributes[name])


@pytest.mark.parametrize("path", sorted((ROOT / "pages").rglob("*.wxml")), ids=lambda path: path.name)
def test_every_tap_has_its_handler(path: Path) -> None:
    own = path.with_suffix(".js").read_text(encoding="utf-8")
    mixed = [name for name in ("filling", "sheet") if f"Object.assign({{}}, {name.upper()}," in own]
    own += "".join((ROOT / "lib" / f"{name}.js").read_text(encoding="utf-8") for name in ("page", *mixed))
    text = path.read_text(encoding="utf-8")
    if "parts/field.wxml" in text:
        text += (ROOT / "parts" / "field.wxml").read_text(encoding="utf-8")
    for handler in re.findall(r'bind:\w+="(\w+)"', text):
        assert re.search(rf"^  (async )?{handler}\(", own, re.MULTILINE), handler


@pytest.mark.parametrize("path", files(".js", ".json", ".wxml", ".wxss"), ids=lambda path: path.name)
def test_nobody_elses_address_and_nothing_that_runs_text(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\b(https?|wss?|ftp):", text)
    assert not re.search(r"""["'(]//""", text)
    assert not re.search(r"\b(eval|Function)\(", text)
    assert "url(" not in text
    assert "@import" not in text


def test_every_request_goes_to_the_configured_server() -> None:
    asking = r"wx\.(request|uploadFile|downloadFile|connectSocket)\("
    for path in scripts():
        calls = len(re.findall(asking, code(path)))
        assert calls == code(path).count("url: place(path)"), path.name
    server = code(ROOT / "lib" / "server.js")
    assert "return config.server + (path === SIGN_OUT" in server


@pytest.mark.parametrize("path", files(".js"), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_word_of_a_script_stands_in_the_words_file(path: Path) -> None:
    if path.name in WORDS:
        return
    # Signs that a keyboard gives are no words: they are turned into the standard's.
    signs = {
        "typed.js": "年月日时点分：０９ｘＸ",
        "field.js": "、",
        "coming.js": "、",
        "case.js": "；、",
        "appointment.js": "；",
        "mandates.js": "、",
    }.get(path.name, "")
    found = set("".join(CHINESE.findall(code(path)))) - set(signs)
    assert found == set()


@pytest.mark.parametrize("path", files(".wxml"), ids=lambda path: path.name)
def test_every_word_of_a_template_stands_in_the_words_file(path: Path) -> None:
    markup = Markup(path)
    said = [attributes[name] for _, attributes in markup.tags
            for name in ("aria-label", "placeholder") if name in attributes]  # fmt: skip
    for text in (*markup.texts, *said):
        rest = re.sub(r"\{\{.*?\}\}", "", text)
        assert MARKS.fullmatch(rest), rest
    for shown in re.findall(r"\{\{(.*?)\}\}", path.read_text(encoding="utf-8")):
        assert not CHINESE.search(shown.replace("！", "")), shown


def used_words() -> Iterator[str]:
    for path in files(".js", ".wxml"):
        text = path.read_text(encoding="utf-8")
        yield from re.findall(r"(?:\bw|words\(locale\))\.(\w+)", text)
        yield from re.findall(r'\b(?:say|text)\((?:\w+\.locale, |locale, )?"(\w+)"[,)]', text)
        yield from re.findall(r'say\(\w+\.\w+ \? "(\w+)" : "\w+"', text)
        yield from re.findall(r'say\(\w+\.\w+ \? "\w+" : "(\w+)"', text)
        yield from re.findall(r'say\(\w+ \? "(\w+)" : "\w+"', text)
        yield from re.findall(r'say\(\w+ \? "\w+" : "(\w+)"', text)
        yield from re.findall(r'^  title: "(\w+)"', text, re.MULTILINE)
        yield from re.findall(r'\bfield\("[^"]+", "\w+", "(\w+)"', text)
        yield from re.findall(r'"(\w+_form)"', text)


def test_every_word_that_is_used_exists_in_both_languages_and_none_is_left_over() -> None:
    known = words()
    counted = {f"level_{level}" for level in range(1, 6)} | {f"weekday_{day}" for day in range(7)}
    listed = {f"kind_{kind}" for kind in HourKind if kind is not HourKind.USUAL}
    listed |= {f"wanted_{kind}" for kind in TodoKind}
    listed |= {f"ahead_{name}" for name in Foresight.model_fields if name != "work_orders"}
    listed |= {key for key in known if key.startswith("order_")}
    used = set(used_words()) | counted | listed | {f"scope_{scope}" for scope in MandateScope}
    assert used - set(known) == set()
    assert set(known) - used == set()
    for chinese, english in known.values():
        assert CHINESE.search(chinese) or chinese == "English"
        assert english
        assert set(re.findall(r"\{\w+\}", chinese)) == set(re.findall(r"\{\w+\}", english))


def test_what_a_mandate_may_cover_is_named_as_the_server_names_it() -> None:
    known = words()
    assert {scope: known[f"scope_{scope}"] for scope in SCOPES} == {
        scope: (title.zh, title.en) for scope, title in SCOPES.items()
    }
    page = (ROOT / "pages" / "mandate" / "mandate.js").read_text(encoding="utf-8")
    listed = re.search(r"^const SCOPES = \[(.*)\];", page, re.MULTILINE)
    assert listed is not None
    assert re.findall(r'"(\w+)"', listed[1]) == list(SCOPES)


def test_what_staff_will_see_to_is_told_by_the_server_alone() -> None:
    texts = {text.zh for text in ORDERS_FOR_FAMILY.values()}
    assert [key for key, (zh, _) in words().items() if zh in texts] == []
    assert "told(locale, one.text)" in (ROOT / "lib" / "ahead.js").read_text(encoding="utf-8")


def test_no_rule_and_no_schema_is_read_in_the_program() -> None:
    for path in scripts():
        assert not re.search(r"schema|\$ref|enum\b|dependentRequired", code(path), re.IGNORECASE), path.name


def test_targets_are_large_enough_and_larger_in_large_type() -> None:
    sheet = (ROOT / "app.wxss").read_text(encoding="utf-8")
    plain, large = sheet.split("\n.large ", 1)
    assert all(int(height) >= 44 for height in re.findall(r"min-height: (\d+)px", plain) if int(height) != 27)
    assert "min-height: 60px" in large
    assert "rpx" not in sheet
