# ruff: noqa: ANN003 -- types of what a test changes read noise
"""How a household stands on each rung, asked of the rules from the form as far as it is filled."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from forms.eligibility import eligibility
from forms.merge import merge
from forms.prefill import known_from_registers, without_login
from forms.resolve import Resolution
from onething.catalog import load_catalog
from onething.eligibility import Standing
from onething.rule import Place
from onething.rule_binding import rules_of
from onething.story import laid_over

ROOT = Path(__file__).resolve().parents[2]
CATALOG = load_catalog(ROOT / "catalog")
BOOK = rules_of(CATALOG)
LADDER = ["low_income", "margin", "rigid_spending", "temporary_aid"]
HEAD = "370614197805124622"
OTHER_WAY = {"granted": Standing.DOES_NOT_FIT, "refused": Standing.FITS}
STORIES = [
    (bundle, name)
    for bundle, stories in CATALOG.scenarios.items()
    for name, story in stories.items()
    if any(CATALOG.items[slot.item][-1].eligibility for slot in CATALOG.bundle(bundle).slots)
    and set(story.expect.slots.values()) & set(OTHER_WAY)
]


def asked(story, bundle="social_assistance", region=None, **changes):
    """The rungs of a story's household, by slot, with its answers, registers or situations changed."""
    told = {name: laid_over(getattr(story, name), change) for name, change in changes.items()}
    story = story.model_copy(update=told)
    on = datetime.fromisoformat(story.filed_at).date()
    form = merge(CATALOG, CATALOG.bundle(bundle), story.situations, on)
    answers, login = without_login(form, story.answers)
    resolution = Resolution(form, answers, known_from_registers(form, answers, story.registers, login))
    place = Place(on=on, region=story.region if region is None else region)
    return {rung.slot: rung for rung in eligibility(form, resolution, BOOK, place)}


def earning(month, year=None):
    return {"tax": {HEAD: {"monthly_income": month, "wage_income": month * 12 if year is None else year}}}


@pytest.fixture(scope="module")
def story():
    return CATALOG.scenario("social_assistance", "low_income_with_linked")


def truths(rung):
    return {one.condition: one.truth.value for one in rung.conditions}


def figures(rung):
    return {one.column: one.value for one in rung.figures}


def test_rungs_stand_in_the_order_of_the_ladder(story):
    assert list(asked(story)) == LADDER


def test_a_household_below_the_standard_fits_with_its_figures_and_the_standard_used(story):
    rung = asked(story)["low_income"]
    assert rung.standing is Standing.FITS
    # Wages 21600 and interest 36 in twelve months, four persons; the standard of Penglai's towns.
    assert figures(rung)["per_head"] == Decimal("450.75")
    assert figures(rung)["payment"] == Decimal(4 * 1001 - 1803)
    (standard,) = rung.standards
    assert (standard.value, standard.region, standard.class_) == (Decimal(1001), "370614", "urban")
    assert standard.basis is not None
    assert not standard.basis.verified


def test_each_condition_has_its_truth_and_its_sentence(story):
    rung = asked(story)["low_income"]
    assert set(truths(rung).values()) == {"true"}
    assert "eligible" not in truths(rung)
    first = rung.conditions[0]
    assert first.sentence.zh == "家庭月人均收入 450.75 元低于标准 1001 元"


@pytest.mark.parametrize(
    ("month", "low_income", "margin"),
    [(4003, "fits", "does_not_fit"), (4004, "does_not_fit", "fits"), (6006, "does_not_fit", "does_not_fit")],
)
def test_the_rungs_part_at_the_standard_and_at_one_and_a_half_times_it(story, month, low_income, margin):
    without_interest = earning(month) | {"bank": {HEAD: {"interest_income": 0}}}
    rungs = asked(story, registers=without_interest)
    assert (rungs["low_income"].standing.value, rungs["margin"].standing.value) == (low_income, margin)


def test_what_nobody_knows_is_asked_and_never_refuses(story):
    rung = asked(story, registers={"tax": None})["low_income"]
    assert rung.standing is Standing.NOT_KNOWN
    assert truths(rung)["below_standard"] == "unknown"
    assert figures(rung)["per_head"] is None
    assert not rung.against
    assert rung.open == 1


def test_boxes_that_may_stay_empty_say_none_and_count_when_filled(story):
    with_rent = asked(story, answers={"economy": {"rent_income": 4800, "gift_income": 4800}})["low_income"]
    assert figures(with_rent)["per_head"] == Decimal("450.75") + Decimal(9600) / 48


def test_a_year_counts_to_the_cent(story):
    rung = asked(story, registers=earning(1800, 21600.07))["low_income"]
    assert rung.decision is not None
    assert rung.decision.value("gross") == Decimal("21636.07")


def test_an_amount_that_is_none_is_told_and_decides_nothing(story):
    rung = asked(story, registers=earning(1800, 21600.123))["low_income"]
    assert (rung.standing, rung.decision) == (Standing.NOT_KNOWN, None)
    assert rung.problem is not None
    assert "21600" not in rung.problem.zh + rung.problem.en


