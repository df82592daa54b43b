"""What an item waits for is one sentence, whoever's turn it is."""

from datetime import timedelta

from onething.case_definition import HoldRule, OwedMaterial
from onething.case_event import HoldRaised, Reapplied
from onething.case_state import SlotState
from onething.definition import HoldEnd
from onething.slot_course import awaited, lacks_paper, place
from onething.text import Text
from tests.onething.office import WORD, Play, gate, slot

TITLES = {"a": Text(zh="前一项", en="the first"), "b": Text(zh="后一项", en="the second")}
HOLD = HoldRule(hold="alive", text=WORD, fix=WORD, ends=(HoldEnd.CONTINUE,))


def waits(play, name):
    definition = next(one for one in play.case.definition.slots if one.slot == name)
    said = awaited(definition, play.slot(name), play.state, TITLES)
    return None if said is None else said.zh


def test_an_item_waits_for_its_agency_for_the_item_before_and_then_for_nobody():
    play = Play(
        [slot("a", agency_title=Text(zh="民政局", en="civil affairs")), slot("b", after=("a",))]
    ).begin()
    assert waits(play, "a") == "正在送达民政局"
    assert waits(play, "b") == "等前面的“前一项”办结"
    play.answer("a", play.tell.received(play.now))
    assert waits(play, "a") == "等民政局办理"
    play.grant("a")
    assert waits(play, "a") is None


def test_behind_a_gate_it_says_what_the_gate_waits_for():
    play = Play([slot("a", gates=(gate("heirs"),))]).begin()
    assert play.slot("a").state is SlotState.BLOCKED
    assert waits(play, "a") == "词"


def test_a_correction_waits_for_the_notice_first_and_then_for_the_applicant():
    play = Play([slot("a"), slot("b")]).begin()
    play.answer("b", play.tell.received(play.now))
    play.answer("a", play.tell.received(play.now), play.tell.correction(play.now))
    assert waits(play, "a") == "等各部门意见汇总后一次告知"
    play.ring_until(play.now + timedelta(days=8))
    assert waits(play, "a") == "等申请人补正"


def test_while_the_case_is_held_nothing_is_the_systems():
    play = Play([slot("a"), slot("b", after=("a",))], holds=(HOLD,)).begin()
    play.take(HoldRaised(hold="alive", actor="clerk"))
    assert waits(play, "b") == "办件已暂停送达，等受理窗口核实"


def test_a_granted_item_with_a_paper_owed_waits_for_the_paper_until_it_is_late():
    owed = OwedMaterial(material="photo", title=WORD)
    play = Play([slot("a", owed=(owed,))]).begin()
    play.answer("a", play.tell.received(play.now), play.tell.accepted(play.now))
    play.answer("a", play.tell.granted(play.now))
    assert waits(play, "a") == "等申请人补交材料"
    assert not lacks_paper(play.slot("a"))
    play.ring_until(play.now + timedelta(days=60))
    assert lacks_paper(play.slot("a"))
    assert waits(play, "a") is None


def test_what_an_earlier_round_granted_is_told_although_the_newest_was_refused(office):
    play = office.begun(office.slot("device", reopens=True))
    play.grant("device")
    play.take(Reapplied(slot="device", actor="clerk"))
    play.answer("device", play.tell.received(play.now), play.tell.refused(play.now))
    definition = play.case.definition.slots[0]
    (line,) = place(definition, play.slot("device"), play.state, {"device": definition.title})
    assert line.zh.endswith("第 1 次申请已批准，仍然有效")
    assert "in round 1" in line.en
