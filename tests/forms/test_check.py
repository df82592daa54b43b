# ruff: noqa: ANN202, ANN003 -- a catalog as plain mappings reads better without types
"""Faults in the agencies' forms, each found at start with its file, line and mend."""

import json
from datetime import date

import pytest

from forms.check import check_all, check_bundle
from onething.catalog import load_catalog
from onething.errors import CatalogError

T = {"zh": "内容", "en": "Words"}
BASIS = {"cite": "民法典", "verified": True}


def box(fact, **more):
    once = {"fact": fact, "by": "family", "source": "test"} | more.pop("once", {})
    return {"title": "栏目", "type": "string", "x-once": once} | more


def concept(name, kind="person", **more):
    return {"concept": name, "title": T, "why": T, "schema": {"type": "string"}, "roles": [kind]} | more


def item(**properties):
    return {
        "code": "A1", "title": T, "legal_type": "benefit", "form_title": T, "form_source": "test",
        "roles": {"dead": "person", "kids": "person", "case": "case"},
        "form": {"type": "object", "properties": properties},
        "limits": {"promised": {"amount": 1, "unit": "wd", "basis": BASIS}},
        "reversibility": "free", "basis": [BASIS], "result": T, "valid_from": "2020-01-01",
    }  # fmt: skip


@pytest.fixture
def faulty(tmp_path):
    """Write a catalog of two items with changes, and check it."""
    roles = {"dead": "dead", "kids": "kids", "case": "case"}
    parts = {
        "first": item(a=box("name(dead)"), b=box("day(dead)")),
        "second": item(a=box("name(dead)", maxLength=10)),
        "concepts": [concept("name"), concept("day", schema={"type": "string", "format": "date"}),
                     concept("number", "case", outcome=True), concept("kin", roles=["person", "person"])],
        "bundle": {
            "bundle": "b", "code": "B", "title": T, "lead_agency": "office", "basis": [BASIS], "pledge": T,
            "roles": {"dead": {"type": "person", "title": T, "subject": True},
                      "kids": {"type": "person", "title": T, "many": True},
                      "case": {"type": "case", "title": T}},
            "situations": [{"situation": "rich", "question": T, "why": T, "type": "yes_no"}],
            "slots": [{"slot": "one", "item": "office/first", "roles": roles},
                      {"slot": "two", "item": "office/second", "roles": roles}],
            "sections": [{"section": "all", "title": T, "roles": ["dead", "kids", "case"]}],
        },
    }  # fmt: skip

    def run(change=lambda _: None):
        change(parts)
        agency = {"agency": "office", "title": T, "short": T, "queue": "agency-office",
                  "contact": {"phone": "1", "address": T, "hours": T}}  # fmt: skip
        files = {
            "concepts/all.yaml": {"concepts": parts["concepts"]},
            "agencies/office/agency.yaml": agency,
            "agencies/office/first.yaml": {"item": "first"} | parts["first"],
            "agencies/office/second.yaml": {"item": "second"} | parts["second"],
            "bundles/b/bundle.yaml": parts["bundle"],
        }
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
        return check_all(load_catalog(tmp_path))

    return run


def form_of(parts, which="second"):
    return parts[which]["form"]


def test_a_sound_catalog_passes_and_says_what_conversions_hide(faulty):
    def change(parts):
        via = {"via": [{"date_format": "%Y%m%d"}]}
        form_of(parts, "first")["properties"]["b"] = box("day(dead)", pattern="^[0-9]{8}$", once=via)

    (findings,) = faulty(change)
    assert (findings.items, findings.facts) == (2, 2)
    assert [(unknown.fact, unknown.box) for unknown in findings.unknown] == [("day(dead)", "b")]


def set_box(**more):
    return lambda parts: form_of(parts)["properties"].update(a=box("name(dead)", **more))


def set_form(**more):
    return lambda parts: form_of(parts).update(more)


