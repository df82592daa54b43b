"""Nobody stands twice where a household is counted or an estate shared."""

from datetime import date
from typing import Any

import pytest

from forms.merge import MergedForm, merge
from forms.plan_field import tell
from forms.prefill import known_from_registers, without_login
from forms.validate import validate
from onething.bundle_check import BundleCheck
from onething.catalog import load_catalog
from onething.catalog_file import read_catalog
from onething.errors import CatalogError
from onething.problem import Problem
from onething.text import Text
from runtime.settings import TREE


@pytest.fixture(scope="module")
def household():
    """A function that validates the story's household with its members' identity numbers given."""
    catalog = load_catalog(TREE / "catalog")
    story = catalog.scenario("social_assistance", "low_income_with_linked")
    bundle = catalog.bundle("social_assistance")
    form = merge(catalog, bundle, story.situations, date.fromisoformat(story.filed_at[:10]))

    def validated(numbers: list[str]) -> tuple[MergedForm, list[Problem]]:
        answers, login = without_login(form, story.answers)
        rows = [{**row, "id_number": number} for row, number in zip(answers["members"], numbers, strict=True)]
        answers = {**answers, "members": rows}
        known = known_from_registers(form, answers, story.registers, login)
        return form, [one for one in validate(form, answers, known).problems if one.code == "same_person"]

    return validated


HUSBAND, CHILD, MOTHER, APPLICANT = (
    "370614197503084119",
    "370614200909234425",
    "370614194402174242",
    "370614197805124622",
)


def test_a_household_of_different_people_is_taken_as_it_is(household):
    assert household([HUSBAND, CHILD, MOTHER])[1] == []


def test_a_member_who_stands_twice_is_told_by_row_and_by_whom(household):
    form, (problem,) = household([HUSBAND, CHILD, HUSBAND])
    assert problem.pointer == "/members/2/id_number"
    told = tell(form, problem).text
    assert "共同生活的家庭成员（不含申请人）”中已经填写" in told.zh
    assert "Members living together" in told.en


def test_the_applicant_is_no_member_of_her_own_household(household):
    _, (problem,) = household([APPLICANT, CHILD, MOTHER])
    assert problem.pointer == "/members/0/id_number"
    assert problem.params["zh"] == "申请人（户主）"


def test_only_persons_are_told_apart():
    catalog = read_catalog(TREE / "catalog")
    bundle = catalog.bundles["bereavement"].model_copy(update={"distinct": (("deceased", "account"),)})
    with pytest.raises(CatalogError, match="distinct names account"):
        BundleCheck(catalog, bundle).run()


def test_a_number_of_the_other_sex_is_told_at_the_role_that_needs_one():
    catalog = load_catalog(TREE / "catalog")
    story = catalog.scenario("marriage_birth_household", "smooth_four_items")
    form = merge(
        catalog,
        catalog.bundle("marriage_birth_household"),
        story.situations,
        date.fromisoformat(story.filed_at[:10]),
    )
    answers, login = without_login(form, story.answers)

    def told(changed: dict[str, Any]) -> list[tuple[Problem, Text]]:
        known = known_from_registers(form, changed, story.registers, login)
        found = validate(form, changed, known).problems
        return [(one, tell(form, one).text) for one in found if one.code == "other_sex"]

    assert told(answers) == []
    own_sex = {**answers["partner"], "id_number": login["id_number"]}
    ((problem, text),) = told({**answers, "partner": own_sex})
    assert problem.pointer == "/partner/id_number"
    assert "女方" in text.zh or "男方" in text.zh
    assert "Digit 17" in text.en


@pytest.mark.parametrize(
    ("name", "fits"), [("林沐晨", True), ("林·𠮷", True), ("Anna 周", False), ("林a", False)]
)
def test_a_child_is_named_in_standard_characters(name, fits):
    catalog = load_catalog(TREE / "catalog")
    story = catalog.scenario("newborn")
    form = merge(
        catalog, catalog.bundle("newborn"), story.situations, date.fromisoformat(story.filed_at[:10])
    )
    answers, login = without_login(form, story.answers)
    known = known_from_registers(form, answers, story.registers, login)
    found = validate(form, {**answers, "child": {**answers["child"], "chosen_name": name}}, known)
    assert ("/child/chosen_name" not in [one.pointer for one in found.problems]) is fits
