import pytest

from onething.errors import ConditionError
from onething.fact import Fact, parse_fact


def test_a_fact_reads_as_it_is_written():
    assert str(parse_fact(" kinship(heirs,deceased) ")) == "kinship(heirs, deceased)"
    assert parse_fact("name(deceased)") == Fact("name", ("deceased",))


@pytest.mark.parametrize(
    "text", ["name", "name()", "Name(a)", "name(a, b, c)", "name(a) or b(c)", "$name(a)", "name(1a)"]
)
def test_anything_else_is_refused_with_its_text(text):
    with pytest.raises(ConditionError) as caught:
        parse_fact(text)
    assert caught.value.params["path"] == text


def test_a_fact_stands_in_its_owners_group_and_a_pair_says_with_whom():
    assert parse_fact("name(deceased)").pointer() == "/deceased/name"
    assert parse_fact("kinship(heirs, deceased)").pointer(1) == "/heirs/1/kinship_to_deceased"


def test_an_items_roles_become_the_bundles():
    bound = parse_fact("kinship(who, dead)").rebind({"who": "applicant", "dead": "deceased"})
    assert str(bound) == "kinship(applicant, deceased)"
    with pytest.raises(KeyError):
        parse_fact("name(nobody)").rebind({})
