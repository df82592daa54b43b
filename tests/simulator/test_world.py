from datetime import UTC, datetime
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from onething.behaviour import Behaviour
from onething.catalog_file import read_catalog
from onething.fact import parse_fact
from onething.play_word import effect_value
from simulator.world import world_of

CATALOG = Path(__file__).resolve().parents[2] / "catalog"


@pytest.fixture(scope="module")
def catalog():
    return read_catalog(CATALOG)


def test_what_each_stand_in_grants_fits_the_meaning_of_its_fact(catalog):
    seen = 0
    for card in world_of(catalog).agencies.values():
        for effects in card.effects.values():
            for fact, template in effects.items():
                concept = catalog.concept(parse_fact(fact).concept)
                value = effect_value(template, datetime(2026, 11, 3, tzinfo=UTC), "360900", fact)
                validator = Draft202012Validator(concept.schema_, format_checker=FormatChecker())
                assert not list(validator.iter_errors(value)), fact
                seen += 1
    assert seen


def test_every_storys_behaviour_can_be_played(catalog):
    for name, story in world_of(catalog).stories.items():
        for slot, steps in story.items():
            assert Behaviour.read(steps, f"{name}: {slot}").steps


def test_people_of_all_stories_stand_in_their_registers_and_switches_do_not(catalog):
    people = world_of(catalog).people

    assert people["population"]
    assert all("unavailable" not in records for records in people.values())
