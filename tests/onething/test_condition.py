# ruff: noqa: ANN202 -- types of strategies and stand-ins read noise
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onething.condition import UNKNOWN, check, evaluate, holds, instances, weigh
from onething.condition_reference import rebind, references
from onething.errors import ConditionError

WAIVED = {"eq": ["$waived(heirs)", True]}
NAMES = ["old(a)", "paid(a)", "age(b)", "situation.pension"]
VALUES = st.sampled_from([True, False, 1, 2, 3, "x", UNKNOWN])
WORLDS = st.fixed_dictionaries(dict.fromkeys(NAMES, VALUES) | {"heirs": st.lists(VALUES, max_size=3)})
ATOMS = st.one_of(
    st.booleans(),
    st.builds(lambda op, name, value: {op: [f"${name}", value]}, st.sampled_from(["eq", "ne"]),
              st.sampled_from(NAMES), st.sampled_from([True, 1, "x"])),
    st.builds(lambda name: {"in": [f"${name}", [1, "x"]]}, st.sampled_from(NAMES)),
    st.builds(lambda name: {"present": f"${name}"}, st.sampled_from(NAMES)),
    st.builds(lambda op: {op: {"over": "heirs", "where": {"eq": ["$waived(heirs)", True]}}},
              st.sampled_from(["some", "every"])),
    st.builds(lambda op, n: {op: [{"count": {"over": "heirs", "where": WAIVED}}, n]},
              st.sampled_from(["lt", "le", "gt", "ge", "eq"]), st.integers(0, 3)),
)  # fmt: skip
CONDITIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds(lambda op, parts: {op: parts}, st.sampled_from(["all", "any"]),
                  st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=6,
)  # fmt: skip
QUICK = settings(max_examples=200, deadline=None)


def facts_of(world, only=None):
    def facts(reference, scope):
        if reference.startswith("count("):
            return len(world["heirs"])
        index = scope.get("heirs")
        if only is not None and (reference, index if reference == "waived(heirs)" else None) not in only:
            return UNKNOWN
        return world["heirs"][index] if reference == "waived(heirs)" else world[reference]

    return facts


@QUICK
@given(CONDITIONS, WORLDS)
def test_saying_no_twice_says_nothing(condition, world):
    assert evaluate({"not": {"not": condition}}, facts_of(world)) is evaluate(condition, facts_of(world))


@QUICK
@given(CONDITIONS, CONDITIONS, WORLDS)
def test_not_both_is_one_not_or_the_other_not(first, second, world):
    facts = facts_of(world)
    both = evaluate({"not": {"all": [first, second]}}, facts)
    assert both is evaluate({"any": [{"not": first}, {"not": second}]}, facts)


@QUICK
@given(CONDITIONS, CONDITIONS, WORLDS)
def test_order_of_parts_does_not_matter(first, second, world):
    for both in ("all", "any"):
        assert evaluate({both: [first, second]}, facts_of(world)) is evaluate(
            {both: [second, first]}, facts_of(world)
        )


@QUICK
@given(WORLDS)
def test_every_is_not_some_not(world):
    where = {"eq": ["$waived(heirs)", True]}
    every = evaluate({"every": {"over": "heirs", "where": where}}, facts_of(world))
    assert every is evaluate({"not": {"some": {"over": "heirs", "where": {"not": where}}}}, facts_of(world))


def without_presence(condition):
    return "present" not in str(condition)


@QUICK
@given(CONDITIONS.filter(without_presence), WORLDS, st.data())
def test_learning_more_never_overturns_what_is_already_known(condition, world, data):
    before = evaluate(condition, facts_of(world))
    known = {
        name: data.draw(st.sampled_from([True, 1, "x"])) if value is UNKNOWN else value
        for name, value in world.items()
    }
    known["heirs"] = [True if value is UNKNOWN else value for value in world["heirs"]]
    after = evaluate(condition, facts_of(known))
    assert before is UNKNOWN or after is before
    assert after is not UNKNOWN


@QUICK
@given(CONDITIONS, WORLDS)
def test_weighing_says_the_same_and_what_it_names_is_enough_to_say_it(condition, world):
    truth, consulted = weigh(condition, facts_of(world))
    assert truth is evaluate(condition, facts_of(world))
    if truth is not UNKNOWN and without_presence(condition):
        only = {(reference, scope.get("heirs")) for reference, scope in consulted}
        assert evaluate(condition, facts_of(world, only)) is truth


@QUICK
@given(CONDITIONS, WORLDS)
def test_what_is_consulted_stands_in_the_condition(condition, world):
    named = set(references(condition))
    every = {reference for reference, _ in instances(condition, facts_of(world))}
    assert {reference for reference, _ in weigh(condition, facts_of(world))[1]} <= every <= named


@QUICK
@given(CONDITIONS)
def test_generated_conditions_are_in_the_language_and_renaming_to_itself_changes_nothing(condition):
    check(condition)
    assert rebind(condition, {"a": "a", "b": "b", "heirs": "heirs"}) == condition


def test_roles_are_renamed_in_facts_and_in_what_is_run_over():
    condition = {"some": {"over": "heirs", "where": {"eq": ["$kin(heirs, dead)", "spouse"]}}}
    assert rebind(condition, {"heirs": "children", "dead": "deceased"}) == {
        "some": {"over": "children", "where": {"eq": ["$kin(children, deceased)", "spouse"]}}
    }


def test_numbers_are_exact_decimals():
    facts = facts_of({"age(b)": 0.3, "heirs": []})
    assert evaluate({"eq": ["$age(b)", 0.3]}, facts) is True
    assert holds({"ge": ["$age(b)", 0.3]}, facts)


def test_a_word_has_no_order_beside_a_number():
    with pytest.raises(ConditionError):
        evaluate({"lt": ["$age(b)", 3]}, facts_of({"age(b)": "old", "heirs": []}))


def test_what_settles_an_any_is_all_that_is_asked():
    agreed = {"any": [{"eq": ["$waived(heirs)", True]}, {"eq": ["$agrees(heirs)", True]}]}
    every = {"every": {"over": "heirs", "where": agreed}}
    known = {("waived(heirs)", 0): True, ("agrees(heirs)", 1): True, ("waived(heirs)", 1): False}

    def facts(reference, scope):
        return 2 if reference.startswith("count(") else known.get((reference, scope["heirs"]), UNKNOWN)

    truth, consulted = weigh(every, facts)
    assert truth is True
    assert [(reference, scope["heirs"]) for reference, scope in consulted] == [
        ("waived(heirs)", 0),
        ("agrees(heirs)", 1),
    ]


@pytest.mark.parametrize(
    ("condition", "path"),
    [
        ("yes", ""),
        ({}, ""),
        ({"eq": [1], "ne": [2]}, ""),
        ({"all": []}, "/all"),
        ({"any": "x"}, "/any"),
        ({"eq": [1]}, "/eq"),
        ({"in": ["$a", []]}, "/in/1"),
        ({"some": {"where": True}}, "/some"),
        ({"every": {"over": "heirs", "with": 1}}, "/every"),
        ({"not": {"like": ["a", "b"]}}, "/not/like"),
        ({"all": [True, {"xor": []}]}, "/all/1/xor"),
    ],
)
def test_what_is_outside_the_language_is_named_with_its_place(condition, path):
    with pytest.raises(ConditionError) as caught:
        check(condition)
    assert caught.value.params["path"] == path


def test_unknown_is_no_truth_value():
    with pytest.raises(TypeError):
        bool(UNKNOWN)
