"""Naming quickly what a form lacks names the same as asking the agency's own form for every error."""

from copy import deepcopy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forms import validate as validation
from forms.program import slot_programs
from forms.relaxed import relaxed_validator
from forms.validate import validate

RUBBISH = [None, 0, "", "x" * 60, [], {}, True, "2026-13-45", -5]


def spoil(answers, choose):
    for group in answers.values():
        for row in group if isinstance(group, list) else [group]:
            for key in sorted(row):
                if choose(st.integers(0, 3)) == 0:
                    row[key] = choose(st.sampled_from(RUBBISH))


def both(form, answers, known):
    quick = validate(form, answers, known)
    with pytest.MonkeyPatch.context() as patch:
        unaided = tuple(program._replace(relaxed=None) for program in slot_programs(form))
        patch.setattr(validation, "slot_programs", lambda _form: unaided)
        full = validate(form, answers, known)
    return ({problem.pointer for problem in found.problems} for found in (quick, full))


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_both_ways_of_listing_name_the_same_places(worlds, data):
    world = data.draw(worlds)
    form = world.merged()
    answers = world.fill(form)
    spoil(answers, data.draw)
    quick, full = both(form, answers, world.known(form, answers))
    assert quick == full


@pytest.mark.parametrize("name", ["registers_down", "yichun_nine", "smooth_employee"])
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_both_ways_agree_on_the_shipped_forms(story, name, data):
    form, answers, known = story(name)
    answers = deepcopy(answers)
    spoil(answers, data.draw)
    quick, full = both(form, answers, known)
    assert quick == full


SHAPES = {
    "a choice between requirements": {"anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
    "a value that a condition prescribes": {"if": {}, "then": {"properties": {"a": {"const": 1}}}},
    "a condition inside a condition": {"if": {}, "then": {"if": {}, "then": {"required": ["a"]}}},
    "a list in a list of rules": {"allOf": [{"allOf": [{"required": ["a"]}]}]},
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_form_whose_requirements_cannot_be_told_is_always_asked_for_every_error(name):
    assert relaxed_validator({"type": "object"} | SHAPES[name]) is None


def test_a_relaxed_form_misses_nothing_and_still_refuses_a_wrong_value():
    form = {"properties": {"a": {"maxLength": 2}}, "required": ["a", "b"], "dependentRequired": {"a": ["c"]}}
    relaxed = relaxed_validator(form)
    assert relaxed.is_valid({"a": "x"})
    assert not relaxed.is_valid({"a": "xxx"})
