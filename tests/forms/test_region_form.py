"""Forms in a region: the same boxes, other steps and limits, and what the certificate says of them."""

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from console import forms as command
from console.story import file_story
from forms.certificate import ReductionCertificate, certificate
from forms.merge import MergedForm, merge
from forms.prefill import known_from_registers, without_login
from onething.adapter import Capabilities
from onething.calendar import load_calendar
from onething.catalog import Catalog, load_catalog

TREE = Path(__file__).parents[2] / "catalog"
STORY = "low_income_with_linked"
DROPPED = {"household_book_applicant", "utility_bill", "authorisation_letter"}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog(TREE)


@pytest.fixture(scope="module")
def counted(catalog):
    def figures(
        region: str, story: str = STORY, **situations: object
    ) -> tuple[MergedForm, ReductionCertificate]:
        told = catalog.scenario("social_assistance", story)
        day = datetime.fromisoformat(told.filed_at).date()
        said = {**told.situations, **situations}
        form = merge(catalog, catalog.bundle("social_assistance"), said, day, region)
        answers, login = without_login(form, told.answers)
        return form, certificate(form, answers, known_from_registers(form, answers, told.registers, login))

    return figures


def test_a_region_changes_no_box_and_no_question(counted):
    (national, whole), (local, here) = counted(""), counted("370214")
    assert local.fields.keys() == national.fields.keys()
    assert (here.separate, here.typed, here.merged) == (whole.separate, whole.typed, whole.merged)
    boxes = [
        [[(bound.box, bound.fact) for bound in slot.boxes] for slot in form.slots]
        for form in (national, local)
    ]
    assert boxes[0] == boxes[1]


def test_the_certificate_tells_steps_and_days_before_and_after(counted):
    _, here = counted("370214")
    assert here.figures()["region"] == {
        "code": "370214",
        "steps": {"before": 6, "after": 4},
        "days": {"before": 22, "after": 11},
        "items": {"low_income": {"steps": {"before": 6, "after": 4}, "days": {"before": 22, "after": 11}}},
    }
    _, delegated = counted("340181")
    assert delegated.figures()["region"]["days"] == {"before": 22, "after": 20}


def test_a_step_only_for_some_counts_only_for_them(counted):
    _, related = counted("370214", staff_kin=True)
    assert related.figures()["region"]["steps"] == {"before": 7, "after": 5}


def test_nothing_is_told_where_the_national_rules_hold(counted):
    for place in ("", "110101"):
        form, here = counted(place)
        assert here.local == ()
        assert "region" not in here.figures()
        assert all(slot.national is None for slot in form.slots)


def test_the_steps_and_limits_of_the_place_are_pinned_with_the_case(catalog):
    story = catalog.scenario("social_assistance", "decided_by_the_sub_district")
    world = (load_calendar(TREE / "calendars"), dict.fromkeys(catalog.agencies, Capabilities()))
    case = file_story(catalog, "social_assistance", story, "370214-SA-20260303-000001-1", world).prepared.case
    pinned = next(one for one in case.definition.slots if one.slot == "low_income")
    assert [one.agency_title.zh for one in pinned.steps][-1] == "街道办事处"
    assert len(pinned.steps) == 4
    assert (pinned.promised.amount, pinned.promised.unit) == (15, "d")
    assert pinned.profile == "assistance_delegated"
    assert case.definition.profile(pinned).extension_at_most.amount == 25
    assert any("城阳区" in cite for cite in pinned.basis)


def test_the_papers_of_the_place_are_asked_and_no_others(catalog):
    bundle, day = catalog.bundle("social_assistance"), date(2026, 3, 3)
    said = catalog.scenario("social_assistance", STORY).situations

    def papers(region: str) -> set[str]:
        slot = merge(catalog, bundle, said, day, region).slot("electricity")
        return {material.material for material, _ in slot.papers}

    assert papers("") - papers("370614") == DROPPED
    assert papers("370214") == papers("")


def test_the_report_prints_both_chains_and_json_carries_the_figures(capsys):
    assert command.report("social_assistance", None, False, False, "370214") == 0
    said = capsys.readouterr().out
    assert "青岛市城阳区" in said
    assert "6 个环节变为 4 个" in said
    assert command.report("social_assistance", None, False, True, "3702") == 0
    assert "region" not in json.loads(capsys.readouterr().out)


def test_a_place_without_rules_of_its_own_and_one_that_is_none(capsys):
    assert command.report("social_assistance", None, False, False, "110101") == 0
    assert "the national ones here" in capsys.readouterr().out
    assert command.report("social_assistance", None, False, False, "city") == 1
    assert "区划代码" in capsys.readouterr().out
