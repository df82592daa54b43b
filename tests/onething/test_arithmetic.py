# ruff: noqa: E501 -- operands of one line each
"""Exact arithmetic: no digit is lost unseen, and a half goes away from zero."""

from decimal import Decimal, Inexact
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onething.arithmetic import compute, half_up, quotient
from onething.condition import UNKNOWN, evaluate, instances, value_of, weigh
from onething.condition_reference import rebind, references
from onething.condition_shape import check, check_operand
from onething.errors import ConditionError

NUMBERS = st.decimals(-(10**12), 10**12, places=4)
WORLD = {"income(home)": 100, "paid(rows)": [5, 7, UNKNOWN], "good(rows)": [True, True, False]}
GOOD = {"eq": ["$good(rows)", True]}
TOTAL = {"sum": {"over": "rows", "where": GOOD, "of": "$paid(rows)"}}


def facts(reference, scope):
    if reference == "count(rows)":
        return 3
    found = WORLD.get(reference, UNKNOWN)
    return found[scope["rows"]] if isinstance(found, list) else found


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        ("0.005", 2, "0.01"), ("-0.005", 2, "-0.01"), ("0.0049999999999999999999999999999", 2, "0.00"), ("2.5", 0, "3"),
        ("-2.5", 0, "-3"), ("1.0", 3, "1.000"), ("0", 2, "0.00"),
    ],
)  # fmt: skip
def test_a_half_goes_away_from_zero(value, decimals, expected):
    assert str(half_up(Fraction(value), decimals)) == expected


@settings(max_examples=60, deadline=None)
@given(NUMBERS, NUMBERS.filter(bool), st.integers(0, 6))
def test_a_quotient_is_the_nearest_of_its_decimals(dividend, divisor, decimals):
    error = abs(Fraction(quotient(dividend, divisor, decimals)) - Fraction(dividend) / Fraction(divisor))
    assert error <= Fraction(1, 2 * 10**decimals)


def test_sums_and_products_are_exact_beyond_the_usual_28_digits():
    big = Decimal(10) ** 40
    assert compute("sub", [compute("add", [big, Decimal("0.01")]), big]) == Decimal("0.01")
    with pytest.raises(Inexact):
        compute("mul", [Decimal("1" * 80), Decimal("1" * 80)])


def test_operands_compute_and_what_is_not_known_stays_unknown():
    assert value_of(TOTAL, facts) == 12
    assert value_of({"sum": {"over": "rows", "of": "$paid(rows)"}}, facts) is UNKNOWN
    assert value_of({"div": ["$income(home)", 3, 2]}, facts) == Decimal("33.33")
    assert value_of({"div": ["$income(home)", 0, 2]}, facts) is UNKNOWN
    assert value_of({"min": ["$income(home)", "$nothing(home)"]}, facts) is UNKNOWN
    case = {
        "case": [
            {"if": {"lt": ["$income(home)", 50]}, "then": 1},
            {"if": {"gt": ["$income(home)", 90]}, "then": 2},
        ]
    }
    assert value_of(case, facts) == 2
    assert value_of({"case": [{"if": {"lt": ["$income(home)", 50]}, "then": 1}]}, facts) is UNKNOWN
    assert (
        value_of({"case": [{"if": {"lt": ["$nothing(home)", 50]}, "then": 1}, {"else": 2}]}, facts) is UNKNOWN
    )
    assert evaluate({"le": [{"div": ["$income(home)", 3, 2]}, 33.33]}, facts) is True


def test_words_are_not_computed_with():
    with pytest.raises(ConditionError):
        value_of({"add": ["$good(rows)", 1]}, lambda _name, _scope: True)


def test_what_an_operand_asks_for_is_found_inside_it():
    condition = {
        "lt": [
            {"case": [{"if": {"present": "$b(y)"}, "then": {"mul": ["$a(x)", TOTAL]}}, {"else": "$c(z)"}]},
            3,
        ]
    }
    assert list(references(condition)) == ["b(y)", "a(x)", "good(rows)", "paid(rows)", "c(z)"]
    asked = [name for name, _ in instances({"lt": [TOTAL, 20]}, facts)]
    assert asked == ["good(rows)", "paid(rows)"] * 3
    assert weigh({"lt": [TOTAL, 20]}, facts)[0] is True
    renamed = rebind({"lt": [TOTAL, "$income(home)"]}, {"rows": "lines", "home": "house"})
    assert list(references(renamed)) == ["good(lines)", "paid(lines)", "income(house)"]
    assert renamed["lt"][0]["sum"]["over"] == "lines"


@pytest.mark.parametrize(
    "operand",
    [
        {"div": [1, 2]}, {"div": [1, 2, 11]}, {"div": [1, 2, True]}, {"round": [1, 0.5]}, {"sub": [1]}, {"add": []},
        {"sum": {"over": "rows"}}, {"sum": {"of": 1}}, {"count": {}}, {"case": []}, {"case": [{"else": 1}]},
        {"case": [{"if": True}]}, {"case": [{"if": True, "then": 1}, {"else": 1}, {"if": True, "then": 1}]},
        {"case": [{"if": {"nope": 1}, "then": 1}]}, {"sqrt": [4]}, {"add": [{"sqrt": [4]}]}, {"add": [1], "sub": [1, 2]},
    ],
    ids=str,
)  # fmt: skip
def test_an_operand_outside_the_language_is_refused(operand):
    with pytest.raises(ConditionError):
        check_operand(operand)
    with pytest.raises(ConditionError):
        check({"eq": [operand, 1]})
