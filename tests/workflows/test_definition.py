"""The definition that travels with a case: small, numbered, and readable by older and newer code."""

import json
from datetime import date

import pytest

from activities.agencies.registry import build, in_process
from console.story import WINDOW
from forms.intake import Submission, prepare
from forms.merge import merge
from forms.prefill import known_from_registers, without_login
from forms.validate import validate
from onething.case import initial_state, step
from onething.case_definition import FORMAT, CaseInput, FilingMode, Origin
from onething.case_event import Begun
from tests.onething.office import FILED_AT

LARGEST = 64 * 1024
EVERYTHING = {
    "death_proof_known": False,
    "cremated": True,
    "funeral_waiver": True,
    "has_medical_account": True,
    "has_housing_fund": True,
    "benefits": ["elderly", "disability", "assistance"],
    "veteran": True,
    "had_driving_licence": True,
    "has_real_estate": True,
    "filing_by_representative": True,
}


def largest(catalog, calendar, story):
    """The case of a story to which every situation applies, whether or not its answers suffice."""
    situations = {**story.situations, **EVERYTHING}
    form = merge(catalog, catalog.bundle("bereavement"), situations, date(2026, 3, 2))
    answers, login = without_login(form, story.answers)
    known = known_from_registers(form, answers, story.registers, login)
    agencies = list(catalog.agencies.values())
    adapters = build(agencies, in_process(agencies))
    submission = Submission(
        number="360900-A-20260302-000001-0",
        region=story.region,
        origin=Origin.WINDOW,
        mode=FilingMode.ASSISTED,
        received_on=FILED_AT.date(),
        submitted_at=FILED_AT,
        window=WINDOW,
        public_url="http://127.0.0.1:8700",
        materials={},
    )
    world = (calendar, {name: adapter.capabilities for name, adapter in adapters.items()})
    case = prepare(catalog, form, validate(form, answers, known), submission, world).case
    payloads = {one.slot: "0" * 64 for one in case.definition.slots}
    return case.model_copy(update={"payloads": payloads, "header": "0" * 64})


@pytest.fixture(scope="module", params=["smooth_employee", "smooth_resident"])
def biggest(request, catalog, calendar) -> CaseInput:
    return largest(catalog, calendar, catalog.scenario("bereavement", request.param))


def test_the_biggest_bereavement_case_stays_within_64_kilobytes(biggest):
    assert len(biggest.definition.slots) >= 14
    assert len(biggest.model_dump_json().encode()) <= LARGEST


def test_what_is_started_is_read_back_as_it_was(biggest):
    assert CaseInput.model_validate_json(biggest.model_dump_json()) == biggest


def test_the_format_is_numbered(biggest):
    assert json.loads(biggest.model_dump_json())["definition"]["format"] == FORMAT


def test_what_newer_code_adds_is_ignored(biggest):
    document = json.loads(biggest.model_dump_json())
    document["of_tomorrow"] = {"any": "thing"}
    document["definition"]["of_tomorrow"] = 1
    for one in document["definition"]["slots"]:
        one["of_tomorrow"] = [1]
        one["capabilities"]["of_tomorrow"] = True
    assert CaseInput.model_validate(document) == biggest


def test_a_state_of_the_whole_case_stays_small_enough_to_travel_too(biggest):
    begun = step(biggest, initial_state(biggest), Begun(), FILED_AT).state
    assert len(begun.model_dump_json().encode()) <= LARGEST


def test_every_slot_of_the_bundle_is_in_one_of_the_biggest_cases(catalog, calendar):
    stories = [catalog.scenario("bereavement", name) for name in ("smooth_employee", "smooth_resident")]
    cases = [largest(catalog, calendar, story) for story in stories]
    met = {one.slot.partition("[")[0] for case in cases for one in case.definition.slots}
    assert met == {one.slot for one in catalog.bundle("bereavement").slots}
