"""The mini-program shows what the plan says, and files what was typed: its real sources, run in a browser."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser

from tests.conformance.browser import plan_for
from tests.conformance.shown import BY_REPRESENTATIVE, Shown, differing, of_phone, of_plan, of_questions
from tests.conformance.typing_hand import EVENTS, GENERATED, OWN, Typing, typings, without_own
from tests.miniprogram import hand
from tests.miniprogram.door import Door
from tests.miniprogram.phone import Phone, chromium, phone_of

pytestmark = pytest.mark.slow


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.mark.parametrize("event", EVENTS)
@settings(GENERATED, max_examples=1)
@given(data=st.data())
def test_the_mini_program_shows_the_plan_and_files_what_was_typed(
    event: str, door: Door, browser: Browser, citizen: httpx2.Client, data: st.DataObject
) -> None:
    typing = data.draw(typings(event, person=True))
    with phone_of(browser, door.address) as phone:
        questions = _begin(phone, typing)
        _type_everything(phone, typing)
        shown = _sections(phone)
        filing = _filing(phone)
    kept = citizen.get(f"/api/v1/drafts/{filing['draft']}").raise_for_status().json()
    plan = plan_for(citizen, event, kept | {"situations": typing.situations})
    answered = {name: one for name, one in typing.situations.items() if name != BY_REPRESENTATIVE}

    assert differing(questions, of_questions(plan, person=True)) == []
    assert differing(shown, of_plan(plan)) == []
    assert differing(without_own(event, filing["answers"]), typing.answers) == []
    assert differing(filing["situations"], answered) == []
    assert (kept["answers"], kept["situations"]) == (filing["answers"], filing["situations"])


def _begin(phone: Phone, typing: Typing) -> dict[str, Shown]:
    """Sign in, answer the first questions, and do not agree to registers being asked."""
    phone.start(f"pages/start/start?bundle={typing.bundle}")
    phone.head("登录")
    phone.write("姓名", OWN["name"])
    phone.write("身份证号码", OWN["id_number"])
    phone.tap("演示登录")
    phone.head("")
    phone.quiet()
    hand.answer_all(phone, lambda pointer: typing.situations[pointer.rsplit("/", 1)[-1]])
    phone.tap("下一步")
    phone.head("信息使用告知")
    questions = of_phone(phone.fields(below=1))
    phone.quiet()
    phone.tap("不同意，自行填写")
    phone.head("填写内容")
    phone.quiet()
    return questions


def _type_everything(phone: Phone, typing: Typing) -> None:
    """Section by section: add the rows, then type what is shown until nothing new appears on any of them."""
    _each_section(phone, lambda: _add_rows(phone, typing))
    seen: set[str] = set()
    while True:
        before = len(seen)

        def answer(pointer: str) -> Any:
            seen.add(pointer)
            return typing.texts.get(pointer)

        _each_section(phone, lambda: hand.answer_all(phone, answer))
        if len(seen) == before:
            return


def _add_rows(phone: Phone, typing: Typing) -> None:
    for add in phone.screen.get_by_role("button", name="添加一人").all():
        for _ in range(typing.rows.get(add.evaluate("one => one.__wxElement.dataset.role"), 0)):
            add.click()
            phone.quiet()


def _sections(phone: Phone) -> dict[str, Shown]:
    """Every field of every section with its findings, as the check page leads to them."""
    phone.tap("核对信息")
    phone.head("核对信息")
    phone.quiet()
    found: dict[str, Shown] = {}
    for change in phone.screen.get_by_role("button", name="修改：").all():
        change.click()
        phone.page.wait_for_function("program.pages().slice(-1)[0].route === 'pages/section/section'")
        phone.quiet()
        found |= of_phone(phone.fields())
        phone.tap("保存")
        phone.head("核对信息")
        phone.quiet()
    return found


def _filing(phone: Phone) -> dict[str, Any]:
    """What the last tap sends, whether it is taken or not."""
    phone.tap("去提交")
    phone.head("确认并提交")
    phone.quiet()
    phone.tap("提交")
    phone.quiet()
    return next(body for _, path, body in phone.sent if path.partition("?")[0] == "/api/v1/cases")


def _each_section(phone: Phone, task: Any) -> None:
    for title in hand.section_titles(phone):
        phone.tap(title, exact=False)
        phone.page.wait_for_function("program.pages().slice(-1)[0].route === 'pages/section/section'")
        phone.quiet()
        task()
        phone.tap("保存")
        phone.head("填写内容")
        phone.quiet()
