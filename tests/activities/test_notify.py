"""The courier: each notice goes out once and signed, nobody's name with it; one refusal blocks no other."""

import asyncio
import json
import logging
from datetime import timedelta

import httpx2
import pytest
from standardwebhooks.webhooks import Webhook

import worker
from activities.notify import GIVE_UP_AFTER, HttpOutbox, deliver, relay
from records.notice import NewNotice, notices_of, queue_notice
from runtime.settings import SettingsInvalid, load
from tests.onething.office import FILED_AT

SECRET = "whsec_" + "c2VjcmV0" * 6
URL = "https://notices.example/in"


class Service:
    """A notice service that answers as it is told, and keeps what it heard."""

    def __init__(self, *answers: int | None) -> None:
        self.answers, self.heard = list(answers), []

    async def __call__(self, request) -> httpx2.Response:
        self.heard.append(request)
        status = self.answers.pop(0) if self.answers else 204
        if status is None:
            raise httpx2.ConnectError("away")
        return httpx2.Response(status)

    @property
    def keys(self):
        return [json.loads(request.content)["data"]["key"] for request in self.heard]


@pytest.fixture
async def queued(archive, sealed):
    """Three notices: two for the courier, one for the window."""
    told = (
        ("accepted", "http", "applicant"),
        ("overdue", "window", "supervisor"),
        ("refused", "http", "applicant"),
    )
    for number, (kind, channel, recipient) in enumerate(told, start=1):
        content = {"text": kind, "params": {"name": "周桂生"}, "slots": ["a"]}
        key = f"{sealed.number}/{number}"
        await queue_notice(
            archive, NewNotice(key, sealed.number, kind, channel, content, FILED_AT, recipient, "a")
        )
    return sealed.number


def outbox(service):
    return HttpOutbox(URL, SECRET, httpx2.MockTransport(service))


async def states(archive, number):
    return [notice.state for notice in await notices_of(archive, number)]


async def test_notices_leave_once_signed_and_without_anybodys_name(archive, queued):
    service = Service()
    assert await deliver(archive, outbox(service), FILED_AT)
    assert await deliver(archive, outbox(service), FILED_AT)
    assert service.keys == [f"{queued}/1", f"{queued}/3"]
    assert await states(archive, queued) == ["sent", "queued", "sent"]
    request = service.heard[0]
    signature = Webhook(SECRET).sign(request.headers["webhook-id"], FILED_AT, request.content.decode())
    assert request.headers["webhook-signature"] == signature
    data = json.loads(request.content)["data"]
    assert (data["case"], data["slots"], data["recipient"]) == (queued, ["a"], "applicant")
    assert data["text"] == {"zh": "事项已受理", "en": "The filing was accepted"}
    assert "周桂生".encode() not in request.content


async def test_who_is_away_is_tried_again_with_the_same_message(archive, queued):
    service = Service(None)
    assert not await deliver(archive, outbox(service), FILED_AT)
    assert len(service.heard) == 1
    assert await deliver(archive, outbox(service), FILED_AT + timedelta(minutes=1))
    first, again = service.heard[:2]
    assert first.headers["webhook-id"] == again.headers["webhook-id"]
    assert await states(archive, queued) == ["sent", "queued", "sent"]


@pytest.mark.parametrize(
    ("status", "left", "heard"),
    [
        (400, "failed", 2),
        (404, "failed", 2),
        (302, "failed", 2),
        (500, "queued", 2),
        (503, "queued", 2),
        (429, "queued", 1),
    ],
)
async def test_what_is_refused_for_good_fails_and_what_was_not_taken_waits(
    archive, queued, status, left, heard
):
    service = Service(status)
    await deliver(archive, outbox(service), FILED_AT)
    assert len(service.heard) == heard
    assert (await states(archive, queued))[0] == left


async def test_after_three_days_of_silence_a_notice_fails(archive, queued):
    service = Service(None, None)
    await deliver(archive, outbox(service), FILED_AT + GIVE_UP_AFTER)
    await deliver(archive, outbox(service), FILED_AT + GIVE_UP_AFTER)
    assert await states(archive, queued) == ["failed", "queued", "failed"]


async def test_the_relay_goes_on_and_pauses_longer_while_nobody_answers(archive, queued):
    service, pauses = Service(None, None, 500), []

    async def pause(seconds) -> None:
        pauses.append(seconds)
        if len(pauses) == 5:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await relay(archive, outbox(service), lambda: FILED_AT, pause)
    assert pauses == [4, 8, 16, 2, 2]
    assert await states(archive, queued) == ["sent", "queued", "sent"]


@pytest.mark.usefixtures("queued")
async def test_one_bad_pass_does_not_end_the_relay(archive, caplog, monkeypatch):
    # Whoever configures logging in this process may have switched this logger off.
    monkeypatch.setattr(logging.getLogger("activities.notify"), "disabled", False)
    monkeypatch.setattr(logging.getLogger("activities.notify"), "propagate", True)

    class Broken:
        async def post(self, _reference, _message, _now) -> None:
            raise KeyError("content")

    async def pause(_seconds) -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await relay(archive, Broken(), lambda: FILED_AT, pause)
    assert "notices interrupted" in caplog.text


async def test_without_an_address_the_window_tells_everything(archive, queued, tmp_path):
    async with worker.notices(load(home=tmp_path), "workflow", archive):
        channels = {notice.channel for notice in await notices_of(archive, queued)}
    assert channels == {"window"}


async def test_only_the_role_that_records_has_the_courier(archive, queued, tmp_path):
    async with worker.notices(load(home=tmp_path), "receipt", archive):
        channels = {notice.channel for notice in await notices_of(archive, queued)}
    assert channels == {"window", "http"}


def test_an_address_without_a_secret_is_refused(tmp_path):
    with pytest.raises(SettingsInvalid) as caught:
        load(home=tmp_path, notify_url=URL)
    ((name, reason),) = caught.value.problems
    assert name == "ONCE_NOTIFY_URL"
    assert "ONCE_NOTIFY_SECRET" in reason
    assert load(home=tmp_path, notify_url=URL, notify_secret=SECRET).notify_url == URL


def test_the_secret_is_not_shown(tmp_path):
    assert SECRET not in repr(load(home=tmp_path, notify_url=URL, notify_secret=SECRET))
