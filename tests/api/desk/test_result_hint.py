"""Every result field that takes no free words says how it is written, before anybody types."""

from types import SimpleNamespace

import pytest

from api.desk.effect import effect_fields
from onething.case_definition import SlotEffect
from onething.fact import parse_fact

FREE = {"choice", "date", "minute"}
"""Widgets in which nobody can write otherwise."""


def fields(catalog):
    """The result fields of every item that the catalog holds."""
    office = SimpleNamespace(catalog=catalog)
    for key, versions in catalog.items.items():
        effects = [
            SlotEffect(item_fact=one.fact, fact=one.fact, title=one.title, money=one.money, since=one.from_)
            for one in versions[-1].effects
            if one.fact is not None and parse_fact(one.fact).concept in catalog.concepts
        ]
        definition = SimpleNamespace(effects=effects)
        for field in effect_fields(office, definition):
            yield key, field, catalog.concepts[parse_fact(field.fact).concept].schema_


def test_every_result_field_with_a_pattern_or_a_number_says_how_it_is_written(catalog):
    every = list(fields(catalog))
    assert len(every) > 10
    bare = [
        (key, field.fact)
        for key, field, schema in every
        if field.hint is None
        and field.widget not in FREE
        and (field.widget != "text" or "pattern" in schema or schema.get("minLength", 0) > 1)
    ]
    assert bare == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_numbers_have_an_example(catalog, language):
    hints = {field.widget: field.hint for _, field, _ in fields(catalog)}
    assert "1200.50" in getattr(hints["money"], language)
    assert "2" in getattr(hints["integer"], language)
