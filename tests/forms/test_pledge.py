"""Pledges: the family's word stands for a paper once it is given, and for the items that it was given to."""

import pytest

from forms.pledge import pledged, stated
from forms.resolve import Resolution


@pytest.fixture
def told(story, real):
    """By item, what is pledged in the story of an employee with these statements ticked."""

    def make(**filing: bool) -> tuple[dict[str, set[str]], Resolution]:
        form, answers, known = story()
        resolution = Resolution(form, {**answers, "filing": {**answers["filing"], **filing}}, known)
        by_item = {slot.name: pledged(real, slot, resolution) for slot in form.slots}
        return {name: set(papers) for name, papers in by_item.items() if papers}, resolution

    return make


def test_a_statement_that_is_ticked_stands_for_a_paper_where_the_form_carries_it(told):
    by_item, resolution = told(kinship_pledge=True)
    asking = {name for name, papers in by_item.items() if "kinship_proof" in papers}
    assert asking >= {"survivor_benefit", "pension_account"}
    assert "medical_account" not in asking
    assert [(one.material, one.pointer) for one in stated(resolution)] == [
        ("kinship_proof", "/filing/kinship_pledge")
    ]


@pytest.mark.parametrize("left", [None, False])
def test_a_statement_that_is_not_made_stands_for_nothing(told, left):
    by_item, resolution = told(kinship_pledge=left)
    assert not any("kinship_proof" in papers for papers in by_item.values())
    assert "medical_account" not in by_item
    assert list(stated(resolution)) == []


def test_an_item_with_a_written_form_of_its_statements_pledges_what_was_ticked(told):
    by_item, _ = told(kinship_pledge=None, death_pledge=True)
    assert by_item["medical_account"] == {"death_proof"}
