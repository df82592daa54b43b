"""No paper that may follow is passed over on the phone: it is uploaded, comes later, or there is none."""

import httpx2
import pytest

from onething.definition import Scenario
from tests.miniprogram import hand
from tests.miniprogram.look import looked_at
from tests.miniprogram.phone import Phone

pytestmark = pytest.mark.slow
PAPER = "household_book_original"
TITLE = "居民户口簿原件（整户注销时收缴）"
UNDECIDED = f"请上传“{TITLE}”，或者选择“以后补”或“没有”"


@pytest.fixture(params=[False, True], ids=["usual", "large"])
def large(request: pytest.FixtureRequest) -> bool:
    """Whether in large type."""
    return bool(request.param)


@pytest.fixture
def at_sections(phone: Phone, smooth: Scenario, large: bool) -> Phone:
    """The list of sections of a family of whom nobody is left in the household."""
    phone.start()
    phone.enlarge(large)
    last = smooth.model_copy(update={"situations": smooth.situations | {"special": ["last_of_household"]}})
    hand.begin(phone, last)
    hand.answer_situations(phone, last)
    phone.tap("同意查询并继续")
    phone.head("填写内容")
    phone.quiet()
    return phone


def kept(phone: Phone) -> tuple[list[str], list[str]]:
    """What the server has of it: papers that come later, and those of which there are none."""
    (line,) = phone.kept("drafts").values()
    token = phone.page.evaluate("program.wx.getStorageSync('token')")
    bearer = {"authorization": f"Bearer {token}"}
    answer = httpx2.get(f"{phone.address}/api/v1/drafts/{line['id']}", headers=bearer).json()
    return answer["owed"], answer["without"]


def choose(phone: Phone, label: str) -> None:
    """Choose for the paper, and come back to the sections."""
    phone.tap("上传材料", exact=False)
    phone.head("上传材料")
    phone.quiet()
    group = phone.screen.get_by_role("radiogroup", name=TITLE, exact=True)
    group.get_by_role("radio", name=label, exact=True).check()
    phone.tap("返回")
    phone.head("填写内容")
    phone.quiet()


def test_what_was_said_of_a_paper_is_kept_and_nothing_is_passed_over(at_sections: Phone) -> None:
    phone = at_sections
    phone.see("还有 1 份没有上传，也没有选择")
    phone.tap("核对信息")
    phone.head("核对信息")
    phone.see(UNDECIDED)
    phone.page.evaluate("program.wx.navigateBack({})")
    phone.head("填写内容")
    phone.quiet()
    choose(phone, "没有这份材料")
    assert kept(phone) == ([], [PAPER])
    assert phone.screen.get_by_text("也没有选择").count() == 0
    choose(phone, "以后补，按期补交")
    assert kept(phone) == ([PAPER], [])


def test_hands_and_readers_get_on_with_the_choice(at_sections: Phone, large: bool) -> None:
    at_sections.tap("上传材料", exact=False)
    at_sections.head("上传材料")
    at_sections.quiet()
    looked_at(at_sections, 60 if large else 44)
