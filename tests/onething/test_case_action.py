"""What people do about a case: resume a slot, enter an answer, open a gate, hand a receipt out."""

from datetime import timedelta
from typing import Any

import pytest

from onething.adapter import AgencyEvent, Capabilities
from onething.case import check_action
from onething.case_event import (
    GateOpened,
    HandedOut,
    OperatorAction,
    Resumed,
    Stuck,
)
from onething.case_state import OperatorReason, SlotState
from onething.errors import ActionRejected

DAY = timedelta(days=1)
BOTH = Capabilities(idempotent_submit=True, query_by_key=True, settle_after=600)
ASKABLE = Capabilities(idempotent_submit=False, query_by_key=True, settle_after=600)
REPEATABLE = Capabilities(idempotent_submit=True, query_by_key=False)
NEITHER = Capabilities(idempotent_submit=False, query_by_key=False)


def resume(play, name="a", *events: AgencyEvent):
    action = OperatorAction.ENTER_ANSWER if events else OperatorAction.RETRY
    return play.take(Resumed(slot=name, actor="clerk", action=action, events=events))


def alone(office, can, **changes: Any):
    return office.begun(office.slot("a", capabilities=can, **changes))


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
            check_action(play.case, play.state, wrong, play.now)
    play.uncertain("a")
    check_action(play.case, play.state, retry, play.now)


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
            check_action(play.case, play.state, entered.model_copy(update={"events": events}), play.now)
    check_action(
        play.case, play.state, entered.model_copy(update={"events": (play.tell.refused(),)}), play.now
    )


def test_only_the_gate_that_a_slot_waits_for_can_be_opened(office):
    play = office.begun(office.slot("a", gates=[office.gate("g"), office.gate("h")]))
    opened = GateOpened(slot="a", gate="g", actor="clerk")
    check_action(play.case, play.state, opened, play.now)
    for wrong in (opened.model_copy(update={"gate": "h"}), opened.model_copy(update={"slot": "z"})):
        with pytest.raises(ActionRejected):
            check_action(play.case, play.state, wrong, play.now)
        assert play.take(wrong).commands == ()


def test_only_a_stored_receipt_can_be_handed_out(office):
    play = office.begun(office.slot("a"), office.slot("b"))
    for revision in (0, 1, 99):
        with pytest.raises(ActionRejected):
            check_action(play.case, play.state, HandedOut(revision=revision), play.now)
        play.hand_out(revision)
    assert play.state.handed_out == 0
    play.answer("a", play.tell.received())
    play.answer("b", play.tell.received())
    play.store_receipt()
    check_action(play.case, play.state, HandedOut(revision=1), play.now)
    play.hand_out(1)
    assert play.state.handed_out == 1
