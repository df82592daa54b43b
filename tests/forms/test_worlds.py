"""What holds of every merged form, tried on random catalogs."""

from copy import deepcopy

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from forms.certificate import certificate
from forms.merge import Supply
from forms.plan import Draft, plan
from forms.project import project
from forms.resolve import Known, Resolution
from forms.schema import slot_validator

# The same catalogs in every run: a chance find belongs on a desk, not in somebody's build.
LAX = {"deadline": None, "derandomize": True, "suppress_health_check": list(HealthCheck)}
QUICK = settings(max_examples=60, **LAX)
DEEP = settings(max_examples=1500, **LAX)


def finished(world, form, answers):
    """Every slot's payload once the slots before it have brought about what it waits for."""
    outputs = {
        str(fact): Known("N-0001", "slot")
        for fact, field in form.fields.items()
        if field.supply is Supply.OUTCOME
    }
    resolution = Resolution(form, answers, world.known(form, answers), outputs)
    return [(slot, project(form, slot, resolution).payload) for slot in form.slots]


def pointers(form, answers):
    """Every place of the merged form where something may be answered, with the roles' own places."""
    places = {"/situations"}
    for fact, field in form.fields.items():
        group = answers.get(fact.owner, [])
        rows = range(len(group)) if field.many else [None]
        places |= {fact.pointer(index) for index in rows}
        if field.many:
            places |= {f"/{fact.owner}", *(f"/{fact.owner}/{index}" for index in rows)}
    return places


def sound(world):
    form = world.merged()
    answers = world.fill(form)
    accepted = world.validate(form, answers).ok
    for slot, payload in finished(world, form, answers):
        reference = Draft202012Validator(slot.item.form, format_checker=FormatChecker())
        wrong = [error.message for error in reference.iter_errors(payload)]
        assert slot_validator(slot).is_valid(payload) is (wrong == [])
        assert not (accepted and wrong), wrong
    return accepted


@QUICK
@given(data=st.data())
def test_whatever_is_accepted_fits_every_agencys_own_form_by_the_reference_implementation(worlds, data):
    assume(sound(data.draw(worlds)))


@pytest.mark.slow
@DEEP
@given(data=st.data())
def test_whatever_is_accepted_fits_every_agencys_own_form_in_thousands_of_catalogs(worlds, data):
    sound(data.draw(worlds))


@QUICK
@given(data=st.data())
def test_no_answer_that_the_certificate_counts_could_be_left_out(worlds, answered, data):
    world = data.draw(worlds)
    form = world.merged()
    answers = world.fill(form)
    assume(world.validate(form, answers).ok)
    counted = dict(certificate(form, answers, world.known(form, answers)).typed_leaves)
    for pointer, _, key in answered(answers):
        if pointer in counted:
            without = deepcopy(answers)
            place = next(row for other, row, _ in answered(without) if other == pointer)
            del place[key]
            assert not world.validate(form, without).ok, pointer


@QUICK
@given(data=st.data())
def test_the_answers_that_the_certificate_counts_are_enough(worlds, answered, data):
    world = data.draw(worlds)
    form = world.merged()
    answers = world.fill(form)
    assume(world.validate(form, answers).ok)
    counted = dict(certificate(form, answers, world.known(form, answers)).typed_leaves)
    for pointer, row, key in list(answered(answers)):
        if pointer not in counted:
            del row[key]
    assert {pointer for pointer, _, _ in answered(answers)} == set(counted)
    assert world.validate(form, answers).ok
    assert certificate(form, answers, world.known(form, answers)).typed == len(counted)


