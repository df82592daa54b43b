"""What a phone does to a program: no connection, a restart, another's hand, large type, a blind reader."""

import httpx2
import pytest

from onething.definition import Scenario
from tests.miniprogram import hand
from tests.miniprogram.door import Door
from tests.miniprogram.look import looked_at
from tests.miniprogram.phone import Phone, away, back

pytestmark = pytest.mark.slow


@pytest.fixture
def asked(phone: Phone, smooth: Scenario) -> Phone:
    """Signed in, before the first questions of a life event."""
    hand.begin(phone, smooth)
    return phone


def test_nothing_typed_is_lost_without_a_connection_nor_by_a_restart(
    asked: Phone, door: Door, smooth: Scenario
) -> None:
    phone = asked
    hand.answer_situations(phone, smooth)
    phone.tap("不同意，自行填写")
    phone.head("填写内容")
    phone.quiet()
    phone.tap("逝者信息", exact=False)
    phone.head("逝者信息")
    phone.quiet()
    away(phone)
    phone.write("逝者 姓名", "陈国梁")
    phone.see("网络不通，已暂存在本机，联网后自动保存")
    assert phone.kept("drafts")["bereavement"]["unsent"]["answers"]["deceased"] == {"name": "陈国梁"}

    back(phone)
    phone.start()
    phone.quiet()
    phone.tap("继续填写 身后一件事")
    phone.head("身后一件事")
    phone.quiet()
    kept = phone.kept("drafts")["bereavement"]
    assert kept["unsent"] is None
    headers = {"authorization": f"Bearer {phone.kept('token')}"}
    answer = httpx2.get(f"{door.address}/api/v1/drafts/{kept['id']}", headers=headers)
    assert answer.json()["answers"]["deceased"] == {"name": "陈国梁"}


def test_what_another_page_saved_meanwhile_stays_beside_what_is_typed(
    asked: Phone, door: Door, smooth: Scenario
) -> None:
    phone = asked
    hand.answer_situations(phone, smooth)
    phone.tap("不同意，自行填写")
    phone.head("填写内容")
    phone.quiet()
    phone.tap("逝者信息", exact=False)
    phone.head("逝者信息")
    phone.quiet()
    place = f"{door.address}/api/v1/drafts/{phone.kept('drafts')['bereavement']['id']}"
    headers = {"authorization": f"Bearer {phone.kept('token')}"}
    before = httpx2.get(place, headers=headers).json()
    other = {
        "situations": before["situations"],
        "answers": before["answers"]
        | {"applicant": {"phone": "13970500777"}, "deceased": {"name": "陈国栋"}},
        "without": ["household_book_original"],
    }
    httpx2.put(place, json=other, headers=headers).raise_for_status()
    phone.write("逝者 姓名", "陈国梁")
    phone.quiet()
    phone.write("逝者 公民身份号码", "110105199001011232")
    phone.quiet()
    kept = httpx2.get(place, headers=headers).json()
    assert kept["answers"]["applicant"]["phone"] == "13970500777"
    assert kept["answers"]["deceased"] == {"name": "陈国梁", "id_number": "110105199001011232"}
    assert kept["without"] == ["household_book_original"]
    line = phone.kept("drafts")["bereavement"]
    assert (line["unsent"], line["edits"], line["revision"]) == (None, [], kept["revision"])


def test_after_signing_out_nothing_of_a_person_is_on_the_phone(asked: Phone) -> None:
    phone = asked
    hand.answer_all(phone, lambda pointer: "normal" if pointer.endswith("death_kind") else None)
    token = phone.kept("token")
    phone.start()
    phone.quiet()
    phone.tap("退出登录")
    phone.see("已退出登录")
    assert token
    assert phone.page.evaluate("JSON.stringify(Object.entries(localStorage))") == "[]"
    answer = httpx2.get(f"{phone.address}/api/v1/me", headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("name", "data", "taken"),
    [
        ("证明.pdf", b"%PDF-1.7\n%%EOF\n", True),
        ("证明.pdf", b"no paper at all", False),
        ("证明.exe", b"%PDF-1.7\n%%EOF\n", None),
    ],
)
def test_a_file_from_a_chat_is_a_paper_too(
    asked: Phone, smooth: Scenario, name: str, data: bytes, taken: bool | None
) -> None:
    phone = asked
    hand.answer_situations(phone, smooth)
    phone.tap("不同意，自行填写")
    phone.head("填写内容")
    phone.quiet()
    phone.tap("上传材料")
    phone.head("上传材料")
    phone.quiet()
    phone.sent.clear()
    phone.send_file(name, data)
    phone.tap("从微信聊天中选择文件", exact=False)
    phone.quiet()
    assert ("POST", "/api/v1/materials", None) in phone.sent or taken is None
    assert phone.screen.get_by_text("✓ 已上传").count() == (1 if taken else 0)
    assert phone.screen.get_by_role("alert").count() == (1 if taken is False else 0)
    looked_at(phone, 44)


def test_an_expired_session_asks_to_sign_in_and_leads_back(asked: Phone, smooth: Scenario) -> None:
    phone = asked
    phone.page.evaluate("program.wx.setStorageSync('token', 'no.such.token')")
    phone.tap("下一步")
    hand.sign_in(phone, smooth)
    phone.head("身后一件事")
    phone.quiet()
    assert phone.fields()


@pytest.mark.parametrize(("size", "least"), [("", 44), ("使用大字版", 60)])
def test_targets_are_large_nothing_scrolls_sideways_and_axe_finds_nothing(
    phone: Phone, smooth: Scenario, size: str, least: int
) -> None:
    phone.start()
    phone.quiet()
    if size:
        phone.tap(size)
    looked_at(phone, least)
    phone.tap("开始办理 身后一件事")
    hand.sign_in(phone, smooth)
    phone.head("身后一件事")
    phone.quiet()
    phone.tap("下一步")
    phone.quiet()
    looked_at(phone, least)
    hand.answer_situations(phone, smooth)
    looked_at(phone, least)
    phone.tap("不同意，自行填写")
    phone.head("填写内容")
    phone.quiet()
    looked_at(phone, least)
    phone.tap("逝者信息", exact=False)
    phone.head("逝者信息")
    phone.quiet()
    looked_at(phone, least)
    phone.tap("保存")
    phone.head("填写内容")
    phone.quiet()
    phone.tap("核对信息")
    phone.head("核对信息")
    phone.quiet()
    looked_at(phone, least)
    phone.tap("去提交")
    phone.head("确认并提交")
    phone.quiet()
    looked_at(phone, least)
