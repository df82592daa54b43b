"""A correction on the phone: what it comes to is seen first, and what is wrong stands at its field."""

import pytest

from tests.miniprogram.door import Door
from tests.miniprogram.look import looked_at
from tests.miniprogram.phone import Phone

pytestmark = pytest.mark.slow
POLICE = "household_cancellation"
CHECK = "下一步：核对影响的事项"
NONE = "没有这份材料，请部门按现有材料审核"


@pytest.fixture
def asked(phone: Phone, door: Door, number: str) -> Phone:
    """The page of a case of which the police ask the number of the deceased and the household book."""
    door.do(door.engine.says(number, "death_proof", {"kind": "granted"}))
    door.do(door.engine.asks(number, POLICE, fields=("gmsfhm", "xm"), materials=("household_book_original",)))
    correction(phone, number)
    return phone


def lack(phone: Phone) -> None:
    """Say that there is no household book."""
    phone.screen.get_by_role("checkbox", name=NONE, exact=False).check()


def correction(phone: Phone, number: str) -> None:
    phone.start(f"pages/correction/correction?number={number}")
    phone.head("补正")
    phone.quiet()


def corrected(door: Door) -> int:
    return sum(update.kind == "corrected" for _, update in door.engine.updates)


def test_a_wrong_value_is_told_at_its_field_and_nothing_typed_is_lost(asked: Phone, door: Door) -> None:
    phone = asked
    phone.write("逝者 姓名", "陈国樑")
    phone.write("逝者 公民身份号码", "110105199001011231")
    lack(phone)
    phone.tap(CHECK)
    phone.quiet()
    fields = {one["pointer"]: one for one in phone.fields()}
    assert fields["/deceased/id_number"]["errors"]
    assert fields["/deceased/id_number"]["value"] == "110105199001011231"
    assert (fields["/deceased/name"]["value"], fields["/deceased/name"]["errors"]) == ("陈国樑", [])
    assert phone.screen.get_by_role("alert").count() == 1
    assert phone.screen.get_by_role("button", name="确认补正").count() == 0
    assert corrected(door) == 0


def test_what_was_seen_no_longer_holds_once_something_else_is_typed(asked: Phone, door: Door) -> None:
    phone = asked
    phone.write("逝者 姓名", "陈国樑")
    lack(phone)
    phone.tap(CHECK)
    phone.see("确认后将这样办理")
    phone.see("死亡注销户口")
    phone.see("新内容：陈国樑")
    assert phone.screen.get_by_text("原内容：（不在此显示）").count() == 1
    phone.write("逝者 姓名", "陈国栋")
    phone.quiet()
    assert phone.screen.get_by_role("button", name="确认补正").count() == 0
    phone.tap(CHECK)
    phone.see("确认后将这样办理")
    phone.quiet()
    phone.tap("确认补正")
    phone.page.wait_for_function("program.pages().length === 1")
    phone.quiet()
    assert corrected(door) == 1


def test_what_an_agency_decided_meanwhile_is_looked_at_again(asked: Phone, door: Door, number: str) -> None:
    phone = asked
    phone.write("逝者 姓名", "陈国樑")
    lack(phone)
    phone.tap(CHECK)
    phone.see("确认后将这样办理")
    phone.quiet()
    called = phone.screen.get_by_text("由工作人员联系原办理部门更正")
    assert called.count() == 1
    states = door.engine.states[number].slots.values()
    slot = next(one.slot for one in states if one.state == "submitting" and one.slot != POLICE)
    door.do(door.engine.says(number, slot, {"kind": "granted"}))
    phone.tap("确认补正")
    phone.see("办理情况有变化，请再核对一次")
    phone.quiet()
    assert called.count() == 2
    assert corrected(door) == 0
    phone.tap("确认补正")
    phone.quiet()
    assert corrected(door) == 1


def test_nothing_said_about_a_paper_is_no_answer_and_that_there_is_none_is_one(
    asked: Phone, door: Door, number: str
) -> None:
    phone = asked
    phone.tap(CHECK)
    phone.see("部门要求提交居民户口簿")
    phone.quiet()
    assert phone.screen.get_by_role("button", name="确认补正").count() == 0
    lack(phone)
    phone.quiet()
    phone.tap(CHECK)
    phone.see("确认后将这样办理")
    phone.quiet()
    phone.tap("确认补正")
    phone.quiet()
    assert corrected(door) == 1
    told = door.engine.states[number].slots[POLICE].correction
    assert told is not None
    assert told.instead == {"household_book_original": "none"}


@pytest.mark.parametrize("large", [False, True])
def test_hands_and_readers_get_on_with_what_would_follow(asked: Phone, number: str, *, large: bool) -> None:
    phone = asked
    phone.enlarge(large)
    correction(phone, number)
    phone.write("逝者 姓名", "陈国樑")
    lack(phone)
    phone.tap(CHECK)
    phone.see("确认后将这样办理")
    phone.quiet()
    looked_at(phone, 60 if large else 44)
