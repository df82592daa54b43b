# ruff: noqa: E501, ANN202, ANN002, ANN003 -- rules as plain mappings, one fault to a line
"""Rules that cannot be right do not load: each finding names file, line and mend, in both languages."""

import json
from pathlib import Path

import pytest

from onething.errors import RuleInvalid
from onething.rule_file import load_rules
from onething.rule_wording import FINDINGS, Finding
from onething.sentence import error_sentence

T = {"zh": "内容", "en": "Words"}
BASIS = {"cite": "社会救助暂行办法", "verified": True}
FACTS = {"relations": [
    {"relation": "household", "title": T, "table": "households", "per": ["household", "person"], "many": False, "facts": {
        "household": {"title": T, "type": "key", "required": True},
        "class": {"title": T, "type": "choice", "required": True, "options": {"urban": T, "rural": T}},
        "people": {"title": T, "max": 50}, "cars": {"title": T, "min": 1, "max": 9}, "huge": {"title": T, "max": 1e18},
    }},
    {"relation": "records", "title": T, "table": "records", "per": ["household"], "most": 100, "facts": {
        "household": {"title": T, "type": "key", "required": True},
        "kind": {"title": T, "type": "choice", "options": {"income": T, "spending": T}},
        "amount": {"title": T, "decimals": 2, "max": 1000},
    }},
    {"relation": "members", "title": T, "table": "persons", "per": ["household"], "most": 9, "facts": {}},
]}  # fmt: skip
PARAMETERS = {"parameters": [
    {"parameter": "standard", "title": T, "unit": T, "min": 1, "max": 5000},
    {"parameter": "share", "title": T, "unit": T, "decimals": 2, "max": 1},
]}  # fmt: skip
VALUES = [
    {"parameter": "standard", "region": "370614", "from": "2020-01-01", "class": "urban", "value": 679, "basis": BASIS},
    {"parameter": "standard", "region": "370614", "from": "2025-01-01", "class": "urban", "value": 1001, "basis": BASIS},
]  # fmt: skip


def rules(**changes):
    return {
        "rules": "made", "title": T, "per": "household", "basis": [BASIS],
        "marks": [{"mark": "earned", "of": "records", "title": T, "holds": {"eq": ["$kind(records)", "income"]}}],
        "columns": [
            {"column": "gross", "title": T, "value": {"sum": {"over": "records", "where": {"eq": ["$earned(records)", True]}, "of": "$amount(records)"}}},
            {"column": "second", "title": T, "value": changes.pop("value", 1)},
        ],
        "conditions": [{"condition": "below", "sentence": T, "basis": [BASIS], "holds": changes.pop("holds", {"lt": ["$column.gross", "$parameter.standard"]})}],
    } | changes  # fmt: skip


@pytest.fixture
def load(tmp_path):
    """Write a small book of rules and load it."""

    def write(made=None, values=VALUES, parameters=PARAMETERS, **texts):
        files = {
            "facts.yaml": FACTS, "parameters.yaml": parameters, "values/here.yaml": {"values": values},
            "sets/made.yaml": made or rules(), **{name.replace("__", "/") + ".yaml": text for name, text in texts.items()},
        }  # fmt: skip
        for name, content in files.items():
            path = tmp_path / "rules" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, indent=1)
            path.write_text(text, encoding="utf-8")
        return load_rules(tmp_path)

    return write


def refused(load, finding, *args, **kwargs):
    """Load what cannot be right; returns the lines of its file down to the one that the error names."""
    with pytest.raises(RuleInvalid) as caught:
        load(*args, **kwargs)
    error = caught.value
    wording = FINDINGS[finding]
    sentence = error_sentence(error.code, error.params)
    for language in ("zh", "en"):
        for said, told in ((wording.what, "what"), (wording.fix, "fix")):
            start = getattr(said, language).partition("{")[0]
            assert error.params[f"{told}_{language}"].startswith(start) or not start
            assert error.params[f"{told}_{language}"] in getattr(sentence, language)
            assert error.params[f"{told}_{language}"] in str(error)
    assert error.line is not None
    return Path(error.file).read_text(encoding="utf-8").splitlines()[: error.line]


