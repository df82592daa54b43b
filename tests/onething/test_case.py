"""What each event means: filing troubles, answers, people's actions, lights."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from onething.adapter import Capabilities, Effect
from onething.case import slot_key, step
from onething.case_event import (
    Begun,
    Replied,
    Ticked,
)
from onething.case_state import BundleState, ClockState, Light, OperatorReason, SlotState

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
BOTH = Capabilities(idempotent_submit=True, query_by_key=True, settle_after=600)
REPEATABLE = Capabilities(idempotent_submit=True, query_by_key=False)
NEITHER = Capabilities(idempotent_submit=False, query_by_key=False)


def alone(office, can, **changes: Any):
    return office.begun(office.slot("a", capabilities=can, **changes))


def test_a_case_begins_once(office):
    play = office.begun(office.slot("a"))
    assert play.state.state is BundleState.RUNNING
    assert play.take(Begun()).state is play.state
    assert play.submitted() == ["a"]
    assert play.kinds() == ["submitted"]


def test_nothing_happens_before_the_case_has_begun(office):
    play = office.Play([office.slot("a")])
    outcome = play.take(Replied(slot="a", round=1, events=(play.tell.granted(),)))
    assert (outcome.commands, outcome.entries) == ((), ())
    assert play.states() == {"a": "waiting"}


def test_the_key_never_changes_within_a_round(office):
    case = office.Play([office.slot("a")]).case
    assert slot_key(case, "a", 1) == f"{case.number}/a/1/submit"
    assert slot_key(case, "a", 2) != slot_key(case, "a", 1)


def test_the_same_inputs_come_to_the_same_outputs(office):
    play = office.begun(office.slot("a"), office.slot("b", ["a"]))
    event = Replied(slot="a", round=1, events=(play.tell.received(), play.tell.granted()))
    assert step(play.case, play.state, event, play.now) == step(play.case, play.state, event, play.now)


def test_what_an_earlier_slot_brought_about_goes_with_the_filing(office):
    effects = ({"fact": "number(deceased)", "item_fact": "number(person)"},)
    first = office.slot("a", effects=[{**effects[0], "title": {"zh": "号", "en": "no"}, "since": "decision"}])
    play = office.begun(first, office.slot("b", ["a"]))
    granted = play.tell.granted().model_copy(update={"effects": (Effect(fact="number(person)", value="7"),)})
    play.answer("a", play.tell.received(), granted)
    filing = next(command for command in reversed(play.commands) if command.kind == "submit")
    assert filing.outputs == (Effect(fact="number(deceased)", value="7"),)


# ---- answers --------------------------------------------------------------------------------------


def test_an_event_counts_once_by_its_id(office):
    play = office.begun(office.slot("a"))
    received, granted = play.tell.received(), play.tell.granted()
    play.answer("a", received, granted, granted)
    before = play.state
    assert play.answer("a", received, granted).state is before
    assert play.kinds().count("granted") == 1
    assert before.slots["a"].seen == (received.event_id, granted.event_id)


def test_an_answer_about_another_round_or_slot_changes_nothing(office):
    play = office.begun(office.slot("a"))
    before = play.state
    play.take(Replied(slot="a", round=2, events=(play.tell.granted(),)))
    play.take(Replied(slot="z", round=1, events=(play.tell.granted(),)))
    assert play.state is before


def test_an_answer_about_a_slot_that_was_never_filed_changes_nothing(office):
    play = office.begun(office.slot("a"), office.slot("b", ["a"]), office.slot("c", gates=[office.gate("g")]))
    before = play.state
    play.answer("b", play.tell.granted())
    play.answer("c", play.tell.granted())
    assert play.state is before


def test_a_late_answer_to_a_decided_slot_is_noted_and_reopens_nothing(office):
    play = office.begun(office.slot("a"), office.slot("b"))
    play.grant("a")
    play.answer("a", play.tell.refused(play.now + HOUR), later=HOUR)
    assert play.slot("a").state is SlotState.GRANTED
    assert play.kinds()[-1] == "late_answer"


def test_an_answer_after_the_end_is_noted_and_changes_no_slot(office):
    play = office.begun(office.slot("a")).grant("a")
    play.store_receipt()
    assert play.state.state is BundleState.COMPLETED
    late = play.tell.refused()
    play.answer("a", late, later=DAY)
    assert play.state.state is BundleState.COMPLETED
    assert play.slot("a").state is SlotState.GRANTED
    assert play.kinds()[-2:] == ["late_answer", "work_order_opened"]
    before = play.state
    assert play.answer("a", late).state is before


def test_an_empty_answer_leaves_open_whether_anything_arrived(office):
    play = alone(office, BOTH)
    play.answer("a")
    assert play.slot("a").operator.reason is OperatorReason.IMPOSSIBLE_ANSWER


@pytest.mark.parametrize(
    "when",
    [
        datetime.fromisoformat("1900-01-01T00:00:00+08:00"),
        datetime.fromisoformat("2026-03-05T00:00:00+08:00"),
        datetime.fromisoformat("9999-12-31T23:00:00+00:00"),
    ],
    ids=["before the republic", "in days to come", "at the end of time"],
)
def test_an_answer_whose_time_cannot_be_is_for_a_person(office, when):
    play = office.begun(office.slot("a"), office.slot("b"))
    play.answer("a", play.tell.accepted(when))
    assert play.slot("a").operator.reason is OperatorReason.IMPOSSIBLE_ANSWER
    assert play.slot("a").seen == ()
    assert play.slot("b").state is SlotState.SUBMITTING


def test_an_impossible_answer_does_not_replace_the_reason_a_person_was_called_for(office):
    play = alone(office, NEITHER)
    play.uncertain("a")
    play.answer("a", play.tell.granted(play.now + 9 * DAY))
    assert play.slot("a").operator.reason is OperatorReason.UNCERTAIN_SUBMISSION


def test_polling_goes_on_until_the_decision_and_not_beyond(office):
    play = alone(office, BOTH)
    ready = play.now + 3 * DAY
    play.answer("a", play.tell.received(), play.tell.accepted(), play.tell.pending(ready))
    assert (play.asked()[-1].at, play.asked()[-1].seen) == (ready, play.slot("a").seen)
    asked = len(play.asked())
    play.answer("a", play.tell.granted(play.now))
    assert len(play.asked()) == asked


@pytest.mark.parametrize(
    ("amount", "unit", "every"), [(20, "wd", 6 * 3600), (1, "h", 72), (5, "d", 8640), (0, "d", 60)]
)
def test_it_is_asked_every_fiftieth_of_the_promise_between_a_minute_and_six_hours(
    office, amount, unit, every
):
    play = alone(office, BOTH, promised=office.limit(amount, unit))
    play.answer("a", play.tell.received())
    assert play.asked()[-1].every == every
    assert play.asked()[-1].at == play.now + timedelta(seconds=every)


@pytest.mark.parametrize(
    ("can", "asked"),
    [
        (NEITHER, False),
        (REPEATABLE, False),
        (NEITHER.model_copy(update={"callbacks": False}), True),
    ],
    ids=["calls us", "calls us and takes twice", "never calls"],
)
def test_who_calls_us_and_cannot_be_asked_is_not_asked(office, can, asked):
    play = alone(office, can)
    play.answer("a", play.tell.received())
    assert bool(play.asked()) is asked


def test_a_correction_asked_for_is_still_listened_for(office):
    play = alone(office, BOTH)
    play.answer("a", play.tell.received(), play.tell.correction())
    assert play.slot("a").state is SlotState.CORRECTION_REQUESTED
    assert len(play.asked()) == 1


# ---- lights ---------------------------------------------------------------------------------------


def test_a_tick_lights_yellow_then_red_and_tells_which_limit_has_passed(office):
    play = alone(office, BOTH)
    play.answer("a", play.tell.received())
    slot = play.slot("a")
    assert (slot.light, slot.clock) == (Light.GREEN, ClockState.RUNNING)
    play.take(Ticked(), slot.promised.yellow_from - play.now)
    assert play.slot("a").light is Light.YELLOW
    play.take(Ticked(), slot.promised.red_from - play.now)
    assert (play.slot("a").light, play.slot("a").overdue) == (Light.RED, ("promised",))
    assert play.slot("a").clock is ClockState.OVERDUE
    play.take(Ticked(), slot.statutory.red_from - play.now)
    assert play.slot("a").overdue == ("promised", "statutory")
    assert [entry.params for entry in play.entries if entry.kind == "overdue"] == [
        {"limit": "promised"},
        {"limit": "statutory"},
    ]


def test_a_tick_that_changes_no_light_changes_nothing(office):
    play = alone(office, BOTH)
    play.answer("a", play.tell.received())
    before = play.state
    assert play.take(Ticked()).state is before


def test_an_overdue_slot_is_still_listened_to(office):
    play = alone(office, BOTH)
    play.answer("a", play.tell.received())
    play.take(Ticked(), timedelta(days=90))
    play.answer("a", play.tell.granted(play.now))
    assert play.slot("a").state is SlotState.GRANTED


def test_papers_that_lay_at_the_window_may_be_overdue_from_the_start(office):
    play = office.begun(office.slot("a", promised=office.limit(1)), received_on=date(2026, 2, 25))
    play.answer("a", play.tell.received())
    assert (play.slot("a").light, play.slot("a").overdue) == (Light.RED, ("promised",))
    assert play.kinds()[-1] == "overdue"
