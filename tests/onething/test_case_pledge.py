"""Pledges: what stood for a proof is checked after the decision, and what rested on a false one is undone."""

from datetime import timedelta
from typing import Any

import pytest

from onething.case import check_action
from onething.case_definition import OwedMaterial
from onething.case_event import PLEDGE_FALSE, WorkOrderClosed
from onething.case_record import WorkOrderKind
from onething.clock import local_day
from onething.errors import ActionRejected
from onething.item import Reversibility
from onething.text import Text
from tests.onething.office import Play

PAPER = OwedMaterial(material="paper", title=Text(zh="证明", en="proof"))


@pytest.fixture
def begun(office):
    """A case of two items, one on a pledge; what changes says about that one."""

    def make(**changes: Any) -> Play:
        return office.begun(office.slot("a", pledged=(PAPER,), **changes), office.slot("b"))

    return make


def orders(case: Play) -> list[WorkOrderKind]:
    return [order.kind for order in case.state.work_orders]


def closed(case: Play, result: str, place: int = 0) -> None:
    event = WorkOrderClosed(order=case.state.work_orders[place].order, result=result, actor="desk")
    check_action(case.case, case.state, event, case.now)
    case.take(event)


def test_a_grant_on_a_pledge_is_checked_by_its_agency_within_twenty_working_days(begun):
    case = begun().grant("a", "b")
    (order,) = case.state.work_orders
    assert (order.kind, order.slot, order.owner) == (WorkOrderKind.VERIFY_PLEDGE, "a", "agency")
    tomorrow = local_day(case.now) + timedelta(days=1)
    assert case.case.definition.calendar.working_days(tomorrow, order.due) == 20


def test_the_case_ends_without_waiting_for_the_check(begun):
    case = begun().grant("a", "b")
    case.store_receipt()
    case.store_receipt()
    assert case.state.state == "completed"


def test_a_pledge_found_true_leaves_everything_as_it_is(begun):
    case = begun().grant("a", "b")
    closed(case, "done")
    assert orders(case) == [WorkOrderKind.VERIFY_PLEDGE]


@pytest.mark.parametrize(
    ("kind", "order"),
    [
        (Reversibility.FREE, WorkOrderKind.UNDO),
        (Reversibility.REPAYMENT, WorkOrderKind.DEMAND_REPAYMENT),
        (Reversibility.IRREVERSIBLE, WorkOrderKind.ASK_PERSON),
    ],
)
def test_what_was_decided_on_a_false_pledge_is_undone_as_its_kind_allows(begun, kind, order):
    case = begun(reversibility=kind).grant("a", "b")
    closed(case, PLEDGE_FALSE)
    assert orders(case) == [WorkOrderKind.VERIFY_PLEDGE, order]
    assert case.state.work_orders[1].reason == PLEDGE_FALSE


def test_only_the_check_of_a_pledge_can_find_one_false(begun):
    case = begun().grant("a", "b")
    closed(case, PLEDGE_FALSE)
    with pytest.raises(ActionRejected):
        closed(case, PLEDGE_FALSE, place=1)


def test_a_refusal_checks_nothing(begun):
    case = begun()
    case.answer("a", case.tell.received(), case.tell.accepted(), case.tell.refused())
    assert orders(case) == []
