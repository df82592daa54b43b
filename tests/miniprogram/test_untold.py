"""What nobody has filled in, and an item waits for, is said on the case, and filled in on the phone."""

import pytest

from onething.catalog import Catalog
from onething.definition import Scenario
from tests.miniprogram.door import Door
from tests.miniprogram.family import Filed, file_story, hold
from tests.miniprogram.look import looked_at
from tests.miniprogram.phone import Phone

pytestmark = pytest.mark.slow
ITEM = "birth_certificate"


@pytest.fixture(scope="session")
def smooth(shipped: Catalog) -> Scenario:
    return shipped.scenario("newborn", "name_missing_at_discharge")


@pytest.fixture
def filed(door: Door, phone: Phone, smooth: Scenario) -> Filed:
    """A case filed before the child had a name, and the applicant's phone."""
    found = file_story(door.address, smooth, "newborn")
    hold(phone, found)
    return found


def test_the_childs_name_is_asked_for_and_with_it_the_certificate_goes_on(
    phone: Phone, door: Door, filed: Filed
) -> None:
    phone.start("pages/cases/cases")
    phone.see("还有内容没有填写，填好后接着办理")
    phone.start(f"pages/case/case?number={filed.number}")
    phone.quiet()
    phone.see("需要您处理")
    looked_at(phone, 44)
    phone.tap("去补填：", exact=False)
    phone.head("补填信息")
    phone.quiet()
    phone.see("只列出还没有填写的内容")
    looked_at(phone, 44)
    (field,) = phone.fields()
    assert field["pointer"] == "/child/chosen_name"
    phone.fill(field, "林沐晨")
    phone.tap("下一步：核对影响的事项")
    phone.see("确认后将这样办理")
    phone.quiet()
    phone.tap("确认，继续办理")
    phone.see("前提条件已具备，继续办理")
    phone.quiet()
    assert phone.screen.get_by_text("还有内容没有填写").count() == 0
    assert door.engine.states[filed.number].slots[ITEM].state == "submitting"
