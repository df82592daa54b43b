"""A family's hand on the phone: in goes a story, out comes every tap that files it."""

import re
from collections.abc import Callable
from typing import Any

from onething.definition import Scenario
from tests.miniprogram.phone import Phone


def value_at(answers: Any, pointer: str) -> Any:
    """The story's answer for a shown field; None where it has none."""
    found: Any = answers
    for part in pointer.strip("/").split("/"):
        if isinstance(found, list):
            found = found[int(part)] if int(part) < len(found) else None
        else:
            found = (found or {}).get(part)
    return found


def sign_in(phone: Phone, story: Scenario) -> None:
    """Be the story's applicant by the development login."""
    number = str(story.answers["applicant"]["id_number"])
    phone.head("登录")
    phone.write("姓名", story.registers["population"][number]["name"])
    phone.write("身份证号码", number)
    phone.tap("演示登录")


def begin(phone: Phone, story: Scenario, title: str = "身后一件事") -> None:
    """From the first page to the life event's first questions, signed in."""
    phone.start()
    phone.quiet()
    phone.tap(f"开始办理 {title}")
    sign_in(phone, story)
    phone.head(title)
    phone.quiet()


def answer_all(phone: Phone, answer: Callable[[str], Any]) -> None:
    """Answer every field of the page for which there is an answer, also those that an answer makes appear."""
    done: set[str] = set()
    phone.quiet()
    while True:
        for field in phone.fields():
            value = answer(field["pointer"])
            shown = field["kind"] not in {"withheld", "own"}
            if field["pointer"] in done or not shown or _stands(field, value):
                continue
            done.add(field["pointer"])
            phone.fill(field, value)
            break
        else:
            return


def _stands(field: dict[str, Any], value: Any) -> bool:
    """Whether there is nothing to do for this answer; a "no" has to be said, an unticked tick has not."""
    if isinstance(value, bool) and field["kind"] == "radio":
        return str(value).lower() == str(field["value"])
    return value is None or value == field["value"]


def answer_situations(phone: Phone, story: Scenario) -> None:
    """Answer the first questions and go on to the notice."""
    answer_all(phone, lambda pointer: story.situations.get(pointer.rsplit("/", 1)[-1]))
    phone.tap("下一步")
    phone.head("信息使用告知")
    phone.quiet()


def answer_sections(phone: Phone, story: Scenario) -> None:
    """Agree, and fill one section after the other; lists get as many rows as the story has."""
    phone.tap("同意查询并继续")
    fill_sections(phone, story)


def fill_sections(phone: Phone, story: Scenario) -> None:
    """Fill one section after the other, from the list of them."""
    phone.head("填写内容")
    phone.quiet()
    for title in section_titles(phone):
        phone.tap(title, exact=False)
        phone.head(title)
        phone.quiet()
        for add in phone.screen.get_by_role("button", name="添加一人").all():
            role = add.evaluate("one => one.__wxElement.dataset.role")
            rows = phone.screen.get_by_role("button", name=re.compile("^移除")).count()
            for _ in story.answers.get(role, ())[rows:]:
                add.click()
                phone.quiet()
        answer_all(phone, lambda pointer: value_at(story.answers, pointer))
        phone.tap("保存")
        phone.head("填写内容")
        phone.quiet()


def section_titles(phone: Phone) -> list[str]:
    """The sections' titles, as the task list shows them."""
    tasks = phone.screen.locator("button.task").all()[:-1]
    return [task.locator("text").first.inner_text() for task in tasks]


def photograph_all(phone: Phone) -> None:
    """Bring every paper that is asked for."""
    phone.tap("上传材料")
    phone.head("上传材料")
    phone.quiet()
    phone.photograph()
    for take in phone.screen.get_by_role("button", name="拍照或选择图片").all_inner_texts():
        phone.tap(take)
        phone.see("已上传")
        phone.quiet()
    phone.tap("返回")
    phone.head("填写内容")
    phone.quiet()


def go_to_submission(phone: Phone) -> None:
    """Check the answers, go on and tick the declaration."""
    phone.tap("核对信息")
    phone.head("核对信息")
    phone.see("填写完整，可以提交")
    phone.quiet()
    phone.tap("去提交")
    phone.head("确认并提交")
    phone.quiet()
    phone.screen.get_by_role("checkbox", name="我已阅读并作出以上承诺").check()
