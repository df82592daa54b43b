"""The life event of a birth, read as parents, a clerk and an auditor would."""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from forms.certificate import certificate
from forms.merge import MergedForm, Supply, merge
from forms.plan import Draft, plan
from forms.prefill import known_from_registers, situations_from_registers, without_login
from forms.situation import check_situations, options_of
from forms.validate import Validation, validate
from onething.box import Box
from onething.catalog import Catalog, load_catalog
from onething.condition import UNKNOWN, evaluate
from onething.fact import fact_of

ROOT = Path(__file__).resolve().parents[2]
ROWS = {
    "health/birth_certificate": (9, 34),
    "health/vaccination_booklet": (11, 20),
    "police/birth_registration": (12, 37),
    "medical_insurance/resident_enrolment": (13, 22),
    "social_insurance/social_security_card": (14, 28),
    "medical_insurance/maternity_allowance": (15, 28),
    "medical_insurance/maternity_refund": (16, 16),
    "health/childcare_subsidy": (17, 25),
    "health/childcare_registration": (18, 15),
}
"""Section of the collected forms and how many rows the form has there."""
CHILD = ("vaccination", "birth_registration", "enrolment", "contribution", "card", "childcare", "subsidy")


@dataclass(frozen=True)
class Counter:
    """A story as it stands at the counter."""

    form: MergedForm
    answers: dict
    known: dict
    validation: Validation

    def payload(self, slot):
        return self.validation.projections[slot].payload

    def awaited(self, slot):
        return {str(gap.fact) for gap in self.validation.projections[slot].awaited}


@pytest.fixture(scope="module")
def catalog():
    return load_catalog(ROOT / "catalog")


@pytest.fixture(scope="module")
def stories(catalog):
    return catalog.scenarios["newborn"]


@pytest.fixture(scope="module")
def at_counter(catalog, stories):
    def filed(name: str, **situations: str | bool) -> Counter:
        story = stories[name]
        day = datetime.fromisoformat(story.filed_at).date()
        form = merge(catalog, catalog.bundle("newborn"), {**story.situations, **situations}, day)
        answers, login = without_login(form, story.answers)
        known = known_from_registers(form, answers, story.registers, login)
        return Counter(form, answers, known, validate(form, answers, known))

    return filed


@pytest.mark.parametrize("item", ROWS)
def test_every_row_of_the_agencys_own_form_stands_in_it(catalog, item):
    section, rows = ROWS[item]
    cited = " ".join(str(box.binding.source) for box in _boxes(catalog, item))
    assert {int(row) for row in re.findall(rf"§{section} (\d+)", cited)} == set(range(1, rows + 1))


def test_what_the_delivery_staff_fill_is_never_sent(catalog):
    half = [
        box
        for box in _boxes(catalog, "health/birth_certificate")
        if re.search(r"§9 (\d|1[01])$", box.binding.source)
    ]
    assert {box.title for box in half} >= {"出生体重（克）", "出生孕周", "接生人员签字"}
    assert not any(box.sent for box in half)


def test_a_family_types_at_most_a_quarter_and_brings_at_most_a_third_of_the_papers(stories, at_counter):
    for name, story in stories.items():
        if any(held.get("unavailable") for held in story.registers.values()):
            continue
        counter = at_counter(name)
        figures = certificate(counter.form, counter.answers, counter.known)
        assert figures.typed <= 0.25 * figures.separate, name
        assert figures.materials_brought <= 0.30 * figures.materials_separate, name


def test_nobody_is_ever_asked_for_the_identity_number_that_the_police_have_yet_to_assign(
    catalog, stories, at_counter
):
    for name in stories:
        counter = at_counter(name)
        shown = plan(
            catalog,
            counter.form.bundle,
            Draft(counter.form.situations, counter.answers, counter.known),
            counter.form,
        )
        asked = [f.pointer for s in shown.sections for block in s.blocks for f in block.fields]
        assert not [pointer for pointer in asked if re.fullmatch(r"/child(_\d)?/id_number", pointer)], name


