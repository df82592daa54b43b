"""Where is my case: who holds it, corrections, receipt and rating on the phone, while agencies answer."""

import httpx2
import pytest

from onething.definition import Scenario
from tests.miniprogram.door import Door
from tests.miniprogram.phone import PICTURE, Phone

pytestmark = pytest.mark.slow
POLICE = "household_cancellation"


@pytest.fixture
def number(door: Door, phone: Phone, smooth: Scenario) -> str:
    """A case that the applicant has filed, and the applicant's phone, signed in."""
    own = {"id_number": smooth.answers["applicant"]["id_number"], "name": "陈若兰"}
    with httpx2.Client(base_url=door.address, timeout=30) as client:
        token = client.post("/api/v1/sign-in/development", json=own).raise_for_status().json()["token"]
        client.headers["authorization"] = f"Bearer {token}"
        draft = client.post("/api/v1/drafts", json={"bundle": "bereavement"}).raise_for_status().json()["id"]
        for material in smooth.materials:
            paper = {"file": ("paper.png", PICTURE)}
            client.post("/api/v1/materials", data={"draft": draft, "material": material}, files=paper)
        asked = {"situations": smooth.situations, "answers": smooth.answers, "draft": draft}
        client.post(
            "/api/v1/bundles/bereavement/plan", json={**asked, "notice_shown": True}
        ).raise_for_status()
        filing = {**asked, "bundle": "bereavement", "region": "360900", "origin": "self", "mode": "self"}
        key = {"Idempotency-Key": "one-key"}
        filed = client.post("/api/v1/cases", json={**filing, "pledge": True}, headers=key)
        assert filed.status_code == 201, filed.text
        found: str = filed.json()["number"]
    phone.start()
    phone.page.evaluate("token => program.wx.setStorageSync('token', token)", token)
    return found


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


def test_the_page_follows_the_case_while_it_is_looked_at(phone: Phone, door: Door, number: str) -> None:
    phone.page.clock.install()
    phone.start(f"pages/case/case?number={number}")
    phone.head("身后一件事")
    phone.quiet()
    before = len(phone.sent)
    door.do(door.engine.says(number, "death_proof", {"kind": "granted"}))
    phone.page.clock.run_for(8000)
    phone.see("■ 准予")
    assert len(phone.sent) == before + 1


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
    phone.tap("提交补正")
    phone.quiet()
    (sent,) = (
        body for _, path, body in phone.sent if path == f"/api/v1/own/cases/{number}/corrections" and body
    )
    assert sent["answers"] == {"deceased": {"name": "陈国樑"}}
    assert len(sent["materials"]) == 1
    assert door.engine.states[number].slots[POLICE].state == "submitting"


def test_an_ended_item_is_rated_once(phone: Phone, door: Door, number: str) -> None:
    door.do(door.engine.says(number, "death_proof", {"kind": "granted"}))
    phone.start(f"pages/rating/rating?number={number}")
    phone.head("服务评价")
    phone.quiet()
    phone.tap("提交评价", exact=False)
    phone.see("请先选择满意程度")
    phone.screen.get_by_role("radio", name="非常满意").check()
    phone.tap("提交评价", exact=False)
    phone.see("感谢您的评价")
    phone.see("✓ 非常满意")
    assert phone.screen.get_by_role("radio").count() == 0


@pytest.mark.usefixtures("number")
def test_a_mandate_is_seen_and_ended(phone: Phone) -> None:
    mandate = {
        "representative": {"name": "李一", "id_number": "110105199001011232"},
        "scope": ["follow"],
        "until": "2026-03-31",
        "signature": {"kind": "typed", "value": "陈若兰"},
    }
    headers = {"authorization": f"Bearer {phone.kept('token')}"}
    made = httpx2.post(f"{phone.address}/api/v1/mandates", json=mandate, headers=headers).raise_for_status()
    assert made.json()["state"] == "counts"
    phone.start("pages/mandates/mandates")
    phone.head("我的委托")
    phone.see("委托李一代办")
    phone.tap("撤销李一的委托")
    phone.see("委托已撤销")
    phone.see("没有有效的委托")
    listed = httpx2.get(f"{phone.address}/api/v1/mandates", headers=headers).json()
    assert [one["state"] for one in listed] == ["revoked"]
