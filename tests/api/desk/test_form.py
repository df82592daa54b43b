"""A filing as its handler reads it: whom it is about."""

from datetime import date

import pytest

from api.desk.form import _labels, _shown, part_of, person_of

DAY = date(2026, 3, 3)


@pytest.mark.parametrize(
    ("item", "payload", "person"),
    [
        (
            "medical_insurance/maternity_allowance",
            {"bank": "中国工商银行宜春分行", "bankUser": "李晓梅", "aae0441": "宜春市人民医院"},
            "李*梅",
        ),
        ("medical_insurance/maternity_allowance", {"bank": "中国工商银行宜春分行"}, ""),
        ("civil_affairs/funeral_subsidy", {"aae008": "中国银行", "m00059": "陈国梁"}, "陈*梁"),
        ("medical_insurance/resident_enrolment", {"Insrd_Psn_Nm": "王小宝"}, "王*宝"),
    ],
)
def test_a_filing_is_about_a_person_and_never_about_a_bank(catalog, item, payload, person):
    assert person_of(catalog, catalog.item(item, DAY, "360902"), payload) == person


def test_each_partys_half_of_the_marriage_statements_is_told_apart(catalog):
    item = catalog.item("civil_affairs/marriage_registration", DAY, "360902")
    parts = {part_of(item, box) for box in catalog.boxes(item) if box.name.endswith(".MyName")}
    assert parts == {"男方声明", "女方声明"}


@pytest.mark.parametrize(
    ("item", "box", "value", "zh"),
    [
        ("police/birth_registration", "ldfs", "随母", "随母"),
        ("police/birth_registration", "yhzgx", "子女", "子女"),
    ],
)
def test_words_of_the_agency_stand_by_themselves(catalog, item, box, value, zh):
    assert shown(catalog, item, box, value).zh == zh


def test_a_region_is_explained_by_its_own_name_or_said_to_be_a_regions_code(catalog):
    assert shown(catalog, "funeral/cremation", "POPULACE", "360902").zh == "360902（行政区划代码）"
    assert shown(catalog, "funeral/cremation", "POPULACE", "340181").zh == "340181（合肥市巢湖市）"


@pytest.mark.parametrize(
    ("item", "box", "value", "zh"),
    [
        ("civil_affairs/marriage_appointment", "orgid", "360902", "360902（袁州区婚姻登记处）"),
        ("civil_affairs/marriage_appointment", "orgid", "360902A01", "360902A01"),
        ("housing_fund/death_withdrawal", "businessType", "000800", "000800"),
    ],
)
def test_a_code_that_no_table_explains_stands_alone(catalog, item, box, value, zh):
    assert shown(catalog, item, box, value).zh == zh


@pytest.mark.parametrize("box", ["csrq", "cszqfrq"])
def test_eight_digits_of_a_date_are_told_as_a_day(catalog, box):
    told = shown(catalog, "police/birth_registration", box, "20260303")
    assert (told.zh, told.en) == ("20260303（2026年3月3日）", "20260303 (3 March 2026)")
    assert shown(catalog, "police/birth_registration", box, "20260399").zh == "20260399"


def test_a_code_of_digits_is_explained_where_it_stands_for_one_thing(catalog):
    assert shown(catalog, "police/birth_registration", "xb", "2").zh == "2（女）"


def shown(catalog, name, wanted, value):
    """A value of a box as its handler reads it."""
    item = catalog.item(name, DAY, "360902")
    (box,) = [one for one in catalog.boxes(item) if one.name == wanted]
    return _shown(value, _labels(catalog, item, box, {wanted: value}))
