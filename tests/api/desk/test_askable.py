"""What a correction may name: only boxes that are there or called for, and of a list whose each is."""

from datetime import date
from types import SimpleNamespace

from api.desk.askable import (
    askable_fields,
    differing,
    differing_titles,
    rows_asked,
    titled_fields,
)
from onething.box import ANY

DAY = date(2026, 3, 3)

LIST = "jcrty"


def filed(catalog, name, payload):
    """An office and a filing of an item, as far as they are asked here."""
    item = catalog.item(name, DAY, "360902")
    return SimpleNamespace(catalog=catalog), SimpleNamespace(
        published=item, item=SimpleNamespace(payload=payload)
    )


def test_a_box_that_the_situation_does_not_call_for_is_not_offered(catalog):
    office, place = filed(catalog, "health/birth_certificate", {"cscs": "机构内"})
    assert "家庭现住址（机构外出生）" not in askable_fields(office, place).values()
    office, place = filed(catalog, "health/birth_certificate", {"cscs": "机构外"})
    assert "家庭现住址（机构外出生）" in askable_fields(office, place).values()


def test_a_box_of_a_list_stands_once_for_each_person_with_the_name(catalog):
    rows = [{"xm": "李晓华", "ty": True, "fq": True}, {"xm": "李晓梅", "ty": True, "fq": False}]
    office, place = filed(catalog, "social_insurance/pension_account", {LIST: rows})
    offered = askable_fields(office, place)
    assert offered[f"{LIST}[0].ty"].endswith("第1位（李晓华）：同意由申请人代表领取")
    assert offered[f"{LIST}[1].ty"].endswith("第2位（李晓梅）：同意由申请人代表领取")
    assert f"{LIST}[1].qm" in offered
    assert f"{LIST}[0].qm" not in offered
    assert f"{LIST}.ty" not in offered
    assert f"{LIST}.ty" in titled_fields(office, place)
    told = rows_asked(office, place, [f"{LIST}[1].ty", "xm"])
    assert told == ("其他继承人同意第2位：同意由申请人代表领取",)


def test_what_changed_in_a_list_is_told_of_the_person_whose_it_is(catalog):
    rows = [{"xm": "李晓华", "ty": True}, {"xm": "李晓梅", "ty": True}]
    office, place = filed(catalog, "social_insurance/pension_account", {LIST: rows})
    before = {LIST: [rows[0], {"xm": "李晓梅", "ty": False}]}
    assert differing(office, place, before) == (f"{LIST}[1].ty",)
    assert differing_titles(office, place, before) == ("其他继承人同意第2位（李晓梅）：同意由申请人代表领取",)


def test_what_was_taken_away_is_told_as_well_and_whose_it_was(catalog):
    whole = {LIST: [{"xm": "李晓华", "ty": True, "qm": "李晓华"}, {"xm": "李晓梅", "ty": True}]}
    office, place = filed(catalog, "social_insurance/pension_account", {LIST: [{"xm": "李晓华", "ty": True}]})
    told = differing_titles(office, place, whole)
    assert len(told) == len(differing(office, place, whole)) == 3
    assert {one.partition("：")[0] for one in told} == {
        "其他继承人同意第1位（李晓华）",
        "其他继承人同意第2位（李晓梅）",
    }
    assert differing_titles(office, place, place.item.payload) == ()


def test_no_box_of_any_form_is_cleared_without_being_told(catalog):
    """Also of boxes that a correction could not have asked for: the form is another one now."""
    for name, versions in catalog.items.items():
        item = versions[-1]
        office = SimpleNamespace(catalog=catalog)
        for box in catalog.boxes(item):
            place = SimpleNamespace(published=item, item=SimpleNamespace(payload={}))
            before = "x"
            for part in reversed(box.path):
                before = [before] if part == ANY else {part: before}
            assert any(box.title in one for one in differing_titles(office, place, before)), (name, box.name)
