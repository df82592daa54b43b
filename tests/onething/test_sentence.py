# ruff: noqa: ANN202 -- types of strategies and stand-ins read noise
import string
from datetime import date

import jsonschema_rs
import pytest

from onething import errors
from onething.problem_sentence import PROBLEMS, VERBS, problem_sentence
from onething.sentence import ERRORS, error_sentence
from onething.text import Text

NAME = Text(zh="姓名", en="Name")
# What no sentence is for: the engine's own failures, and keywords that only hold others together.
SILENT = {
    "as_dict",
    "name",
    "value",
    "BacktrackLimitExceeded",
    "RegexEngineFailure",
    "Referencing",
    "FromUtf8",
    "Custom",
}


def keyword(kind):
    names = {"Constant": "const", "OneOfMultipleValid": "oneOf", "OneOfNotValid": "oneOf"}
    return names.get(kind, kind[0].lower() + kind[1:])


def test_every_finding_of_the_validator_has_its_sentence():
    kinds = {kind for kind in dir(jsonschema_rs.ValidationErrorKind) if not kind.startswith("_")} - SILENT
    assert {keyword(kind) for kind in kinds} <= set(PROBLEMS)


def test_every_error_has_its_sentence():
    def tree(kind):
        yield kind
        for sub in kind.__subclasses__():
            yield from tree(sub)

    codes = {kind.code for kind in tree(errors.OneThingError) if kind.__module__ == errors.__name__}
    assert codes <= set(ERRORS)


@pytest.mark.parametrize("code", sorted(PROBLEMS))
def test_a_sentence_names_the_field_and_leaves_no_blank_in_either_language(code):
    params = {
        "limit": 3,
        "format": "date",
        "multiple_of": 2,
        "name": "x",
        "zh": "矛盾",
        "en": "Contradiction",
    }
    text = problem_sentence(code, params, NAME, VERBS["choice"])
    assert "{" not in text.zh + text.en
    fields = {part for _, part, _, _ in string.Formatter().parse(PROBLEMS[code].zh) if part}
    assert "title" not in fields or "姓名" in text.zh


def test_a_format_is_told_by_its_own_name_and_an_unknown_keyword_still_says_something():
    assert "校验码" in problem_sentence("format", {"format": "citizen-id"}, NAME).zh
    assert "姓名" in problem_sentence("no-such-keyword", {}, NAME).zh


def test_a_value_that_somebody_typed_is_never_repeated():
    text = problem_sentence("enum", {"options": ["a"], "value": "13800000000"}, NAME)
    assert "13800000000" not in text.zh + text.en


def test_what_does_not_exist_is_named_by_its_kind():
    text = error_sentence("not_known", {"kind": "bundle", "name": "wedding"})
    assert (text.zh, text.en) == (
        "没有找到一件事“wedding”，请核对；也可能不在您能查看的范围内",
        "There is no bundle wedding; check it, or it is not among those you may see",
    )


@pytest.mark.parametrize("limit", ["2026-11-02", date(2026, 11, 2)])
def test_a_day_is_early_or_late_and_never_small(limit):
    text = problem_sentence("minimum", {"limit": limit}, NAME)
    assert (text.zh, text.en) == ("姓名不能早于2026年11月2日", "Name cannot be before 2 November 2026")
    assert problem_sentence("maximum", {"limit": limit}, NAME).zh == "姓名不能晚于2026年11月2日"
    assert problem_sentence("minimum", {"limit": 2026}, NAME).zh == "姓名不能小于 2026"
