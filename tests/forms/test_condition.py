"""Over the shipped forms a compiled condition says what the condition says, whoever it is asked about."""

from copy import deepcopy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forms.condition import program
from forms.resolve import Resolution
from onething.condition import evaluate

ANSWERS = [None, True, False, "notarial", "statutory", "will", "x"]


def drop_some(answers, choose):
    for group in answers.values():
        for row in group if isinstance(group, list) else [group]:
            for key in sorted(row):
                if choose(st.integers(0, 4)) == 0:
                    row[key] = choose(st.sampled_from(ANSWERS))


@pytest.mark.parametrize("name", ["registers_down", "yichun_nine"])
@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_slots_conditions_say_the_same_compiled(story, name, data):
    form, answers, known = story(name)
    answers = deepcopy(answers)
    drop_some(answers, data.draw)
    resolution = Resolution(form, answers, known)
    asked = [condition for slot in form.slots for condition in slot.conditions]
    assert asked
    for condition in asked:
        compiled, each = program(condition.condition, form), condition.each
        scopes = [{}] if each is None else [{each: index} for index in range(resolution.size(each))]
        for scope in scopes:
            assert compiled(resolution, scope) is evaluate(condition.condition, resolution.facts, scope)