def test_the_small_book_loads(load):
    assert list(load().sets) == ["made"]


@pytest.mark.parametrize(
    ("finding", "value"),
    [
        (Finding.ZERO, {"div": ["$column.gross", 0, 2]}),
        (Finding.ZERO, {"div": ["$column.gross", {"sub": [3, 3]}, 2]}),
        (Finding.MAYBE_ZERO, {"div": ["$column.gross", "$people(household)", 2]}),
        (Finding.MAYBE_ZERO, {"div": ["$column.gross", {"sub": ["$cars(household)", 1]}, 2]}),
        (Finding.MAYBE_ZERO, {"case": [{"if": {"ge": ["$people(household)", 0]}, "then": {"div": [1, "$people(household)", 2]}}]}),
        (Finding.FACT, "$nobody(household)"),
        (Finding.FACT, "$people(strangers)"),
        (Finding.PARAMETER, "$parameter.nothing"),
        (Finding.COLUMN, "$column.nothing"),
        (Finding.COLUMN, "$other_rules.gross"),
        (Finding.ROW, "$amount(records)"),
        (Finding.ROW, {"sum": {"over": "records", "of": "$column.gross"}}),
        (Finding.ROW, {"sum": {"over": "records", "of": {"count": {"over": "members"}}}}),
        (Finding.ROW, {"sum": {"over": "household", "of": 1}}),
        (Finding.CIRCLE, {"add": ["$column.second", 1]}),
        (Finding.KINDS, {"add": ["$class(household)", 1]}),
        (Finding.KINDS, {"case": [{"if": {"eq": ["$people(household)", "urban"]}, "then": 1}, {"else": 0}]}),
        (Finding.WORD, {"case": [{"if": {"eq": ["$class(household)", "town"]}, "then": 1}, {"else": 0}]}),
        (Finding.ORDER, {"case": [{"if": {"lt": ["$class(household)", "urban"]}, "then": 1}, {"else": 0}]}),
        (Finding.WIDE, {"mul": ["$huge(household)", "$huge(household)", "$huge(household)"]}),
        (Finding.NEVER, {"case": [{"if": {"gt": ["$people(household)", 50]}, "then": 1}, {"else": 0}]}),
        (Finding.NEVER, {"count": {"over": "records", "where": {"lt": ["$amount(records)", 0]}}}),
        (Finding.LANGUAGE, {"power": [2, 3]}),
        (Finding.LANGUAGE, {"div": ["$column.gross", 3]}),
        (Finding.LANGUAGE, {"case": [{"when": True}]}),
        (Finding.LANGUAGE, {"sum": {"over": "records"}}),
    ],
    ids=lambda part: json.dumps(part) if not isinstance(part, str) else part,
)  # fmt: skip
def test_a_column_that_cannot_be_right_is_refused(load, finding, value):
    above = "\n".join(refused(load, finding, rules(value=value)))
    assert '"second"' in above
    assert '"conditions"' not in above


@pytest.mark.parametrize(
    "holds",
    [
        {"all": [{"lt": ["$column.gross", 5]}, {"gt": ["$column.gross", 10]}]},
        {"all": [{"eq": ["$class(household)", "urban"]}, {"eq": ["$class(household)", "rural"]}]},
        {"all": [{"lt": ["$column.gross", "$parameter.standard"]}, {"lt": ["$parameter.standard", "$column.gross"]}]},
        {"not": {"any": [{"ge": ["$people(household)", 1]}, {"le": ["$people(household)", 0]}]}},
        {"some": {"over": "records", "where": {"all": [{"eq": ["$earned(records)", True]}, {"eq": ["$kind(records)", "spending"]}]}}},
        {"all": [{"in": ["$people(household)", [1, 2]]}, {"eq": ["$people(household)", 3]}]},
        {"lt": ["$column.gross", "$column.gross"]},
    ],
    ids=json.dumps,
)  # fmt: skip
def test_a_condition_that_can_never_be_true_is_refused(load, holds):
    assert "holds" in refused(load, Finding.NEVER, rules(holds=holds))[-1]


