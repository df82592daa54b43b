# ruff: noqa: ANN202, ANN003, E501 -- a catalog as plain mappings reads better without types, one fault to a line
import json
from datetime import date

import pytest

from onething.catalog import load_catalog
from onething.errors import CatalogError, NotKnown

T = {"zh": "内容", "en": "Words"}
BASIS = {"cite": "民法典", "verified": True}
ONCE = {"fact": "name(dead)", "by": "family", "source": "test"}
MATERIAL = {
    "material": "paper", "source": "self", "basis": BASIS,
    "tests": {"basis_in_law": True, "obtainable_by_sharing": False, "shown_by_certificate": False,
              "replaceable_by_pledge": False, "issuer_can_issue": True},
}  # fmt: skip


def item(**more):
    return {
        "item": "first", "code": "A1", "title": T, "legal_type": "benefit", "form_title": T, "form_source": "test",
        "roles": {"dead": "person"}, "materials": [MATERIAL], "code_tables": {"yes_no": {"true": "1"}},
        "form": {"type": "object", "properties": {"a": {"title": "姓名", "type": "string", "x-once": ONCE}}},
        "limits": {"promised": {"amount": 1, "unit": "wd", "basis": BASIS}},
        "reversibility": "free", "basis": [BASIS], "result": T, "valid_from": "2020-01-01",
    } | more  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    """Write a small sound catalog with changes; returns its folder."""
    agency = {"agency": "office", "title": T, "short": T, "queue": "agency-office",
              "contact": {"phone": "1", "address": T, "hours": T}}  # fmt: skip
    files = {
        "concepts/all.yaml": {
            "concepts": [{"concept": "name", "title": T, "why": T, "schema": {"type": "string"}, "roles": ["person"]}],
            "materials": [{"material": "paper", "title": T}],
        },
        "agencies/office/agency.yaml": agency,
        "agencies/office/first.yaml": item(),
        "bundles/b/bundle.yaml": {
            "bundle": "b", "code": "B", "title": T, "lead_agency": "office", "basis": [BASIS], "pledge": T,
            "roles": {"dead": {"type": "person", "title": T, "subject": True}},
            "situations": [{"situation": "has", "question": T, "why": T, "type": "many", "options": {"a": T}}],
            "slots": [{"slot": "one", "item": "office/first", "roles": {"dead": "dead"}}],
            "sections": [{"section": "all", "title": T, "roles": ["dead"]}],
        },
        "bundles/b/scenarios/calm.yaml": {
            "scenario": "calm", "title": T, "filed_at": "2026-03-02T09:00:00+08:00", "situations": {"has": []},
            "answers": {}, "expect": {"state": "completed"},
        },
    }  # fmt: skip

    def write(change=lambda _: None):
        change(files)
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, indent=1)
            path.write_text(text, encoding="utf-8")
        return tmp_path

    return write


FIRST, BUNDLE, ALL = "agencies/office/first.yaml", "bundles/b/bundle.yaml", "concepts/all.yaml"


def box(**once):
    form = {"properties": {"a": {"title": "姓名", "type": "string", "x-once": ONCE | once}}}
    return lambda files: files[FIRST].update(form=form)


def form(**more):
    return lambda files: files[FIRST]["form"].update(more)


def slot(**more):
    return lambda files: files[BUNDLE]["slots"][0].update(more)


def bundle(**more):
    return lambda files: files[BUNDLE].update(more)


def five(**more):
    return lambda files: files[FIRST].update(materials=[MATERIAL | {"tests": MATERIAL["tests"] | more}])


