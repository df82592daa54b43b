# ruff: noqa: E501 -- strategies and rules of one line each
"""One case in Python and the population in SQL: the same rows give the same figures and truths, always."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import assume, example, given, reject, settings
from hypothesis import strategies as st

from console.rules_population import Population
from onething.errors import RuleInvalid
from onething.rule import Changed, Parameter, ParameterValue, Place, RuleSet
from onething.rule_check import check_rules
from onething.rule_decision import Truth, decide
from onething.rule_door import admit
from onething.rule_file import load_rules

BOOK = load_rules(Path(__file__).parents[2] / "catalog")
TRUTHS = {Truth.TRUE: True, Truth.FALSE: False, Truth.UNKNOWN: None}
QUICK = settings(max_examples=30, deadline=None)
T = {"zh": "内容", "en": "Words"}
BASIS = [{"cite": "社会救助暂行办法", "verified": True}]

# ---- households ------------------------------------------------------------------------------


def cents(top=300_000):
    return st.integers(0, top * 100).map(lambda cent: Decimal(cent) / 100)


def maybe(strategy):
    return st.one_of(st.none(), strategy)


FACTS = BOOK.facts("household"), BOOK.facts("members"), BOOK.facts("records"), BOOK.facts("supporters")
CODES = sorted(FACTS[2]["code"].options)
PERSONS = st.fixed_dictionaries({
    "of_family": st.booleans(), "covered": st.booleans(), "age": maybe(st.integers(0, 100)),
    "disability_grade": maybe(st.integers(0, 4)), "serious_illness": maybe(st.booleans()),
    "disability_kind": maybe(st.sampled_from(sorted(FACTS[1]["disability_kind"].options))),
    "supporter_able": maybe(st.booleans()), "eats": maybe(st.booleans()), "dresses": st.booleans(),
    "leaves_bed": st.booleans(), "uses_toilet": st.booleans(), "walks": st.booleans(), "bathes": st.booleans(),
})  # fmt: skip
RECORDS = st.fixed_dictionaries({
    "person": st.integers(0, 3), "kind": st.sampled_from(["income", "spending"]), "amount": maybe(cents(40_000)),
    "code": maybe(st.sampled_from(CODES)), "month": st.dates(date(2024, 10, 1), date(2026, 4, 1)),
})  # fmt: skip
SUPPORTERS = st.fixed_dictionaries({
    "income": maybe(cents()), "people": st.integers(1, 6), "supported": maybe(st.integers(1, 3)), "paid": cents(5000),
})  # fmt: skip
HOUSEHOLDS = st.fixed_dictionaries({
    "class": st.sampled_from(["urban", "rural"]), "money_assets": maybe(cents()), "vehicles": maybe(st.integers(0, 2)),
    "dwellings": st.integers(0, 2), "business_premises": st.integers(0, 1), "company_capital": cents(200_000),
    "support_payer_income": maybe(cents(9000)), "supported_children": st.integers(0, 3),
})  # fmt: skip


@st.composite
def households(draw, number=0):
    name = f"h{number}"
    persons = draw(st.lists(PERSONS, max_size=4))
    records = draw(st.lists(RECORDS, max_size=6))
    return {
        "households": [{"household": name} | draw(HOUSEHOLDS)],
        "persons": [{"household": name, "person": f"{name}-{n}"} | one for n, one in enumerate(persons)],
        "records": [
            {"household": name}
            | one
            | {"person": f"{name}-{one['person'] % len(persons)}" if persons else None}
            for one in records
        ],
        "supporters": [{"household": name} | one for one in draw(st.lists(SUPPORTERS, max_size=2))],
    }


PLACES = st.sampled_from([
    Place(on=date(2026, 3, 2), region="370614"),
    Place(on=date(2024, 3, 2), region="370614", as_of=date(2026, 3, 2)),
    Place(on=date(2026, 3, 2), region="321102", changed=(Changed(parameter="low_income_standard", value=Decimal(800)),)),
    Place(on=date(2026, 3, 2), region="430400", changed=(
        Changed.model_validate({"parameter": "low_income_standard", "value": Decimal("650.05"), "class": "urban"}),
        Changed(parameter="class_addition_rate", value=Decimal("0.2")), Changed(parameter="floor_rate", value=Decimal("0.2")),
    )),
    Place(on=date(2026, 3, 2), region="440000"),
])  # fmt: skip


def same(book, rules, rows, place):
    """Ask both ways; returns how many answers were compared."""
    with Population(book) as population:
        for one in rows:
            population.add(admit(book, one))
        answers = population.decide(rules, place)
    compared = 0
    for answer in answers:
        one = next(row for row in rows if row["households"][0]["household"] == answer["household"])
        decision = decide(book, rules, one, place, answer.get("person"))
        assert {c.column: c.value for c in decision.columns} == {
            c.column: answer[c.column] for c in decision.columns
        }
        assert {c.condition: TRUTHS[c.truth] for c in decision.conditions} == {
            c.condition: answer[c.condition] for c in decision.conditions
        }
        compared += 1
    return compared


@pytest.mark.parametrize("rules", sorted(BOOK.sets))
@settings(max_examples=5, deadline=None)
@given(st.tuples(households(0), households(1), households(2)), PLACES)
def test_every_rule_set_says_the_same_of_one_household_and_of_a_population(rules, rows, place):
    per_person = BOOK.sets[rules].per == "person"
    expected = sum(len(one["persons"]) for one in rows) if per_person else len(rows)
    assert same(BOOK, rules, rows, place) == expected


# ---- any rules at all ------------------------------------------------------------------------

LITERALS = st.one_of(st.integers(-50, 50), st.integers(-5000, 5000).map(lambda n: n / 1000))
ROW = st.recursive(
    st.one_of(
        st.just(True),
        st.just({"eq": ["$kind(records)", "income"]}),
        st.just({"in": ["$code(records)", ["wage", "pension"]]}),
        st.just({"present": "$amount(records)"}),
        st.builds(lambda op, n: {op: ["$amount(records)", n]}, st.sampled_from(["lt", "ge", "ne"]), st.integers(0, 30_000)),
        st.just({"le": [{"sub": ["$on.month", "$month(records)"]}, "$parameter.p"]}),
        st.just({"eq": ["$class(household)", "rural"]}),
    ),
    lambda inner: st.one_of(st.builds(lambda op, a, b: {op: [a, b]}, st.sampled_from(["all", "any"]), inner, inner),
                            st.builds(lambda a: {"not": a}, inner)),
    max_leaves=3,
)  # fmt: skip
OF = st.sampled_from([
    "$amount(records)", {"mul": ["$amount(records)", "$parameter.p"]}, {"sub": [5, "$amount(records)"]},
    {"div": ["$amount(records)", 7, 3]}, {"max": [100, "$amount(records)"]},
])  # fmt: skip
LEAVES = st.one_of(
    LITERALS, st.sampled_from(["$money_assets(household)", "$vehicles(household)", "$parameter.p", "$parameter.absent"]),
    st.builds(lambda where: {"count": {"over": "records", "where": where}}, ROW),
    st.builds(lambda where, of: {"sum": {"over": "records", "where": where, "of": of}}, ROW, OF),
)  # fmt: skip


def compared(numbers):
    return st.one_of(
        st.builds(lambda op, a, b: {op: [a, b]}, st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge"]), numbers, numbers),
        st.builds(lambda a: {"present": a}, numbers),
        st.builds(lambda op, where: {op: {"over": "records", "where": where}}, st.sampled_from(["some", "every"]), ROW),
        st.builds(lambda a: {"in": [a, [0, 1, 2.5]]}, numbers),
    )  # fmt: skip


def larger(inner):
    guarded = st.builds(
        lambda a, b, n: {"case": [{"if": {"ne": [b, 0]}, "then": {"div": [a, b, n]}}, {"else": -1}]},
        inner, st.sampled_from(["$vehicles(household)", "$money_assets(household)", "$parameter.p"]), st.integers(0, 4),
    )  # fmt: skip
    return st.one_of(
        st.builds(lambda op, parts: {op: parts}, st.sampled_from(["add", "mul", "min", "max"]),
                  st.lists(inner, min_size=1, max_size=2)),
        st.builds(lambda a, b: {"sub": [a, b]}, inner, inner),
        st.builds(lambda a, b, n: {"div": [a, {"max": [b, 0.5]}, n]}, inner, inner, st.integers(0, 4)),
        st.builds(lambda a, b, n: {"div": [a, {"min": [b, -3]}, n]}, inner, inner, st.integers(0, 4)),
        guarded,
        st.builds(lambda a, n: {"round": [a, n]}, inner, st.integers(0, 4)),
        st.builds(lambda c, a, b: {"case": [{"if": c, "then": a}, {"else": b}]}, compared(inner), inner, inner),
    )  # fmt: skip


NUMBERS = st.recursive(LEAVES, larger, max_leaves=5)


LAID = st.tuples(*[st.sampled_from([None, Decimal(0), Decimal("0.125"), Decimal(-3), Decimal(99)])] * 2)


def book_of(values, holds, laid=(Decimal("0.125"), Decimal(-3))):
    """A book with one rule set of these columns and this condition; `laid` is `p` for urban and rural."""
    columns = [{"column": f"c{n}", "title": T, "value": value} for n, value in enumerate(values)]
    conditions = [{"condition": "q", "sentence": T, "basis": BASIS, "holds": holds}]
    made = RuleSet.model_validate(
        {"rules": "made", "title": T, "basis": BASIS, "columns": columns, "conditions": conditions}
    )
    parameters = {
        name: Parameter.model_validate(
            {"parameter": name, "title": T, "unit": T, "decimals": 3, "min": -9, "max": 99}
        )
        for name in ("p", "absent")
    }
    since = {"parameter": "p", "from": date(2020, 1, 1), "basis": BASIS[0]}
    known = {
        "p": tuple(
            ParameterValue.model_validate(since | {"class": class_, "value": value})
            for class_, value in zip(BOOK.classes, laid, strict=True)
            if value is not None
        )
    }
    files = {name: (Path("made.yaml"), ()) for name in ("rules:made", "value:p:0", "value:p:1")}
    return replace(BOOK, sets={"made": made}, parameters=parameters, values=known, files=files, compiled={})


@QUICK
@given(
    st.lists(NUMBERS, min_size=1, max_size=3),
    compared(NUMBERS),
    LAID,
    st.tuples(households(0), households(1)),
)
@example(
    [{"div": [{"sub": [0, "$money_assets(household)"]}, 8, 2]}],
    True,
    (None, None),
    (
        {
            "households": [{"household": "h0", "class": "urban", "money_assets": Decimal("0.04")}],
            "persons": [],
            "records": [],
            "supporters": [],
        },
    ),
)
def test_any_rules_that_load_say_the_same_both_ways(values, holds, laid, rows):
    book = book_of(values, holds, laid)
    try:
        check_rules(book)
    except RuleInvalid:
        reject()
    assert same(book, "made", rows, Place(on=date(2026, 3, 2))) == len(rows)


@given(st.integers(-(10**6), 10**6), st.integers(-1000, 1000), st.integers(0, 4))
@settings(max_examples=25, deadline=None)
def test_a_half_goes_away_from_zero_in_both(dividend, divisor, decimals):
    assume(divisor)
    book = book_of(
        [{"div": [dividend, divisor, decimals]}, {"div": ["$money_assets(household)", divisor, decimals]}],
        True,
    )
    rows = {"households": [{"household": "h", "class": "rural", "money_assets": abs(dividend)}]}
    assert same(book, "made", (rows,), Place(on=date(2026, 3, 2))) == 1


def test_figures_at_their_bounds_overflow_nowhere():
    money = "$money_assets(household)"
    cube = {"mul": [money, money, money]}
    book = book_of(
        [cube, {"div": [cube, 7, 2]}, {"div": [cube, {"sub": [-1, money]}, 4]}, {"sub": [0, cube]}],
        {"gt": [cube, money]},
    )
    check_rules(book)
    rows = {
        "households": [{"household": "h", "class": "rural", "money_assets": FACTS[0]["money_assets"].max}]
    }
    assert same(book, "made", (rows,), Place(on=date(2026, 3, 2))) == 1
    wider = book_of([{"mul": [cube, money]}], True)
    with pytest.raises(RuleInvalid):
        check_rules(wider)
