"""Signing in by WeChat and being proven by the province, against stand-ins of both."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser

from onething.catalog import Catalog
from simulator import province, wechat
from tests.miniprogram.door import Door, open_door, served
from tests.miniprogram.look import looked_at
from tests.miniprogram.phone import Phone, phone_of

pytestmark = pytest.mark.slow


PERSON = {"name": "李一", "id_number": "110105199001011232"}


@pytest.fixture
def stand_ins() -> Iterator[str]:
    """WeChat's server and the province's portal."""
    app = FastAPI()
    app.state.now = lambda: datetime.now(UTC)
    for module in (province, wechat):
        app.include_router(module.router)
    with served(app, lifespan="off") as (address, _):
        yield address


@pytest.fixture
def door(tmp_path: Path, shipped: Catalog, stand_ins: str) -> Iterator[Door]:
    """A server that believes both."""
    chosen = {
        "identity": "development,wechat,provincial",
        "wechat_url": f"{stand_ins}/wechat",
        "wechat_app_id": wechat.APP_ID,
        "wechat_app_secret": wechat.APP_SECRET,
        "provincial_issuer": province.ISSUER,
        "provincial_login_url": f"{stand_ins}/provincial/login",
        "provincial_keys_url": f"{stand_ins}/provincial/keys",
        "provincial_audience": "once-360900",
    }
    with open_door(tmp_path, shipped, {}, **chosen) as opened:
        # Tickets are of this very minute.
        object.__setattr__(opened.app.state.office, "clock", lambda: datetime.now(UTC))
        yield opened


@pytest.fixture
def phone(browser: Browser, door: Door) -> Iterator[Phone]:
    with phone_of(browser, door.address) as opened:
        opened.start("pages/sign_in/sign_in")
        yield opened


def sign_in(phone: Phone) -> None:
    phone.page.evaluate("window.CODE = 'login-mei-' + Math.random().toString(36).slice(2)")
    phone.tap("微信登录")
    phone.head("实名认证")
    phone.quiet()


def give_back(phone: Phone, given: dict[str, object]) -> None:
    """Have another program come back with this."""
    phone.page.evaluate("given => { window.PROVINCE = given; }", given)


def ticket(stand_ins: str, **changed: str) -> str:
    asked = {**PERSON, "audience": "once-360900", **changed}
    return str(httpx2.post(f"{stand_ins}/provincial/tickets", json=asked).raise_for_status().json()["ticket"])


def test_wechats_code_becomes_a_session_and_is_no_proof_of_who_it_is(phone: Phone) -> None:
    phone.page.evaluate("window.CODE = 'login-mei-1'")
    phone.tap("微信登录")
    phone.head("实名认证")
    phone.quiet()
    assert phone.sent[0] == ("POST", "/api/v1/sign-in/wechat", {"code": "login-mei-1"})
    assert phone.kept("token")
    assert phone.page.evaluate("JSON.stringify(Object.entries(localStorage))").count("session_key") == 0
    phone.tap("暂不认证")
    phone.head("一件事一次办")
    phone.see("退出登录")
    phone.tap("实名认证")
    phone.head("实名认证")


def test_a_code_that_wechat_does_not_know_is_refused_in_words(phone: Phone) -> None:
    phone.page.evaluate("window.CODE = 'forged'")
    phone.tap("微信登录")
    phone.screen.get_by_role("alert").wait_for()
    assert not phone.kept("token")


def test_the_provinces_program_gives_the_ticket_that_proves_who_it_is(phone: Phone, stand_ins: str) -> None:
    sign_in(phone)
    give_back(phone, {"extraData": {"ticket": ticket(stand_ins)}})
    phone.tap("前往省统一身份认证平台认证")
    phone.see("已完成实名认证：李一")
    assert phone.page.evaluate("window.VISITED") == {
        "appId": "wx-province",
        "path": "pages/identity/index",
        "extraData": {"audience": "once-360900"},
    }
    phone.tap("继续")
    phone.head("一件事一次办")
    phone.quiet()
    assert phone.screen.get_by_role("button", name="实名认证").count() == 0


def test_whoever_comes_back_without_a_ticket_may_try_again(phone: Phone, stand_ins: str) -> None:
    sign_in(phone)
    phone.tap("前往省统一身份认证平台认证")
    phone.see("认证没有完成，可以重新认证")
    give_back(phone, {"extraData": {"ticket": ticket(stand_ins, audience="another-house")}})
    phone.tap("前往省统一身份认证平台认证")
    phone.screen.get_by_role("alert").wait_for()
    phone.quiet()
    give_back(phone, {"extraData": {"ticket": ticket(stand_ins)}})
    phone.tap("前往省统一身份认证平台认证")
    phone.see("已完成实名认证：李一")


def test_another_programs_ticket_is_not_even_sent(phone: Phone, stand_ins: str) -> None:
    sign_in(phone)
    phone.sent.clear()
    give_back(phone, {"appId": "wx-somebody", "extraData": {"ticket": ticket(stand_ins)}})
    phone.tap("前往省统一身份认证平台认证")
    phone.page.wait_for_function("window.VISITED !== undefined")
    phone.quiet()
    assert [method for method, _, _ in phone.sent] == ["GET"]
    assert phone.screen.get_by_text("已完成实名认证").count() == 0


def test_what_was_begun_before_goes_on_afterwards(phone: Phone, stand_ins: str) -> None:
    phone.start("pages/start/start?bundle=bereavement")
    phone.head("登录")
    sign_in(phone)
    give_back(phone, {"extraData": {"ticket": ticket(stand_ins)}})
    phone.tap("前往省统一身份认证平台认证")
    phone.see("已完成实名认证：李一")
    phone.tap("继续")
    phone.head("身后一件事")


@pytest.mark.parametrize("large", [False, True])
def test_hands_and_readers_get_on_with_the_proof(phone: Phone, stand_ins: str, *, large: bool) -> None:
    phone.enlarge(large)
    phone.start("pages/sign_in/sign_in")
    sign_in(phone)
    looked_at(phone, 60 if large else 44)
    give_back(phone, {"extraData": {"ticket": ticket(stand_ins)}})
    phone.tap("前往省统一身份认证平台认证")
    phone.see("已完成实名认证：李一")
    phone.quiet()
    looked_at(phone, 60 if large else 44)