@QUICK
@given(data=st.data())
def test_the_order_of_slots_changes_neither_fields_nor_figures(worlds, data):
    world = data.draw(worlds)
    form = world.merged()
    answers = world.fill(form)
    order = data.draw(st.permutations(range(len(world.bundle.slots))))
    other = world.merged(order)
    assert set(other.fields) == set(form.fields)
    assert [field.supply for field in other.fields.values()] == [
        field.supply for field in form.fields.values()
    ]
    known = world.known(form, answers)
    assert certificate(other, answers, known).figures() == certificate(form, answers, known).figures()
    assert {p.pointer for p in world.validate(other, answers).problems} == {
        p.pointer for p in world.validate(form, answers).problems
    }


@QUICK
@given(data=st.data())
def test_merging_again_or_naming_a_slot_twice_adds_no_field(worlds, data):
    world = data.draw(worlds)
    form = world.merged()
    again = world.merged()
    twice = world.merged([*range(len(world.bundle.slots)), 0])
    assert list(again.fields) == list(form.fields)
    assert set(twice.fields) == set(form.fields)
    assert {f: field.schemas for f, field in twice.fields.items()} == {
        f: field.schemas for f, field in form.fields.items()
    }


@QUICK
@given(data=st.data())
def test_every_problem_points_at_a_place_of_the_merged_form(worlds, data):
    world = data.draw(worlds)
    form = world.merged()
    answers = world.fill(form)
    rubbish = data.draw(st.sampled_from([None, 0, "", "x" * 60, [], {}, True, "2026-13-45", -5]))
    for role in list(answers):
        if data.draw(st.booleans()):
            group = answers[role]
            rows = group if isinstance(group, list) else [group]
            for row in rows:
                for key in list(row):
                    if data.draw(st.booleans()):
                        row[key] = rubbish
    places = pointers(form, answers)
    for problem in world.validate(form, answers).problems:
        assert problem.pointer in places, problem
    plan(world.catalog, world.bundle, Draft(world.situations, answers), form)


@QUICK
@given(data=st.data())
def test_what_the_situations_hide_is_neither_sent_nor_complained_about(worlds, data):
    world = data.draw(worlds)
    form = world.merged()
    answers = world.fill(form)
    before = world.validate(form, answers)
    owners = {fact.owner for fact in form.fields}
    unused = [
        (role, name)
        for role in ("subject", "applicant")
        for name in ("note", "colour", "amount")
        if not any(fact.owner == role and fact.concept == name for fact in form.fields)
    ]
    for role, name in unused:
        answers.setdefault(role, {})[name] = ["secret, and of a wrong type"]
    after = world.validate(form, answers)
    assert after.problems == before.problems
    assert set(after.hidden) >= {f"/{role}/{name}" for role, name in unused if role in owners}
    assert all("secret" not in str(projection.payload) for projection in after.projections.values())


@QUICK
@given(data=st.data())
def test_typed_never_exceeds_merged_and_merging_never_asks_more_than_its_own_questions(worlds, data):
    world = data.draw(worlds)
    form = world.merged()
    answers = world.fill(form)
    figures = certificate(form, answers, world.known(form, answers))
    printed = {box.leaf for box in figures.asked if box.leaf}
    assert figures.typed <= figures.merged
    assert figures.typed + figures.confirm_only == figures.typed_registers_down
    assert len(printed) <= figures.separate
    assert figures.materials_brought <= figures.materials_separate
    assert figures.days_critical_path <= figures.days_serial
    assert figures.trips_once <= figures.trips_separate


@QUICK
@given(data=st.data())
def test_whatever_is_required_is_shown_and_marked_so_on_the_plan(worlds, data):
    world = data.draw(worlds)
    form = world.merged()
    answers = {"heirs": [{} for _ in range(world.heirs)]} if world.heirs else {}
    known = world.known(form, answers)
    shown = plan(world.catalog, world.bundle, Draft(world.situations, answers, known), form)
    fields = {
        field.pointer: field
        for section in shown.sections
        for block in section.blocks
        for field in block.fields
    }
    for problem in shown.problems:
        if problem.code == "required" and problem.pointer != "/heirs":
            assert fields[problem.pointer].required, problem.pointer
