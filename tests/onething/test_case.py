"""What each event means: filing troubles, answers, people's actions, lights."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from onething.adapter import AgencyEvent, Capabilities, Effect
from onething.case import check_action, slot_key, step
from onething.case_event import (
    Begun,
    GateOpened,
    HandedOut,
    OperatorAction,
    Replied,
    Resumed,
    Stuck,
    Ticked,
)
from onething.case_state import BundleState, ClockState, Light, OperatorReason, SlotState
from onething.errors import ActionRejected

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
BOTH = Capabilities(idempotent_submit=True, query_by_key=True, settle_after=600)
ASKABLE = Capabilities(idempotent_submit=False, query_by_key=True, settle_after=600)
REPEATABLE = Capabilities(idempotent_submit=True, query_by_key=False)
NEITHER = Capabilities(idempotent_submit=False, query_by_key=False)


def resume(play, name="a", *events: AgencyEvent):
    action = OperatorAction.ENTER_ANSWER if events else OperatorAction.RETRY
    return play.take(Resumed(slot=name, actor="clerk", action=action, events=events))


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
    assert play.kinds()[-1] == "late_answer"
    before = play.state
    assert play.answer("a", late).state is before


def test_an_empty_answer_leaves_open_whether_anything_arrived(office):
    play = alone(office, BOTH)
    play.answer("a")
    assert play.slot("a").operator.reason is OperatorReason.IMPOSSIBLE_ANSWER


@pytest.mark.parametrize(
    "when",
    [
        datetime.fromisoformat("2026-03-02T10:00:00"),
        datetime.fromisoformat("1900-01-01T00:00:00+08:00"),
        datetime.fromisoformat("2026-03-05T00:00:00+08:00"),
        datetime.fromisoformat("9999-12-31T23:00:00+00:00"),
    ],
    ids=["without a zone", "before the republic", "in days to come", "at the end of time"],
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


# ---- an agency that is away -----------------------------------------------------------------------


def test_an_agency_that_is_away_is_tried_again_ever_more_patiently(office):
    play = alone(office, ASKABLE)
    waits = []
    for _ in range(14):
        play.unavailable("a")
        waits.append((play.commands[-1].at - play.now).total_seconds())
    assert waits[:4] == [2, 4, 8, 16]
    assert waits[-1] == 3600
    assert waits == sorted(waits)


def test_after_a_week_of_silence_a_person_is_called(office):
    play = alone(office, NEITHER)
    play.unavailable("a")
    play.unavailable("a", later=timedelta(days=6, hours=23))
    assert play.slot("a").state is SlotState.SUBMITTING
    play.unavailable("a", later=HOUR)
    assert play.slot("a").operator.reason is OperatorReason.AGENCY_UNAVAILABLE
    assert play.slot("a").operator.key == slot_key(play.case, "a", 1)


def test_when_temporal_itself_has_tried_for_a_week_a_person_is_called(office):
    play = alone(office, BOTH)
    play.unavailable("a", exhausted=True)
    assert play.slot("a").operator.reason is OperatorReason.AGENCY_UNAVAILABLE


def test_an_agency_that_is_back_is_forgiven(office):
    play = alone(office, NEITHER)
    play.unavailable("a")
    play.answer("a", play.tell.received(play.now + DAY), later=DAY)
    slot = play.slot("a")
    assert (slot.unavailable_since, slot.attempts, slot.state) == (None, 0, SlotState.RECEIVED)


# ---- uncertain submissions ------------------------------------------------------------------------


@pytest.mark.parametrize("can", [BOTH, ASKABLE], ids=["both", "askable"])
def test_where_asking_helps_an_uncertain_filing_is_asked_about_first(office, can):
    play = alone(office, can)
    play.uncertain("a")
    assert play.submitted() == ["a"]
    assert (play.asked()[-1].uncertain, play.asked()[-1].at) == (True, play.now)


@pytest.mark.parametrize("can", [BOTH, ASKABLE], ids=["both", "askable"])
def test_not_found_is_believed_only_after_the_settling_time(office, can):
    play = alone(office, can)
    play.uncertain("a")
    since = play.now
    play.not_found("a", later=timedelta(seconds=599))
    assert play.submitted() == ["a"]
    assert play.asked()[-1].at == since + timedelta(seconds=600)
    play.not_found("a", later=timedelta(seconds=1))
    assert play.submitted() == ["a", "a"]


def test_each_uncertain_attempt_has_its_own_settling_time(office):
    play = alone(office, ASKABLE)
    play.uncertain("a")
    play.not_found("a", later=timedelta(seconds=600))
    play.uncertain("a", later=timedelta(seconds=30))
    play.not_found("a", later=timedelta(seconds=1))
    assert play.submitted() == ["a", "a"]
    play.not_found("a", later=timedelta(seconds=600))
    assert play.submitted() == ["a", "a", "a"]


def test_what_may_be_sent_twice_is_sent_again_under_the_same_key(office):
    play = alone(office, REPEATABLE)
    play.uncertain("a")
    assert play.submitted() == ["a", "a"]
    assert play.commands[-1].at > play.now
    assert {command.round for command in play.commands if hasattr(command, "outputs")} == {1}


def test_what_may_be_sent_twice_is_not_sent_for_ever(office):
    play = alone(office, REPEATABLE)
    play.uncertain("a")
    play.uncertain("a", later=7 * DAY)
    assert play.slot("a").operator.reason is OperatorReason.UNCERTAIN_SUBMISSION


def test_with_neither_a_filing_is_never_sent_again_by_itself(office):
    play = alone(office, NEITHER)
    play.uncertain("a")
    assert play.submitted() == ["a"]
    need = play.slot("a").operator
    assert (need.reason, need.key) == (OperatorReason.UNCERTAIN_SUBMISSION, slot_key(play.case, "a", 1))


def test_a_filing_that_is_found_after_all_goes_on(office):
    play = alone(office, ASKABLE)
    play.uncertain("a")
    play.answer("a", play.tell.received())
    assert (play.slot("a").state, play.slot("a").uncertain_since) == (SlotState.RECEIVED, None)
    assert play.submitted() == ["a"]


def test_a_filing_never_found_for_a_week_is_for_a_person(office):
    play = alone(office, ASKABLE)
    play.uncertain("a")
    play.not_found("a", later=7 * DAY)
    assert play.slot("a").operator.reason is OperatorReason.UNCERTAIN_SUBMISSION


def test_a_question_overtaken_by_a_callback_is_asked_on(office):
    play = alone(office, ASKABLE)
    play.uncertain("a")
    play.answer("a", play.tell.received())
    play.commands.clear()
    play.not_found("a")
    assert [question.uncertain for question in play.asked()] == [False]
    play.unavailable("a")
    play.uncertain("a")
    assert len(play.asked()) == 3
    assert play.submitted() == []


def test_uncertainty_is_told_once(office):
    play = alone(office, REPEATABLE)
    play.uncertain("a")
    play.uncertain("a", later=HOUR)
    assert play.kinds().count("uncertain") == 1


# ---- people ---------------------------------------------------------------------------------------


def stuck(play, reason=OperatorReason.UNEXPECTED, name="a"):
    return play.take(Stuck(slot=name, round=1, reason=reason, detail="Surprise"))


def test_a_surprise_is_for_a_person_and_leaves_the_siblings_be(office):
    play = office.begun(office.slot("a"), office.slot("b"))
    stuck(play)
    need = play.slot("a").operator
    assert (need.reason, need.detail, need.since) == (OperatorReason.UNEXPECTED, "Surprise", play.now)
    assert play.slot("b").state is SlotState.SUBMITTING
    before = play.state
    assert stuck(play, OperatorReason.AUTH_DENIED).state is before


def test_a_surprise_about_a_slot_never_filed_changes_nothing(office):
    play = office.begun(office.slot("a"), office.slot("b", ["a"]))
    before = play.state
    assert stuck(play, name="b").state is before


@pytest.mark.parametrize("can", [BOTH, REPEATABLE, NEITHER], ids=["both", "repeatable", "neither"])
def test_a_retry_files_again_in_the_same_round(office, can):
    play = alone(office, can)
    stuck(play)
    resume(play)
    assert play.submitted() == ["a", "a"]
    assert (play.slot("a").state, play.slot("a").round) == (SlotState.SUBMITTING, 1)
    assert play.slot("a").operator is None


def test_a_retry_asks_first_where_a_second_filing_could_have_a_second_effect(office):
    play = alone(office, ASKABLE)
    stuck(play)
    resume(play)
    assert play.submitted() == ["a"]
    assert play.asked()[-1].uncertain
    play.not_found("a", later=timedelta(seconds=600))
    assert play.submitted() == ["a", "a"]


def test_a_retry_after_a_certain_refusal_does_not_ask(office):
    play = alone(office, ASKABLE)
    stuck(play, OperatorReason.PAYLOAD_REJECTED)
    resume(play)
    assert play.submitted() == ["a", "a"]


@pytest.mark.parametrize("accepted", [False, True])
def test_a_retry_never_files_again_what_the_agency_has(office, accepted):
    play = alone(office, BOTH)
    play.answer("a", play.tell.received(), *([play.tell.accepted()] if accepted else []))
    stuck(play, OperatorReason.AUTH_DENIED)
    resume(play)
    assert play.submitted() == ["a"]
    assert play.slot("a").state is (SlotState.UNDER_REVIEW if accepted else SlotState.RECEIVED)
    assert len(play.asked()) == 2


def test_a_person_may_enter_the_answer(office):
    play = alone(office, NEITHER)
    play.uncertain("a")
    resume(play, "a", play.tell.received(), play.tell.granted())
    assert play.slot("a").state is SlotState.GRANTED
    assert play.submitted() == ["a"]
    assert play.kinds()[-3:] == ["resumed", "received", "granted"]


def test_an_agency_that_speaks_up_frees_the_person(office):
    play = alone(office, NEITHER)
    play.uncertain("a")
    play.answer("a", play.tell.accepted())
    assert (play.slot("a").state, play.slot("a").operator) == (SlotState.ACCEPTED, None)


def test_resuming_what_is_decided_reopens_nothing(office):
    play = office.begun(office.slot("a"), office.slot("b")).grant("a")
    before = play.state
    assert resume(play).state is before


def test_only_what_needs_a_person_can_be_resumed(office):
    play = alone(office, NEITHER)
    retry = Resumed(slot="a", actor="clerk", action=OperatorAction.RETRY)
    for wrong in (retry, retry.model_copy(update={"slot": "z"})):
        with pytest.raises(ActionRejected):
            check_action(play.state, wrong, play.now)
    play.uncertain("a")
    check_action(play.state, retry, play.now)


def test_an_answer_entered_has_to_settle_something(office):
    play = alone(office, NEITHER)
    play.uncertain("a")
    entered = Resumed(slot="a", actor="clerk", action=OperatorAction.ENTER_ANSWER)
    for events in (
        (),
        (play.tell.pending(play.now + DAY),),
        (play.tell.suspended(),),
        (play.tell.granted(play.now + 9 * DAY),),
    ):
        with pytest.raises(ActionRejected):
            check_action(play.state, entered.model_copy(update={"events": events}), play.now)
    check_action(play.state, entered.model_copy(update={"events": (play.tell.refused(),)}), play.now)


def test_only_the_gate_that_a_slot_waits_for_can_be_opened(office):
    play = office.begun(office.slot("a", gates=[office.gate("g"), office.gate("h")]))
    opened = GateOpened(slot="a", gate="g", actor="clerk")
    check_action(play.state, opened, play.now)
    for wrong in (opened.model_copy(update={"gate": "h"}), opened.model_copy(update={"slot": "z"})):
        with pytest.raises(ActionRejected):
            check_action(play.state, wrong, play.now)
        assert play.take(wrong).commands == ()


def test_only_a_stored_receipt_can_be_handed_out(office):
    play = office.begun(office.slot("a"), office.slot("b"))
    for revision in (0, 1, 99):
        with pytest.raises(ActionRejected):
            check_action(play.state, HandedOut(revision=revision), play.now)
        play.hand_out(revision)
    assert play.state.handed_out == 0
    play.answer("a", play.tell.received())
    play.answer("b", play.tell.received())
    play.store_receipt()
    check_action(play.state, HandedOut(revision=1), play.now)
    play.hand_out(1)
    assert play.state.handed_out == 1


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
