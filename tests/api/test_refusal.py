"""Whatever the rules refuse, people are told why in a sentence of its own."""

import ast

import pytest

from onething.sentence import ERRORS, REFUSALS, error_sentence
from runtime.settings import TREE


def refusals():
    """Every `what` with which the kernel or the door refuses an action."""
    for package in ("onething", "api"):
        for path in (TREE / package).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "ActionRejected":
                    yield from (word.value.value for word in node.keywords if is_word(word))


def is_word(word):
    return word.arg == "what" and isinstance(word.value, ast.Constant)


def test_the_search_finds_them():
    assert "nobody asked for a correction" in set(refusals())


@pytest.mark.parametrize("what", sorted(set(refusals())))
def test_every_refusal_has_its_own_sentence_in_both_languages(what):
    assert what in REFUSALS
    text = error_sentence("action_rejected", {"what": what, "slot": "x"})
    assert text == REFUSALS[what]
    assert text != ERRORS["action_rejected"]
