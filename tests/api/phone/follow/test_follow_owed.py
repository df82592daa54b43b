"""A paper that several items wait for is asked for and brought once; what is not needed waits for none."""

import pytest

from onething.case_clock import holder
from onething.case_order import is_settled
from onething.case_record import OwedPaper, OwedState
from onething.case_state import SlotCase, SlotState
from onething.text import Text
from tests.api.phone.follow.test_follow import look, words

pytestmark = pytest.mark.usefixtures("ruling")
POLICE = "household_cancellation"
PAPER = "household_book_original"
PDF = {"file": ("book.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf")}


@pytest.fixture
async def number(file_story, story):
    answer = await file_story(owed=[PAPER], situations=story.situations | {"special": ["last_of_household"]})
    return answer.json()["number"]


@pytest.fixture
async def other(number, engine):
    """A function that lets a second item wait for the same paper, in whatever state."""

    async def owe(state=SlotState.WAITING) -> tuple[str, str]:
        before = engine.states[number]
        slots = dict(before.slots)
        name = next(one for one in slots if one not in {POLICE, "death_proof"} and not slots[one].owed)
        slots[name] = slots[name].model_copy(update={"owed": slots[POLICE].owed, "state": state})
        engine.states[number] = before.model_copy(update={"slots": slots})
        await engine.says(number, "death_proof", {"kind": "granted"})
        title = next(one.title for one in engine.cases[number].definition.slots if one.slot == name)
        return name, title.zh

    return owe


async def test_a_paper_for_two_items_stands_once_and_comes_to_both(citizen, number, other, engine):
    name, title = await other()
    page = await look(citizen, f"/m/cases/{number}")
    assert page.text.count(f"/papers/{PAPER}") == 1
    assert words(page).count("待补交，期限自") == 1
    assert f"用于死亡注销户口、{title}。" in words(page).replace(" ", "") or (
        f"用于{title}、死亡注销户口。" in words(page).replace(" ", "")
    )
    wanted = (await citizen.get(f"/api/v1/own/cases/{number}/wanted")).json()
    assert [one["material"] for one in wanted if one["kind"] == "paper"] == [PAPER]
    assert words(await look(citizen, "/m/cases")).count("补交") == 1
    place = f"/m/cases/{number}/slots/{POLICE}/papers/{PAPER}"
    asked = words(await look(citizen, place))
    assert title in asked
    assert "死亡注销户口" in asked
    assert (await citizen.post(place, {}, PDF)).status_code == 303
    brought = {action.slot for _, action in engine.updates if action.kind == "paper_brought"}
    assert brought == {POLICE, name}
    assert "待补交" not in words(await look(citizen, f"/m/cases/{number}"))


@pytest.mark.parametrize("state", [SlotState.NOT_APPLICABLE, SlotState.WITHDRAWN])
async def test_what_is_not_gone_on_with_asks_for_no_paper(citizen, number, other, state, engine):
    name, _ = await other(state=state)
    view = (await citizen.get(f"/api/v1/own/cases/{number}")).json()
    assert [one["slot"] for one in view["items"] if one["owed"]] == [POLICE]
    place = f"/m/cases/{number}/slots/{name}/papers/{PAPER}"
    assert (await citizen.get(place)).status_code == 404
    slot = engine.states[number].slots[name]
    assert (await citizen.post(place.replace(name, POLICE), {}, PDF)).status_code == 303
    assert engine.states[number].slots[name].owed == slot.owed


def test_a_case_does_not_stay_open_for_a_paper_of_what_is_not_needed():
    paper = OwedPaper(material=PAPER, title=Text(zh="户口簿", en="Household book"), state=OwedState.OWED)
    slot = SlotCase(slot=POLICE, item=POLICE, agency="police", state=SlotState.NOT_APPLICABLE, owed=(paper,))
    granted = slot.model_copy(update={"state": SlotState.GRANTED})
    assert (holder(slot, held=False), holder(granted, held=False)) == ("nobody", "applicant")
    assert is_settled(None, slot)
    assert not is_settled(None, granted)


async def test_the_way_back_is_said_for_giving_up_as_for_taking_back(citizen, number):
    page = await look(citizen, f"/m/cases/{number}/withdrawal")
    assert "不作更改，返回" in words(page)
