"""Corners of the second round: what an agency has from the first is neither forgotten nor asked for twice."""

from datetime import timedelta

import pytest

from onething.case import check_action
from onething.case_event import Corrected, FilingLeft, OperatorAction, Resumed, Stuck, Unavailable, Withdrawn
from onething.case_state import OperatorReason, SlotState
from tests.onething.office import Play, slot

CORRECTED = Corrected(payloads={"a": "better"}, actor="clerk")
RETRY = Resumed(slot="a", actor="clerk", action=OperatorAction.RETRY)
ONE = Withdrawn(slot="a", reason="wish", actor="clerk")


def act(play, action):
    check_action(play.case, play.state, action, play.now)
    return play.take(action)


def sent_back_after_acceptance():
    play = Play([slot("a"), slot("b")]).begin()
    play.answer("a", play.tell.received(), play.tell.accepted())
    play.answer("a", play.tell.correction())
    act(play, CORRECTED)
    return play


@pytest.mark.parametrize(
    "trouble",
    [
        Stuck(slot="a", round=2, reason=OperatorReason.PAYLOAD_REJECTED),
        Unavailable(slot="a", round=2, exhausted=True),
    ],
)
def test_a_corrected_filing_that_did_not_arrive_is_filed_when_a_person_retries(trouble):
    play = sent_back_after_acceptance()
    play.take(trouble)
    act(play, RETRY)
    assert play.slot("a").state is SlotState.SUBMITTING
    assert play.submitted() == ["a", "b", "a", "a"]


def test_an_accepted_filing_withdrawn_while_its_correction_does_not_arrive_is_somebodys_to_take_back():
    play = sent_back_after_acceptance()
    act(play, ONE)
    play.take(Unavailable(slot="a", round=2))
    assert play.state.work_orders or any(one.kind == "withdraw" for one in play.commands)


def test_withdrawing_the_case_asks_for_a_filing_asked_back_already_no_second_time():
    play = Play([slot("a"), slot("b")]).begin()
    play.answer("a", play.tell.received())
    act(play, ONE)
    act(play, Withdrawn(reason="wish", actor="clerk"))
    assert [one.slot for one in play.commands if one.kind == "withdraw"] == ["a"]
    assert play.kinds().count("withdrawal_asked") == 1


def test_an_agency_that_keeps_a_lapsed_filing_is_somebodys_to_call():
    play = Play([slot("a"), slot("b")]).begin()
    play.answer("a", play.tell.received(), play.tell.correction())
    play.ring_until(play.now + timedelta(days=90))
    assert play.slot("a").state is SlotState.LAPSED
    assert [one.kind for one in play.commands if one.kind == "withdraw"]
    play.take(FilingLeft(slot="a", round=1, gone=False))
    assert play.state.work_orders
