"""The stand-in sender over its own door: signed messages only, each counted once, and reported on."""

import json

import httpx2
import pytest
from standardwebhooks.webhooks import Webhook

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
REFERENCE = "0123456789abcdef" * 2


class Door:
    """Where reports arrive."""

    def __init__(self) -> None:
        self.heard, self.failures = [], 0

    async def __call__(self, request) -> httpx2.Response:
        if self.failures:
            self.failures -= 1
            raise httpx2.ConnectError("away")
        Webhook(SECRET).verify(request.content, dict(request.headers), json_parse=False)
        self.heard.append(json.loads(request.content))
        return httpx2.Response(204)


@pytest.fixture
def door():
    return Door()


@pytest.fixture
async def client(start, door):
    app = start(transport=httpx2.MockTransport(door))
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://stand-in") as opened:
        yield opened


async def post(client, clock, data, kind="notice.sms", secret=SECRET):
    body = json.dumps({"type": kind, "data": data})
    headers = {
        "webhook-id": REFERENCE,
        "webhook-timestamp": str(int(clock().timestamp())),
        "webhook-signature": Webhook(secret).sign(REFERENCE, clock(), body),
    }
    return await client.post("/sender/messages", content=body, headers=headers)


def sms(to="13970500334"):
    return {"reference": REFERENCE, "to": to, "text": "【一件事一次办】事项已受理"}


async def test_a_message_is_kept_masked_and_reported_as_delivered(client, clock, door):
    assert (await post(client, clock, sms())).status_code == 202
    assert door.heard == [{"reference": REFERENCE, "state": "delivered"}]
    (kept,) = (await client.get("/sender/messages")).json()
    assert (kept["reached"], kept["said"]) == ("13…34", {"text": "【一件事一次办】事项已受理"})


async def test_the_same_reference_counts_once(client, clock):
    for _ in range(3):
        await post(client, clock, sms())
    (kept,) = (await client.get("/sender/messages")).json()
    assert kept["times"] == 3


@pytest.mark.parametrize(
    ("kind", "data", "reason"),
    [
        ("notice.sms", {"to": "13970500000"}, "unknown_number"),
        ("notice.email", {"to": "chen@nowhere.invalid"}, "bounced"),
        ("notice.wechat", {"touser": "x-left"}, "not_subscribed"),
    ],
)
async def test_what_cannot_arrive_is_reported_with_its_reason(  # noqa: PLR0917 - fixtures and cases
    client, clock, door, kind, data, reason
):
    await post(client, clock, {"reference": REFERENCE} | data, kind)
    assert door.heard == [{"reference": REFERENCE, "state": "failed", "reason": reason}]


async def test_a_door_that_is_away_for_a_moment_hears_the_report(client, clock, door):
    door.failures = 2
    await post(client, clock, sms())
    assert len(door.heard) == 1


async def test_what_is_not_signed_or_no_message_is_refused(client, clock, door):
    other = "whsec_" + "c2VjcmV0" * 6
    assert (await post(client, clock, sms(), secret=other)).status_code == 401
    assert (await post(client, clock, [1, 2])).status_code == 400
    assert (await client.get("/sender/messages")).json() == []
    assert door.heard == []


async def test_a_message_about_a_case_is_kept_and_needs_no_report(client, clock, door):
    await post(client, clock, {"case": "c", "kind": "accepted", "recipient": "applicant"}, "case.notice")
    assert door.heard == []
    (kept,) = (await client.get("/sender/messages")).json()
    assert kept["said"] == {"kind": "accepted"}
