"""Wrong answers, each told where it stands, against the catalog that is shipped."""

import time
from copy import deepcopy

import pytest

from forms.merge import merge
from forms.plan import Draft, plan
from forms.schema import compile_schema
from forms.situation import check_situations, kept
from forms.validate import check_payload, validate
from onething.errors import ProjectionRejected


def codes(validation):
    return {problem.pointer: problem.code for problem in validation.problems}


def test_the_published_story_is_accepted(story):
    form, answers, known = story()
    assert codes(validate(form, answers, known)) == {}


def test_a_wrong_check_digit_is_told_at_the_number_and_at_nothing_else(story):
    form, answers, _ = story()
    answers["heirs"][1]["id_number"] = "360902197003098467"
    assert codes(validate(form, answers, story()[2])) == {"/heirs/1/id_number": "format"}


def test_a_day_that_is_none_flags_itself_and_not_what_an_age_is_told_from_beside_it(story):
    form, answers, known = story()
    answers["deceased"]["death_time"] = "昨天"
    assert codes(validate(form, answers, known)) == {"/deceased/death_time": "pattern"}


@pytest.mark.parametrize(
    "number", ["36090219700309846X", "360902197013098468", "36090219700309", "", None, 5, []]
)
def test_no_other_shape_of_number_passes(story, number):
    form, answers, known = story()
    answers["deceased"]["id_number"] = number
    assert "/deceased/id_number" in codes(validate(form, answers, known))


def test_a_field_that_nobody_knows_is_named_and_so_is_an_unknown_role(story):
    form, answers, known = story()
    answers["deceased"]["shoe_size"] = 42
    answers["neighbour"] = {"name": "甲"}
    assert codes(validate(form, answers, known)) == {
        "/deceased/shoe_size": "unknown_field",
        "/neighbour": "unknown_field",
    }


@pytest.mark.parametrize("value", [7, ["a"], {"a": 1}, True])
def test_a_value_of_a_wrong_type_is_told_where_it_stands(story, value):
    form, answers, known = story()
    answers["applicant"]["phone"] = value
    assert codes(validate(form, answers, known))["/applicant/phone"] == "type"


@pytest.mark.parametrize("group", [5, "text", None, [1, "two"], {"0": {}}])
def test_a_role_of_a_wrong_shape_is_refused_without_an_error(story, group):
    form, answers, known = story()
    answers["heirs"] = group
    assert not validate(form, answers, known).ok


@pytest.mark.parametrize(
    "choice", ["heirs/9", "heirs", "applicant/0", "deceased", "heirs/-1", ["heirs/0"], 3]
)
def test_the_payee_can_only_be_somebody_of_this_case(story, choice):
    form, answers, known = story()
    answers["payee"] = {"same_as": choice}
    assert "/payee/same_as" in codes(validate(form, answers, known))


def test_an_heir_who_gave_up_has_no_row_in_the_registration_and_need_not_agree(story):
    form, answers, known = story()
    answers["heirs"][0] |= {"waived": True}
    found = validate(form, answers, known)
    rows = found.projections["real_estate"].payload["qlr"]
    assert [row["qlrmc"] for row in rows] == ["刘淑芬"]
    del answers["heirs"][1]["phone"]
    assert codes(validate(form, answers, known)) == {"/heirs/1/phone": "required"}


def test_a_gate_asks_for_the_facts_that_open_it(story):
    form, _, known = story(
        "smooth_resident", pension="none", has_medical_account=False, has_housing_fund=True
    )
    asked = codes(validate(form, {"heirs": [{}]}, known))
    assert asked["/estate/inheritance_basis"] == "required"
    assert asked["/heirs/0/agrees"] == "required"