def test_the_number_the_police_assign_is_what_insurance_card_and_subsidy_wait_for(at_counter):
    counter = at_counter("smooth")
    assert counter.form.fields[fact_of("id_number", ("child",))].supply is Supply.OUTCOME
    for slot in ("enrolment", "contribution", "card", "childcare", "subsidy"):
        assert "id_number(child)" in counter.awaited(slot), slot
    assert counter.awaited("birth_registration") == {
        f"{concept}(child)"
        for concept in (
            "newborn_name",
            "newborn_sex",
            "birth_time",
            "birth_certificate_no",
            "birth_certificate_date",
        )
    }


@pytest.mark.parametrize(
    ("said", "first", "second"),
    [
        ({"applicant_is": "mother"}, "随申请人（母亲）", "随另一方（父亲）"),
        ({"applicant_is": "father"}, "随申请人（父亲）", "随另一方（母亲）"),
        ({}, "随申请人", "随另一方"),
    ],
)
def test_whom_the_child_goes_with_is_named_as_mother_or_father(catalog, said, first, second):
    bundle = catalog.bundle("newborn")
    by_name = {one.situation: one for one in bundle.situations}
    for name in ("joins", "ethnicity_as"):
        labels = options_of(bundle, by_name[name], said | {"parents": "married", "joins": "other"})
        assert [labels[option].zh for option in ("applicant", "other")] == [first, second]
    assert options_of(bundle, by_name["parents"], said) == by_name["parents"].options


def test_each_twin_has_items_of_its_own_and_the_one_delivery_one_allowance(at_counter):
    form = at_counter("twins").form
    names = [slot.name for slot in form.slots]
    assert [name for name in names if name.startswith("allowance")] == ["allowance"]
    for slot in ("birth_certificate", *CHILD):
        assert f"{slot}[2]" in names
        facts = {bound.fact for bound in form.slot(f"{slot}[2]").sent if bound.fact}
        assert not [fact for fact in facts if fact.owner == "child"], slot


def test_four_children_are_the_most_and_the_parents_are_typed_once(catalog, at_counter):
    one, four = at_counter("smooth"), at_counter("smooth", children_born="four")
    shared = {fact for fact in one.form.fields if fact.owner in {"applicant", "other_parent"}}
    assert {fact for fact in four.form.fields if fact.owner in {"applicant", "other_parent"}} == shared
    assert {role for role in catalog.bundle("newborn").roles if role.startswith("child")} == {
        "child",
        "child_2",
        "child_3",
        "child_4",
    }


def test_whichever_parent_files_the_forms_say_the_same_about_mother_and_father(at_counter):
    by_mother, by_father = at_counter("smooth"), at_counter("refund_through_spouse")
    for box in ("mqxm", "mqgmsfhm", "fqxm", "fqgmsfhm", "jhryjhgx", "jhrejhgx"):
        told = by_mother.payload("birth_registration")[box]
        assert by_father.payload("birth_registration")[box] == told, box
    assert by_mother.payload("birth_registration")["sbrjtgx"] == "母亲"
    assert by_father.payload("birth_registration")["sbrjtgx"] == "父亲"
    assert by_father.payload("birth_certificate")["mqxx_nl"] == 29


def test_a_father_not_named_stands_in_no_agencys_form(at_counter):
    counter = at_counter("single_mother")
    assert counter.validation.ok
    for slot in counter.form.slots:
        payload = counter.payload(slot.name)
        assert not [key for key in payload if key.startswith(("fqxx_", "fqxm", "fqgm", "jhre", "fathername"))]
    assert counter.payload("birth_certificate")["fqxxtg"] == "未提供"


def test_a_father_without_the_mother_is_turned_down_with_a_sentence(catalog, stories):
    wrong = {**stories["single_mother"].situations, "applicant_is": "father"}
    problems = check_situations(catalog.bundle("newborn"), wrong)
    assert [problem.code for problem in problems] == ["contradiction"]
    assert "母亲" in problems[0].params["zh"]


def test_the_household_comes_from_the_parent_whose_book_the_child_joins(at_counter):
    joined = at_counter("follows_father")
    police, insurance = joined.payload("birth_registration"), joined.payload("enrolment")
    assert (police["lhsfz"], police["ldfs"], police["mz"]) == ("360902199408235175", "随父", "12")
    # He lives in his own parents' household: to its head the child is a grandchild.
    assert police["yhzgx"] == "孙子女或外孙子女"
    assert insurance["Insrd_CntyDstc_ADivCd"] == "360981"
    assert at_counter("smooth").payload("birth_registration")["yhzgx"] == "子女"


