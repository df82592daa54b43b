"""An item as screens draw it: its steps, who must come, until when it may be declined, its promised day."""

from api.slot_view import view_slot
from onething.adapter import StepDone
from onething.case_definition import SlotStep
from onething.duration import Duration, Unit
from onething.item import StepKind
from onething.text import Text
from tests.onething.office import WORD, Play, gate, slot

VISIT = SlotStep(
    step="visit",
    title=Text(zh="入户调查", en="Home visit"),
    agency_title=WORD,
    kind=StepKind.HOME_VISIT,
    officers=2,
)
NOTICE = SlotStep(
    step="notice", title=Text(zh="公示", en="Notice"), agency_title=WORD, kind=StepKind.PUBLIC_NOTICE, days=7
)


def seen(play, name):
    definition = next(one for one in play.case.definition.slots if one.slot == name)
    return view_slot(play.case, play.state, definition, play.now)


def test_steps_taken_are_told_with_their_signers_and_steps_to_come_are_listed():
    play = Play([slot("a", steps=(VISIT, NOTICE))]).begin()
    play.answer("a", play.tell.received(play.now), play.tell.accepted(play.now))
    assert [step.title.zh for step in seen(play, "a").to_come] == ["入户调查", "公示"]
    play.answer("a", StepDone(step="visit", officers=("甲", "乙"), **play.tell.named(play.now)))
    view = seen(play, "a")
    assert [line.zh for line in view.course] == ["2026年3月2日（星期一）完成：入户调查（甲、乙签字）"]
    assert [(step.title.zh, step.days) for step in view.to_come] == [("公示", 7)]
    play.grant("a")
    assert seen(play, "a").to_come == ()


def test_an_item_nobody_has_to_apply_for_says_until_when_it_may_be_declined():
    within = Duration(amount=5, unit=Unit.WORKING_DAY)
    play = Play(
        [slot("a"), slot("b", after_any=("a",), gates=(gate("g").model_copy(update={"opt_out": within}),))]
    )
    play.begin().grant("a")
    view = seen(play, "b")
    assert view.blocked.opt_out
    assert view.blocked.until.isoformat() == "2026-03-10T00:00:00+08:00"
    assert view.state_text.zh == "免申即享，待自动办理"
    assert view.may_withdraw


def test_a_gate_before_which_people_appear_names_them():
    bride = Text(zh="女方", en="Wife")
    before = gate("both").model_copy(update={"in_person": True, "who": (bride,)})
    blocked = seen(Play([slot("a", gates=(before,))]).begin(), "a").blocked
    assert blocked.in_person
    assert blocked.who == (bride,)
    assert not blocked.opt_out


def test_who_has_to_come_is_awaited_and_not_held_up():
    bride, groom = Text(zh="女方", en="Wife"), Text(zh="男方", en="Husband")
    for who, state in (((bride,), "待本人到场"), ((bride, groom), "待双方到场")):
        before = gate("come").model_copy(update={"in_person": True, "who": who})
        play = Play([slot("a", gates=(before,)), slot("b", gates=(gate("other"),))]).begin()
        assert seen(play, "a").state_text.zh == state
        assert seen(play, "b").state_text.zh == "暂不能办理"


def test_an_item_decided_at_once_still_shows_the_day_it_was_promised_for():
    play = Play([slot("a")]).begin()
    assert seen(play, "a").promised is None
    play.grant("a")
    assert play.slot("a").promised is None
    assert seen(play, "a").promised.due.isoformat() == "2026-03-16"
