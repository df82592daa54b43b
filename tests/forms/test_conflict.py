"""What cannot stand together is told at the answer to change, in the words of the life event."""

from datetime import date

import pytest

from forms.merge import merge
from forms.plan_field import hint, tell
from forms.prefill import known_from_registers, without_login
from forms.resolve import Known
from forms.validate import validate
from onething.catalog import load_catalog
from runtime.settings import TREE

CATALOG = load_catalog(TREE / "catalog")
BUNDLE = "marriage_birth_household"
APPLICANT_IS = {"husband": ("applicant", "partner"), "wife": ("partner", "applicant")}


def told(situations, typed, recorded=None):
    """By pointer what is said of the smooth story with other answers, or other records."""
    story = CATALOG.scenario(BUNDLE, "smooth_four_items")
    form = merge(CATALOG, CATALOG.bundle(BUNDLE), story.situations | situations, date(2026, 3, 3))
    answers, login = without_login(form, story.answers)
    answers = {role: dict(group) for role, group in answers.items()}
    for role, changed in typed.items():
        answers[role] = {**answers.get(role, {}), **changed}
    known = known_from_registers(form, answers, story.registers, login)
    known |= {place: Known(value, "population") for place, value in (recorded or {}).items()}
    found = validate(form, answers, known).problems
    return {one.pointer: tell(form, one).text.zh for one in found}


@pytest.mark.parametrize("spouse", ["husband", "wife"])
def test_who_is_on_record_as_married_cannot_marry_and_is_told_what_to_do(spouse):
    story = CATALOG.scenario(BUNDLE, "smooth_four_items")
    role = APPLICANT_IS[story.situations["applicant_is"]][("husband", "wife").index(spouse)]
    place = f"/{role}/marital_status"
    said = told({}, {}, {place: "married"})[place]
    assert "登记的婚姻状况是“已婚”" in said
    assert "离婚证" in said
    assert told({}, {role: {"marital_status": "divorced"}}, {place: "married"}) == {}


@pytest.mark.parametrize("moves", ["husband", "wife"])
def test_a_household_has_one_head(moves):
    story = CATALOG.scenario(BUNDLE, "smooth_four_items")
    husband, wife = APPLICANT_IS[story.situations["applicant_is"]]
    stays, goes, home = (
        (wife, husband, "wife_household") if moves == "husband" else (husband, wife, "husband_household")
    )
    relation = f"head_relation_to_{home}"
    said = [
        told({"who_moves": moves}, {"receiving_head": {"same_as": head}, stays: {relation: kin}})
        for head, kin in [(stays, "son"), ("other", "head"), (goes, "son"), (stays, "head"), ("other", "son")]
    ]
    place = "/receiving_head/same_as"
    assert "与户主关系”不是户主" in said[0][place]
    assert "迁入户的户主就是" in said[1][place]
    assert "要迁入的人" in said[2][place]
    assert place not in said[3]
    assert place not in said[4]


def test_a_record_that_is_no_answer_here_is_said_beside_the_question():
    story = CATALOG.scenario(BUNDLE, "smooth_four_items")
    form = merge(CATALOG, CATALOG.bundle(BUNDLE), story.situations, date(2026, 3, 3))
    field = next(one for one in form.fields.values() if one.fact.pointer() == "/partner/marital_status")
    assert hint(field, "married").zh.endswith("登记的是“已婚”，这里不能选它：请核对后选实际情况")
    assert hint(field, "divorced") == hint(field, None) == field.concept.help
