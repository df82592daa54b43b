"""What a life event says it continues is checked when the catalog loads: file, line and fix, or nothing."""

from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest

from onething.bundle_check import BundleCheck
from onething.catalog import load_catalog
from onething.definition import Bundle
from onething.errors import CatalogError
from onething.fact import parse_fact
from onething.family import entries, fact_in, person_sets, role_in, roles_named
from onething.unfold import unfold
from onething.yaml_file import parse_yaml

ROOT = Path(__file__).resolve().parents[2] / "catalog"
NEWBORN = ROOT / "bundles" / "newborn" / "bundle.yaml"
MARRIAGE = ROOT / "bundles" / "marriage_birth_household" / "bundle.yaml"


@pytest.fixture(scope="module")
def catalog():
    return load_catalog(ROOT)


@pytest.fixture
def checked(catalog, tmp_path):
    """Check one life event in other words; the rest of the catalog stays as it is."""

    def check(name, text) -> None:
        path = tmp_path / "bundle.yaml"
        path.write_text(text, encoding="utf-8")
        bundle = unfold(Bundle.model_validate(parse_yaml(text)))
        bundles = catalog.bundles | {name: bundle}
        files = catalog.files | {f"bundle:{name}": path}
        BundleCheck(replace(catalog, bundles=bundles, files=files), bundle).run()

    return check


@pytest.mark.parametrize(
    ("old", "new", "what", "line"),
    [
        (
            "bundle: marriage_birth_household",
            "bundle: wedding",
            "unknown life event wedding",
            "bundle: wedding",
        ),
        ("mother: wife, ", "mum: wife, ", "newborn has no role mum", "by:"),
        ("mother: wife, ", "mother: bride, ", "marriage_birth_household has no role bride", "by:"),
        ("mother: wife, ", "household: wife, ", "household of newborn is not one person", "by:"),
        ("mother: wife, ", "siblings: wife, ", "siblings of newborn is not one person", "by:"),
        ("once: [marriage]", "once: [wedding]", "has no slot wedding", "once:"),
        ("phone(mother): phone(wife)", "phone(mum): phone(wife)", "no single role mum", "phone(mum)"),
        ("phone(mother): phone(wife)", "phone(mother): tel(wife)", "unknown concept tel", "phone(mother)"),
        ("phone(mother): phone(wife)", "phone(mother): phone", "concept(role)", "phone(mother)"),
        (
            "phone(mother): phone(wife)",
            "phone(household): phone(wife)",
            "is about household",
            "phone(household)",
        ),
        (
            "phone(mother): phone(wife)",
            "truth_pledge(filing): phone(wife)",
            "for the person to say",
            "truth_pledge",
        ),
        (
            "phone(mother): phone(wife)",
            "marital_status(mother): marital_status_after(wife)",
            "cannot be ['first_marriage', 'remarriage']",
            "marital_status(mother): marital",
        ),
        ("marital_status(mother): married", "marital_status(mother): wed", "cannot be 'wed'", "follows:"),
        (
            "situations: {parents: married}",
            "situations: {parents: wed}",
            "'wed' does not answer",
            "situations: {",
        ),
        (
            "situations: {parents: married}",
            "situations: {couple: local}",
            "unknown situation couple",
            "situations: {",
        ),
        ("      once: [marriage]\n", "", "but not from what", "bundle: marriage"),
        (
            "once: [birth_registration]",
            "once: [wedding]",
            "newborn has no slot wedding",
            "once:",
        ),
    ],
)
def test_what_does_not_exist_is_named_with_its_line(checked, old, new, what, line):
    text = NEWBORN.read_text(encoding="utf-8")
    assert old in text
    wrong = text.replace(old, new, 1)
    with pytest.raises(CatalogError) as raised:
        checked("newborn", wrong)
    params = raised.value.params
    assert what in params["what"]
    assert params["fix"]
    assert line in wrong.splitlines()[params["line"] - 1]


def test_life_events_do_not_continue_each_other_in_a_circle(checked):
    link = "family:\n  title: {zh: 家, en: Home}\n  with: [{bundle: newborn, by: {wife: mother}}]\n"
    with pytest.raises(CatalogError) as raised:
        checked("marriage_birth_household", MARRIAGE.read_text(encoding="utf-8") + link)
    assert "which continues it" in raised.value.params["what"]


def test_names_follow_the_answer_that_says_who_is_who(catalog):
    newborn = catalog.bundle("newborn")
    assert role_in(newborn, "mother", {"applicant_is": "father"}) == "other_parent"
    assert role_in(newborn, "mother", {}) is None
    assert role_in(newborn, "child", {}) == "child"
    assert (
        str(fact_in(newborn, parse_fact("phone(mother)"), {"applicant_is": "mother"})) == "phone(applicant)"
    )
    assert roles_named(newborn) == ("applicant", "other_parent")


def test_both_life_events_are_found_by_the_same_two_persons(catalog):
    bundles = catalog.bundles.values()
    assert person_sets(bundles, "marriage_birth_household") == (("wife", "husband"),)
    assert person_sets(bundles, "newborn") == (("mother", "father"),)
    assert person_sets(bundles, "bereavement") == ()


def test_every_life_event_is_met_once_and_the_earlier_phase_first(catalog):
    met = [[bundle.bundle for bundle in entry] for entry in entries(catalog.bundles.values())]
    assert ["marriage_birth_household", "newborn"] in met
    assert sorted(chain.from_iterable(met)) == sorted(catalog.bundles)
