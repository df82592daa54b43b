"""What comes of an item: the agency's files are opened on the phone, and the service is rated once."""

from dataclasses import replace
from datetime import timedelta

import httpx2
import pytest

from onething.adapter import Submission
from records.audit import AuditEntry
from records.blob import put_blob
from records.desk import ArchiveDesk, NewAct, keep_act
from records.desk_inbox import Desk, newest_items
from records.desk_item import DeskPaper, DeskState, get_item
from tests.api.conftest import NOW
from tests.miniprogram.door import Door
from tests.miniprogram.look import looked_at
from tests.miniprogram.phone import PICTURE, Phone

pytestmark = pytest.mark.slow
HEALTH = "death_proof"
PDF = b"%PDF-1.7\n%issued\n%%EOF\n"
FILES = ((PDF, "application/pdf"), (PICTURE, "image/png"), (b"PK\x03\x04OFD", "application/ofd"))


async def give_out(door: Door, number: str) -> None:
    """Have the health office grant at its desk and put three files beside it, as a handler does."""
    office = door.app.state.office
    archive = office.archive
    (agency, item) = next(
        (one.agency, one.item) for one in door.engine.cases[number].definition.slots if one.slot == HEALTH
    )
    filing = Submission(
        key=f"{number}/{HEALTH}/1/submit", item=item, slot=HEALTH, round=1, payload={}, materials=(), at=NOW
    )
    await ArchiveDesk(archive).take(agency, filing)
    found = await newest_items(archive, Desk(agency), (number,))
    filed = await get_item(archive, agency, found[number, HEALTH][0])
    papers = []
    for data, mime in FILES:
        blob = await put_blob(archive, number, data, mime)
        papers.append(DeskPaper(blob.blob_id, "result", mime, len(data), given=True))
    entry = AuditEntry(actor="handler", role="handler", purpose="handle_item", action="grant", case=number)
    act = NewAct(
        item=filed,
        kind="grant",
        actor="handler",
        at=NOW + timedelta(minutes=1),
        state=DeskState.GRANTED,
        events=(),
        audit=replace(entry, at=NOW),
        papers=tuple(papers),
    )
    assert await keep_act(archive, act)
    await door.engine.says(number, HEALTH, {"kind": "granted"})


@pytest.fixture
def granted(phone: Phone, door: Door, number: str) -> Phone:
    """The page of a case of which the health office has given out its files."""
    door.do(give_out(door, number))
    case(phone, number)
    return phone


def case(phone: Phone, number: str) -> None:
    phone.start(f"pages/case/case?number={number}")
    phone.head("身后一件事")
    phone.quiet()


@pytest.mark.parametrize(
    ("file", "size", "kind"),
    [
        ("结果文件 1（PDF，1 KB）", len(PDF), "application/pdf"),
        ("结果文件 2（PNG，1 KB）", len(PICTURE), "image/png"),
    ],
)
def test_what_an_agency_gave_out_is_opened_on_the_phone(
    granted: Phone, file: str, size: int, kind: str
) -> None:
    granted.tap(f"打开{file}", exact=False)
    granted.see("文件已打开")
    assert granted.page.evaluate("window.OPENED") == {"size": size, "type": kind}


def test_what_the_decision_brought_stands_with_its_item(granted: Phone) -> None:
    granted.see("死亡证明已核验，各部门共同认可")


def test_a_kind_of_file_that_wechat_does_not_show_is_named_with_where_to_get_it(granted: Phone) -> None:
    granted.see("结果文件 3（OFD，1 KB）")
    granted.see("微信不能显示这种文件")
    assert granted.screen.get_by_role("button", name="结果文件 3").count() == 0


@pytest.mark.parametrize("large", [False, True])
def test_hands_and_readers_get_on_with_results_and_rating(
    granted: Phone, number: str, *, large: bool
) -> None:
    phone = granted
    phone.enlarge(large)
    case(phone, number)
    looked_at(phone, 60 if large else 44)
    phone.tap("评价")
    phone.head("服务评价")
    phone.quiet()
    looked_at(phone, 60 if large else 44)


def test_an_ended_item_is_rated_once(phone: Phone, door: Door, number: str) -> None:
    door.do(door.engine.says(number, HEALTH, {"kind": "granted"}))
    case(phone, number)
    phone.see("有 1 个已办结的事项可以评价")
    phone.tap("评价")
    phone.head("服务评价")
    phone.quiet()
    phone.tap("提交评价", exact=False)
    phone.see("请先选择满意程度")
    phone.screen.get_by_role("radio", name="非常满意").check()
    phone.tap("提交评价", exact=False)
    phone.see("感谢您的评价")
    phone.see("✓ 非常满意")
    phone.see("每个事项只评价一次")
    assert phone.screen.get_by_role("radio").count() == 0
    case(phone, number)
    assert phone.screen.get_by_text("可以评价").count() == 0


def test_what_was_entered_at_the_window_gives_way_to_ones_own_word(
    phone: Phone, door: Door, number: str
) -> None:
    door.do(door.engine.says(number, HEALTH, {"kind": "granted"}))
    place = f"{door.address}/api/v1/cases/{number}/slots/{HEALTH}/rating"
    httpx2.post(place, json={"level": 3}).raise_for_status()
    phone.start(f"pages/rating/rating?number={number}")
    phone.head("服务评价")
    phone.see("窗口或者代办人曾代您评价：基本满意")
    phone.quiet()
    phone.screen.get_by_role("radio", name="不满意", exact=True).check()
    phone.tap("提交评价", exact=False)
    phone.see("✓ 不满意")
    assert phone.screen.get_by_role("radio").count() == 0
