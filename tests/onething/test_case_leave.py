"""Withdrawal at every stage: the undecided comes back, what its agency keeps goes on, the decided stays."""

from datetime import timedelta

import pytest

from onething.adapter import Capabilities
from onething.case import check_action
from onething.case_event import (
    NotFound,
    OperatorAction,
    Reapplied,
    Replied,
    Resumed,
    Stuck,
    Unavailable,
    Uncertain,
    Withdrawn,
)
from onething.case_record import Leaving, WorkOrderKind
from onething.case_state import BundleState, OperatorReason, SlotState
from onething.errors import ActionRejected

DAY = timedelta(days=1)
ALL = Withdrawn(reason="applicant", actor="clerk")


def one(name: str) -> Withdrawn:
    return Withdrawn(slot=name, reason="applicant", actor="clerk")


def withdrawals(play) -> list[str]:
    return [command.slot for command in play.commands if command.kind == "withdraw"]


def test_what_was_never_filed_is_withdrawn_at_once(office):
    play = office.begun(office.slot("a"), office.slot("b", after=["a"]))
    play.take(one("b"))
    assert play.states() == {"a": "submitting", "b": "withdrawn"}
    assert withdrawals(play) == []


@pytest.mark.parametrize("said", ["received", "accepted", "correction"])
def test_what_lies_undecided_at_the_agency_is_asked_back(office, said):
    play = office.begun(office.slot("a"))
    play.answer("a", play.tell.received(), *([] if said == "received" else [getattr(play.tell, said)()]))
    play.take(one("a"))
    assert withdrawals(play) == ["a"]
    assert play.slot("a").leaving is Leaving.WITHDRAW
    play.leave("a")
    assert play.slot("a").state is SlotState.WITHDRAWN


def test_a_filing_under_way_is_asked_back_as_soon_as_it_has_arrived(office):
    play = office.begun(office.slot("a"))
    play.take(one("a"))
    assert withdrawals(play) == []
    play.answer("a", play.tell.received())
    assert withdrawals(play) == ["a"]


def test_a_filing_that_never_arrived_needs_no_asking(office):
    play = office.begun(
        office.slot("a"), office.slot("b", capabilities=Capabilities(idempotent_submit=False))
    )
    play.take(ALL)
    play.take(Unavailable(slot="a", round=1))
    play.take(Uncertain(slot="b", round=1))
    play.take(NotFound(slot="b", round=1, asked_at=play.now), DAY)
    assert play.states() == {"a": "withdrawn", "b": "withdrawn"}
    assert withdrawals(play) == []


def test_a_decision_that_comes_first_stands(office):
    play = office.begun(office.slot("a"))
    play.answer("a", play.tell.received(), play.tell.accepted())
    play.take(one("a"))
    play.answer("a", play.tell.granted())
    play.leave("a")
    assert (play.slot("a").state, play.slot("a").leaving) == (SlotState.GRANTED, None)


@pytest.mark.parametrize("able", [True, False])
def test_what_the_agency_keeps_goes_on_there_and_somebody_calls(office, able):
    play = office.begun(office.slot("a", capabilities=Capabilities(withdraw=able)))
    play.answer("a", play.tell.received())
    play.take(one("a"))
    if able:
        play.leave("a", gone=False)
    assert withdrawals(play) == (["a"] if able else [])
    assert (play.slot("a").state, play.slot("a").leaving) == (SlotState.RECEIVED, None)
    assert [order.kind for order in play.state.work_orders] == [WorkOrderKind.WITHDRAW_FILING]


def test_a_case_taken_back_whole_ends_as_withdrawn_and_keeps_what_was_granted(office):
    play = office.begun(office.slot("a"), office.slot("b"), office.slot("c", after=["b"]))
    play.grant("a")
    play.answer("b", play.tell.received())
    play.take(ALL)
    play.leave("b")
    assert play.states() == {"a": "granted", "b": "withdrawn", "c": "withdrawn"}
    play.store_receipt()
    play.store_receipt()
    assert play.state.state is BundleState.WITHDRAWN


