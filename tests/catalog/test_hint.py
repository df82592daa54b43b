"""What stands beside a field fits what is done with it: what is asked is never said to need no answer."""

import re
from datetime import datetime
from pathlib import Path

import pytest

from forms.merge import Supply, merge
from onething.catalog import load_catalog
from onething.text import Text

CATALOG = load_catalog(Path(__file__).resolve().parents[2] / "catalog")
ASKED = frozenset({Supply.TYPED, Supply.REGISTER, Supply.STATEMENT})
"""What is typed, and what is typed when its register does not answer or does not know."""
_NOTHING = re.compile(
    r"(不用|无需|不必|不需要|免)(再|重新)?填(?!.遍)"
    r"|(nobody types|has to give|(not|need not be) typed|nothing (is|to) (type|fill))(?!.* twice)"
)
"""That nothing is to be filled in; once instead of twice is another matter."""
_OPTIONAL = re.compile(r"(可以|的)不填|may be left")


def fields_of(bundle):
    """Every field of the life event's forms, over the circumstances and places of its stories."""
    for story in CATALOG.scenarios[bundle].values():
        on = datetime.fromisoformat(story.filed_at).date()
        form = merge(CATALOG, CATALOG.bundle(bundle), story.situations, on, CATALOG.ruled_by(story.region))
        yield from form.fields.values()


def said(*texts: Text | None) -> str:
    return " ".join(f"{one.zh} {one.en}" for one in texts if one is not None)


@pytest.mark.parametrize("bundle", CATALOG.bundles)
def test_no_field_that_is_asked_is_said_to_need_no_answer(bundle):
    asked = [
        (field.concept.concept, said(field.concept.why, field.concept.help), field.required)
        for field in fields_of(bundle)
        if field.supply in ASKED
    ]
    assert {one for one, words, _ in asked if _NOTHING.search(words)} == set()
    assert {one for one, words, must in asked if must and _OPTIONAL.search(words)} == set()


@pytest.mark.parametrize("bundle", CATALOG.bundles)
def test_no_question_about_the_circumstances_is_said_to_need_no_answer(bundle):
    questions = CATALOG.bundle(bundle).situations
    assert [one.situation for one in questions if _NOTHING.search(said(one.why))] == []