@pytest.mark.parametrize(
    ("told", "name", "opens"),
    [(True, "林语桐", True), (False, None, False), (False, "林语桐", True)],
)
def test_the_certificate_waits_for_a_name_and_only_for_that(catalog, told, name, opens):
    (item,) = catalog.items["health/birth_certificate"]
    (gate,) = item.gates
    facts = {"situation.child_named": told, "chosen_name(child)": name}

    def ask(reference: str, _scope: object) -> object:
        value = facts[reference]
        return UNKNOWN if value is None else value

    assert (evaluate(gate.when, ask) is True) is opens


def test_a_name_is_required_once_the_family_says_that_there_is_one(at_counter):
    unnamed = at_counter("name_missing_at_discharge")
    assert unnamed.validation.ok
    named = at_counter("name_missing_at_discharge", child_named=True)
    assert [problem.pointer for problem in named.validation.problems] == ["/child/chosen_name"]


def test_a_child_that_died_is_in_three_items_and_nothing_more_is_asked_about_it(at_counter):
    counter = at_counter("child_deceased")
    assert [slot.name for slot in counter.form.slots] == ["birth_certificate", "allowance", "subsidy"]
    subsidy = counter.payload("subsidy")
    assert subsidy["tsqk"] == "死亡未落户"
    assert "id_number(child)" not in counter.awaited("subsidy")
    assert set(counter.answers["child"]) == {"chosen_name"}


def test_parents_not_married_are_asked_for_no_marriage_certificate(at_counter):
    for name, wanted in (("smooth", True), ("unmarried_parents", False), ("single_mother", False)):
        counter = at_counter(name)
        assert counter.validation.ok
        slots = [
            slot.name
            for slot in counter.form.slots
            for material, condition in slot.papers
            if material.material == "marriage_certificate"
            and evaluate(condition.condition, counter.validation.resolution.facts) is True
        ]
        assert bool(slots) is wanted, name


def test_limits_are_those_of_the_regulation_and_the_national_norm(catalog):
    statutory = {
        item: catalog.items[item][0].limits.statutory
        for item in (
            "medical_insurance/resident_enrolment",
            "social_insurance/social_security_card",
            "medical_insurance/maternity_allowance",
            "medical_insurance/maternity_refund",
            "health/childcare_subsidy",
        )
    }
    assert [limit.amount for limit in statutory.values()] == [10, 10, 10, 30, 30]
    assert all(limit.basis.verified for limit in statutory.values())


def test_the_subsidy_says_that_it_is_no_income_in_social_assistance(catalog):
    effects = catalog.items["health/childcare_subsidy"][0].effects
    assert any("不计入家庭收入" in effect.title.zh for effect in effects)


def test_money_can_be_demanded_back_and_records_corrected(catalog):
    kinds = {
        slot.slot: catalog.items[slot.item][0].reversibility.value for slot in catalog.bundle("newborn").slots
    }
    assert {
        kinds[name] for name in ("allowance", "refund", "refund_by_spouse", "subsidy", "contribution")
    } == {"repayment"}
    assert {kinds[name] for name in ("birth_certificate", "birth_registration", "enrolment", "card")} == {
        "correction"
    }


def test_a_register_that_answers_a_question_says_what_the_story_says(catalog, stories):
    bundle = catalog.bundle("newborn")
    asked = 0
    for story in stories.values():
        told = situations_from_registers(
            bundle, story.registers, str(story.answers["applicant"]["id_number"])
        )
        asked += len(told)
        assert told.items() <= story.situations.items(), story.scenario
    assert asked


def test_every_slot_and_every_rare_row_has_its_story(catalog, stories):
    met = {slot for story in stories.values() for slot in story.expect.slots}
    assert {slot.slot for slot in catalog.bundle("newborn").slots if slot.number == 1} <= met
    ends = {state for story in stories.values() for state in story.expect.slots.values()}
    assert {"granted", "refused", "blocked", "withdrawn"} <= ends
    assert len(stories) >= 12


def _boxes(catalog: Catalog, item: str) -> tuple[Box, ...]:
    (version,) = catalog.items[item]
    return catalog.boxes(version)
