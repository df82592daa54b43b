import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update
from standardwebhooks.webhooks import Webhook

from api.audit import entry
from api.principal import Caller, Purpose, Role
from api.start import sweep
from onething.adapter import Callback
from onething.case import initial_state
from onething.case_event import FilingLeft, Replied
from onething.case_state import BundleState, CaseState
from records.audit import entries_of
from records.case import erase_case
from records.errors import CaseErased
from records.inbox import body_of, unrelayed
from records.schema import inbox
from records.snapshot import CaseSnapshot, apply_snapshot
from records.work_order import close_work_order, work_orders

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
URL = "/api/v1/agencies/{}/callbacks"


def message(key, event="e1"):
    accepted = {"kind": "accepted", "event_id": event, "occurred_at": "2026-03-03T03:00:00Z"}
    return json.dumps({"key": key, "events": [accepted | {"at": "2026-03-03T03:00:00Z"}]})


async def send(client, body, agency="police", event="m1", secret=SECRET):
    now = datetime.now(UTC)
    headers = {
        "webhook-id": event,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(event, now, body),
        "content-type": "application/json",
    }
    return await client.post(URL.format(agency), content=body, headers=headers)


async def test_a_signed_callback_is_stored_once_and_relayed(client, number, engine, office):
    body = message(f"{number}/household_cancellation/1/submit")
    assert (await send(client, body)).status_code == 202
    assert (await send(client, body)).status_code == 202
    await sweep(office)
    ((to, reply),) = engine.replies
    assert (to, reply.slot, reply.round, reply.events[0].kind) == (
        number,
        "household_cancellation",
        1,
        "accepted",
    )
    assert await unrelayed(office.archive) == ()


async def test_a_wrong_signature_is_refused_and_stores_nothing(client, number, office):
    body = message(f"{number}/household_cancellation/1/submit")
    other = "whsec_" + "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB"
    answer = await send(client, body, secret=other)
    assert (answer.status_code, answer.json()["code"]) == (400, "callback_rejected")
    assert (await client.post(URL.format("police"), content=body)).status_code == 400
    assert await unrelayed(office.archive) == ()


async def test_an_agency_without_agreed_callbacks_and_an_unknown_one(client, number):
    body = message(f"{number}/household_cancellation/1/submit")
    assert (await send(client, body, agency="funeral")).status_code == 400
    assert (await send(client, body, agency="nobody")).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        "{}",
        "not json",
        message("nothing"),
        message("360900-A-20260303-000000-0/household_cancellation/1/submit"),
        message("x/y/z/submit"),
    ],
)
async def test_what_belongs_to_no_case_waits_for_an_operator(client, engine, office, body):
    assert (await send(client, body)).status_code == 202
    await sweep(office)
    assert engine.replies == []
    assert await unrelayed(office.archive) == ()


async def test_no_agency_speaks_for_anothers_item(client, number, engine, office):
    body = message(f"{number}/household_cancellation/1/submit")
    assert (await send(client, body, agency="health")).status_code == 202
    await sweep(office)
    assert engine.replies == []


async def test_while_the_engine_is_away_callbacks_wait_in_the_inbox(client, number, engine, office):
    engine.away = True
    await send(client, message(f"{number}/household_cancellation/1/submit"))
    await sweep(office)
    assert len(await unrelayed(office.archive)) == 1
    engine.away = False
    await sweep(office)
    assert len(engine.replies) == 1


async def test_an_ended_case_is_taken_up_again_for_a_late_answer(client, number, engine, office):
    engine.ended.add(number)
    case = engine.started[number]
    ended = initial_state(case).model_copy(update={"state": BundleState.COMPLETED, "revision": 99})
    content = ended.model_dump(mode="json")
    closed = CaseSnapshot(number, 99, "completed", office.now(), content, closed_at=office.now())
    await apply_snapshot(office.archive, closed)
    await send(client, message(f"{number}/household_cancellation/1/submit"))
    await sweep(office)
    await sweep(office)
    ((taken_up, reply),) = engine.late
    assert (taken_up.number, CaseState.model_validate(taken_up.ended)) == (number, ended)
    assert (reply.slot, reply.events[0].kind) == ("household_cancellation", "accepted")
    assert await unrelayed(office.archive) == ()
    assert engine.replies == []


async def test_a_case_without_workflow_that_has_not_ended_opens_a_work_order(client, number, engine, office):
    engine.ended.add(number)
    await send(client, message(f"{number}/household_cancellation/1/submit"))
    await sweep(office)
    assert len(await work_orders(office.archive, case=number)) == 1


async def test_open_work_orders_stand_on_the_case(client, number, engine, office):
    assert (await client.get(f"/api/v1/cases/{number}")).json()["work_orders"] == []
    engine.ended.add(number)
    await send(client, message(f"{number}/household_cancellation/1/submit"))
    await sweep(office)
    (order,) = (await client.get(f"/api/v1/cases/{number}")).json()["work_orders"]
    assert (order["kind"], order["slot"], order["owner"]) == (
        "late_answer",
        "household_cancellation",
        "window",
    )
    assert order["title"]["zh"] == "死亡注销户口"
    page = (await client.get(f"/cases/{number}")).text
    assert "待处理的工单" in page
    assert "办结后收到部门来函" in page
    await close_work_order(office.archive, order["id"], office.now())
    assert "待处理的工单" not in (await client.get(f"/cases/{number}")).text
    assert (await client.get(f"/api/v1/cases/{number}")).json()["work_orders"] == []


async def states(office):
    query = select(inbox.c.event_id, inbox.c.state, inbox.c.sealed_body).order_by(inbox.c.id)
    rows = await office.archive.database.read(lambda connection: connection.execute(query).all())
    return {row.event_id: (row.state, row.sealed_body is not None) for row in rows}


