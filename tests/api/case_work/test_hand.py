"""What needs a hand stands in the lists: corrections with their day, holds, conditions, open work-orders."""

import pytest

from records.case import get_case
from records.snapshot import CaseSnapshot, apply_snapshot
from records.work_order import NewWorkOrder, open_work_order

pytestmark = pytest.mark.usefixtures("ruling")
POLICE = "household_cancellation"
HTML = {"accept": "text/html"}


async def listed(client, view):
    page = (await client.get(f"/api/v1/work?view={view}")).json()
    return page["lines"], page["counts"][view]


async def test_a_correction_has_a_view_of_its_own_and_stands_in_the_row_with_its_day(client, number, engine):
    assert await listed(client, "correction") == ([], 0)
    await engine.asks(number, POLICE, fields=("xm",))
    for slot in engine.states[number].slots.values():
        if slot.state == "submitting":
            await engine.says(number, slot.slot, {"kind": "accepted", "at": engine.office.now()})
    (line,), count = await listed(client, "correction")
    assert (count, line["correcting"]) == (1, 1)
    assert line["answer_by"] == engine.states[number].slots[POLICE].correction.due.due.due.isoformat()
    page = (await client.get("/work?view=correction", headers=HTML)).text
    assert "1 项待补正" in page
    assert 'aria-current="page">待补正' in page


async def test_a_held_case_needs_a_person_for_the_clerk_and_for_the_supervisor(client, number):
    assert (await listed(client, "operator"))[1] == 0
    await client.post(f"/api/v1/cases/{number}/hold", json={"hold": "identity_mismatch"})
    (line,), count = await listed(client, "operator")
    assert (count, line["held"]) == (1, True)
    assert "已暂停送达，待核实" in (await client.get("/work?view=operator", headers=HTML)).text
    reasons = {one["reason"] for one in (await client.get("/api/v1/worklists/stuck")).json()}
    assert reasons == {"held"}
    assert "已暂停送达，等受理窗口核实" in (await client.get("/worklists", headers=HTML)).text
    await client.post("/sign-in/development", data={"account": "supervisor"})
    page = (await client.get("/supervision/escalations", headers=HTML)).text
    assert "已暂停送达，等受理窗口核实" in page
    assert f"/supervision/cases/{number}/slots/" in page


async def test_a_work_order_of_an_ended_case_is_listed_until_it_is_closed(client, number, engine, office):
    late = NewWorkOrder("f" * 32, number, "late_answer", "window", "late_answer", office.now())
    await open_work_order(office.archive, late)
    state = (await get_case(office.archive, number)).snapshot
    closed = CaseSnapshot(number, 99, "completed", office.now(), state, closed_at=office.now())
    await apply_snapshot(office.archive, closed)
    engine.ended.add(number)
    (line,), count = await listed(client, "operator")
    assert (count, line["ended"], line["orders"]) == (1, True, 1)
    assert "1 件工单待办" in (await client.get("/work?view=operator", headers=HTML)).text
    assert "办结后收到部门来函，请核对" in (await client.get("/worklists", headers=HTML)).text
    await client.post("/sign-in/development", data={"account": "supervisor"})
    assert "办结后收到部门来函，请核对" in (await client.get("/supervision/escalations", headers=HTML)).text
    client.cookies.clear()
    place = f"/api/v1/cases/{number}/work-orders/{'f' * 32}/close"
    assert (await client.post(place, json={"result": "done", "words": "已核对来函"})).status_code == 200
    assert await listed(client, "operator") == ([], 0)


class TestGate:
    @pytest.fixture
    def story(self, catalog):
        return catalog.scenario("bereavement", "heirs_gate_opened_later")

    @pytest.fixture
    async def number(self, file_story):
        return (await file_story()).json()["number"]

    async def test_a_condition_that_somebody_has_to_confirm_needs_a_person(self, client, number):
        (line,), count = await listed(client, "operator")
        assert count == 1
        assert line["unconfirmed"] > 0
        assert "项前提待确认" in (await client.get("/work?view=operator", headers=HTML)).text
        assert "前提条件待确认" in (await client.get("/worklists", headers=HTML)).text
        assert line["number"] == number