def test_five_wrong_answers_among_fifty_are_five_problems_in_the_forms_order(story):
    form, answers, known = story("registers_down")
    assert sum(len(group) for group in answers.values() if isinstance(group, dict)) > 30
    assert codes(validate(form, answers, known)) == {}
    answers["deceased"]["id_number"] = "360902196805178132"
    answers["deceased"]["death_time"] = "last night"
    answers["applicant"]["phone"] = "12"
    answers["account"]["bank_code"] = "piggy_bank"
    del answers["filing"]["signature"]
    found = codes(validate(form, answers, known))
    assert list(found) == [
        "/deceased/id_number",
        "/deceased/death_time",
        "/applicant/phone",
        "/account/bank_code",
        "/filing/signature",
    ]


def test_answers_that_another_choice_hides_are_listed_and_left_out(story):
    form, answers, known = story(has_real_estate=False)
    answers["payee"] = {"same_as": "applicant", "phone": "not a phone"}
    found = validate(form, answers, known)
    assert found.ok
    assert {"/estate/will_exists", "/payee/phone"} <= set(found.hidden)


def test_contradictory_situations_are_refused_with_their_sentence(real):
    bundle = real.bundle("bereavement")
    situations = real.scenario("bereavement", "yichun_nine").situations
    problems = check_situations(bundle, situations | {"pension": "resident"})
    assert [(problem.pointer, problem.code) for problem in problems] == [("/situations", "contradiction")]
    assert "在职" in problems[0].params["zh"]


def test_where_nothing_would_be_done_the_question_that_chooses_it_says_so(real):
    bundle = real.bundle("social_assistance")
    situations = dict(real.scenario("social_assistance").situations)
    nothing = {
        question.situation: [] if question.type == "many" else False if question.type == "yes_no" else None
        for question in bundle.situations
    }
    situations |= {name: value for name, value in nothing.items() if value is not None}
    problems = check_situations(bundle, {name: situations[name] for name in kept(bundle, situations)})
    assert [(problem.pointer, problem.code) for problem in problems] == [
        ("/situations/help", "nothing_chosen")
    ]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [("pension", "gold", "enum"), ("employed", "yes", "enum"), ("benefits", ["elderly", "elderly"], "enum"),
     ("benefits", "elderly", "enum"), ("weather", "fine", "unknown_field")],
)  # fmt: skip
def test_an_answer_that_is_no_option_is_told_at_its_question(real, name, value, code):
    bundle = real.bundle("bereavement")
    situations = real.scenario("bereavement", "yichun_nine").situations | {name: value}
    assert [(p.pointer, p.code) for p in check_situations(bundle, situations)] == [
        (f"/situations/{name}", code)
    ]


def test_situations_not_answered_ask_and_never_fail(real):
    bundle = real.bundle("bereavement")
    form = merge(real, bundle, {}, real.items["funeral/cremation"][0].valid_from.replace(year=2026))
    shown = plan(real, bundle, Draft({}), form)
    assert {problem.pointer for problem in shown.problems} >= {"/situations/pension", "/situations/cremated"}


def test_a_hostile_pattern_costs_no_time():
    hostile = compile_schema({"type": "string", "pattern": "^(a+)+$"})
    begun = time.perf_counter()
    assert not hostile.is_valid("a" * 100_000 + "!")
    assert time.perf_counter() - begun < 1


def test_a_finished_payload_that_does_not_fit_is_never_sent(story):
    form, answers, known = story()
    slot = form.slot("medical_stop")
    payload = deepcopy(validate(form, answers, known).projections["medical_stop"].payload)
    check_payload(slot, payload)
    payload["surplus"] = 1
    with pytest.raises(ProjectionRejected) as caught:
        check_payload(slot, payload)
    assert caught.value.params["slot"] == "medical_stop"


def test_a_word_where_a_number_belongs_is_told_and_compared_with_nothing(story):
    form, answers, known = story("yichun_nine")
    counted = [fact for fact, field in form.fields.items() if field.counted]
    assert counted
    spoilt = deepcopy(answers)
    for fact in counted:
        group = spoilt.get(fact.owner)
        for row in group if isinstance(group, list) else [group]:
            if isinstance(row, dict):
                row[fact.key] = "many"
    assert not validate(form, spoilt, known).ok
