"""Work-orders: opened once however often asked for, the most urgent first, open until a person is done."""

from datetime import date, timedelta

import pytest

from onething.errors import NotKnown
from records.case import create_case
from records.work_order import (
    NewWorkOrder,
    WorkOrderState,
    close_work_order,
    note_of,
    open_work_order,
    work_orders,
)

NUMBER = "20261123-A"


@pytest.fixture
async def opened(archive, filing):
    await create_case(archive, filing())
    return archive


async def test_work_orders_come_the_most_urgent_first(opened, now):
    due = {"w1": None, "w2": date(2026, 12, 9), "w3": date(2026, 12, 1)}
    for order_id, due_on in due.items():
        new = NewWorkOrder(order_id, NUMBER, "late_callback", "police", "repayment", now, due_on=due_on)
        assert await open_work_order(opened, new)
    assert [order.id for order in await work_orders(opened, case=NUMBER)] == ["w3", "w2", "w1"]
    assert await work_orders(opened, owner="housing_fund") == ()


async def test_a_work_order_is_opened_once_and_closed_once(opened, now):
    new = NewWorkOrder(
        "w1", NUMBER, "late_callback", "police", "repayment", now, slot="hukou", note="找张秀英家属"
    )
    assert await open_work_order(opened, new)
    assert not await open_work_order(opened, new)
    assert await note_of(opened, "w1") == "找张秀英家属"
    await close_work_order(opened, "w1", now)
    await close_work_order(opened, "w1", now + timedelta(days=1))
    assert await work_orders(opened, state=WorkOrderState.OPEN) == ()
    (done,) = await work_orders(opened, state=WorkOrderState.DONE)
    assert (done.closed_at, done.slot) == (now, "hukou")


async def test_an_unknown_work_order_is_named(opened, now):
    with pytest.raises(NotKnown):
        await close_work_order(opened, "w1", now)
    with pytest.raises(NotKnown):
        await note_of(opened, "w1")
