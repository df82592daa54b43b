"""The shipped life event, read as a family and an auditor would."""

from pathlib import Path

import pytest

from forms.derivation import sex_of_id
from forms.merge import merge
from forms.plan import Draft, plan
from forms.prefill import known_from_registers, without_login
from onething.catalog import load_catalog
from onething.item import FilledBy
from onething.item_material import MaterialSource

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def catalog():
    return load_catalog(ROOT / "catalog")


@pytest.fixture(scope="module")
def items(catalog):
    return [item for versions in catalog.items.values() for item in versions]


def test_every_box_names_its_source_or_says_that_it_was_assumed(catalog, items):
    for item in items:
        for box in catalog.boxes(item):
            assert box.binding.source or box.binding.assumed, (item.key, box.name)


def test_no_meaning_stands_twice_among_what_a_family_fills_in_one_item(catalog, items):
    for item in items:
        asked = [box for box in catalog.boxes(item) if box.by_family and box.binding.fact]
        facts = [box.binding.fact for box in asked if not box.binding.via]
        assert len(facts) == len(set(facts)), item.key


def test_a_paper_is_asked_for_only_when_it_passes_the_five_tests(items):
    for item in items:
        for material in item.materials:
            assert material.source is not MaterialSource.SELF or material.tests.may_be_asked, item.key
            assert material.basis.cite


def test_neither_faith_nor_politics_nor_illness_is_ever_sent(catalog, items):
    for item in items:
        for box in catalog.boxes(item):
            if any(word in box.title for word in ("宗教", "政治面貌", "病种", "疾病诊断")):
                assert not box.sent, (item.key, box.name)
                assert box.binding.by in {FilledBy.OFFICER, FilledBy.DOCTOR, FilledBy.SYSTEM}


def test_the_published_case_has_nine_items_of_six_departments_and_two_heirs(catalog):
    story = next(s for s in catalog.scenarios["bereavement"].values() if s.yardstick)
    slots = catalog.bundle("bereavement").slots
    agencies = {slot.item.partition("/")[0] for slot in slots if slot.slot in story.expect.slots}
    assert len(story.expect.slots) == 9
    assert len(story.answers["heirs"]) == 2
    assert len(agencies) >= 6


def test_every_field_shown_says_why_in_both_languages_and_who_receives_it(catalog):
    for story in catalog.scenarios["bereavement"].values():
        bundle = catalog.bundle("bereavement")
        day = catalog.items["police/household_cancellation"][0].valid_from.replace(year=2026)
        form = merge(catalog, bundle, story.situations, day)
        answers, login = without_login(form, story.answers)
        known = known_from_registers(form, answers, story.registers, login)
        shown = plan(catalog, bundle, Draft(story.situations, answers, known), form)
        fields = [f for section in shown.sections for block in section.blocks for f in block.fields]
        assert fields
        for field in fields:
            assert field.why.zh
            assert field.why.en
            assert field.needed_by


def test_stories_name_no_situation_or_slot_that_is_not_there(catalog):
    bundle = catalog.bundle("bereavement")
    slots = {slot.slot for slot in bundle.slots}
    questions = {question.situation for question in bundle.situations}
    for story in catalog.scenarios["bereavement"].values():
        assert set(story.situations) <= questions
        assert set(story.expect.slots) <= slots


def test_every_invented_son_has_a_mans_number_and_every_daughter_a_womans(catalog):
    found = [
        (story.scenario, number, kin)
        for stories in catalog.scenarios.values()
        for story in stories.values()
        for number, record in story.registers.get("population", {}).items()
        if isinstance(record, dict)
        for kin in record.get("kinship", {}).values()
        if kin in {"son", "daughter"}
    ]
    assert {kin for _, _, kin in found} == {"son", "daughter"}
    for scenario, number, kin in found:
        assert sex_of_id(number) == {"son": "male", "daughter": "female"}[kin], (scenario, number)