async def test_a_callback_that_cannot_be_opened_holds_up_no_other(client, number, engine, office):
    body = message(f"{number}/household_cancellation/1/submit")
    async with office.sweeping:
        await send(client, body, event="damaged")
        await send(client, body, event="sound")
        spoilt = update(inbox).where(inbox.c.event_id == "damaged").values(sealed_body=b"noise")
        await office.archive.database.write(lambda connection: connection.execute(spoilt))
    await sweep(office)
    assert len(engine.replies) == 1
    assert await states(office) == {"damaged": ("orphan", True), "sound": ("relayed", True)}


async def test_an_adapter_that_fails_on_one_message_holds_up_no_other(  # noqa: PLR0917 - fixtures
    client, number, engine, office, monkeypatch, capsys
):
    adapter = office.adapters["police"]
    parse = adapter.parse_callback

    def failing(body: bytes) -> Callback:
        if b"secret" in body:
            raise RuntimeError("陈国梁")
        return parse(body)

    monkeypatch.setattr(adapter, "parse_callback", failing)
    await send(client, '{"secret": 1}', event="odd")
    await send(client, message(f"{number}/household_cancellation/1/submit"), event="sound")
    await sweep(office)
    assert len(engine.replies) == 1
    assert await states(office) == {"odd": ("orphan", True), "sound": ("relayed", True)}
    assert "陈国梁" not in "".join(capsys.readouterr())


async def test_one_that_the_engine_does_not_take_waits_and_holds_up_no_other(client, number, engine, office):
    engine.refused.add("household_cancellation/1")
    await send(client, message(f"{number}/household_cancellation/1/submit"), event="refused")
    await send(client, message(f"{number}/household_cancellation/2/submit"), event="sound")
    await sweep(office)
    assert (await states(office))["refused"] == ("received", True)
    assert [reply.round for _, reply in engine.replies] == [2]


async def test_of_an_erased_case_no_callbacks_body_is_kept(client, number, engine, office):
    body = message(f"{number}/household_cancellation/1/submit")
    erasure = entry(Caller("x", Role.CLERK, Purpose.OPERATE), "erase")
    async with office.sweeping:
        await send(client, body)
        await erase_case(office.archive, number, office.now(), erasure)
    await sweep(office)
    await send(client, body)
    await sweep(office)
    assert engine.replies == []
    assert await states(office) == {"m1": ("dropped", False)}
    with pytest.raises(CaseErased):
        await body_of(office.archive, 1)


def granted(key, *facts: str):
    effects = [{"fact": fact, "value": "x"} for fact in facts]
    event = {"kind": "granted", "event_id": "g1", "occurred_at": "2026-03-03T02:00:00Z", "effects": effects}
    return json.dumps({"key": key, "events": [event]})


async def last(office):
    return (await entries_of(office.archive))[-1]


async def test_what_is_refused_or_belongs_to_no_case_stands_in_the_audit_trail(client, number, office):
    body = message(f"{number}/household_cancellation/1/submit")
    await send(client, body, secret="whsec_" + "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB")
    assert (await last(office)).action == "callback_refused"
    await send(client, body, agency="nobody")
    entry = await last(office)
    assert (entry.action, entry.role, entry.fields) == ("callback_refused", "agency", ("not_known",))
    await send(client, message("360900-A-20260303-000000-0/household_cancellation/1/submit"))
    await sweep(office)
    entry = await last(office)
    assert (entry.action, entry.fields) == ("callback_orphaned", ("police", "NotKnown"))
    await send(client, message("x/y/z/submit"), event="m2")
    await sweep(office)
    assert (await last(office)).fields == ("police", "key")


async def test_an_outcome_that_the_item_cannot_have_is_not_taken_in_and_somebody_asks(
    client, number, engine, office
):
    key = f"{number}/household_cancellation/1/submit"
    await send(client, granted(key, "pension_status(person)"))
    await sweep(office)
    assert engine.replies == []
    (order,) = await work_orders(office.archive, case=number)
    assert (order.kind, order.slot, order.owner) == ("odd_answer", "household_cancellation", "window")
    assert (await last(office)).fields == ("police", "effect")
    (line,) = (await client.get(f"/api/v1/cases/{number}")).json()["work_orders"]
    assert line["kind_text"]["zh"] == "部门来文与事项不符，请与该部门核对"
    await send(client, granted(key), event="m2")
    await sweep(office)
    assert len(engine.replies) == 1


@pytest.mark.usefixtures("ruling")
async def test_a_decision_after_withdrawal_reopens_nothing_and_is_somebody_s_to_look_into(
    client, number, engine, office
):
    slot = "household_cancellation"
    await engine.says(number, slot, {"kind": "received", "ref": "P-1"})
    answer = await client.post(
        f"/api/v1/cases/{number}/withdrawal", json={"slot": slot, "reason": "not_wanted"}
    )
    assert answer.status_code == 200, answer.text
    await engine.feed(number, FilingLeft(slot=slot, round=1, gone=True))
    assert engine.states[number].slots[slot].state == "withdrawn"
    await send(client, granted(f"{number}/{slot}/1/submit"))
    await sweep(office)
    ((_, reply),) = engine.replies
    await engine.feed(number, Replied(slot=slot, round=1, events=reply.events))
    assert engine.states[number].slots[slot].state == "withdrawn"
    lines = (await client.get(f"/api/v1/cases/{number}/timeline")).json()
    assert [(one["kind"], one["slot"]) for one in lines[-2:]] == [
        ("late_answer", slot),
        ("work_order_opened", slot),
    ]
    view = (await client.get(f"/api/v1/cases/{number}")).json()
    assert [(one["kind"], one["slot"]) for one in view["work_orders"]] == [("late_answer", slot)]
