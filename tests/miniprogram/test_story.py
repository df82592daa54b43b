"""A family's whole way through the mini-program, tapped as a hand taps it, against the real API."""

from typing import Any

import pytest

from onething.definition import Scenario
from tests.miniprogram import hand
from tests.miniprogram.door import Door
from tests.miniprogram.phone import Phone

pytestmark = pytest.mark.slow


@pytest.fixture
def at_submission(phone: Phone, smooth: Scenario) -> Phone:
    """Everything is filled in; only the last tap is missing."""
    hand.begin(phone, smooth)
    hand.answer_situations(phone, smooth)
    hand.answer_sections(phone, smooth)
    hand.photograph_all(phone)
    hand.go_to_submission(phone)
    phone.tap("提交")
    # No register knows the death yet: what it would have said is asked now.
    phone.see("请填写死亡时间")
    phone.quiet()
    phone.tap("去补充或改正")
    hand.fill_sections(phone, smooth)
    hand.go_to_submission(phone)
    phone.sent.clear()
    return phone


def filings(phone: Phone) -> list[Any]:
    return [body for method, path, body in phone.sent if (method, path) == ("POST", "/api/v1/cases")]


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
    phone.page.route("**/api/v1/cases", lambda route: (route.fetch(), route.abort())[1], times=1)
    phone.tap("提交")
    phone.see("网络连接不上")
    phone.tap("提交")
    phone.page.wait_for_function("program.stack[0].page.route === 'pages/case/case'")
    assert len(filings(phone)) == 2
    assert len(door.engine.started) == 1
    assert next(iter(door.engine.started)) in phone.page.evaluate("program.stack[0].page.address")
