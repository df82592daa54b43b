"""The catalog's reference leaves nothing out: every key and word of the models stands on its page."""

import re
from enum import StrEnum

import pytest
from pydantic import BaseModel

from onething import behaviour, concept, definition, item, item_material, legal_profile, story
from runtime.settings import TREE

PAGE = (TREE / "docs" / "reference" / "catalog.md").read_text(encoding="utf-8")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
WORD = re.compile(r"[a-z][a-z_]*")
NOT_IN_FILES = {("Item", "agency"), ("Slot", "number")}
"""Filled in while reading: the item's folder, and the number of a repeated slot."""
OWN_NAME = {"FiledRules", "Behaviour"}
"""The same keys as another model, or a list of words without a key of its own."""
WORDS = (
    concept.RoleType,
    concept.Sensitivity,
    item.FilledBy,
    item_material.MaterialSource,
    item.ClockStart,
    item.EffectFrom,
    item.Reversibility,
    item.StepKind,
    item.LegalType,
    legal_profile.OnSilence,
    definition.SituationType,
    definition.HoldEnd,
    behaviour.StepKind,
    story.ActKind,
)


def models():
    """Every model that a file of the catalog is read into."""
    for module in (concept, item, item_material, definition, legal_profile, story, behaviour):
        for name, value in vars(module).items():
            ours = isinstance(value, type) and value.__module__ == module.__name__
            if ours and issubclass(value, BaseModel) and name not in OWN_NAME:
                yield value


def named():
    """Every word that the page writes as code: in code marks, or as a key or value of an example."""
    written = [*FENCE.findall(PAGE), *CODE.findall(FENCE.sub("", PAGE))]
    return {word for text in written for word in WORD.findall(text)}


@pytest.mark.parametrize("model", list(models()), ids=lambda model: model.__name__)
def test_every_key_of_a_model_stands_on_the_page(model):
    keys = {
        field.alias or name
        for name, field in model.model_fields.items()
        if (model.__name__, name) not in NOT_IN_FILES
    }
    assert keys - named() == set()


@pytest.mark.parametrize("words", WORDS, ids=lambda words: words.__name__)
def test_every_word_that_a_key_may_take_stands_on_the_page(words: type[StrEnum]):
    assert {word.value for word in words} - named() == set()


def test_every_formula_of_a_derived_fact_stands_on_the_page():
    formulas = concept.Derivation.model_fields["by"].annotation.__args__
    assert set(formulas) - named() == set()
