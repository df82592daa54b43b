"""Two people who have to come book a time on their phone, move it and give it back."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx2
import pytest

from onething.catalog import Catalog
from onething.definition import Scenario
from records.appointment import Booking, Place, book
from tests.miniprogram.door import Door, open_door
from tests.miniprogram.family import Filed, file_story, hold
from tests.miniprogram.look import looked_at
from tests.miniprogram.phone import Phone

pytestmark = pytest.mark.slow
EVENT = "marriage_birth_household"


@pytest.fixture
def couple(shipped: Catalog) -> Scenario:
    """They booked nothing beforehand; which office is asked only of those who do."""
    told = shipped.scenario(EVENT, "smooth_four_items")
    situations = told.situations | {"appointment": False}
    answers = {role: group for role, group in told.answers.items() if role != "registration"}
    return told.model_copy(update={"situations": situations, "answers": answers})


@pytest.fixture
def door(tmp_path: Path, shipped: Catalog, couple: Scenario) -> Iterator[Door]:
    with open_door(tmp_path, shipped, couple.registers) as opened:
        yield opened


@pytest.fixture
def filed(door: Door, phone: Phone, couple: Scenario) -> Filed:
    """The couple's case, waiting for both of them to come, and the phone of one of them."""
    found = file_story(door.address, couple, EVENT, window=True)
    hold(phone, found)
    return found


def view(phone: Phone, filed: Filed) -> Any:
    """What the server says of the times."""
    place = f"{phone.address}/api/v1/cases/{filed.number}/slots/marriage/appointment"
    return httpx2.get(place, headers=filed.bearer).raise_for_status().json()


def booked(phone: Phone, filed: Filed) -> tuple[str, str] | None:
    """What the server has booked."""
    found = view(phone, filed)["booked"]
    return (found["day"], found["starts"]) if found else None


def take(door: Door, phone: Phone, filed: Filed) -> None:
    """Somebody books the only place on Saturday at nine."""
    found, office = view(phone, filed), door.app.state.office
    place = Place(found["window_id"], found["item"], date(2026, 3, 7), "09:00")
    assert door.do(book(office.archive, Booking(filed.number, "another", place, 1, "clerk"), office.now()))


def times(phone: Phone, filed: Filed) -> None:
    """Open the times."""
    phone.start(f"pages/appointment/appointment?number={filed.number}&slot=marriage")
    phone.head("预约到场时间")
    phone.quiet()


def test_a_saturday_is_booked_from_the_case_moved_to_noon_and_given_back(phone: Phone, filed: Filed) -> None:
    phone.start(f"pages/case/case?number={filed.number}")
    phone.see("需要本人到场，请预约时间")
    phone.quiet()
    phone.tap("预约到场时间：", exact=False)
    phone.head("预约到场时间")
    phone.see("请双方本人携带居民身份证")
    phone.quiet()
    phone.tap("3月7日周六", exact=False)
    phone.tap("09:00–09:30 周六 · 余 1 个")
    phone.see("预约成功：3月7日周六 09:00")
    assert booked(phone, filed) == ("2026-03-07", "09:00")

    phone.tap("3月9日周一", exact=False)
    phone.tap("12:00–12:30 午间 · 余 1 个")
    phone.see("预约成功：3月9日周一 12:00")
    phone.see("✓ 12:00–12:30")
    assert booked(phone, filed) == ("2026-03-09", "12:00")

    phone.tap("返回")
    phone.head("")
    phone.see("已预约：3月9日周一 12:00")
    phone.quiet()
    phone.tap("改期或者取消：", exact=False)
    phone.head("预约到场时间")
    phone.quiet()
    phone.tap("取消预约")
    phone.see("取消后，这个时间可能被他人预约")
    phone.tap("不取消")
    phone.tap("取消预约")
    assert booked(phone, filed) is not None
    phone.tap("确认取消")
    phone.see("预约已取消")
    assert booked(phone, filed) is None


def test_a_time_that_somebody_else_took_meanwhile_is_told_and_no_longer_offered(
    phone: Phone, filed: Filed, door: Door
) -> None:
    times(phone, filed)
    phone.tap("3月7日周六", exact=False)
    take(door, phone, filed)
    phone.tap("09:00–09:30 周六 · 余 1 个")
    phone.see("09:00 刚刚被预约，请另选时间")
    phone.quiet()
    assert booked(phone, filed) is None
    assert phone.screen.get_by_role("button", name="09:00–09:30").count() == 0


def test_a_closed_day_is_not_offered(phone: Phone, filed: Filed) -> None:
    times(phone, filed)
    assert phone.screen.get_by_role("button", name="3月8日").count() == 0
    assert phone.screen.get_by_role("button", name="3月7日周六 余 6 个").count() == 1


@pytest.mark.parametrize("large", [False, True])
def test_hands_and_readers_get_on_with_the_times(phone: Phone, filed: Filed, *, large: bool) -> None:
    phone.enlarge(large)
    times(phone, filed)
    looked_at(phone, 60 if large else 44)
    phone.tap("3月7日周六", exact=False)
    phone.tap("09:00–09:30 周六 · 余 1 个")
    phone.see("预约成功")
    phone.quiet()
    looked_at(phone, 60 if large else 44)
    phone.start(f"pages/case/case?number={filed.number}")
    phone.see("已预约：3月7日周六 09:00")
    phone.quiet()
    looked_at(phone, 60 if large else 44)


def test_a_time_kept_by_the_office_is_shown_and_none_is_booked_again(
    door: Door, phone: Phone, shipped: Catalog
) -> None:
    found = file_story(door.address, shipped.scenario(EVENT, "smooth_four_items"), EVENT, window=True)
    received = {"kind": "received", "ref": "R-0"}
    door.do(door.engine.says(found.number, "appointment", received, {"kind": "granted"}))
    hold(phone, found)
    phone.start(f"pages/case/case?number={found.number}")
    phone.head("公民婚育户一件事")
    phone.see("待双方到场")
    phone.see("已预约 2026年3月13日（星期五）上午，袁州区婚姻登记处")
    assert phone.page.get_by_text("预约到场").count() == 0
