"""The reduction certificate of the shipped catalog: counted, and within its targets."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from forms.certificate import certificate
from forms.schema import slot_validator
from forms.validate import validate

STORIES = [
    "yichun_nine",
    "smooth_employee",
    "smooth_resident",
    "died_at_home",
    "refused_mid_graph",
    "registers_down",
]


def test_the_published_case_types_at_most_a_fifth_and_brings_at_most_a_quarter(story):
    figures = certificate(*story()).figures()
    assert figures["items"] == 9
    assert figures["fields"]["typed"] <= 0.20 * figures["fields"]["separate"]
    assert figures["materials"]["brought"] <= 0.25 * figures["materials"]["separate"]
    assert figures["trips"]["once"] == 1
    assert figures["days"]["critical_path"] < figures["days"]["serial"]


def test_no_meaning_stands_twice_in_what_is_typed(story):
    leaves = [pointer for pointer, _ in certificate(*story()).typed_leaves]
    assert len(leaves) == len(set(leaves))


def test_with_registers_down_the_family_types_what_they_would_have_supplied(story):
    form, answers, known = story()
    up = certificate(form, answers, known)
    for pointer, _ in up.register_leaves:
        role, *row, key = pointer.strip("/").split("/")
        group = answers.setdefault(role, {})
        (group[int(row[0])] if row else group)[key] = known[pointer].value
    down = certificate(form, answers, {key: value for key, value in known.items() if value.source == "login"})
    assert down.confirm_only == 0
    assert down.typed == up.typed_registers_down
    assert down.separate == up.separate


def test_a_second_heir_counts_once_more_in_the_forms_and_in_what_is_typed(story):
    form, answers, known = story()
    two = certificate(form, answers, known)
    one = certificate(form, answers | {"heirs": answers["heirs"][:1]}, known)
    assert one.separate < two.separate
    assert one.typed < two.typed


@pytest.mark.parametrize("name", STORIES)
def test_every_story_is_accepted_and_types_less_than_it_would_separately(story, name):
    form, answers, known = story(name)
    assert validate(form, answers, known).problems == ()
    figures = certificate(form, answers, known)
    assert figures.typed <= figures.merged <= figures.separate


@pytest.mark.parametrize("name", STORIES)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_both_implementations_agree_on_the_shipped_forms(story, name, data):
    form, answers, known = story(name)
    for slot in form.slots:
        payload = validate(form, answers, known).projections[slot.name].payload
        leaf = data.draw(st.sampled_from(sorted(payload)))
        change = data.draw(
            st.sampled_from([None, "", "x" * 400, 0, -1, True, [], {}, [{}], "2026-02-30", "drop"])
        )
        if change == "drop":
            del payload[leaf]
        else:
            payload[leaf] = change
        reference = Draft202012Validator(slot.item.form, format_checker=FormatChecker(["date"]))
        assert slot_validator(slot).is_valid(payload) == reference.is_valid(payload), (
            slot.name,
            leaf,
            change,
        )
