"""Rule: whatever is noted in the audit trail has its words, so that nobody reads a machine's name there."""

import ast
from pathlib import Path

import pytest

from api.page_word import WORDS
from api.role import Purpose

API = Path(__file__).parents[2] / "api"
WORDED = {"note", "entry", "_entry"}
BY_CHOICE = {
    "accept_case_offer",
    "decline_case_offer",
    "withdraw_case_offer",
    "close_window",
    "reopen_window",
    "preview_correction",
    "correct_case",
    "plan_form",
}
"""What stands in a variable where it is noted."""


def noted():
    """Every action that is written where it is noted."""
    for path in API.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            if getattr(node.func, "attr", getattr(node.func, "id", "")) not in WORDED:
                continue
            for one in node.args:
                if isinstance(one, ast.Constant) and isinstance(one.value, str) and "_" in one.value:
                    yield one.value


def test_every_noted_action_has_its_words():
    actions = set(noted()) | BY_CHOICE
    assert len(actions) > 80
    assert sorted(one for one in actions if f"supervision_act_{one}" not in WORDS) == []


@pytest.mark.parametrize("purpose", list(Purpose))
def test_every_purpose_has_its_words(purpose):
    assert f"supervision_purpose_{purpose.value}" in WORDS