def test_without_the_class_of_the_household_it_says_what_is_missing(story):
    rung = asked(story, registers={"population": {HEAD: {"hukou_type": None}}})["low_income"]
    assert rung.standing is Standing.NOT_KNOWN
    assert [one.zh for one in rung.missing] == ["城乡类别"]


def test_where_no_standard_is_laid_down_nothing_is_decided(story):
    rung = asked(story, region="360900")["low_income"]
    assert rung.standing is Standing.NOT_KNOWN
    assert [one.value for one in rung.standards] == [None]


def test_a_vehicle_stands_against_every_rung_that_looks_at_property(story):
    rungs = asked(story, situations={"has_vehicle": True})
    assert truths(rungs["low_income"])["vehicles_within"] == "false"
    assert [rungs[name].standing for name in ("low_income", "margin")] == [Standing.DOES_NOT_FIT] * 2


def test_a_business_is_to_be_looked_at_and_does_not_refuse(story):
    rung = asked(story, situations={"has_business": True})["low_income"]
    assert truths(rung)["business_within"] == "unknown"
    assert rung.standing is Standing.NOT_KNOWN


def test_rules_that_only_compute_leave_it_to_the_agency(story):
    assert asked(story)["temporary_aid"].standing is Standing.AGENCY_DECIDES


def test_one_gravely_disabled_person_is_told_of_alone_where_the_household_is_between_the_lines(story):
    changes = earning(4500) | {"employment": {"370614194402174242": {"employment_state": "other"}}}
    rung = asked(story, registers=changes, situations={"single_person": "severe_disability"})["low_income"]
    assert (rung.rules, rung.standing) == ("single_person", Standing.FITS)
    assert rung.person is not None
    assert rung.person.zh.endswith("1")
    # 王建军 earns nothing: the whole standard.
    assert figures(rung)["payment"] == Decimal(1001)


def test_the_single_route_fits_nobody_where_all_are_well(story):
    changes = earning(4500) | {
        "employment": {"370614194402174242": {"employment_state": "other"}},
        "insurance": {"370614197503084119": {"health_state": "healthy"}},
        "disability": {"370614197503084119": None},
    }
    rung = asked(story, registers=changes, situations={"single_person": "severe_disability"})["low_income"]
    assert rung.standing is Standing.DOES_NOT_FIT


def test_an_old_person_alone_fits_special_hardship_before_the_six_tests_say_how_much():
    story = CATALOG.scenario("social_assistance", "special_hardship_granted")
    rung = asked(story)["special_hardship"]
    assert rung.standing is Standing.FITS
    assert truths(rung)["no_labour"] == "true"
    assert figures(rung)["payment"] is None
    # The six tests say how much care is paid, not who is granted.
    assert set(truths(rung)) == {"no_labour", "no_income", "no_supporter"}


def test_of_two_ways_the_one_not_needed_is_not_told_as_failed(story):
    rung = asked(story, registers=earning(4500))["margin"]
    assert rung.standing is Standing.FITS
    assert set(truths(rung).values()) == {"true"}
    assert "below_line_after_spending" not in truths(rung)
    assert "vehicles_within" not in truths(rung)


def test_what_another_rule_set_found_stands_among_the_grounds(story):
    rung = asked(story, registers=earning(4500), situations={"has_vehicle": True})["margin"]
    assert rung.standing is Standing.DOES_NOT_FIT
    assert truths(rung)["property_within"] == truths(rung)["vehicles_within"] == "false"
    assert "below_standard" not in truths(rung)


def test_what_would_be_paid_is_told_to_those_who_fit(story):
    assert "payment" not in figures(asked(story, registers=earning(9000))["low_income"])


def test_an_empty_form_refuses_nobody(story):
    form = merge(CATALOG, CATALOG.bundle("social_assistance"), story.situations, date(2026, 3, 3))
    rungs = eligibility(form, Resolution(form, {}), BOOK, Place(on=form.on, region="370614"))
    assert [rung.slot for rung in rungs] == LADDER
    assert {rung.standing for rung in rungs} == {Standing.NOT_KNOWN}


@pytest.mark.parametrize(("bundle", "name"), STORIES, ids=[name for _, name in STORIES])
def test_no_agency_of_a_story_decides_against_what_the_rules_know(bundle, name):
    story = CATALOG.scenario(bundle, name)
    for slot, rung in asked(story, bundle).items():
        decided = story.expect.slots.get(slot)
        assert rung.standing is not OTHER_WAY.get(decided), f"{slot}: {decided}, but {truths(rung)}"


def test_stories_hold_rungs_that_are_known_both_ways():
    known = {
        (decided, rung.standing)
        for bundle, name in STORIES
        for slot, rung in asked(CATALOG.scenario(bundle, name), bundle).items()
        if (decided := CATALOG.scenario(bundle, name).expect.slots.get(slot)) in OTHER_WAY
    }
    assert {("granted", Standing.FITS), ("refused", Standing.DOES_NOT_FIT)} <= known
