# ruff: noqa: ANN202 -- types of strategies and stand-ins read noise
"""A compiled condition says what the condition says: `onething.condition` alone tells what that is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onething.condition import UNKNOWN, evaluate
from onething.condition_program import compiled
from onething.errors import ConditionError

VALUES = st.sampled_from([True, False, 0, 1, 2, 0.3, 1.0, "x", "$x", "", UNKNOWN])
NAMES = ["old(a)", "paid(a)", "age(b)", "situation.pension"]
SIZES = st.sampled_from([0, 1, 2, 3, UNKNOWN])
WORLDS = st.fixed_dictionaries(
    dict.fromkeys(NAMES, VALUES) | {"count": SIZES, "heirs": st.lists(VALUES, min_size=3, max_size=3)}
)
LITERALS = st.sampled_from([True, False, 0, 1, 2, 0.3, "x", ""])
REFERENCES = st.sampled_from([*(f"${name}" for name in NAMES), "$waived(heirs)"])


def comparisons(operands):
    return st.one_of(
        st.builds(lambda op, a, b: {op: [a, b]}, st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge"]),
                  operands, operands),
        st.builds(lambda a, options: {"in": [a, options]}, operands,
                  st.lists(LITERALS, min_size=1, max_size=3)),
        st.builds(lambda a: {"present": a}, operands),
    )  # fmt: skip


def joined(parts, operators):
    over = st.builds(
        lambda op, where: {op: {"over": "heirs", "where": where}}, st.sampled_from(["some", "every"]), parts
    )
    lists = st.lists(parts, min_size=1, max_size=3)
    return st.one_of(
        over,
        st.builds(lambda op, several: {op: several}, st.sampled_from(operators), lists),
        st.builds(lambda part: {"not": part}, parts),
    )


SIMPLE = st.one_of(st.booleans(), comparisons(st.one_of(LITERALS, REFERENCES)))
TOTALS = st.one_of(
    st.builds(lambda where: {"count": {"over": "heirs", "where": where}}, SIMPLE),
    st.builds(lambda where: {"sum": {"over": "heirs", "where": where, "of": "$waived(heirs)"}}, SIMPLE),
    st.builds(lambda when, a, b: {"case": [{"if": when, "then": a}, {"else": b}]}, SIMPLE, LITERALS,
              REFERENCES),
    st.builds(lambda a, b: {"add": [a, b]}, REFERENCES, LITERALS),
    st.builds(lambda a, b: {"div": [a, b, 2]}, REFERENCES, REFERENCES),
)  # fmt: skip
CONDITIONS = st.recursive(
    st.one_of(SIMPLE, comparisons(st.one_of(LITERALS, REFERENCES, TOTALS))),
    lambda inner: joined(inner, ["all", "any"]),
    max_leaves=6,
)


def told(reference, world, scope):
    if reference.startswith("count("):
        return world["count"]
    if reference == "waived(heirs)":
        return world["heirs"][scope["heirs"]] if "heirs" in scope else UNKNOWN
    return world[reference]


def reader(reference):
    return lambda world, scope: told(reference, world, scope)


def outcome(judge):
    try:
        return judge()
    except (ConditionError, TypeError) as error:
        return type(error)


@settings(max_examples=400, deadline=None)
@given(CONDITIONS, WORLDS)
def test_a_program_says_what_the_condition_says(condition, world):
    program = compiled(condition, reader)
    said = outcome(lambda: program(world, {}))
    assert said == outcome(lambda: evaluate(condition, lambda name, scope: told(name, world, scope)))
    assert said is UNKNOWN or type(said) in {bool, type}


def test_a_program_is_asked_about_one_person():
    program = compiled({"eq": ["$waived(heirs)", True]}, reader)
    world = {"heirs": [False, True, UNKNOWN]}
    assert [program(world, {"heirs": index}) for index in range(3)] == [False, True, UNKNOWN]


def test_how_a_reference_is_read_is_told_once():
    asked = []

    def counting(reference):
        asked.append(reference)
        return lambda _world, _scope: 1

    program = compiled({"any": [{"eq": ["$a(b)", 2]}, {"ge": ["$c(d)", 3]}]}, counting)
    assert [program({}, {}) for _ in range(3)] == [False] * 3
    assert asked == ["a(b)", "c(d)"]


def test_nothing_outside_the_language_is_compiled():
    with pytest.raises(ConditionError):
        compiled({"like": ["$a(b)", "x"]}, reader)
