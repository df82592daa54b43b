# ruff: noqa: E501 -- one fault to a line
"""Regions: what local rules change of an item, what they cannot, and how a fault in them is told."""

from copy import deepcopy
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from onething.catalog import load_catalog
from onething.catalog_file import Catalog, read_regions
from onething.errors import CatalogError
from onething.item import Item, StepKind
from onething.item_material import MaterialSource
from onething.region import Region, layers, localized
from onething.region_check import check_regions

TREE = Path(__file__).parents[2] / "catalog"
DAY = date(2026, 3, 3)
LOW_INCOME = "civil_affairs/low_income"
BASIS = {"cite": "本地办法", "verified": True}
T = {"zh": "内容", "en": "Words"}
LIMIT = {"amount": 5, "unit": "wd", "basis": BASIS}
SELF = {"basis_in_law": True, "obtainable_by_sharing": False, "shown_by_certificate": False, "replaceable_by_pledge": False, "issuer_can_issue": True}  # fmt: skip


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog(TREE)


@pytest.fixture(scope="module")
def national(catalog: Catalog) -> Item:
    return catalog.item(LOW_INCOME, DAY)


def region(code: str = "99", **local: object) -> Region:
    return Region.model_validate({"region": code, "title": T, "basis": [BASIS], "items": {LOW_INCOME: local}})


def test_chengyang_checks_first_decides_in_the_sub_district_and_takes_four_steps(catalog):
    item = catalog.item(LOW_INCOME, DAY, "370214")
    steps = [one for one in item.steps if one.when is True]
    assert [one.kind for one in steps][:2] == [StepKind.MEANS_CHECK, StepKind.HOME_VISIT]
    assert len(steps) == 4
    assert "appraisal" not in {one.step for one in steps}
    assert steps[-1].office.zh == "街道办事处"
    assert (item.limits.promised.amount, item.limits.promised.unit) == (15, "d")


def test_where_the_decision_is_delegated_it_takes_twenty_working_days_and_forty_five_in_special_cases(
    catalog,
):
    item = catalog.item(LOW_INCOME, DAY, "340181")
    assert item.limits.promised.amount == item.limits.statutory.amount == 20
    extension = catalog.profiles[item.profile].rules.extension_at_most
    assert item.limits.statutory.amount + extension.amount == 45


def test_a_district_stands_on_its_prefecture(catalog):
    penglai = catalog.item("civil_affairs/special_hardship", DAY, "370614")
    limits = {one.step: one.limit.amount for one in penglai.steps if one.limit}
    assert limits == {"opinion": 10, "confirm": 3}
    assert catalog.ruled_by("370614") == "370614"
    assert catalog.ruled_by("370611") == "3706"
    assert catalog.ruled_by("110101") == ""


def test_every_region_leaves_what_an_item_decides_as_it_is(catalog):
    same = set(Item.model_fields) - {"steps", "limits", "materials", "profile", "basis"}
    for one in catalog.regions.values():
        for key in one.items:
            item = catalog.item(key, DAY)
            local = catalog.item(key, DAY, one.region)
            assert {name: getattr(local, name) for name in same} == {
                name: getattr(item, name) for name in same
            }
            assert catalog.boxes(local) is catalog.boxes(item)
            assert catalog.path(local) == catalog.path(item)


def test_an_item_nobody_speaks_of_is_the_national_one_itself_and_a_local_one_is_made_once(catalog, national):
    assert catalog.item(LOW_INCOME, DAY, "110101") is national
    assert catalog.item("health/childcare_subsidy", DAY, "370214") is catalog.item(
        "health/childcare_subsidy", DAY
    )
    assert catalog.item(LOW_INCOME, DAY, "370214") is catalog.item(LOW_INCOME, DAY, "370214")


def test_the_nearest_rules_win_layer_by_layer(national):
    regions = {
        one.region: one
        for one in (
            region("36", limits={"promised": LIMIT}, steps=["home_visit", "confirm"]),
            region("3609", steps=["confirm", {"step": "home_visit", "officers": 3}]),
            region("360982", limits={"promised": LIMIT | {"amount": 2}}),
        )
    }
    assert [one.region for one in layers(regions, "360982")] == ["36", "3609", "360982"]
    item = localized(national, layers(regions, "360982"))
    assert [one.step for one in item.steps] == ["confirm", "home_visit"]
    assert (item.limits.promised.amount, item.limits.statutory) == (2, national.limits.statutory)
    assert item.steps[1].officers == 3
    assert item.steps[1].signer == next(one.signer for one in national.steps if one.step == "home_visit")
    assert localized(national, layers(regions, "360121")).limits.promised.amount == 5


def test_a_step_may_be_new_given_to_another_agency_or_lose_its_limit(national):
    new = {"step": "tea", "title": T, "agency": "health", "days": 3, "basis": BASIS}
    local = region(steps=[new, {"step": "confirm", "agency": "health", "limit": None}])
    first, last = localized(national, (local,)).steps
    assert (first.step, first.kind, first.days) == ("tea", StepKind.WORK, 3)
    assert (last.agency, last.limit) == ("health", None)


