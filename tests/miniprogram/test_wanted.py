"""What waits for the family stands first on its case, with its day; a promised paper is handed in."""

from typing import Any

import httpx2
import pytest

from onething.definition import Scenario
from records.material import Holder, materials_of
from tests.api.conftest import NOW
from tests.miniprogram.door import Door
from tests.miniprogram.family import Filed, file_story, hold
from tests.miniprogram.look import looked_at
from tests.miniprogram.phone import Phone

pytestmark = pytest.mark.slow
POLICE = "household_cancellation"
PAPER = "household_book_original"
FRIEND = {"name": "李一", "id_number": "110105199001011232"}


@pytest.fixture
def filed(door: Door, phone: Phone, smooth: Scenario) -> Filed:
    """A case for which the family has promised a paper, and the applicant's phone."""
    last = smooth.model_copy(update={"situations": smooth.situations | {"special": ["last_of_household"]}})
    found = file_story(door.address, last, "bereavement", owed=(PAPER,))
    door.do(door.engine.says(found.number, "death_proof", {"kind": "granted"}))
    hold(phone, found)
    return found


def accept(door: Door, number: str) -> None:
    """Have the police accept their item: from then on days are counted."""
    door.do(door.engine.says(number, POLICE, {"kind": "accepted", "at": NOW}))


def ask(door: Door, number: str) -> None:
    """Have the police ask for a correction, and every agency heard, so that the notice goes out."""
    door.do(door.engine.asks(number, POLICE, fields=("xm",)))
    for slot in list(door.engine.states[number].slots.values()):
        if slot.state == "submitting":
            door.do(door.engine.says(number, slot.slot, {"kind": "accepted", "at": NOW}))


def case(phone: Phone, number: str) -> None:
    phone.start(f"pages/case/case?number={number}")
    phone.head("身后一件事")
    phone.quiet()


def let_act(phone: Phone, filed: Filed, *scope: str) -> None:
    """Give the friend a mandate for this case, and the friend's session to the phone."""
    api = f"{phone.address}/api/v1"
    asked = {
        "representative": FRIEND,
        "scope": list(scope),
        "until": "2026-03-31",
        "signature": {"kind": "typed", "value": filed.name},
        "case": filed.number,
    }
    httpx2.post(f"{api}/mandates", json=asked, headers=filed.bearer).raise_for_status()
    answer: Any = httpx2.post(f"{api}/sign-in/development", json=FRIEND).json()
    phone.page.evaluate("token => program.wx.setStorageSync('token', token)", answer["token"])


def test_what_waits_stands_first_with_its_day_and_what_is_left_of_it(
    phone: Phone, door: Door, filed: Filed
) -> None:
    case(phone, filed.number)
    phone.see("期限自该事项受理之日起计算，最长 20个工作日")
    accept(door, filed.number)
    ask(door, filed.number)
    case(phone, filed.number)
    text = phone.screen.inner_text()
    assert text.index("需要您处理") < text.index("办理进度")
    phone.see("死亡注销户口：需要补正")
    phone.see("居民户口簿原件（整户注销时收缴）：待补交")
    assert phone.screen.get_by_text("还剩").count() == 2
    assert phone.screen.get_by_text("前（含当日）办理").count() == 2
    phone.tap("去补正：死亡注销户口", exact=False)
    phone.head("补正")


def test_what_waits_is_said_in_the_list_of_cases(phone: Phone, filed: Filed) -> None:
    phone.start("pages/cases/cases")
    phone.see(filed.number)
    phone.see("居民户口簿原件（整户注销时收缴）：待补交")


def test_a_promised_paper_is_handed_in_and_waits_no_longer(phone: Phone, door: Door, filed: Filed) -> None:
    accept(door, filed.number)
    case(phone, filed.number)
    phone.tap("补交居民户口簿原件", exact=False)
    phone.head("补交居民户口簿原件")
    phone.see("还剩")
    phone.send_file("户口簿.pdf", b"no paper at all")
    phone.tap("从微信聊天中选择文件", exact=False)
    phone.quiet()
    assert phone.screen.get_by_role("alert").count() == 1
    assert all(update.kind != "paper_brought" for _, update in door.engine.updates)
    phone.photograph()
    phone.tap("拍照或选择图片", exact=False)
    phone.head("身后一件事")
    phone.see("材料已提交")
    phone.quiet()
    assert phone.screen.get_by_text("待补交").count() == 0
    ((_, brought),) = door.engine.updates
    assert (brought.kind, brought.slot, brought.material) == ("paper_brought", POLICE, PAPER)
    kept = door.do(materials_of(door.app.state.office.archive, Holder(case=filed.number)))
    assert PAPER in {one.material for one in kept}


def test_a_paper_that_came_another_way_meanwhile_is_not_asked_for(
    phone: Phone, door: Door, filed: Filed
) -> None:
    case(phone, filed.number)
    phone.tap("补交居民户口簿原件", exact=False)
    phone.head("补交居民户口簿原件")
    phone.quiet()
    place = f"{door.address}/api/v1/own/cases/{filed.number}/slots/{POLICE}/papers/{PAPER}"
    file = {"file": ("a.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf")}
    httpx2.post(place, files=file, headers=filed.bearer).raise_for_status()
    phone.photograph()
    phone.tap("拍照或选择图片", exact=False)
    phone.see("这份材料目前不需要补交")
    assert len(door.engine.updates) == 1


def test_a_representative_is_offered_what_the_mandate_covers_and_nothing_else(
    phone: Phone, door: Door, filed: Filed
) -> None:
    accept(door, filed.number)
    ask(door, filed.number)
    let_act(phone, filed, "follow", "withdraw")
    case(phone, filed.number)
    phone.see(f"您受{filed.name}委托：查询进度、撤回申请，至 2026-03-31")
    assert phone.screen.get_by_text("不在您的委托范围内，请由本人办理").count() == 2
    buttons = phone.screen.get_by_role("button").all_inner_texts()
    assert "撤回申请" in buttons
    assert not [one for one in buttons if one.startswith(("去补正", "补交", "委托他人", "查看回执", "评价"))]
    assert phone.screen.get_by_text("回执尚未生成").count() == 0


@pytest.mark.parametrize("large", [False, True])
def test_hands_and_readers_get_on_with_what_waits(
    phone: Phone, door: Door, filed: Filed, *, large: bool
) -> None:
    accept(door, filed.number)
    ask(door, filed.number)
    phone.enlarge(large)
    case(phone, filed.number)
    looked_at(phone, 60 if large else 44)
    phone.tap("补交居民户口簿原件", exact=False)
    phone.head("补交居民户口簿原件")
    phone.quiet()
    looked_at(phone, 60 if large else 44)
