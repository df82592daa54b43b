"""What a family chooses to have posted has an address to go to, on the form of each agency that posts it."""

from pathlib import Path

import pytest

from forms.schema import compile_schema
from onething.catalog import load_catalog
from onething.fact import parse_fact

CATALOG = load_catalog(Path(__file__).resolve().parents[2] / "catalog")


def told(box):
    return parse_fact(box.binding.fact).concept if box.binding.fact else None


def posting():
    """Each item that may post its result, the box of the choice, and the agency's word for posting."""
    for versions in CATALOG.items.values():
        for item in versions:
            for box in CATALOG.boxes(item):
                for step in box.binding.via if told(box) == "delivery_method" else ():
                    table = item.code_tables[step.code_table]
                    if "mail" in table:
                        yield pytest.param(item, box.name, table["mail"], id=item.key)


@pytest.mark.parametrize(("item", "box", "mail"), list(posting()))
def test_whoever_has_results_posted_is_asked_for_the_address(item, box, mail):
    addresses = {one.name for one in CATALOG.boxes(item) if told(one) == "address"}
    errors = compile_schema(item.form).iter_errors({box: mail})
    missing = {one.kind.property for one in errors if one.kind.name == "required"}
    assert addresses & missing


def test_the_choice_says_where_posted_results_go():
    concept = CATALOG.concept("delivery_method")
    assert CATALOG.concept("address").title.zh in concept.help.zh
