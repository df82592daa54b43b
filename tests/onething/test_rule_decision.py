"""Rules decide a case: the worked examples come out to the cent, and each decision shows what it rests on."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from onething.errors import NotKnown
from onething.rule import Changed, Place
from onething.rule_decision import Truth, decide
from onething.rule_file import load_rules
from onething.yaml_file import parse_yaml

BOOK = load_rules(Path(__file__).parents[2] / "catalog")
VECTORS = parse_yaml(Path(__file__).with_name("rule_vectors.yaml").read_text(encoding="utf-8"))
DEFAULTS = VECTORS["defaults"]
TRUTHS = {True: Truth.TRUE, False: Truth.FALSE, None: Truth.UNKNOWN}


def rows_of(example):
    people = example.get("people", 1)
    people = [{}] * people if isinstance(people, int) else people
    persons = [
        {"household": "h", "person": f"h-{n}"} | DEFAULTS["person"] | one for n, one in enumerate(people)
    ]
    records = [
        {"household": "h", "person": "h-0"} | DEFAULTS["record"] | one for one in example.get("records", ())
    ]
    return {
        "households": [{"household": "h"} | DEFAULTS["household"] | example.get("household", {})],
        "persons": persons,
        "records": [
            {name: str(value) if name == "month" else value for name, value in one.items()} for one in records
        ],
        "supporters": [{"household": "h"} | one for one in example.get("supporters", ())],
    }


def place_of(example):
    given = tuple(
        Changed(parameter=name, value=Decimal(str(value))) for name, value in example.get("given", {}).items()
    )
    return Place(on=VECTORS["on"], region=example.get("region", ""), changed=given)


def decision_of(example):
    person = "h-0" if BOOK.sets[example["rules"]].per == "person" else None
    return decide(BOOK, example["rules"], rows_of(example), place_of(example), person)


def penglai(on, amount=14_000):
    example = {"people": 2, "records": [{"amount": amount}]}
    return decide(BOOK, "low_income", rows_of(example), Place(on=on, region="370614", as_of=date(2026, 3, 2)))


@pytest.mark.parametrize("example", VECTORS["examples"], ids=lambda example: example["example"])
def test_a_worked_example_comes_out_to_the_cent(example):
    decision = decision_of(example)
    columns = {column.column: column.value for column in decision.columns}
    for name, expected in example["expect"].items():
        if name in columns:
            assert columns[name] == (None if expected is None else Decimal(expected)), name
        else:
            assert decision.truth(name) is TRUTHS[expected], name


def test_all_sixteen_worked_examples_are_there():
    numbers = {example["example"].split()[0] for example in VECTORS["examples"]}
    assert {str(n) for n in range(1, 17)} <= numbers


def test_a_figure_shows_all_the_decimals_that_it_has():
    assert str(decision_of(VECTORS["examples"][0]).value("payment")) == "800.00"


def test_the_standard_of_the_day_decides_and_is_named_with_its_version():
    before, after = penglai(date(2024, 6, 1)), penglai(date(2026, 3, 2))
    versions = [
        next(used for used in decision.parameters if used.parameter == "low_income_standard")
        for decision in (before, after)
    ]
    assert [used.value for used in versions] == [679, 1001]
    assert [(used.region, used.class_) for used in versions] == [("370614", "urban")] * 2
    assert versions[0].since < versions[1].since
    assert all("679→1001" in used.basis.cite and not used.basis.verified for used in versions)
    assert (before.payment, after.payment) == (Decimal("191.33"), Decimal("835.33"))


@pytest.mark.parametrize(
    ("parameter", "class_", "pair"),
    [
        ("low_income_standard", "urban", (679, 1001)),
        ("low_income_standard", "rural", (486, 800)),
        ("special_hardship_standard", "urban", (861, 1402)),
        ("special_hardship_standard", "rural", (616, 1120)),
    ],
)
def test_the_published_changes_are_there(parameter, class_, pair):
    days = date(2024, 6, 1), date(2026, 3, 2)
    found = [BOOK.value(parameter, Place(on=day, region="370614102"), class_) for day in days]
    assert tuple(value.value for value in found) == pair


def test_a_condition_says_in_both_languages_what_it_found():
    decision = penglai(date(2026, 3, 2), amount=36_000)
    told = next(one for one in decision.conditions if one.condition == "below_standard")
    assert told.truth is Truth.FALSE
    assert told.sentence.zh == "不满足：家庭月人均收入 1500.00 元低于标准 1001 元"
    assert told.sentence.en == "Not met: Monthly income per head 1500.00 is below the standard 1001"
    assert told.masked.zh == "家庭月人均收入 ** 元低于标准 1001 元"
    assert told.masked.en == "Monthly income per head ** is below the standard 1001"
    assert told.basis
    assert decision.granted is Truth.FALSE


def test_where_nobody_laid_down_a_standard_nothing_is_decided():
    decision = decide(BOOK, "low_income", rows_of({"people": 1}), Place(on=date(2026, 3, 2), region="110000"))
    assert decision.granted is Truth.UNKNOWN
    assert decision.payment is None
    used = next(one for one in decision.parameters if one.parameter == "low_income_standard")
    assert used.value is None
    told = next(one for one in decision.conditions if one.condition == "below_standard")
    assert told.sentence.zh.startswith("资料不全，尚不能确定")


def test_the_basic_pension_counts_again_when_its_years_are_over():
    rows = rows_of({"people": 1, "records": [{"code": "basic_pension", "amount": 2400}]})
    gross = [
        decide(BOOK, "low_income", rows, Place(on=day, region="370614", as_of=date(2026, 3, 2))).value(
            "gross"
        )
        for day in (date(2025, 12, 31), date(2026, 1, 1))
    ]
    assert gross == [0, 2400]


def test_a_person_who_is_no_member_and_rules_of_no_name_are_not_known():
    with pytest.raises(NotKnown):
        decide(BOOK, "single_person", rows_of({"people": 1}), Place(on=date(2026, 3, 2)), "stranger")
    with pytest.raises(NotKnown):
        decide(BOOK, "nothing", rows_of({"people": 1}), Place(on=date(2026, 3, 2)))
    with pytest.raises(NotKnown):
        penglai(date(2026, 3, 2)).value("nothing")
