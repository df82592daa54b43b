"""People choose how they hear; the sender's reports count when signed; the window sees what was sent."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import httpx2
import pytest
from standardwebhooks.webhooks import Webhook

from activities.notify import HttpOutbox, deliver
from api.app import create_app
from records.audit import entries_of
from records.notice import NewNotice, queue_notice
from records.notice_delivery import deliveries_of
from tests.api.conftest import NOW, opened

SECRET = "whsec_" + "c2VjcmV0" * 6
PHONE, MAIL = "13970500334", "chen@example.com"
PAGE = {"accept": "text/html"}


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"notify_url": "https://sender.example/in", "notify_secret": SECRET})


@pytest.fixture
async def citizen(app, client, story) -> AsyncIterator[httpx2.AsyncClient]:
    """The applicant's bearer: a program on the phone."""
    del client
    who = {"name": story.answers["applicant"]["name"], "id_number": story.answers["applicant"]["id_number"]}
    transport = httpx2.ASGITransport(app=app, client=("127.0.0.1", 50002))
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as browser:
        await browser.post("/sign-in/development", data=who)
        browser.headers["authorization"] = f"Bearer {browser.cookies['once_session']}"
        browser.cookies.clear()
        yield browser


async def send(office, number, *answers: int):
    """Queue one notice and let the courier run; gives the reference of its delivery."""
    content = {"text": "accepted", "params": {}, "slots": []}
    new = NewNotice(f"{number}/900", number, "accepted", "http", content, NOW, "applicant")
    await queue_notice(office.archive, new)
    left = list(answers)

    async def sender(_request) -> httpx2.Response:
        return httpx2.Response(left.pop(0) if left else 204)

    box = HttpOutbox("https://sender.example/in", SECRET, httpx2.MockTransport(sender))
    await deliver(office.archive, box, NOW)
    return (await deliveries_of(office.archive, number))[0].id


async def report(client, body, secret=SECRET):
    text, now = json.dumps(body), datetime.now(UTC)
    headers = {
        "webhook-id": "report-1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign("report-1", now, text),
    }
    return await client.post("/api/v1/notices/reports", content=text, headers=headers)


async def test_nothing_is_chosen_before_and_what_is_chosen_is_kept(citizen):
    before = (await citizen.get("/api/v1/own/notices")).json()
    assert (before["channels"], before["wechat"]) == ([], False)
    body = {"channels": ["sms", "email"], "sms": "+86 139 7050 0334", "email": MAIL}
    assert (await citizen.put("/api/v1/own/notices", json=body)).status_code == 200
    after = (await citizen.get("/api/v1/own/notices")).json()
    assert (after["channels"], after["sms"], after["email"]) == (["sms", "email"], PHONE, MAIL)


async def test_the_number_given_with_ones_own_case_is_filled_in_and_not_asked_for_again(
    client, citizen, number, story, office
):
    given = story.answers["applicant"]["phone"]
    assert (await citizen.get("/api/v1/own/notices")).json()["sms"] == given
    assert given in (await citizen.get("/m/notices", headers=PAGE)).text
    read = [one for one in await entries_of(office.archive, case=number) if one.fields == ("phone",)]
    assert {one.action for one in read} == {"read_case"}
    who = {"name": "李一", "id_number": "110105199001011232"}
    await client.post("/sign-in/development", data=who)
    assert (await client.get("/api/v1/own/notices")).json()["sms"] == ""


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"channels": ["sms"], "sms": "12345"}, "/sms"),
        ({"channels": ["email"], "email": "a@b"}, "/email"),
        ({"channels": ["email"], "email": "<script>@x.cn"}, "/email"),
        ({"channels": ["wechat"]}, "/wechat"),
    ],
)
async def test_a_channel_without_a_place_to_reach_is_refused_by_its_field(citizen, body, pointer):
    answer = await citizen.put("/api/v1/own/notices", json=body)
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
    assert (await citizen.get("/api/v1/own/notices")).json()["channels"] == []


async def test_the_page_keeps_what_was_typed_beside_what_is_wrong(citizen):
    form = {"channel": ["sms"], "sms": '"><script>alert(1)</script>'}
    page = await citizen.post("/m/notices", data=form, headers=PAGE)
    assert page.status_code == 422
    assert "<script>alert" not in page.text
    assert 'href="#f-sms"' in page.text
    good = {"channel": "sms", "sms": PHONE, "night": "yes", "locale": "en"}
    answer = await citizen.post("/m/notices", data=good, headers=PAGE)
    assert answer.status_code == 303
    page = await citizen.get(answer.headers["location"], headers=PAGE)
    assert "已保存" in page.text
    assert PHONE in page.text


async def test_a_signed_report_is_believed_and_shown_at_the_window(citizen, client, number, office):
    await citizen.put("/api/v1/own/notices", json={"channels": ["email"], "email": MAIL})
    reference = await send(office, number)
    answer = await report(client, {"reference": reference, "state": "failed", "reason": "bounced"})
    assert answer.status_code == 204
    (line,) = (await client.get(f"/api/v1/cases/{number}/notices")).json()
    ways = {way["channel"]["en"]: (way["state"], way["reason"]) for way in line["ways"]}
    assert ways["e-mail"] == ("failed", {"zh": "邮箱退信", "en": "the mailbox gave it back"})
    assert "window's pages" in ways
    page = await client.get(f"/notices?number={number}", headers=PAGE)
    assert "邮箱退信" in page.text
    assert MAIL not in page.text


async def test_an_unsigned_report_is_not_and_an_unknown_one_tells_nothing(citizen, client, number, office):
    await citizen.put("/api/v1/own/notices", json={"channels": ["email"], "email": MAIL})
    reference = await send(office, number)
    body = {"reference": reference, "state": "delivered"}
    refused = await report(client, body, secret="whsec_" + "b3RoZXJz" * 6)
    assert (refused.status_code, refused.json()["code"]) == (400, "callback_rejected")
    assert (await report(client, {"reference": "x"})).status_code == 400
    assert (await deliveries_of(office.archive, number))[0].state == "sent"
    unknown = await report(client, {"reference": "0" * 32, "state": "delivered"})
    assert (unknown.status_code, unknown.content) == (204, b"")
    assert "report_refused" in [one.action for one in await entries_of(office.archive)]


async def test_without_a_secret_no_report_is_taken(settings, wiring):
    bare = settings.model_copy(update={"notify_url": None, "notify_secret": None})
    async with opened(create_app(bare, replace(wiring))) as client:
        assert (await report(client, {"reference": "0" * 32, "state": "delivered"})).status_code == 400


async def test_the_window_looks_a_case_up_and_a_citizen_may_not(citizen, client, number):
    page = await client.get(f"/notices?number={number}", headers=PAGE)
    assert page.status_code == 200
    missing = await client.get("/notices?number=%3Cscript%3E", headers=PAGE)
    assert missing.status_code == 404
    assert "<script>" not in missing.text
    assert (await citizen.get(f"/api/v1/cases/{number}/notices")).status_code == 403
