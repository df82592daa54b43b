"""Where is my case: who holds it, corrections, receipt and rating on the phone, while agencies answer."""

import pytest

from onething.case_event import ReceiptIssued
from onething.counting import BEIJING
from records.receipt import NewReceipt, store_receipt
from tests.miniprogram.door import Door
from tests.miniprogram.look import looked_at
from tests.miniprogram.phone import Phone

pytestmark = pytest.mark.slow
POLICE = "household_cancellation"
PDF = b"%PDF-1.7\n%%EOF\n"
CODE = "abcdefghijklmnopqrstuvwx23"


def test_ones_own_case_is_found_and_says_who_holds_each_item(phone: Phone, number: str) -> None:
    phone.start()
    phone.quiet()
    phone.tap("我的办件")
    phone.head("我的办件")
    phone.see(number)
    phone.tap(f"办理进度 {number}")
    phone.head("身后一件事")
    phone.quiet()
    phone.see("正在办理")
    phone.see("居民死亡医学证明（推断）书核验")
    phone.see("不用本人到场")
    phone.see("办理结果都可以在“我的办件”中查看")


def test_the_page_follows_the_case_while_it_is_looked_at(phone: Phone, door: Door, number: str) -> None:
    phone.page.clock.install()
    phone.start(f"pages/case/case?number={number}")
    phone.head("身后一件事")
    phone.quiet()
    before = len(phone.sent)
    door.do(door.engine.says(number, "death_proof", {"kind": "granted"}))
    phone.page.clock.run_for(8000)
    phone.see("■ 准予")
    asked = [path.removeprefix(f"/api/v1/own/cases/{number}") for _, path, _ in phone.sent[before:]]
    assert asked == ["", "/wanted", "/coming"]
    phone.page.clock.run_for(8000)
    phone.quiet()
    assert [path for _, path, _ in phone.sent[before + 3 :]] == [f"/api/v1/own/cases/{number}"]


def test_what_an_agency_asks_is_put_right_on_the_phone(phone: Phone, door: Door, number: str) -> None:
    door.do(door.engine.says(number, "death_proof", {"kind": "granted"}))
    door.do(door.engine.asks(number, POLICE, fields=("xm",), materials=("household_book_original",)))
    phone.start(f"pages/correction/correction?number={number}")
    phone.head("补正")
    phone.quiet()
    phone.see("填写有误")
    phone.see("现有内容来自公安人口库")
    (name,) = phone.fields()
    phone.fill(name, "陈国樑")
    phone.photograph()
    phone.tap("拍照或选择图片：居民户口簿", exact=False)
    phone.see("✓ 已上传")
    phone.quiet()
    phone.tap("下一步：核对影响的事项")
    phone.see("确认后将这样办理")
    phone.see("重新送达部门")
    assert all(update.kind != "corrected" for _, update in door.engine.updates)
    phone.tap("确认补正")
    phone.quiet()
    (sent,) = (
        body for _, path, body in phone.sent if path == f"/api/v1/own/cases/{number}/corrections" and body
    )
    assert sent["answers"] == {"deceased": {"name": "陈国樑"}}
    assert len(sent["materials"]) == 1
    assert POLICE in sent["seen"]
    assert door.engine.states[number].slots[POLICE].state == "submitting"


def has_receipt(door: Door, number: str, pdf: bytes | None) -> None:
    """Issue a receipt; without a PDF, as where this installation could make none."""
    office = door.app.state.office
    receipt = NewReceipt(
        case=number,
        revision=1,
        reason="accepted",
        document=b'{"case_number": ""}',
        sha256="ab" * 32,
        code=CODE,
        issued_at=office.now().astimezone(BEIJING),
        pdf=pdf,
    )
    door.do(store_receipt(office.archive, receipt))
    door.do(door.engine.says(number, "death_proof", {"kind": "granted"}))
    door.do(door.engine.feed(number, ReceiptIssued(revision=1, sha256="ab" * 32)))


def test_the_receipt_is_opened_in_the_phones_own_reader(phone: Phone, door: Door, number: str) -> None:
    has_receipt(door, number, PDF)
    phone.start(f"pages/case/case?number={number}")
    phone.head("身后一件事")
    phone.quiet()
    phone.tap("查看回执")
    phone.see("回执已打开")
    assert phone.page.evaluate("window.OPENED") == {"size": len(PDF), "type": "application/pdf"}
    assert door.engine.handed == [(number, 1)]


def test_a_receipt_that_the_phone_cannot_show_is_told(phone: Phone, door: Door, number: str) -> None:
    has_receipt(door, number, None)
    object.__setattr__(door.app.state.office, "page_of", lambda _: "<!doctype html><title>PDF</title>")
    phone.start(f"pages/case/case?number={number}")
    phone.head("身后一件事")
    phone.quiet()
    phone.tap("查看回执")
    phone.see("回执没有打开，请稍后再试，也可以到窗口领取")
    assert phone.page.evaluate("window.OPENED") is None


def test_an_item_is_taken_back_after_it_was_shown_what_follows(phone: Phone, door: Door, number: str) -> None:
    door.do(door.engine.says(number, "death_proof", {"kind": "granted"}))
    phone.start(f"pages/case/case?number={number}")
    phone.head("身后一件事")
    phone.quiet()
    phone.tap("撤回申请")
    phone.head("撤回申请")
    phone.quiet()
    phone.choose("要撤回的内容", "死亡注销户口", exact=False)
    phone.see("撤回以后")
    phone.see("不再办理")
    phone.tap("确认撤回", exact=False)
    phone.see("请先选择撤回原因")
    assert door.engine.updates == []
    phone.choose("撤回原因", "已另行办理")
    phone.tap("确认撤回", exact=False)
    phone.head("身后一件事")
    phone.see("撤回申请已提交")
    ((_, withdrawn),) = door.engine.updates
    assert (withdrawn.slot, withdrawn.reason) == (POLICE, "done_elsewhere")


def test_the_whole_case_is_taken_back(phone: Phone, door: Door, number: str) -> None:
    phone.start(f"pages/withdrawal/withdrawal?number={number}")
    phone.head("撤回申请")
    phone.quiet()
    phone.choose("要撤回的内容", "整件申请")
    phone.see("已办结的事项不受影响")
    phone.choose("撤回原因", "申请有误")
    phone.tap("确认撤回 身后一件事")
    phone.quiet()
    ((_, withdrawn),) = door.engine.updates
    assert (withdrawn.slot, withdrawn.reason) == (None, "filed_in_error")


@pytest.mark.parametrize("large", [False, True])
def test_hands_and_readers_get_on_with_what_follows_a_withdrawal(
    phone: Phone, number: str, *, large: bool
) -> None:
    phone.enlarge(large)
    phone.start(f"pages/withdrawal/withdrawal?number={number}")
    phone.head("撤回申请")
    phone.quiet()
    phone.choose("要撤回的内容", "死亡注销户口", exact=False)
    phone.see("撤回以后")
    looked_at(phone, 60 if large else 44)