FAULTS = {
    "no YAML": (lambda files: files.update({FIRST: "item: [1"}), "first.yaml"),
    "no mapping": (lambda files: files.update({FIRST: "- 1"}), "first.yaml"),
    "a sentence cut at its comma": (
        lambda files: files[FIRST].update(title={"zh": "内容", "en": "Words", "and more": None}), "first.yaml"),
    "an unknown key": (lambda files: files[FIRST].update(colour="red"), "first.yaml"),
    "a concept twice": (lambda files: files[ALL]["concepts"].extend(files[ALL]["concepts"]), "all.yaml"),
    "an option without words": (
        lambda files: files[ALL]["concepts"][0].update(schema={"enum": ["a"]}), "all.yaml"),
    "a derivation from nothing known": (
        lambda files: files[ALL]["concepts"][0].update(derive={"by": "copy", "of": ["ghost"]}), "all.yaml"),
    "a typed fact that goes with another": (
        lambda files: files[ALL]["concepts"][0].update(goes_with=["name"]), "all.yaml"),
    "a fact that goes with nothing known": (
        lambda files: (
            files[ALL]["concepts"][0].update(register="r", goes_with=["ghost"]),
            files[ALL].update(registers=[{"register": "r", "title": T}])), "all.yaml"),
    "a number that is not above anything known": (
        lambda files: files[ALL]["concepts"][0].update(not_above=["ghost"]), "all.yaml"),
    "a conflict over nothing known": (
        lambda files: files[BUNDLE].update(conflicts=[{"at": "name(dead)", "when": {"eq": ["$ghost(dead)", 1]}, "text": T}]), "bundle.yaml"),
    "a day that is not before nothing known": (
        lambda files: files[ALL]["concepts"][0].update(not_before=["ghost"]), "all.yaml"),
    "an unknown concept": (box(fact="ghost(dead)"), "first.yaml"),
    "an unknown role": (box(fact="name(ghost)"), "first.yaml"),
    "a fact of two roles that takes one": (box(fact="name(dead, dead)"), "first.yaml"),
    "no fact at all": (box(fact="the name"), "first.yaml"),
    "a box without source": (box(source=None), "first.yaml"),
    "an unknown code table": (box(via=[{"code_table": "ghost"}]), "first.yaml"),
    "a joining of one": (box(via=[{"concat": "-"}]), "first.yaml"),
    "a box without annotation": (form(properties={"a": {"title": "姓名", "type": "string"}}), "first.yaml"),
    "a list over an unknown role": (
        form(properties={"k": {"x-once": ONCE | {"each": "ghost"}, "items": {"properties": {"a": {
            "title": "姓名", "x-once": ONCE}}}}}), "first.yaml"),
    "a list whose persons depend on nothing known": (
        form(properties={"k": {"x-once": ONCE | {"each": "dead", "where": {"eq": ["$ghost(dead)", 1]}},
                               "items": {"properties": {"a": {"title": "姓名", "x-once": ONCE}}}}}), "first.yaml"),
    "a fact twice": (
        lambda files: files[FIRST]["form"]["properties"].update(b={"title": "名", "x-once": ONCE}), "first.yaml"),
    "an if that holds without its key": (form(**{"if": {"properties": {"a": {"const": 1}}}}), "first.yaml"),
    "a required box that is not sent": (
        form(properties={"a": {"title": "姓名", "readOnly": True, "x-once": ONCE}}, required=["a"]), "first.yaml"),
    "a paper without law": (five(basis_in_law=False), "first.yaml"),
    "a paper that can be shared": (five(obtainable_by_sharing=True), "first.yaml"),
    "a paper that a certificate shows": (five(shown_by_certificate=True), "first.yaml"),
    "a paper that a pledge replaces": (five(replaceable_by_pledge=True), "first.yaml"),
    "a paper that nobody can issue": (five(issuer_can_issue=False), "first.yaml"),
    "an unknown paper": (
        lambda files: files[FIRST].update(materials=[MATERIAL | {"material": "ghost"}]), "first.yaml"),
    "an item without basis": (lambda files: files[FIRST].update(basis=[]), "first.yaml"),
    "a limit without unit": (
        lambda files: files[FIRST]["limits"].update(promised={"amount": 3, "basis": BASIS}), "first.yaml"),
    "two versions in force at once": (
        lambda files: files.update({"agencies/office/later.yaml": item(valid_from="2021-01-01")}), "later.yaml"),
    "an unknown item": (slot(item="office/ghost"), "bundle.yaml"),
    "an unbound role": (slot(roles={}), "bundle.yaml"),
    "a slot never reached": (slot(when=False), "bundle.yaml"),
    "a slot waiting for itself": (slot(after=["one"]), "bundle.yaml"),
    "a slot waiting for nobody": (slot(after=["ghost"]), "bundle.yaml"),
    "an unknown situation": (slot(when={"eq": ["$situation.ghost", 1]}), "bundle.yaml"),
    "an unknown option": (slot(when={"eq": ["$situation.has.b", True]}), "bundle.yaml"),
    "a condition outside the language": (slot(when={"maybe": []}), "bundle.yaml"),
    "an unknown lead agency": (bundle(lead_agency="ghost"), "bundle.yaml"),
    "nobody it is about": (bundle(roles={"dead": {"type": "person", "title": T}}), "bundle.yaml"),
    "the same as nobody": (
        bundle(roles={"dead": {"type": "person", "title": T, "subject": True, "same_as": ["ghost"]}}),
        "bundle.yaml"),
    "a role of another kind": (
        bundle(roles={"dead": {"type": "household", "title": T, "subject": True}}), "bundle.yaml"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_is_named_with_its_file_and_a_mend(folder, name):
    change, file = FAULTS[name]
    with pytest.raises(CatalogError) as caught:
        load_catalog(folder(change))
    assert caught.value.file.endswith(file)
    assert caught.value.fix


def test_a_sound_catalog_loads_and_finds_by_name(folder):
    catalog = load_catalog(folder())
    assert catalog.bundle("b").bundle == "b"
    assert catalog.item("office/first", date(2026, 1, 1)).key == "office/first"
    assert catalog.scenario("b", "calm").scenario == "calm"
    assert [each.name for each in catalog.boxes(catalog.items["office/first"][0])] == ["a"]


def test_the_filing_day_selects_the_version_and_each_knows_its_file(folder):
    def change(files):
        files[FIRST]["valid_to"] = "2025-12-31"
        files["agencies/office/first_2026.yaml"] = item(valid_from="2026-01-01", code="A2")

    catalog = load_catalog(folder(change))
    old, new = (catalog.item("office/first", day) for day in (date(2025, 12, 31), date(2026, 1, 1)))
    assert (old.code, new.code) == ("A1", "A2")
    assert [catalog.path(each).name for each in (old, new)] == ["first.yaml", "first_2026.yaml"]
    with pytest.raises(NotKnown):
        catalog.item("office/first", date(2019, 12, 31))


def test_what_is_not_there_is_not_known_and_named_by_its_kind(folder):
    catalog = load_catalog(folder())
    for ask, kind in ((catalog.bundle, "bundle"), (catalog.concept, "concept"), (catalog.agency, "agency")):
        with pytest.raises(NotKnown) as caught:
            ask("ghost")
        assert kind in str(caught.value.params.values()) or kind in str(vars(caught.value))
    with pytest.raises(NotKnown):
        catalog.scenario("b", "ghost")
    with pytest.raises(NotKnown):
        catalog.scenario("b")


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CatalogError) as caught:
        load_catalog(tmp_path / "ghost")
    assert caught.value.file.endswith("ghost")
