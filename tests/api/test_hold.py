"""A case is held and let go, owed papers come, work-orders are closed."""

import pytest

from onething.case_event import Revoked
from records.audit import entries_of
from records.case import get_case
from records.snapshot import CaseSnapshot, apply_snapshot
from records.work_order import NewWorkOrder, WorkOrderState, open_work_order, work_orders

POLICE = "household_cancellation"
PAPER = "household_book_original"
DONE = {"result": "done", "words": "已与部门核对"}


@pytest.mark.usefixtures("ruling")
async def test_a_held_case_says_why_what_to_do_and_how_it_may_end(client, number, office):
    held = await client.post(f"/api/v1/cases/{number}/hold", json={"hold": "identity_mismatch"})
    hold = held.json()["hold"]
    assert hold["text"]["zh"].endswith("全部事项暂停送达")
    assert hold["fix"]["zh"]
    assert hold["ends"] == ["continue"]
    assert held.json()["may_hold"] == []
    for body, title in (
        ({"hold": "identity_mismatch"}, "这个办件已经暂停办理"),
        ({"hold": "bad_weather"}, "没有这种暂停办理的情形"),
    ):
        answer = await client.post(f"/api/v1/cases/{number}/hold", json=body)
        assert (answer.status_code, answer.json()["title"]) == (409, title)
    place = f"/api/v1/cases/{number}/hold"
    answer = await client.request("DELETE", place, json={"end": "terminate"})
    assert (answer.status_code, answer.json()["title"]) == (409, "这种情形不能这样处理，请按提示办理")
    view = (await client.request("DELETE", place, json={"end": "continue"})).json()
    assert view["hold"] is None
    assert {one["hold"] for one in view["may_hold"]} >= {"identity_mismatch", "reported_alive"}
    answer = await client.request("DELETE", place, json={"end": "continue"})
    assert answer.json()["title"] == "这个办件没有暂停办理"
    actions = [one.action for one in await entries_of(office.archive, case=number)]
    assert actions.count("hold_case") == 3
    assert actions.count("end_hold") == 3


@pytest.mark.usefixtures("ruling")
async def test_somebody_reported_alive_ends_the_case_and_opens_what_is_to_be_undone(client, number):
    await client.post(f"/api/v1/cases/{number}/hold", json={"hold": "reported_alive"})
    view = (await client.request("DELETE", f"/api/v1/cases/{number}/hold", json={"end": "terminate"})).json()
    (order,) = view["work_orders"]
    assert (order["kind"], order["slot"], order["owner"]) == ("undo", "death_proof", "health")
    assert order["due_on"] > "2026-03-03"


@pytest.mark.usefixtures("ruling")
async def test_a_paper_owed_is_shown_with_its_day_and_brought(client, file_story, engine, office, story):
    situations = story.situations | {"special": ["last_of_household"]}
    answer = await file_story(owed=[PAPER], situations=situations)
    assert answer.status_code == 201, answer.text
    number = answer.json()["number"]
    await engine.says(number, "death_proof", {"kind": "granted"})
    await engine.says(number, POLICE, {"kind": "accepted", "at": engine.office.now()})
    view = (await client.get(f"/api/v1/cases/{number}")).json()
    (slot,) = (one for one in view["slots"] if one["slot"] == POLICE)
    (paper,) = slot["owed"]
    assert (paper["material"], paper["state"], paper["due"]["overdue"]) == (PAPER, "owed", False)
    assert paper["consequence"]["zh"] == "逾期未补交的，视为撤回这一事项的申请"
    place = f"/api/v1/cases/{number}/slots/{POLICE}/papers"
    refused = await client.post(f"{place}/will_or_deed")
    assert (refused.status_code, refused.json()["title"]) == (409, "没有约定补交这份材料")
    view = (await client.post(f"{place}/{PAPER}")).json()
    (slot,) = (one for one in view["slots"] if one["slot"] == POLICE)
    assert slot["owed"][0]["state_text"]["zh"] == "已补交"
    assert [one["kind"] for one in view["work_orders"]] == ["deliver_paper"]
    last = (await entries_of(office.archive, case=number))[-1]
    assert (last.action, last.fields) == ("bring_paper", (POLICE, PAPER))


async def test_a_main_paper_cannot_follow_later(client, filing, draft_of):
    body = filing(draft=await draft_of(), owed=["death_certificate_paper", "no_such_paper"])
    answer = await client.post("/api/v1/cases", json=body, headers={"Idempotency-Key": "k"})
    errors = {one["pointer"]: one["code"] for one in answer.json()["errors"]}
    assert errors == {
        "/owed/death_certificate_paper": "main_material",
        "/owed/no_such_paper": "main_material",
    }


@pytest.mark.usefixtures("ruling")
async def test_work_orders_are_closed_by_what_they_came_to(client, number, engine):
    await engine.feed(number, Revoked(reason="record_wrong", actor="x"))
    (order,) = (await client.get(f"/api/v1/cases/{number}")).json()["work_orders"]
    place = f"/api/v1/cases/{number}/work-orders/{order['id']}/close"
    assert (await client.post(place, json={"result": "王某已处理"})).status_code == 422
    silent = await client.post(place, json={"result": "done", "words": " "})
    assert (silent.status_code, [one["pointer"] for one in silent.json()["errors"]]) == (422, ["/words"])
    view = (await client.post(place, json=DONE)).json()
    assert view["work_orders"] == []
    assert engine.states[number].work_orders[0].result == "done"
    again = await client.post(place, json=DONE)
    assert (again.status_code, again.json()["title"]) == (409, "没有这张待处理的工单，请刷新后再看")
    unknown = await client.post(f"/api/v1/cases/{number}/work-orders/undo:x:1/close", json=DONE)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not_known")


async def test_a_work_order_of_a_case_that_has_ended_is_closed_in_the_records(client, number, engine, office):
    late = NewWorkOrder("f" * 32, number, "late_answer", "window", "late_answer", office.now())
    await open_work_order(office.archive, late)
    state = (await get_case(office.archive, number)).snapshot
    closed = CaseSnapshot(number, 99, "completed", office.now(), state, closed_at=office.now())
    await apply_snapshot(office.archive, closed)
    engine.ended.add(number)
    view = (await client.post(f"/api/v1/cases/{number}/work-orders/{'f' * 32}/close", json=DONE)).json()
    assert view["work_orders"] == []
    (row,) = await work_orders(office.archive, case=number)
    assert row.state == WorkOrderState.DONE
    assert engine.updates == []
