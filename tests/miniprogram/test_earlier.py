"""What was filed before about the same person is shown as soon as it is said who that is."""

import pytest

from onething.definition import Scenario
from tests.miniprogram import hand
from tests.miniprogram.family import Filed
from tests.miniprogram.look import looked_at
from tests.miniprogram.phone import Phone

pytestmark = pytest.mark.slow
TOLD = "同一当事人办过这件事"


@pytest.fixture
def again(phone: Phone, filed: Filed, smooth: Scenario) -> Phone:
    """The applicant's phone with the same story begun once more, before anybody is named."""
    assert filed
    phone.start("pages/start/start?bundle=bereavement")
    phone.head("身后一件事")
    hand.answer_situations(phone, smooth)
    return phone


def name_the_deceased(phone: Phone, story: Scenario) -> None:
    phone.tap("同意查询并继续")
    phone.head("填写内容")
    phone.quiet()
    phone.tap("逝者", exact=False)
    phone.head("逝者信息")
    phone.quiet()
    hand.answer_all(phone, lambda pointer: hand.value_at(story.answers, pointer))
    phone.tap("保存")
    phone.head("填写内容")
    phone.quiet()


def test_an_open_case_of_the_same_person_is_shown_and_leads_there(
    again: Phone, smooth: Scenario, filed: Filed
) -> None:
    phone = again
    assert phone.screen.get_by_text(TOLD).count() == 0
    name_the_deceased(phone, smooth)
    phone.see(TOLD)
    phone.see("尚未办结的，不能重复提交")
    phone.tap(f"办理进度 {filed.number}")
    phone.page.wait_for_function("program.pages().slice(-1)[0].route === 'pages/case/case'")
    phone.quiet()


@pytest.mark.parametrize("large", [False, True])
def test_hands_and_readers_get_on_with_it(again: Phone, smooth: Scenario, *, large: bool) -> None:
    phone = again
    name_the_deceased(phone, smooth)
    phone.enlarge(large)
    phone.start("pages/start/start?bundle=bereavement")
    phone.head("身后一件事")
    phone.quiet()
    phone.tap("下一步")
    phone.head("信息使用告知")
    phone.see(TOLD)
    phone.quiet()
    looked_at(phone, 60 if large else 44)
