"""What comes after another thing cannot lie before it, and what is part of a sum cannot be more."""

from datetime import date

import pytest

from forms.merge import merge
from forms.order import facts_out_of_order
from forms.plan_field import tell
from forms.prefill import known_from_registers, without_login
from forms.resolve import Resolution
from forms.validate import validate
from onething.catalog import load_catalog
from runtime.settings import TREE

CATALOG = load_catalog(TREE / "catalog")


def found_in(bundle, story, typed=None):
    """The story's form with some answers changed: what is said of each, in Chinese."""
    told = CATALOG.scenario(bundle, story)
    form = merge(CATALOG, CATALOG.bundle(bundle), told.situations, date(2026, 3, 3))
    answers, login = without_login(form, told.answers)
    known = known_from_registers(form, answers, told.registers, login)
    for role, changed in (typed or {}).items():
        rows = answers.get(role, {})
        answers[role] = (
            [{**row, **changed} for row in rows] if isinstance(rows, list) else {**rows, **changed}
        )
    said = {one.pointer: tell(form, one).text.zh for one in validate(form, answers, known).problems}
    ordered = {one.pointer for one in facts_out_of_order(form, Resolution(form, answers, known))}
    return {pointer: text for pointer, text in said.items() if pointer in ordered}


HELP = ("social_assistance", "other_help_all_at_once")


def spender():
    told = CATALOG.scenario(*HELP)
    form = merge(CATALOG, CATALOG.bundle(HELP[0]), told.situations, date(2026, 3, 3))
    return next(fact.owner for fact in form.fields if fact.concept == "total_expense")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"discharged_on": "2026-01-11"}, "不能早于入院日期"),
        ({"insurance_paid": 86000.01}, "不能多于总费用"),
        ({"insured_expense": 86001}, "不能多于总费用"),
        ({"serious_illness_paid": 90000}, "不能多于总费用"),
        ({"other_paid": 90000}, "不能多于总费用"),
        ({"discharged_on": "2026-01-12", "insurance_paid": 86000}, None),
    ],
)
def test_a_stay_ends_after_it_began_and_no_part_is_more_than_the_whole(typed, said):
    role, (key, *_) = spender(), typed
    found = found_in(*HELP, {role: {"total_expense": 86000, "admitted_on": "2026-01-12", **typed}})
    if said is None:
        assert not any("不能早于" in text or "不能多于" in text for text in found.values())
    else:
        assert said in found[f"/{role}/{key}"]


def test_nobody_is_fetched_before_the_death_nor_dies_before_the_birth():
    story = ("bereavement", "smooth_employee")
    assert found_in(*story) == {}
    found = found_in(*story, {"deceased": {"death_time": "1920-03-02T04:10"}})
    assert found["/deceased/death_time"].startswith("死亡时间不能早于出生日期")
    found = found_in(
        *story,
        {"deceased": {"death_time": "2026-03-03T10:00"}, "funeral": {"pick_up_time": "2026-03-03T08:00"}},
    )
    assert found["/funeral/pick_up_time"].startswith("预约接运时间不能早于死亡时间")


@pytest.mark.parametrize(("issued", "amiss"), [("2026-02-01", True), ("2026-03-03", False)])
def test_of_several_children_each_is_held_against_its_own_birth(issued, amiss):
    found = found_in("newborn", "certificate_issued_before", {"child": {"birth_certificate_date": issued}})
    assert any("不能早于出生时间" in text for text in found.values()) == amiss
