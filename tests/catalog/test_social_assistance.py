"""Social assistance as shipped, read as a household, a village and an auditor would."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from forms.certificate import certificate
from forms.merge import merge
from forms.plan import Draft, plan
from forms.prefill import known_from_registers, without_login
from forms.validate import validate
from onething.catalog import load_catalog
from onething.condition import evaluate
from onething.fact import parse_fact
from onething.item import EffectFrom, StepKind

ROOT = Path(__file__).resolve().parents[2]
LADDER = ("special_hardship", "low_income", "margin", "rigid_spending", "temporary_aid")
APPLY_FREE = {
    "civil_affairs/poor_elderly",
    "education/poor_student",
    "power/electricity_relief",
    "utilities/water_relief",
    "medical_insurance/contribution_aid",
}


@pytest.fixture(scope="module")
def catalog():
    return load_catalog(ROOT / "catalog")


@pytest.fixture(scope="module")
def bundle(catalog):
    return catalog.bundle("social_assistance")


@pytest.fixture(scope="module")
def slots(bundle):
    return {slot.slot: slot for slot in bundle.slots}


@pytest.fixture(scope="module")
def items(catalog, bundle):
    return {slot.item: catalog.items[slot.item][0] for slot in bundle.slots}


@pytest.fixture(scope="module")
def yardstick(catalog):
    return next(story for story in catalog.scenarios["social_assistance"].values() if story.yardstick)


def filled(catalog, story, answers=None):
    """The merged form of a story, what is typed and what registers know."""
    day = datetime.fromisoformat(story.filed_at).date()
    form = merge(catalog, catalog.bundle("social_assistance"), story.situations, day)
    typed, login = without_login(form, answers or story.answers)
    return form, typed, known_from_registers(form, typed, story.registers, login)


def test_each_rung_waits_until_every_rung_above_has_come_to_nothing_and_for_consent(slots, items):
    for place, name in enumerate(LADDER):
        assert slots[name].instead_of == LADDER[:place]
        assert slots[name].after == ("means_check",)
        gates = {gate.gate for gate in items[slots[name].item].gates}
        assert gates == ({"consent_to_next_rung"} if place else set())


def test_the_first_rung_asks_no_consent_to_go_on(items):
    facts = {"situation.no_support": False, "situation.help.temporary": True, "situation.help.living": True}
    for item in ("civil_affairs/low_income", "civil_affairs/temporary_aid"):
        gate = items[item].gates[0]
        assert evaluate(gate.when, lambda name, _: facts.get(name, False)) is True


def test_temporary_aid_that_is_asked_for_waits_for_no_rung(slots):
    asked, foot = slots["temporary_aid_asked"], slots["temporary_aid"]
    assert asked.item == foot.item
    assert asked.waits_for == ()
    for temporary, active in ((True, asked), (False, foot)):
        facts = {"situation.help.temporary": temporary, "situation.help.living": True}
        begun = [one for one in (asked, foot) if evaluate(one.when, lambda name, _: facts[name]) is True]  # noqa: B023
        assert begun == [active]


def test_special_hardship_and_the_disability_subsidies_are_never_both_granted(slots):
    for name in ("disability_living", "disability_care"):
        assert slots[name].instead_of == ("special_hardship",)


@pytest.mark.parametrize(
    ("help_", "status", "called"),
    [
        ({"living"}, "none", True),
        ({"living"}, "low_income", True),
        ({"living"}, "special_hardship", False),
        ({"disability"}, "none", True),
        ({"temporary"}, "none", False),
    ],
)
def test_whoever_tells_of_a_grave_disability_need_not_choose_the_care_subsidy_besides(
    slots, help_, status, called
):
    facts = {f"situation.help.{one}": True for one in help_}
    facts |= {"situation.care_subsidy": True, "situation.current_status": status}
    assert evaluate(slots["disability_care"].when, lambda name, _: facts.get(name, False)) is called
    mild = facts | {"situation.care_subsidy": False}
    assert evaluate(slots["disability_care"].when, lambda name, _: mild.get(name, False)) is False


def test_special_hardship_names_the_sum_of_its_steps_as_its_limit(items):
    item = items["civil_affairs/special_hardship"]
    steps = {step.step: step for step in item.steps}
    limited = [steps[name].limit.amount for name in ("opinion", "confirm")]
    assert limited == [15, 15]
    assert item.limits.statutory.amount == sum(limited) + 5
    assert "合计" in item.limits.statutory.basis.cite
    assert not item.limits.statutory.basis.verified
    assert item.limits.promised.basis.local


def test_every_former_status_ends_with_any_new_one_and_with_none(slots):
    for status in LADDER[:-1]:
        assert set(slots[f"end_{status}"].after_any) == set(LADDER[:-1]) - {status}
    stop = slots["former_status_stop"]
    assert (stop.item, stop.instead_of) == ("civil_affairs/status_stop", LADDER[:-1])
    assert stop.title is not None


def test_a_status_begins_and_the_former_one_ends_from_the_same_month(items):
    for item in ("civil_affairs/low_income", "civil_affairs/special_hardship"):
        assert {effect.from_ for effect in items[item].effects} == {EffectFrom.NEXT_MONTH}
    assert [effect.from_ for effect in items["civil_affairs/status_end"].effects] == [EffectFrom.SLOT_BEFORE]
    assert [effect.from_ for effect in items["civil_affairs/status_stop"].effects] == [EffectFrom.NEXT_MONTH]


@pytest.mark.parametrize(
    "item",
    [
        "civil_affairs/low_income",
        "civil_affairs/temporary_aid",
        "civil_affairs/emergency_aid",
        "medical_insurance/medical_aid",
        "health/childcare_subsidy",
    ],
)
def test_a_decision_about_money_states_the_sum_in_yuan(catalog, item):
    (sum_,) = [one for one in catalog.items[item][-1].effects if one.money]
    assert sum_.opens is None, "it is stated with every grant"
    assert "元" in sum_.title.zh
    assert catalog.concepts[parse_fact(sum_.fact).concept].outcome


def test_only_the_end_of_special_hardship_is_put_up_for_seven_days(items):
    step = next(one for one in items["civil_affairs/status_stop"].steps if one.kind is StepKind.PUBLIC_NOTICE)
    for status in LADDER[:-1]:
        put_up = evaluate(step.when, lambda *_, held=status: held)
        assert put_up is (status == "special_hardship")


def test_what_needs_no_application_may_be_declined_first(items):
    ends = {"civil_affairs/status_end", "civil_affairs/status_stop"}
    assert {key for key, item in items.items() if item.automatic} == APPLY_FREE | ends
    for key in APPLY_FREE:
        assert [str(gate.opt_out) for gate in items[key].gates] == ["5wd"], key


def test_two_officers_visit_and_whoever_acts_signs(items):
    visits = [step for item in items.values() for step in item.steps if step.kind is StepKind.HOME_VISIT]
    assert visits
    assert all(step.officers >= 2 for step in visits)
    ladder = [items[f"civil_affairs/{name}"] for name in LADDER]
    assert all(step.signer for item in ladder for step in item.steps)


def test_a_notice_stands_seven_days_and_never_tells_of_a_child(items):
    notices = {
        key: step for key, item in items.items() for step in item.steps if step.kind is StepKind.PUBLIC_NOTICE
    }
    assert {step.days for step in notices.values()} == {7}
    assert notices.pop("civil_affairs/unattended_child").when is False
    assert notices.pop("civil_affairs/status_stop").when is not True
    minors = {"not": {"eq": ["$situation.for_minor", True]}}
    assert notices.pop("civil_affairs/special_hardship").when == minors
    assert {step.when for step in notices.values()} == {True}


def test_special_cases_may_take_forty_five_working_days(catalog, items):
    low_income = items["civil_affairs/low_income"]
    extension = catalog.profiles[low_income.profile].rules.extension_at_most
    assert low_income.limits.statutory.amount + extension.amount == 45


def test_emergency_aid_is_paid_in_forty_eight_hours_and_asks_no_hukou(catalog, items):
    item = items["civil_affairs/emergency_aid"]
    assert (item.limits.promised.amount, item.limits.promised.unit) == (48, "h")
    assert catalog.profiles[item.profile].rules.owed_within.amount == 5
    named = {box.binding.fact for box in catalog.boxes(item) if box.binding.fact}
    assert not {fact for fact in named if fact.startswith("household_region")}
    assert not item.gates


def test_every_item_is_filed_and_granted_in_some_story(catalog, slots):
    told = {
        name
        for story in catalog.scenarios["social_assistance"].values()
        for name, state in story.expect.slots.items()
        if state == "granted"
    }
    never = {slots[name].item for name in slots} - {slots[name].item for name in told}
    assert never == set()


def test_stories_name_no_situation_slot_or_gate_that_is_not_there(catalog, bundle, slots):
    questions = {question.situation for question in bundle.situations}
    for story in catalog.scenarios["social_assistance"].values():
        assert set(story.situations) <= questions, story.scenario
        assert set(story.expect.slots) | set(story.expect.effects) <= set(slots), story.scenario


def test_typed_and_brought_stay_below_the_targets_even_without_the_rungs_below(catalog, yardstick):
    """What a family refused nowhere would fill: the rungs below low income are left out of the comparison."""
    form, typed, known = filled(catalog, yardstick)
    upper = tuple(
        slot for slot in form.slots if slot.name not in {"margin", "rigid_spending", "temporary_aid"}
    )
    whole, counted = certificate(form, typed, known), certificate(replace(form, slots=upper), typed, known)
    for figures in (whole, counted):
        assert figures.typed <= 0.25 * figures.separate
        assert figures.materials_brought <= 0.3 * figures.materials_separate
    assert counted.separate < whole.separate


def test_a_negative_income_is_not_taken(catalog, yardstick):
    answers = {**yardstick.answers, "economy": {"claims_owed": 0, "other_income": -1}}
    form, typed, known = filled(catalog, yardstick, answers)
    problems = [(one.pointer, one.code) for one in validate(form, typed, known).problems]
    assert problems == [("/economy/other_income", "minimum")]


def test_every_field_shown_says_why_in_both_languages_and_who_receives_it(catalog, bundle):
    for story in catalog.scenarios["social_assistance"].values():
        form, typed, known = filled(catalog, story)
        shown = plan(catalog, bundle, Draft(story.situations, typed, known), form)
        fields = [f for section in shown.sections for block in section.blocks for f in block.fields]
        assert fields
        assert all(field.why.zh and field.why.en and field.needed_by for field in fields), story.scenario


@pytest.mark.parametrize(
    ("answers", "word"),
    [
        ({"no_support": True, "single_person": "severe_disability"}, "按整户"),
        ({"no_support": True, "current_status": "special_hardship"}, "重新核定"),
        ({"help.disability": True, "has_disability": False}, "残疾人证"),
        ({"help.device": True, "has_disability": False}, "残疾人证"),
        ({"help.disability": True, "current_status": "special_hardship"}, "两项补贴"),
    ],
)
def test_what_cannot_be_is_told_with_its_way_out(bundle, answers, word):
    facts = {f"situation.{name}": value for name, value in answers.items()}
    told = [
        one.text.zh
        for one in bundle.exclusions
        if evaluate(one.when, lambda name, _: facts.get(name, "")) is True
    ]
    assert len(told) == 1
    assert word in told[0]