def test_papers_are_dropped_added_and_obtained_in_another_way(national):
    listed = [one.material for one in national.materials]
    added = {"material": "medical_proof", "source": "shared", "basis": BASIS, "tests": SELF}
    change = {"authorisation_letter": {"source": "pledge", "basis": BASIS}}
    local = region(materials={"drop": ["bank_card"], "add": [added], "change": change})
    papers = {one.material: one for one in localized(national, (local,)).materials}
    assert [*papers] == [*(name for name in listed if name != "bank_card"), "medical_proof"]
    assert papers["authorisation_letter"].source is MaterialSource.PLEDGE
    assert papers["authorisation_letter"].when == next(
        one.when for one in national.materials if one.material == "authorisation_letter"
    )


FAULTS = {
    "a step nobody knows": ({"steps": ["home_visit", "tea"]}, "unknown step tea", "tea"),
    "a step twice": ({"steps": ["home_visit", "home_visit"]}, "two steps", "home_visit"),
    "a step of an unknown agency": ({"steps": [{"step": "confirm", "agency": "ghost"}]}, "unknown agency", "ghost"),
    "another kind of a known step": ({"steps": [{"step": "confirm", "kind": "home_visit"}]}, "does not change", "kind"),
    "no step at all": ({"steps": []}, "at least 1", "steps"),
    "a limit without unit": ({"limits": {"promised": {"amount": 3, "basis": BASIS}}}, "unit", "promised"),
    "a limit without basis": ({"limits": {"promised": {"amount": 3, "unit": "wd"}}}, "basis", "promised"),
    "a promise beyond the law": ({"limits": {"promised": LIMIT | {"amount": 31}}}, "law allows 30", "limits"),
    "an unknown paper": ({"materials": {"add": [{"material": "ghost", "source": "self", "basis": BASIS, "tests": SELF}]}}, "unknown material", "ghost"),
    "a paper that fails the five tests": ({"materials": {"change": {"bank_card": {"source": "self", "basis": BASIS}}}}, "五|凡是", "bank_card"),
    "a paper that is not there to drop": ({"materials": {"drop": ["ghost"]}}, "not on the list", "ghost"),
    "a paper that is there already": ({"materials": {"add": [{"material": "bank_card", "source": "shared", "basis": BASIS, "tests": SELF}]}}, "on the list already", "bank_card"),
    "a paper for an unknown role": ({"materials": {"change": {"bank_card": {"when": {"eq": ["$name(ghost)", "x"]}, "basis": BASIS}}}}, "unknown role", "when"),
    "an unknown procedure": ({"profile": "ghost"}, "unknown profile", "ghost"),
    "another effect": ({"effects": []}, "effects", "effects"),
    "another ground of refusal": ({"refusals": []}, "refusals", "refusals"),
    "another gate": ({"gates": []}, "gates", "gates"),
    "another form": ({"form": {}}, "form", "form"),
    "nothing": ({"basis": [BASIS]}, "nothing differs", LOW_INCOME),
}  # fmt: skip


@pytest.fixture(scope="module")
def refused(catalog, tmp_path_factory):
    """Check the catalog's own items under one more region; returns the error and its file's lines."""

    def fault(local: dict, name: str = "99.yaml", **more: object) -> tuple[CatalogError, list[str]]:
        folder = tmp_path_factory.mktemp("catalog")
        path = folder / "regions" / name
        path.parent.mkdir()
        content = {
            "region": "99",
            "title": T,
            "basis": [BASIS],
            "items": {LOW_INCOME: deepcopy(local)},
            **more,
        }
        with path.open("w", encoding="utf-8") as file:
            YAML().dump(content, file)
        with pytest.raises(CatalogError) as caught:
            check_regions(_with_regions(catalog, folder))
        return caught.value, path.read_text(encoding="utf-8").splitlines()

    return fault


def _with_regions(catalog: Catalog, folder: Path) -> Catalog:
    """The catalog under the regions of a folder, the rest read before."""
    files = dict(catalog.files)
    return replace(catalog, regions=read_regions(folder, files), files=files)


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_is_told_with_file_line_and_mend(refused, name):
    local, what, place = FAULTS[name]
    error, lines = refused(local)
    assert error.file.endswith("regions/99.yaml")
    assert any(word in error.what for word in what.split("|"))
    assert any(place in line for line in lines[error.line - 1 : error.line + 1])
    assert error.fix


def test_rules_of_an_unknown_item_and_of_another_place_than_their_file_says_are_refused(refused):
    error, _ = refused({}, items={"office/ghost": {"steps": ["one"]}})
    assert "unknown item office/ghost" in error.what
    error, _ = refused({"steps": ["confirm"]}, name="98.yaml")
    assert error.fix == "call the file 99.yaml"
