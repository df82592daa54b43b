"""A filing as its handler reads it: whom it is about."""

from datetime import date

import pytest

from api.desk.form import _part, person_of

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
    parts = {_part(item, box) for box in catalog.boxes(item) if box.name.endswith(".MyName")}
    assert parts == {"男方声明", "女方声明"}
