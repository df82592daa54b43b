"""Somebody is let act for the family: given on the phone within limits, seen, and ended again."""

import httpx2
import pytest

from tests.miniprogram.family import Filed
from tests.miniprogram.look import looked_at
from tests.miniprogram.phone import Phone

pytestmark = pytest.mark.slow
FRIEND = {"name": "李一", "id_number": "110105199001011232"}


def given(phone: Phone, filed: Filed) -> list[dict[str, object]]:
    answer = httpx2.get(f"{phone.address}/api/v1/mandates", headers=filed.bearer)
    found: list[dict[str, object]] = answer.raise_for_status().json()
    return found


def test_a_mandate_is_seen_and_ended(phone: Phone, filed: Filed) -> None:
    mandate = {
        "representative": FRIEND,
        "scope": ["follow"],
        "until": "2026-03-31",
        "signature": {"kind": "typed", "value": filed.name},
    }
    made = httpx2.post(f"{phone.address}/api/v1/mandates", json=mandate, headers=filed.bearer)
    assert made.raise_for_status().json()["state"] == "counts"
    phone.start("pages/mandates/mandates")
    phone.head("我的委托")
    phone.see("委托李一代办")
    phone.tap("撤销李一的委托")
    phone.see("委托已撤销")
    phone.see("没有有效的委托")
    assert [one["state"] for one in given(phone, filed)] == ["revoked"]


def test_a_relative_is_given_a_mandate_by_name_and_number(phone: Phone, filed: Filed) -> None:
    phone.start("pages/mandates/mandates")
    phone.head("我的委托")
    phone.quiet()
    phone.tap("委托他人代办")
    phone.head("委托他人代办")
    phone.quiet()
    phone.write("受托人姓名", FRIEND["name"])
    phone.write("受托人身份证号码", FRIEND["id_number"])
    scope = phone.screen.get_by_role("group", name="委托事项", exact=True)
    for label in ("查询进度", "补正材料"):
        scope.get_by_role("checkbox", name=label, exact=True).check()
    phone.write("截止日期", "2026年4月1日")
    phone.write("委托人签名", filed.name)
    phone.tap("确认委托")
    phone.head("我的委托")
    phone.see("委托已生效")
    phone.see("委托李一代办")
    (mandate,) = given(phone, filed)
    scopes = [one["scope"] for one in mandate["scope"]]  # type: ignore[attr-defined]
    assert (scopes, mandate["until"], mandate["bundle"]) == (["follow", "correct"], "2026-04-01", None)


def test_a_staff_representative_is_given_one_for_one_case(phone: Phone, filed: Filed) -> None:
    httpx2.post(f"{phone.address}/api/v1/sign-in/development", json={"account": "representative"})
    phone.start(f"pages/case/case?number={filed.number}")
    phone.head("身后一件事")
    phone.quiet()
    phone.tap("委托他人代办")
    phone.head("委托他人代办")
    phone.see(f"仅用于办件 {filed.number}")
    phone.quiet()
    phone.write("委托人签名", filed.name)
    phone.choose("受托人", "代办员", exact=False)
    assert phone.screen.get_by_role("textbox", name="受托人姓名").count() == 0
    phone.screen.get_by_role("checkbox", name="领取回执", exact=True).check()
    phone.write("截止日期", "2026-03-31")
    phone.tap("确认委托")
    phone.head("身后一件事")
    phone.see("委托已生效")
    (mandate,) = given(phone, filed)
    assert (mandate["case"], mandate["organisation"]) == (filed.number, "示范镇便民服务中心")


def test_what_is_missing_or_wrong_stands_at_its_field_and_nothing_typed_is_lost(
    phone: Phone, filed: Filed
) -> None:
    phone.start("pages/mandate/mandate")
    phone.head("委托他人代办")
    phone.quiet()
    phone.write("受托人姓名", FRIEND["name"])
    phone.tap("确认委托")
    phone.see("请正确填写：截止日期")
    phone.see("请正确填写：委托事项")
    phone.write("受托人身份证号码", "110105199001011231")
    phone.screen.get_by_role("checkbox", name="提出申请", exact=True).check()
    phone.write("截止日期", "2027-12-31")
    phone.write("委托人签名", "别人")
    phone.tap("确认委托")
    phone.quiet()
    wrong = {one["pointer"] for one in phone.fields() if one["errors"]}
    assert wrong == {"/representative/id_number", "/until", "/signature"}
    shown = {one["pointer"]: one["value"] for one in phone.fields()}
    assert shown["/representative/name"] == FRIEND["name"]
    assert shown["/scope"] == ["file"]
    assert given(phone, filed) == []


@pytest.mark.parametrize("large", [False, True])
def test_hands_and_readers_get_on_with_the_form(phone: Phone, filed: Filed, *, large: bool) -> None:
    assert filed.name
    phone.enlarge(large)
    phone.start("pages/mandate/mandate")
    phone.head("委托他人代办")
    phone.quiet()
    phone.tap("确认委托")
    phone.see("请正确填写：截止日期")
    phone.quiet()
    looked_at(phone, 60 if large else 44)
