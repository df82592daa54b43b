import json

import httpx2
import pytest
from standardwebhooks.webhooks import Webhook

CALLBACK = "http://once/api/v1/agencies/police/callbacks"


class Ear:
    """Where callbacks arrive: keeps what it heard and answers as told."""

    def __init__(self) -> None:
        self.heard, self.status = [], 202

    def __call__(self, request) -> httpx2.Response:
        self.heard.append(request)
        return httpx2.Response(self.status)


@pytest.fixture
def ear():
    return Ear()


@pytest.fixture
def app(start, ear):
    return start(transport=httpx2.MockTransport(ear))


async def file(app, steps, agency="police", number=1):
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://x") as client:
        await client.put(f"/agencies/{agency}/behaviour/*", json=steps)
        body = {"item": "cancel_household", "slot": "s", "round": 1, "form": {}, "callback_url": CALLBACK}
        headers = {"Idempotency-Key": f"c{number}/s/1/submit"}
        return (await client.post(f"/agencies/{agency}/filings", json=body, headers=headers)).json()


async def test_a_delayed_answer_is_called_back_signed_with_what_was_not_yet_told(app, ear, clock):
    await file(app, [{"wait": "1min"}])
    assert await app.state.courier.deliver() == 0

    clock.pass_(minutes=1)
    assert await app.state.courier.deliver() == 1

    (request,) = ear.heard
    body = Webhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").verify(request.content, dict(request.headers))
    assert body["key"] == "c1/s/1/submit"
    assert [event["kind"] for event in body["events"]] == ["granted"]
    assert await app.state.courier.deliver() == 0


async def test_each_step_of_a_long_answer_is_called_back_in_its_turn(app, ear, clock):
    await file(app, [{"accept": "1min"}, {"suspend": "1min"}, {"resume": "1min"}])

    for _ in range(3):
        clock.pass_(minutes=1)
        await app.state.courier.deliver()

    told = [[event["kind"] for event in json.loads(one.content)["events"]] for one in ear.heard]
    assert told == [["accepted"], ["suspended"], ["resumed", "granted"]]


async def test_a_callback_that_is_not_heard_comes_again_with_the_same_ids(app, ear, clock):
    await file(app, [{"wait": "1min"}])
    clock.pass_(minutes=1)
    ear.status = 503
    assert await app.state.courier.deliver() == 0
    assert await app.state.courier.deliver() == 0

    ear.status = 202
    clock.pass_(minutes=10)
    assert await app.state.courier.deliver() == 1

    first, second = ear.heard
    assert first.content == second.content
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


async def test_effects_come_about_although_nobody_listens(start, clock):
    def nobody(request) -> httpx2.Response:
        raise httpx2.ConnectError("nobody", request=request)

    app = start(transport=httpx2.MockTransport(nobody))
    await file(app, [{"wait": "1min"}])
    clock.pass_(minutes=1)

    assert await app.state.courier.deliver() == 0
    assert app.state.desk.ledger.keys("police")["c1/s/1/submit"]["effects"] == 1


async def test_without_a_secret_nothing_is_sent(start, ear, clock):
    app = start(webhook_secret=None, transport=httpx2.MockTransport(ear))
    await file(app, [{"wait": "1min"}])
    clock.pass_(minutes=1)

    await app.state.courier.deliver()

    assert ear.heard == []


async def test_what_is_due_survives_a_kill_and_a_second_filing_has_its_own_callback(start, ear, clock):
    for _ in range(2):
        await file(start(), [{"wait": "1min"}], agency="real_estate")
    clock.pass_(minutes=1)

    again = start(transport=httpx2.MockTransport(ear))
    assert await again.state.courier.deliver() == 2

    ids = {event["event_id"] for one in ear.heard for event in json.loads(one.content)["events"]}
    assert len(ids) == 2
    assert again.state.desk.ledger.keys("real_estate")["c1/s/1/submit"]["effects"] == 2


async def test_an_agency_that_answers_twice_says_the_same_event_twice(app, ear, clock):
    await file(app, [{"wait": "1min"}, "answer_twice"])
    clock.pass_(minutes=1)

    await app.state.courier.deliver()

    events = json.loads(ear.heard[0].content)["events"]
    assert len(events) == 2
    assert events[0] == events[1]


async def test_nothing_is_called_back_about_a_filing_that_was_taken_back(app, ear, clock):
    await file(app, [{"wait": "1min"}])
    app.state.desk.take_back(app.state.desk.world.agencies["police"], "c1/s/1/submit")
    clock.pass_(minutes=2)

    assert await app.state.courier.deliver() == 0
    assert ear.heard == []
