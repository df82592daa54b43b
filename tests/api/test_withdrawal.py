"""Taking back one item or the case, applying again, and giving a stuck item up."""

import pytest

from onething.case_event import FilingLeft, Stuck
from onething.case_state import OperatorReason
from records.audit import entries_of

pytestmark = pytest.mark.usefixtures("ruling")
POLICE = "household_cancellation"


async def withdraw(client, number, **body: object):
    return await client.post(f"/api/v1/cases/{number}/withdrawal", json=body)


def slot_of(view, name):
    return next(one for one in view["slots"] if one["slot"] == name)


async def test_one_item_is_taken_back_and_its_agency_asked(client, number, engine, office):
    await engine.says(number, POLICE, {"kind": "received", "ref": "P-1"})
    body = {"slot": POLICE, "reason": "not_wanted"}
    seen = await client.post(f"/api/v1/cases/{number}/withdrawal/preview", json=body)
    assert [one["slot"] for one in seen.json()["withdrawn"]] == [POLICE]
    view = (await withdraw(client, number, **body)).json()
    slot = slot_of(view, POLICE)
    assert (slot["leaving"], slot["may_withdraw"]) == ("withdraw", False)
    assert slot["leaving_text"]["zh"] == "正在请部门退回"
    assert engine.commands[-1].kind == "withdraw"
    again = await withdraw(client, number, **body)
    assert (again.status_code, again.json()["title"]) == (409, "正在撤回，请稍候")
    await engine.feed(number, FilingLeft(slot=POLICE, round=1, gone=True))
    slot = slot_of((await client.get(f"/api/v1/cases/{number}")).json(), POLICE)
    assert (slot["state"], slot["may_reapply"]) == ("withdrawn", True)
    told = [(one.action, one.fields) for one in await entries_of(office.archive, case=number)]
    assert ("withdraw_case", (POLICE, "not_wanted")) in told


async def test_the_whole_case_is_taken_back_but_for_what_was_decided(client, number):
    view = (await withdraw(client, number, reason="done_elsewhere")).json()
    assert slot_of(view, "death_proof")["state"] == "granted"
    assert not slot_of(view, "death_proof")["may_withdraw"]
    assert not view["may_withdraw"]
    assert {one["state"] for one in view["slots"]} <= {"granted", "withdrawn", "submitting"}


@pytest.mark.parametrize(
    ("body", "status", "title"),
    [
        ({"slot": "death_proof", "reason": "other"}, 409, "部门已经作出决定，不能撤回"),
        ({"slot": "veterans", "reason": "other"}, 409, "这个办件没有这一事项"),
        ({"reason": "because the neighbour said so"}, 422, "请求的格式不对"),
        ({}, 422, "请求的格式不对"),
    ],
)
async def test_what_cannot_be_taken_back_is_refused(client, number, body, status, title):
    answer = await withdraw(client, number, **body)
    assert answer.status_code == status
    assert answer.json()["title"].startswith(title)


async def test_a_stuck_item_is_given_up_only_with_a_reason(client, number, engine, office):
    await engine.feed(number, Stuck(slot=POLICE, round=1, reason=OperatorReason.PAYLOAD_REJECTED))
    place = f"/api/v1/cases/{number}/slots/{POLICE}/resume"
    answer = await client.post(place, json={"action": "skip"})
    assert [(one["pointer"], one["zh"]) for one in answer.json()["errors"]] == [
        ("/reason", "请选择不再办理的原因")
    ]
    view = (await client.post(place, json={"action": "skip", "reason": "done_on_paper"})).json()
    assert slot_of(view, POLICE)["state"] == "withdrawn"
    last = [one for one in await entries_of(office.archive, case=number) if one.action == "resume_slot"][-1]
    assert last.fields == (POLICE, "skip", "done_on_paper")


async def test_what_an_agency_decided_on_paper_is_entered(client, number, engine):
    await engine.feed(number, Stuck(slot=POLICE, round=1, reason=OperatorReason.AGENCY_UNAVAILABLE))
    event = {"kind": "granted", "event_id": "paper-1", "occurred_at": "2026-03-03T01:00:00Z"}
    place = f"/api/v1/cases/{number}/slots/{POLICE}/resume"
    view = (await client.post(place, json={"action": "enter_answer", "events": [event]})).json()
    assert slot_of(view, POLICE)["state"] == "granted"


async def test_what_was_done_is_undone_by_work_orders(client, number):
    place = f"/api/v1/cases/{number}/revocation"
    view = (await client.post(place, json={"reason": "record_wrong"})).json()
    assert [(one["kind"], one["slot"]) for one in view["work_orders"]] == [("undo", "death_proof")]
    again = await client.post(place, json={"reason": "record_wrong"})
    assert (again.status_code, again.json()["title"]) == (409, "已经为此开立撤销工单")
