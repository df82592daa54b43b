"""What no condition of an agency's form calls for is not sent."""

import pytest

from forms.idle import may_be_called, take_out
from forms.project import project
from forms.requirement import Requirements
from forms.resolve import Known, Resolution
from forms.validate import validate
from onething.box import ANY


def test_a_waiver_deducted_at_the_funeral_home_sends_no_bank_account(story):
    form, answers, known = story()
    assert known["/funeral/waiver_route"].value == "deducted"
    deducted = validate(form, answers, known).projections["funeral_subsidy"]
    assert {"aae008", "yhzh"}.isdisjoint(deducted.payload)
    assert "/yhzh" not in deducted.provenance
    answers["funeral"]["waiver_route"] = "refunded"
    refunded = validate(form, answers, known).projections["funeral_subsidy"]
    assert refunded.payload["yhzh"] == known["/account/account_number"].value
    assert refunded.provenance["/yhzh"].source == "insurance"


def test_an_account_that_an_agency_does_not_call_for_need_not_be_known(story):
    form, answers, known = story()
    without = {pointer: value for pointer, value in known.items() if not pointer.startswith("/account/")}
    found = validate(form, answers, without)
    assert "funeral_subsidy" not in {problem.slot for problem in found.problems}


def test_what_is_called_for_by_an_outcome_is_awaited_and_sent(story):
    form, answers, known = story()
    awaited = {gap.path for gap in validate(form, answers, known).projections["funeral_subsidy"].awaited}
    assert awaited
    outputs = {"cremation_certificate_no(funeral)": Known("H-1", "slot")}
    resolution = Resolution(form, answers, known, outputs)
    assert project(form, form.slot("funeral_subsidy"), resolution).payload["cert_Id"] == "H-1"


WHEN = {"properties": {"a": {"const": 1}}, "required": ["a"]}
GROUP = {"type": "object", "properties": {"x": {}, "y": {}}, "dependentRequired": {"x": ["y"]}}
CASES = {
    "the condition holds": (
        {"if": WHEN, "then": {"required": ["b"]}}, {"a": 1, "b": 2}, {"a": 1, "b": 2}),
    "the condition fails": (
        {"if": WHEN, "then": {"required": ["b"]}}, {"a": 2, "b": 2}, {"a": 2}),
    "the other branch": (
        {"if": WHEN, "else": {"required": ["b"]}}, {"a": 1, "b": 2}, {"a": 1}),
    "another rule still asks": (
        {"allOf": [{"if": WHEN, "then": {"required": ["b"]}}, {"dependentRequired": {"c": ["b"]}}]},
        {"a": 2, "b": 2, "c": 3}, {"a": 2, "b": 2, "c": 3}),
    "one goes, then what it called for": (
        {"if": WHEN, "then": {"required": ["b"]}, "dependentRequired": {"b": ["c"]}},
        {"b": 2, "c": 3}, {}),
    "two that call for each other": (
        {"dependentRequired": {"b": ["c"], "c": ["b"]}}, {"b": 2, "c": 3}, {"b": 2, "c": 3}),
    "one that is called for when it is gone": (
        {"if": {"required": ["b"]}, "else": {"required": ["b"]}}, {"b": 2}, {"b": 2}),
    "a whole list": (
        {"if": WHEN, "then": {"required": ["rows"]}}, {"a": 2, "rows": [{"x": 1}]}, {"a": 2}),
    "a box of every row, and what it called for": (
        {"if": WHEN, "then": {"properties": {"rows": {"items": {"required": ["x"]}}}}},
        {"a": 2, "rows": [{"x": 1, "y": 2}, {"x": 1}]}, {"a": 2, "rows": [{}, {}]}),
    "one row of two": (
        {}, {"rows": [{"x": 1, "y": 2}, {"y": 2}]}, {"rows": [{"x": 1, "y": 2}, {}]}),
    "a group that is left empty": (
        {}, {"g": {"y": 1}}, {}),
    "an empty group that is always there": (
        {"required": ["g"]}, {"g": {"y": 1}}, {"g": {}}),
}  # fmt: skip


def requirements_of(rules):
    row = {"type": "object", "properties": {"x": {}, "y": {}}, "dependentRequired": {"x": ["y"]}}
    properties = {"a": {}, "b": {}, "c": {}, "g": GROUP, "rows": {"type": "array", "items": row}}
    return Requirements({"type": "object", "properties": properties} | rules)


BOXES = [("b",), ("c",), ("g", "x"), ("g", "y"), ("rows", ANY, "x"), ("rows", ANY, "y")]


@pytest.mark.parametrize("name", CASES)
def test_what_stays_is_what_the_form_calls_for(name):
    rules, payload, left = CASES[name]
    form = requirements_of(rules)
    take_out(form, form.together(BOXES), payload)
    assert payload == left


@pytest.mark.parametrize(
    ("condition", "kept"),
    [({"required": ["n"]}, True), ({"required": ["a"]}, False), ({"minProperties": 3}, True)],
)
def test_a_box_that_an_awaited_number_may_call_for_is_kept(condition, kept):
    form = requirements_of({"if": condition, "then": {"required": ["b"]}})
    assert may_be_called(form, ("b",), [("n",)]) is kept