FAULTS = {
    "a type that is none": (set_box(type="strin"), "second.yaml", "JSON Schema"),
    "a pattern with look-around": (set_box(pattern="(?=x)y"), "second.yaml", "look-around"),
    "a pattern with a back-reference": (set_box(pattern=r"(a)\1"), "second.yaml", "back-references"),
    "a pattern that explodes": (set_box(pattern="((a{1,999}){1,999}){1,999}"), "second.yaml", "patterns"),
    "a schema from elsewhere": (set_box(**{"$ref": "https://example.org/s"}), "second.yaml", "elsewhere"),
    "a file from elsewhere": (set_form(**{"$ref": "file:///etc/passwd"}), "second.yaml", "elsewhere"),
    "a keyword without a sentence": (set_form(minCoolness=3), "second.yaml", "another keyword"),
    "a format that nothing checks": (set_box(format="moonphase"), "second.yaml", "pattern"),
    "a constraint no value meets": (set_box(const="x" * 3, maxLength=2), "second.yaml", "mend"),
    "one box for all children": (
        lambda parts: form_of(parts)["properties"].update(k=box("name(kids)")), "second.yaml", "array"),
    "a kinship with all children": (
        lambda parts: form_of(parts)["properties"].update(k=box("kin(dead, kids)")), "second.yaml", "array"),
    "a list of somebody who is one": (
        lambda parts: form_of(parts)["properties"].update(
            k={"type": "array", "items": {"type": "object", "properties": {"n": box("day(dead)")}},
               "x-once": {"each": "dead", "by": "family", "source": "test"}}), "second.yaml", "many role"),
    "a gate that asks one fact of all": (
        lambda parts: parts["second"].update(
            gates=[{"gate": "g", "when": {"eq": ["$name(kids)", "x"]}, "text": T, "fix": T, "basis": BASIS}]),
        "bundle.yaml", "some or every"),
    "a role in no section": (
        lambda parts: parts["bundle"]["sections"][0].update(roles=["dead", "kids"]),
        "bundle.yaml", "exactly one"),
    "a role in two sections": (
        lambda parts: parts["bundle"]["sections"].append({"section": "x", "title": T, "roles": ["dead"]}),
        "bundle.yaml", "exactly one"),
    "a fact without a reason": (
        lambda parts: parts["concepts"][0].update(why={"zh": " ", "en": "x"}), "all.yaml", "both languages"),
    "a concept that does not compile": (
        lambda parts: parts["concepts"][0].update(schema={"type": "text"}), "all.yaml", "JSON Schema"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_is_named_with_its_file_and_its_mend(faulty, name):
    change, file, fix = FAULTS[name]
    with pytest.raises(CatalogError) as caught:
        faulty(change)
    assert caught.value.file.endswith(file)
    assert fix in caught.value.fix
    assert caught.value.line or file == "all.yaml"


def test_the_line_is_the_boxs_own(faulty, tmp_path):
    with pytest.raises(CatalogError) as caught:
        faulty(set_box(pattern="(?=x)y"))
    lines = (tmp_path / "agencies/office/second.yaml").read_text(encoding="utf-8").splitlines()
    assert lines[caught.value.line - 1].strip().startswith('"a"')


def contradict(parts):
    form_of(parts, "first")["properties"]["a"] = box("name(dead)", enum=["甲"])
    form_of(parts, "second")["properties"]["a"] = box("name(dead)", enum=["乙"])


def test_two_agencies_that_no_answer_can_satisfy_are_both_named(faulty):
    with pytest.raises(CatalogError) as caught:
        faulty(contradict)
    assert "first.yaml" in caught.value.file
    assert "second.yaml:" in caught.value.what


def test_they_may_contradict_each_other_where_no_situation_calls_for_both(faulty):
    def change(parts):
        contradict(parts)
        parts["bundle"]["slots"][0]["when"] = {"eq": ["$situation.rich", True]}
        parts["bundle"]["slots"][1]["when"] = {"eq": ["$situation.rich", False]}

    assert faulty(change)


def outcome(parts):
    parts["first"]["effects"] = [{"fact": "number(case)", "title": T}]
    form_of(parts)["properties"]["n"] = box("number(case)")


def test_what_a_slot_brings_about_may_be_used_only_after_it(faulty):
    with pytest.raises(CatalogError) as caught:
        faulty(outcome)
    assert "after" in caught.value.fix

    def change(parts):
        parts["bundle"]["slots"][1]["after"] = ["one"]

    assert faulty(change)


def test_what_a_slot_brings_about_is_sent_as_it_is(faulty):
    def change(parts):
        outcome(parts)
        parts["bundle"]["slots"][1]["after"] = ["one"]
        once = {"also": ["number(case)"], "via": [{"concat": "-"}]}
        form_of(parts)["properties"]["n"] = box("name(dead)", once=once)

    with pytest.raises(CatalogError) as caught:
        faulty(change)
    assert "bind the outcome itself" in caught.value.fix


def test_the_shipped_catalog_agrees_today_and_before(real):
    days = {findings.on for findings in check_all(real)}
    assert len(days) > 1
    findings = check_bundle(real, real.bundle("bereavement"), date(2026, 3, 2))
    assert findings.boxes > 300
    assert {unknown.conversions for unknown in findings.unknown} <= {("date_format",)}
