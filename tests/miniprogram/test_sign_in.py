"""Signing in by WeChat: the phone's code becomes a session, against a stand-in of WeChat's own server."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser

from onething.catalog import Catalog
from simulator import wechat
from tests.miniprogram.door import Door, open_door, served
from tests.miniprogram.phone import Phone, phone_of

pytestmark = pytest.mark.slow


@pytest.fixture
def door(tmp_path: Path, shipped: Catalog) -> Iterator[Door]:
    """A server that believes WeChat, and the stand-in that it asks."""
    stand_in = FastAPI()
    stand_in.state.now = lambda: datetime.now(UTC)
    stand_in.include_router(wechat.router)
    with served(stand_in, lifespan="off") as (address, _):
        chosen = {"identity": "development,wechat", "wechat_url": f"{address}/wechat"}
        keys = {"wechat_app_id": wechat.APP_ID, "wechat_app_secret": wechat.APP_SECRET}
        with open_door(tmp_path, shipped, {}, **chosen, **keys) as opened:
            yield opened


@pytest.fixture
def phone(browser: Browser, door: Door) -> Iterator[Phone]:
    with phone_of(browser, door.address) as opened:
        opened.start("pages/sign_in/sign_in")
        yield opened


def test_wechats_code_becomes_a_session_and_is_no_proof_of_who_it_is(phone: Phone) -> None:
    phone.page.evaluate("window.CODE = 'login-mei-1'")
    phone.tap("微信登录")
    phone.head("一件事一次办")
    phone.quiet()
    phone.see("退出登录")
    assert phone.sent[0] == ("POST", "/api/v1/sign-in/wechat", {"code": "login-mei-1"})
    assert phone.kept("token")
    assert phone.page.evaluate("JSON.stringify(Object.entries(localStorage))").count("session_key") == 0


def test_a_code_that_wechat_does_not_know_is_refused_in_words(phone: Phone) -> None:
    phone.page.evaluate("window.CODE = 'forged'")
    phone.tap("微信登录")
    phone.screen.get_by_role("alert").wait_for()
    assert not phone.kept("token")