def test_an_agency_that_cannot_be_reached_about_a_withdrawal_needs_a_person(office):
    play = office.begun(office.slot("a"))
    play.answer("a", play.tell.received())
    play.take(one("a"))
    play.take(Stuck(slot="a", round=1, reason=OperatorReason.WITHDRAWAL_FAILED))
    assert play.slot("a").operator.reason is OperatorReason.WITHDRAWAL_FAILED
    play.take(Resumed(slot="a", actor="clerk", action=OperatorAction.RETRY))
    assert withdrawals(play) == ["a", "a"]
    play.take(Stuck(slot="a", round=1, reason=OperatorReason.WITHDRAWAL_FAILED))
    play.take(Resumed(slot="a", actor="clerk", action=OperatorAction.SKIP, reason="told_by_telephone"))
    assert play.slot("a").state is SlotState.WITHDRAWN


@pytest.mark.parametrize("name", ["a", None])
def test_what_is_decided_cannot_be_withdrawn(office, name):
    play = office.begun(office.slot("a")).grant("a")
    with pytest.raises(ActionRejected):
        check_action(play.case, play.state, Withdrawn(slot=name, reason="r", actor="clerk"), play.now)


def test_what_is_being_withdrawn_is_not_withdrawn_twice(office):
    play = office.begun(office.slot("a"))
    play.answer("a", play.tell.received())
    check_action(play.case, play.state, one("a"), play.now)
    play.take(one("a"))
    with pytest.raises(ActionRejected):
        check_action(play.case, play.state, one("a"), play.now)


def test_what_came_to_nothing_is_applied_for_again_and_frees_what_stood_behind_it(office):
    play = office.begun(office.slot("a"), office.slot("b", after=["a"]), office.slot("c"))
    play.answer("a", play.tell.received(), play.tell.refused())
    assert play.states() == {"a": "refused", "b": "blocked", "c": "submitting"}
    again = Reapplied(slot="a", payload="better", actor="clerk")
    check_action(play.case, play.state, again, play.now)
    play.take(again, DAY)
    assert (play.slot("a").state, play.slot("a").round) == (SlotState.SUBMITTING, 2)
    assert (play.slot("b").state, play.case.payloads["a"]) == (SlotState.WAITING, "better")
    play.answer("a", play.tell.received(play.now), play.tell.granted(play.now))
    assert play.slot("b").state is SlotState.SUBMITTING


def test_what_was_granted_is_not_applied_for_again(office):
    play = office.begun(office.slot("a"), office.slot("b")).grant("a")
    for name in ("a", "b"):
        with pytest.raises(ActionRejected):
            check_action(play.case, play.state, Reapplied(slot=name, actor="clerk"), play.now)


def test_an_answer_to_an_earlier_round_is_nobodys_answer(office):
    play = office.begun(office.slot("a"))
    play.answer("a", play.tell.received(), play.tell.refused())
    play.take(Reapplied(slot="a", actor="clerk"))
    late = play.tell.granted()
    play.take(Replied(slot="a", round=1, events=(late,)))
    assert play.slot("a").state is SlotState.SUBMITTING


def test_an_ended_case_goes_on_for_an_item_that_is_applied_for_again(office):
    play = office.begun(office.slot("a"), office.slot("b", after=["a"]))
    play.answer("a", play.tell.received(), play.tell.refused())
    play.store_receipt()
    play.store_receipt()
    assert play.state.state is BundleState.COMPLETED
    again = Reapplied(slot="a", actor="clerk")
    check_action(play.case, play.state, again, play.now)
    play.take(again, DAY)
    assert (play.state.state, play.slot("a").state, play.slot("a").round) == ("running", "submitting", 2)
    play.grant("a", "b")
    play.store_receipt()
    play.store_receipt()
    assert play.state.state is BundleState.COMPLETED
    assert play.states() == {"a": "granted", "b": "granted"}


def test_a_case_taken_back_whole_is_not_taken_up_for_an_item(office):
    play = office.begun(office.slot("a"))
    play.answer("a", play.tell.received())
    play.take(ALL)
    play.leave("a")
    play.store_receipt()
    play.store_receipt()
    assert play.state.state is BundleState.WITHDRAWN
    with pytest.raises(ActionRejected):
        check_action(play.case, play.state, Reapplied(slot="a", actor="clerk"), play.now)
