"""Nothing is told in code words alone: states, holders, stories, errors and questions have sentences."""

import ast
from collections import Counter
from datetime import UTC, datetime

import pytest

import onething.case_answer
from onething.adapter import EventKind
from onething.case_action import FINAL
from onething.case_clock import holder
from onething.case_definition import FilingMode, Origin
from onething.case_state import BundleState, SlotCase, SlotState
from onething.catalog import load_catalog
from onething.errors import OneThingError
from onething.sentence import ERRORS
from onething.wording import BUNDLE_STATES, FILING_MODES, HOLDERS, ORIGINS, SLOT_STATES, TIMELINE
from runtime.settings import TREE

CATALOG = load_catalog(TREE / "catalog")
AT = datetime(2026, 3, 2, tzinfo=UTC)


def told():
    """Every word by which the reducer tells the story: first arguments of `tell`, and of `Taken`."""
    for path in (TREE / "onething").glob("case*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            words = node.args[:1] if name == "tell" else node.args[1:2] if name == "Taken" else []
            words += [one.value for one in node.keywords if name == "Taken" and one.arg == "kind"]
            yield from (
                one.value for one in words if isinstance(one, ast.Constant) and isinstance(one.value, str)
            )


def errors(root=OneThingError):
    yield root
    for below in root.__subclasses__():
        yield from errors(below)


def both(text):
    return bool(text.zh.strip()) and bool(text.en.strip())


def test_every_line_of_a_story_has_words_and_no_words_are_left_over():
    endings = {state.value for state in FINAL}
    ends = {SlotState.GRANTED, SlotState.PARTLY_GRANTED, SlotState.WITHDRAWN, SlotState.NOT_APPLICABLE}
    kinds = {*told(), *(state.value for state in ends), *endings}
    assert {"submitted", "received", "needs_operator", "late_answer"} <= kinds
    assert kinds == set(TIMELINE)


@pytest.mark.parametrize("kind", list(EventKind))
def test_every_word_of_the_contract_is_taken_in(kind):
    assert kind in onething.case_answer._TAKEN


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (SLOT_STATES, SlotState),
        (BUNDLE_STATES, BundleState),
        (FILING_MODES, FilingMode),
        (ORIGINS, Origin),
    ],
    ids=["slots", "bundles", "modes", "origins"],
)
def test_every_state_has_words(table, words):
    assert set(table) == set(words)


def test_every_holder_has_words():
    slots = [SlotCase(slot="a", item="a/a", agency="a", state=state) for state in SlotState]
    assert {holder(slot) for slot in slots} <= set(HOLDERS)


@pytest.mark.parametrize(
    "table", [SLOT_STATES, BUNDLE_STATES, FILING_MODES, ORIGINS, HOLDERS, TIMELINE, ERRORS]
)
def test_every_word_stands_in_both_languages(table):
    assert all(both(text) for text in table.values())


@pytest.mark.parametrize("error", sorted({*errors()}, key=lambda one: one.__name__), ids=lambda one: one.code)
def test_every_error_of_the_kernel_has_a_sentence(error):
    if error.__module__ == "onething.errors":
        assert error.code in ERRORS


@pytest.mark.parametrize("concept", sorted(CATALOG.concepts))
def test_every_concept_says_what_it_is_and_why_it_is_asked(concept):
    found = CATALOG.concepts[concept]
    assert both(found.title)
    assert both(found.why)


def test_every_amount_says_beside_its_field_in_what_it_is_given():
    """Ten thousands of yuan typed into a field of yuan would be another family's income."""
    measured = {"元", "平方米"}
    bare = [
        name
        for name, concept in CATALOG.concepts.items()
        if concept.schema_.get("type") == "number"
        and not any(unit in concept.title.zh + (concept.help.zh if concept.help else "") for unit in measured)
    ]
    assert bare == []


def test_no_word_of_the_pages_stands_twice():
    lines = [
        line.partition("|")[0].strip()
        for file in sorted((TREE / "api" / "templates").rglob("words.txt"))
        for line in file.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    assert [key for key, count in Counter(lines).items() if count > 1] == []


def test_what_is_ticked_is_a_statement_and_no_question():
    ticked = [one for one in CATALOG.concepts.values() if one.statement]
    assert ticked
    asking = ("Is ", "Are ", "Do ", "Does ")
    assert [one.title for one in ticked if "是否" in one.title.zh or one.title.en.startswith(asking)] == []
