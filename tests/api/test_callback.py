import json
from datetime import UTC, datetime

import pytest
from standardwebhooks.webhooks import Webhook

from api.start import sweep
from records.inbox import unrelayed
from records.snapshot import CaseSnapshot, apply_snapshot
from records.work_order import work_orders

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


@pytest.fixture
async def number(file_story):
    return (await file_story()).json()["number"]


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


async def test_for_a_closed_case_it_opens_one_work_order(client, number, engine, office):
    closed = CaseSnapshot(number, 99, "completed", office.now(), {}, closed_at=office.now())
    await apply_snapshot(office.archive, closed)
    await send(client, message(f"{number}/household_cancellation/1/submit"))
    await sweep(office)
    await sweep(office)
    (order,) = await work_orders(office.archive, case=number)
    assert (order.slot, order.kind) == ("household_cancellation", "late_answer")
    assert engine.replies == []


async def test_a_workflow_that_has_just_ended_opens_a_work_order_too(client, number, engine, office):
    engine.ended.add(number)
    await send(client, message(f"{number}/household_cancellation/1/submit"))
    await sweep(office)
    assert len(await work_orders(office.archive, case=number)) == 1
