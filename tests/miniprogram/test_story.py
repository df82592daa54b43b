"""A family's whole way through the mini-program, tapped as a hand taps it, against the real API."""

import re
from collections.abc import Mapping
from typing import Any

import httpx2
import pytest

from api.identity.provider import Identity
from onething.definition import Scenario
from onething.text import Text
from tests.miniprogram import hand
from tests.miniprogram.door import Door
from tests.miniprogram.phone import Phone

pytestmark = pytest.mark.slow
FILE = "/api/v1/cases"


class OnePhone:
    """WeChat, which knows this phone."""

    name = "wechat"
    title = Text(zh="微信", en="WeChat")
    staff = False

    async def complete(self, kept: Mapping[str, str], answered: Mapping[str, str], back: str) -> Identity:
        """Believe every code."""
        del kept, answered, back
        return Identity(self.name, "wx-app:openid-1")


@pytest.fixture
def at_submission(phone: Phone, smooth: Scenario) -> Phone:
    """Everything is filled in; only the last tap is missing."""
    hand.begin(phone, smooth)
    hand.answer_situations(phone, smooth)
    hand.answer_sections(phone, smooth)
    hand.photograph_all(phone)
    hand.go_to_submission(phone)
    phone.tap("提交")
    # A register that was asked told of a head of household, so the next one has to be named.
    phone.see("请填写新户主姓名")
    phone.quiet()
    phone.tap("去补充或改正")
    hand.fill_sections(phone, smooth)
    hand.go_to_submission(phone)
    phone.sent.clear()
    return phone


def filings(phone: Phone) -> list[Any]:
    return [body for method, path, body in phone.sent if (method, path.partition("?")[0]) == ("POST", FILE)]


def test_a_family_files_from_the_first_question_on_and_two_taps_file_once(
    at_submission: Phone, door: Door
) -> None:
    phone = at_submission
    phone.screen.get_by_role("button", name="提交", exact=True).dblclick()
    phone.page.wait_for_function("program.stack[0].page.route === 'pages/case/case'")
    assert len(filings(phone)) == 1
    assert len(door.engine.started) == 1
    assert phone.kept("drafts") == {}


def test_an_answer_lost_on_the_way_leads_to_the_same_case(at_submission: Phone, door: Door) -> None:
    phone = at_submission
    phone.page.route(re.compile(rf"{FILE}(\?|$)"), lambda route: (route.fetch(), route.abort())[1], times=1)
    phone.tap("提交")
    phone.see("网络连接不上")
    phone.tap("提交")
    phone.page.wait_for_function("program.stack[0].page.route === 'pages/case/case'")
    assert len(filings(phone)) == 2
    assert len(door.engine.started) == 1
    assert next(iter(door.engine.started)) in phone.page.evaluate("program.stack[0].page.address")


def agree(phone: Phone, door: Door, answer: str) -> None:
    """An installation that sends messages, and a person who answers so when WeChat asks."""
    office = door.app.state.office
    told = {"identity": "development,wechat", "notify_url": "https://sender.example/in"}
    object.__setattr__(office, "settings", office.settings.model_copy(update=told))
    door.app.state.identity_providers = {"wechat": OnePhone()}
    phone.page.evaluate("answer => { window.AGREES = answer; }", answer)
    phone.page.evaluate("program.wx.navigateBack()")
    phone.head("核对信息")
    phone.quiet()
    phone.tap("去提交")
    phone.head("确认并提交")
    phone.quiet()
    phone.screen.get_by_role("checkbox", name="我已阅读并作出以上承诺").check()


@pytest.mark.parametrize(("answer", "said"), [("accept", True), ("reject", False)])
def test_whoever_agrees_in_the_tap_of_filing_hears_through_wechat(
    at_submission: Phone, door: Door, answer: str, said: bool
) -> None:
    phone = at_submission
    agree(phone, door, answer)
    phone.tap("提交")
    phone.page.wait_for_function("program.stack[0].page.route === 'pages/case/case'")
    phone.see("已提交，办理进展将通过微信通知您" if said else "已提交")
    assert phone.page.evaluate("window.SUBSCRIBING") == ["template-1"]
    headers = {"authorization": f"Bearer {phone.kept('token')}"}
    chosen = httpx2.get(f"{phone.address}/api/v1/own/notices", headers=headers).raise_for_status().json()
    # Whoever has chosen nothing is written to at the number of the filing, whatever WeChat was told.
    assert chosen["channels"] == (["wechat", "sms"] if said else ["sms"])
    assert len(door.engine.started) == 1


def test_where_no_messages_are_sent_nobody_is_asked(at_submission: Phone, door: Door) -> None:
    phone = at_submission
    phone.see("结果送达和本人到场")
    phone.tap("提交")
    phone.page.wait_for_function("program.stack[0].page.route === 'pages/case/case'")
    assert phone.page.evaluate("window.SUBSCRIBING") is None
    assert len(door.engine.started) == 1
