"""A life event's conditions name only what its situations ask: a misspelt one does not load."""
# ruff: noqa: ANN202, ANN003, E501 -- a catalog as plain mappings reads better without types

import json

import pytest

from onething.catalog import load_catalog
from onething.errors import CatalogError

T = {"zh": "内容", "en": "Words"}
BASIS = {"cite": "民法典", "verified": True}
FIRST, BUNDLE = "agencies/office/first.yaml", "bundles/b/bundle.yaml"


def question(name, kind="yes_no", **more):
    return {"situation": name, "question": T, "why": T, "type": kind} | more


def box(name, **more):
    once = {"fact": f"{name}(dead)", "by": "family", "source": "test"} | more
    return {"title": "姓名", "type": "string", "x-once": once}


def concept(name):
    return {"concept": name, "title": T, "why": T, "schema": {"type": "string"}, "roles": ["person"]}


def item():
    tests = dict.fromkeys(("obtainable_by_sharing", "shown_by_certificate", "replaceable_by_pledge"), False)
    paper = {"material": "paper", "source": "self", "basis": BASIS}
    limits = {"promised": {"amount": 1, "unit": "wd", "basis": BASIS}}
    return {
        "item": "first", "code": "A1", "title": T, "legal_type": "benefit", "form_title": T, "form_source": "test",
        "roles": {"dead": "person"}, "limits": limits, "reversibility": "free", "basis": [BASIS], "result": T,
        "valid_from": "2020-01-01",
        "materials": [paper | {"tests": tests | {"basis_in_law": True, "issuer_can_issue": True}}],
        "gates": [{"gate": "day", "text": T, "fix": T, "basis": BASIS}],
        "steps": [{"step": "look", "title": T, "agency": "office"}],
        "form": {"type": "object", "properties": {
            "all": {"title": "名单", "type": "array", "x-once": {"each": "dead", "by": "family", "source": "test"},
                    "items": {"type": "object", "properties": {"a": box("name")}}}}},
    }  # fmt: skip


@pytest.fixture
def catalog(tmp_path):
    """Write a small sound catalog with a change, and load it."""
    contact = {"phone": "1", "address": T, "hours": T}
    files = {
        "concepts/all.yaml": {"concepts": [concept("name")], "materials": [{"material": "paper", "title": T}],
            "registers": [{"register": "population", "title": T}]},
        "agencies/office/agency.yaml": {
            "agency": "office", "title": T, "short": T, "queue": "agency-office", "contact": contact},
        FIRST: item(),
        BUNDLE: {
            "bundle": "b", "code": "B", "title": T, "lead_agency": "office", "basis": [BASIS], "pledge": T,
            "roles": {"dead": {"type": "person", "title": T, "subject": True}},
            "situations": [question("help", "many", options={"living": T}), question("insured")],
            "slots": [{"slot": "one", "item": "office/first", "roles": {"dead": "dead"}}],
            "sections": [{"section": "all", "title": T, "roles": ["dead"]}],
        },
    }  # fmt: skip

    def load(change):
        change(files)
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
        return load_catalog(tmp_path)

    return load


def asked_when(files, condition):
    files[BUNDLE]["situations"][1]["when"] = condition


def gate_when(files, condition):
    files[FIRST]["gates"][0]["when"] = condition


def step_when(files, condition):
    files[FIRST]["steps"][0]["when"] = condition


def paper_when(files, condition):
    files[FIRST]["materials"][0]["when"] = condition


def rule_when(files, condition):
    files[FIRST]["eligibility"] = [{"rules": "low_income", "rows": "plan", "when": condition}]


def list_where(files, condition):
    files[FIRST]["form"]["properties"]["all"]["x-once"]["where"] = condition


def local_step_when(files, condition):
    visit = {"step": "visit", "title": T, "agency": "office", "basis": BASIS, "when": condition}
    local = {"office/first": {"basis": [BASIS], "steps": ["look", visit]}}
    files[REGION] = {"region": "37", "title": T, "basis": [BASIS], "items": local}


def unheld_when(files, condition):
    files[BUNDLE]["unheld"] = [{"register": "population", "role": "dead", "when": condition}]


REGION = "regions/37.yaml"
PLACES = {
    asked_when: BUNDLE,
    gate_when: FIRST,
    step_when: FIRST,
    paper_when: FIRST,
    rule_when: FIRST,
    list_where: FIRST,
    local_step_when: REGION,
    unheld_when: BUNDLE,
}
MISTAKES = {
    "$situation.hepl.living": (
        "unknown situation hepl",
        "declare it under situations of b, or mend the name",
    ),
    "$situation.help.livign": ("help.livign is no option", "write situation.option"),
    "$situation.help": ("help is no option", "write situation.option"),
    "$situation.insured.living": ("insured.living has no options to choose", "write insured"),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("reference", MISTAKES)
def test_a_condition_that_asks_what_nobody_is_asked_does_not_load(catalog, tmp_path, place, reference):
    what, fix = MISTAKES[reference]
    with pytest.raises(CatalogError) as caught:
        catalog(lambda files: place(files, {"eq": [reference, True]}))
    file = tmp_path / PLACES[place]
    assert caught.value.file == str(file)
    assert what in caught.value.what
    assert caught.value.fix == fix
    lines = file.read_text(encoding="utf-8").splitlines()
    named = next(number for number, line in enumerate(lines, 1) if reference in line)
    assert caught.value.line is not None
    assert 0 <= named - caught.value.line <= 8


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("reference", ["$situation.help.living", "$situation.insured"])
def test_a_condition_over_what_is_asked_loads(catalog, place, reference):
    loaded = catalog(lambda files: place(files, {"eq": [reference, True]}))
    assert loaded.bundle("b").situations


@pytest.mark.parametrize(
    ("wrong", "what"),
    [({"role": "living"}, "unknown role living"), ({"register": "weather"}, "unknown register weather")],
)
def test_what_no_register_holds_is_told_of_a_role_and_a_register_that_exist(catalog, wrong, what):
    unheld = {"register": "population", "role": "dead", "when": {"eq": ["$situation.insured", False]}}
    with pytest.raises(CatalogError) as caught:
        catalog(lambda files: files[BUNDLE].update(unheld=[unheld | wrong]))
    assert what in caught.value.what


def test_a_mandate_answers_yes_no_questions_only(catalog):
    def told(files):
        files[BUNDLE]["situations"][0]["told_by"] = "mandate"

    with pytest.raises(CatalogError) as caught:
        catalog(told)
    assert "help is told by a mandate" in caught.value.what