@pytest.mark.parametrize(
    "value",
    [
        {"div": ["$column.gross", "$cars(household)", 2]},
        {"div": ["$column.gross", "$parameter.standard", 2]},
        {"case": [{"if": {"gt": ["$people(household)", 0]}, "then": {"div": [1, "$people(household)", 2]}}]},
        {"case": [{"if": {"eq": ["$people(household)", 0]}, "then": 0}, {"else": {"div": [1, "$people(household)", 2]}}]},
        {"case": [{"if": {"all": [{"ne": ["$people(household)", 0]}]}, "then": {"div": [1, {"mul": [12, "$people(household)"]}, 2]}}]},
        {"div": ["$column.gross", {"max": [1, "$people(household)"]}, 2]},
    ],
    ids=json.dumps,
)  # fmt: skip
def test_a_division_behind_a_guard_loads(load, value):
    assert load(rules(value=value)).sets["made"].columns[1].value == value


def test_what_has_no_basis_is_refused(load):
    bare = rules()
    bare["conditions"][0]["basis"] = []
    assert '"conditions"' in "\n".join(refused(load, Finding.BASIS, bare))
    refused(load, Finding.BASIS, rules(basis=[]))
    blank = rules()
    blank["conditions"][0]["basis"] = [{"cite": " "}]
    refused(load, Finding.BASIS, blank)
    values = [VALUES[0] | {"basis": {"cite": ""}}]
    assert "basis" in refused(load, Finding.BASIS, values=values)[-1]


@pytest.mark.parametrize(
    ("finding", "change", "line"),
    [
        (Finding.OVERLAP, {"from": "2025-01-01"}, "from"),
        (Finding.OVERLAP, {"to": "2025-06-30"}, "from"),
        (Finding.PARAMETER, {"parameter": "nothing"}, "parameter"),
        (Finding.BOUNDS, {"value": -1}, "value"),
        (Finding.BOUNDS, {"value": 679.001}, "value"),
        (Finding.BOUNDS, {"value": "much"}, "value"),
        (Finding.CLASS, {"class": "town"}, "class"),
        (Finding.REGION, {"region": "37061"}, "region"),
        (Finding.SHAPE, {"from": "soon"}, "from"),
    ],
)
def test_a_parameter_value_that_cannot_be_right_is_refused(load, finding, change, line):
    assert f'"{line}"' in refused(load, finding, values=[VALUES[0] | change, VALUES[1]])[-1]


def test_values_of_another_class_or_region_do_not_overlap(load):
    values = [*VALUES, VALUES[0] | {"class": "rural"}, VALUES[0] | {"region": "37"}]
    assert len(load(values=values).values["standard"]) == 4


def test_one_name_stands_once(load):
    twice = rules()
    twice["columns"][1]["column"] = "below"
    refused(load, Finding.TWICE, twice)
    refused(load, Finding.TWICE, parameters={"parameters": PARAMETERS["parameters"] * 2})


def test_rules_take_others_about_the_household_and_never_in_a_circle(load):
    other = rules(takes=["made"], rules="other", value="$made.gross")
    assert set(load(sets__other=other).sets) == {"made", "other"}
    refused(load, Finding.RULES, rules(takes=["other"]), sets__other=other)
    refused(load, Finding.RULES, rules(takes=["nothing"]))


def test_a_sentence_names_only_columns_and_parameters(load):
    wrong = rules()
    wrong["conditions"][0]["sentence"] = {"zh": "收入 {income} 元", "en": "{income}"}
    assert "sentence" in refused(load, Finding.PLACE, wrong)[-1]


def test_who_is_granted_and_what_is_paid_must_be_there(load):
    assert "grants" in refused(load, Finding.COLUMN, rules(grants="nothing"))[-1]
    assert "pays" in refused(load, Finding.COLUMN, rules(pays="nothing"))[-1]


def test_a_file_that_is_no_mapping_is_told(load):
    refused(load, Finding.YAML, values__broken="values: [")
    refused(load, Finding.YAML, values__list="- 1")
