"""Nothing that one item brings about is asked by another: in every life event, and from one to the next."""

from datetime import datetime
from pathlib import Path

import pytest

from forms.merge import Supply, merge
from onething.catalog import load_catalog
from onething.fact import parse_fact
from onething.family import fact_in

ROOT = Path(__file__).resolve().parents[2]
CATALOG = load_catalog(ROOT / "catalog")
STORIES = [(bundle, name) for bundle, stories in CATALOG.scenarios.items() for name in stories]


def form_of(bundle, name):
    story = CATALOG.scenarios[bundle][name]
    on = datetime.fromisoformat(story.filed_at).date()
    return merge(CATALOG, CATALOG.bundle(bundle), story.situations, on, CATALOG.ruled_by(story.region))


@pytest.mark.parametrize(("bundle", "name"), STORIES, ids=lambda value: value)
def test_what_an_item_brings_about_nobody_types(bundle, name):
    form = form_of(bundle, name)
    brought = {
        parse_fact(effect.fact).rebind(slot.slot.roles)
        for slot in form.slots
        for effect in slot.item.effects
        if effect.fact
    }
    typed = {str(fact) for fact in brought & form.fields.keys() if form.fields[fact].supply is Supply.TYPED}
    assert typed == set()


def test_after_a_marriage_a_birth_types_no_fact_that_the_marriage_case_holds():
    """Whatever both ask of the couple is carried, but the number by which the couple is known."""
    newborn = CATALOG.bundle("newborn")
    link = next(one for one in newborn.family.with_ if one.bundle == "marriage_birth_household")
    wed, born = form_of("marriage_birth_household", "smooth_four_items"), form_of("newborn", "smooth")
    couple = {"applicant": "partner", "partner": "applicant"}
    there = {(fact.concept, couple[fact.owner]) for fact in wed.fields if fact.roles[0] in couple}
    carried = {fact_in(newborn, parse_fact(text), born.situations) for text in (*link.carries, *link.follows)}
    here = {"applicant": "partner", "other_parent": "applicant"}
    asked = {
        fact
        for fact, field in born.fields.items()
        if field.supply in {Supply.TYPED, Supply.REGISTER}
        and len(fact.roles) == 1
        and (fact.concept, here.get(fact.owner)) in there
    }
    assert {str(fact) for fact in asked - carried} == {"id_number(other_parent)"}
