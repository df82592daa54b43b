"""Corners of taking filings back, found by a search through everything: in doubt, under way, too late."""

from datetime import timedelta

import pytest

from onething.adapter import Capabilities
from onething.case import check_action, next_instant
from onething.case_definition import HoldRule
from onething.case_event import (
    Amended,
    Corrected,
    FilingLeft,
    HoldRaised,
    OperatorAction,
    Replied,
    Resumed,
    Stuck,
    Ticked,
    Withdrawn,
)
from onething.case_record import WorkOrderKind
from onething.case_state import OperatorReason, SlotState
from onething.definition import HoldEnd
from tests.onething.office import WORD

NO_QUERY = Capabilities(query_by_key=False)
NEITHER = Capabilities(query_by_key=False, idempotent_submit=False)
HOLD = HoldRule(
    hold="identity", reasons=("why",), text=WORD, fix=WORD, ends=(HoldEnd.CONTINUE, HoldEnd.TERMINATE)
)
HELD = HoldRaised(hold="identity", actor="clerk")
ONE = Withdrawn(slot="a", reason="wish", actor="clerk")
CORRECTED = Corrected(payloads={"a": "better"}, actor="clerk")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def act(play, action, later=timedelta()):
    check_action(play.case, play.state, action, play.now + later)
    return play.take(action, later)


def stuck(play, reason, round_=1) -> None:
    play.take(Stuck(slot="a", round=round_, reason=reason))


def retried(play) -> None:
    act(play, Resumed(slot="a", actor="clerk", action=OperatorAction.RETRY))


def finished(play):
    """Store whatever receipts are asked for, and let whatever time brings come."""
    for _ in range(40):
        while play.state.receipt_asked > len(play.state.receipts):
            play.store_receipt()
        instant = next_instant(play.state, play.now)
        if instant is None:
            return play
        play.take(Ticked(), instant - play.now)
    raise AssertionError("never comes to rest")


def asked_back(play) -> list[int]:
    return [command.round for command in play.commands if command.kind == "withdraw"]


def orders(play) -> list[WorkOrderKind]:
    return [order.kind for order in play.state.work_orders]


def accepted(play):
    """Slot a received and accepted."""
    play.answer("a", play.tell.received(), play.tell.accepted())
    return play


def test_a_slot_being_withdrawn_is_not_filed_anew_by_a_correction(office):
    play = office.begun(office.slot("a"), office.slot("b"))
    play.answer("a", play.tell.received())
    play.answer("b", play.tell.received(), play.tell.correction())
    act(play, ONE)
    act(play, Corrected(payloads={"a": "better", "b": "better"}, actor="clerk"))
    play.take(FilingLeft(slot="a", round=1, gone=True))
    assert play.slot("a").state is SlotState.WITHDRAWN


@pytest.mark.parametrize("held", [False, True])
def test_a_filing_in_doubt_does_not_count_as_withdrawn_before_it_is_found_out(office, held):
    play = office.begun(office.slot("a", capabilities=NO_QUERY), office.slot("b"), holds=(HOLD,))
    if held:
        act(play, HELD)
    play.uncertain("a")
    act(play, ONE)
    play.unavailable("a")
    assert play.slot("a").state is SlotState.NEEDS_OPERATOR


def test_a_filing_in_doubt_that_a_person_lets_go_is_kept_an_eye_on(office):
    play = office.begun(office.slot("a", capabilities=NEITHER), office.slot("b"))
    play.uncertain("a")
    act(play, ONE)
    retried(play)
    assert play.slot("a").state is SlotState.WITHDRAWN
    assert orders(play) == [WorkOrderKind.WITHDRAW_FILING]


def test_a_received_filing_given_up_by_a_person_is_somebodys_to_take_back(office):
    play = office.begun(office.slot("a"), office.slot("b"))
    play.answer("a", play.tell.received())
    stuck(play, OperatorReason.UNEXPECTED)
    act(play, Resumed(slot="a", actor="clerk", action=OperatorAction.SKIP, reason="given_up"))
    assert orders(play) == [WorkOrderKind.WITHDRAW_FILING]


def test_a_correction_entered_after_a_failed_withdrawal_has_the_filing_asked_back_again(office):
    play = office.begun(office.slot("a"), office.slot("b"))
    play.answer("a", play.tell.received())
    act(play, ONE)
    stuck(play, OperatorReason.WITHDRAWAL_FAILED)
    words = (play.tell.correction(),)
    act(play, Resumed(slot="a", actor="clerk", action=OperatorAction.ENTER_ANSWER, events=words))
    assert asked_back(play) == [1, 1]


def test_a_filing_withdrawn_under_way_and_answered_by_a_correction_is_asked_back(office):
    play = office.begun(office.slot("a"), office.slot("b"))
    act(play, ONE)
    play.answer("a", play.tell.received(), play.tell.correction())
    assert asked_back(play) == [1]


def test_a_filing_withdrawn_under_way_in_its_second_round_is_asked_back(office):
    play = accepted(office.begun(office.slot("a"), office.slot("b")))
    play.answer("a", play.tell.correction(play.now), later=DAY)
    act(play, CORRECTED, DAY)
    act(play, ONE)
    play.take(Replied(slot="a", round=2, events=(play.tell.received(play.now),)))
    assert asked_back(play) == [2]


def test_a_filing_heard_from_while_a_person_had_it_is_still_asked_back(office):
    play = office.begun(office.slot("a"), office.slot("b"))
    play.answer("a", play.tell.received())
    act(play, ONE)
    stuck(play, OperatorReason.WITHDRAWAL_FAILED)
    play.answer("a", play.tell.accepted(play.now))
    assert asked_back(play) == [1, 1]


def test_what_cannot_be_given_back_is_asked_about_once(office):
    play = office.begun(office.slot("a", capabilities=Capabilities(withdraw=False)), office.slot("b"))
    act(play, ONE)
    outcome = play.answer("a", play.tell.received())
    assert [command.kind for command in outcome.commands if command.kind != "issue_receipt"] == ["query"]


def test_words_of_a_round_never_filed_open_no_work_order_after_the_end(office):
    play = finished(office.begun(office.slot("a")).grant("a"))
    play.take(Replied(slot="a", round=9, events=(play.tell.granted(),)))
    assert orders(play) == []


@pytest.mark.parametrize("left", ["withdrawn", "lapsed", "not_applicable"])
def test_a_late_decision_about_what_was_given_up_is_somebodys_to_look_at(office, left):
    play = office.begun(office.slot("a"), office.slot("b"))
    play.answer("a", play.tell.received())
    if left == "lapsed":
        play.answer("a", play.tell.correction(), later=HOUR)
        while play.slot("a").state is SlotState.CORRECTION_REQUESTED:
            play.take(Ticked(), next_instant(play.state, play.now) - play.now)
    else:
        kept = play.case.definition.model_copy(update={"slots": play.case.definition.slots[1:]})
        act(play, ONE if left == "withdrawn" else Amended(definition=kept, actor="clerk"))
        play.take(FilingLeft(slot="a", round=1, gone=True))
    assert play.slot("a").state == left
    play.answer("a", play.tell.granted(play.now + HOUR), later=HOUR)
    assert (play.slot("a").state, orders(play)) == (left, [WorkOrderKind.LATE_ANSWER])
