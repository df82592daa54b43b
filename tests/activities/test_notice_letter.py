"""Letters go to those who chose to hear, once, not at night, and what became of each is kept."""

import json
import logging
from datetime import date, datetime, timedelta

import httpx2
import pytest
from sqlalchemy import insert

from activities.notify import HttpOutbox, deliver
from activities.outbox import GIVE_UP_AFTER
from records.account import NewAccount, open_account
from records.appointment import Booking, Place, book
from records.audit import AuditEntry
from records.case import erase_case
from records.notice import NewNotice, notices_of, queue_notice
from records.notice_choice import NoticeChoice, choice_of, choose
from records.notice_delivery import DeliveryState, deliveries_of, settle
from records.schema import slot_case
from records.schema_account import case_party

SECRET = "whsec_" + "c2VjcmV0" * 6
PARTY = "a" * 64
PHONE, MAIL, OPENID = "13970500334", "chen@example.com", "oABC-123"
DAY = datetime.fromisoformat("2026-03-03T10:00:00+08:00")
NIGHT = datetime.fromisoformat("2026-03-03T22:00:00+08:00")
MORNING = datetime.fromisoformat("2026-03-04T08:00:00+08:00")


class Sender:
    """Takes messages as it is told to, and keeps them."""

    def __init__(self, *answers: int | None) -> None:
        self.answers, self.heard = list(answers), []

    async def __call__(self, request) -> httpx2.Response:
        self.heard.append(json.loads(request.content))
        status = self.answers.pop(0) if self.answers else 204
        if status is None:
            raise httpx2.ConnectError("away")
        return httpx2.Response(status)

    def box(self):
        return HttpOutbox("https://sender.example/in", SECRET, httpx2.MockTransport(self))

    @property
    def types(self):
        return [one["type"] for one in self.heard]


async def chosen(archive, *channels: str, night=False, contact=None):
    contact = contact or {"sms": PHONE, "email": MAIL, "wechat": OPENID}
    await choose(archive, NoticeChoice(PARTY, channels, "zh", night, contact), DAY)


async def tell(archive, number, kind="accepted", at=DAY):
    key = f"{number}/{kind}"
    content = {"text": kind, "params": {}, "slots": ["a"]}
    new = NewNotice(key, number, kind, "http", content, at, "applicant", "a")
    assert await queue_notice(archive, new)


@pytest.fixture
async def party(archive, sealed):
    """A case with somebody who has a say in how they hear of it."""
    row = {"case": sealed.number, "capacity": "applicant", "party": PARTY}
    await archive.database.write(lambda connection: connection.execute(insert(case_party).values(row)))
    return sealed.number


async def states(archive, number):
    return {one.channel: (one.state, one.reason) for one in await deliveries_of(archive, number)}


async def test_each_chosen_channel_gets_one_letter_and_no_other_does(archive, party):
    await chosen(archive, "sms", "email")
    await tell(archive, party)
    sender = Sender()
    assert await deliver(archive, sender.box(), DAY)
    assert await deliver(archive, sender.box(), DAY)
    assert sorted(sender.types) == ["notice.email", "notice.sms"]
    sms = next(one["data"] for one in sender.heard if one["type"] == "notice.sms")
    assert sms["to"] == PHONE
    assert sms["text"].startswith("【一件事一次办】")
    assert await states(archive, party) == {"sms": ("sent", None), "email": ("sent", None)}
    assert [one.state for one in await notices_of(archive, party)] == ["sent"]


async def test_a_subscription_message_has_wechats_own_fields(archive, party):
    await chosen(archive, "wechat")
    await tell(archive, party)
    sender = Sender()
    await deliver(archive, sender.box(), DAY)
    (message,) = sender.heard
    assert message["data"]["touser"] == OPENID
    assert message["data"]["page"].startswith("pages/case/case?number=")
    assert message["data"]["data"]["thing3"] == {"value": "事项已受理"}
    (delivery,) = await deliveries_of(archive, party)
    assert message["data"]["reference"] == delivery.id


async def test_who_chose_nothing_is_told_as_before(archive, party):
    await tell(archive, party)
    sender = Sender()
    await deliver(archive, sender.box(), DAY)
    assert sender.types == ["case.notice"]
    assert await deliveries_of(archive, party) == ()


async def test_no_short_message_leaves_at_night_and_an_email_does(archive, party):
    await chosen(archive, "sms", "email")
    await tell(archive, party, at=NIGHT)
    sender = Sender()
    await deliver(archive, sender.box(), NIGHT)
    assert sender.types == ["notice.email"]
    assert (await states(archive, party))["sms"] == ("queued", "quiet_hours")
    await deliver(archive, sender.box(), MORNING - timedelta(seconds=1))
    assert len(sender.heard) == 1
    await deliver(archive, sender.box(), MORNING)
    assert sender.types == ["notice.email", "notice.sms"]


async def test_what_is_urgent_and_who_said_so_is_told_at_night(archive, party):
    await chosen(archive, "sms")
    await tell(archive, party, "second_filing", NIGHT)
    sender = Sender()
    await deliver(archive, sender.box(), NIGHT)
    await chosen(archive, "sms", night=True)
    await tell(archive, party, "completed", NIGHT)
    await deliver(archive, sender.box(), NIGHT)
    assert sender.types == ["notice.sms", "notice.sms"]


async def test_a_try_that_slips_into_the_night_waits_for_the_morning(archive, party):
    await chosen(archive, "sms")
    evening = NIGHT.replace(hour=20, minute=59)
    await tell(archive, party, at=evening)
    sender = Sender(503)
    assert not await deliver(archive, sender.box(), evening)
    await deliver(archive, sender.box(), NIGHT)
    assert len(sender.heard) == 1
    await deliver(archive, sender.box(), MORNING)
    assert await states(archive, party) == {"sms": ("sent", None)}


async def test_a_sender_that_is_away_is_asked_again_under_the_same_reference(archive, party):
    await chosen(archive, "email")
    await tell(archive, party)
    sender = Sender(None)
    assert not await deliver(archive, sender.box(), DAY)
    assert await deliver(archive, sender.box(), DAY + timedelta(minutes=5))
    first, again = (one["data"]["reference"] for one in sender.heard)
    assert first == again


async def test_what_comes_by_no_way_is_told_at_the_window_with_the_reason(archive, party):
    await chosen(archive, "sms", "email")
    await tell(archive, party)
    sender = Sender(400, 400)
    await deliver(archive, sender.box(), DAY)
    assert set((await states(archive, party)).values()) == {("failed", "refused")}
    (notice,) = await notices_of(archive, party)
    assert (notice.channel, notice.state) == ("window", "queued")


async def test_after_three_days_it_is_given_up(archive, party):
    await chosen(archive, "email")
    await tell(archive, party)
    sender = Sender(503, 503)
    await deliver(archive, sender.box(), DAY)
    await deliver(archive, sender.box(), DAY + GIVE_UP_AFTER)
    assert await states(archive, party) == {"email": ("failed", "gave_up")}


async def test_who_chose_otherwise_meanwhile_is_not_written_to(archive, party):
    await chosen(archive, "sms")
    await tell(archive, party, at=NIGHT)
    sender = Sender()
    await deliver(archive, sender.box(), NIGHT)
    await chosen(archive, "email")
    await deliver(archive, sender.box(), MORNING)
    assert sender.heard == []
    assert await states(archive, party) == {"sms": ("failed", "unsubscribed")}


async def test_reports_move_a_delivery_forward_only(archive, party):
    await chosen(archive, "sms")
    await tell(archive, party)
    await deliver(archive, Sender().box(), DAY)
    (one,) = await deliveries_of(archive, party)
    assert await settle(archive, one.id, DeliveryState.DELIVERED, DAY)
    assert not await settle(archive, one.id, DeliveryState.FAILED, DAY, "bounced")
    assert not await settle(archive, "0" * 32, DeliveryState.DELIVERED, DAY)
    assert await states(archive, party) == {"sms": ("delivered", None)}


async def test_an_erased_case_writes_to_nobody(archive, party):
    await chosen(archive, "sms")
    await tell(archive, party, at=NIGHT)
    sender = Sender()
    await deliver(archive, sender.box(), NIGHT)
    await erase_case(archive, party, NIGHT, AuditEntry("clerk", "clerk", "operate", "erase_case", party))
    await deliver(archive, sender.box(), MORNING)
    assert sender.heard == []


async def test_where_somebody_is_reached_is_sealed_and_stands_in_no_log(archive, party, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    await chosen(archive, "sms", "email", "wechat")
    await tell(archive, party)
    await deliver(archive, Sender(400, 400, 400).box(), DAY)
    choice = await choice_of(archive, PARTY)
    assert choice is not None
    assert choice.contact["sms"] == PHONE
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("once.db*"))
    for secret in (PHONE, MAIL, OPENID):
        assert secret.encode() not in stored
        assert secret not in caplog.text


async def test_a_booked_time_is_reminded_of_once_the_day_before(archive, party):
    await chosen(archive, "email")
    row = {"case": party, "slot": "a", "position": 9, "item": "i", "agency": "x", "state": "blocked"}
    waits = insert(slot_case).prefix_with("OR REPLACE").values(round=1, updated_at=DAY, **row)
    await archive.database.write(lambda connection: connection.execute(waits))
    place = Place("w", "x/i", date(2026, 3, 7), "09:00")
    assert await book(archive, Booking(party, "a", place, 1, "citizen"), DAY)
    sender = Sender()
    for hours in (1, 24, 72, 73, 96):
        await deliver(archive, sender.box(), DAY + timedelta(hours=hours))
    (message,) = sender.heard
    assert "2026年3月7日09:00" in message["data"]["text"]


async def test_an_account_that_is_nobodys_party_hears_nothing(archive, party):
    other = await open_account(archive, NewAccount("development", "x", "citizen"), DAY)
    choice = NoticeChoice(f"account:{other.id}", ("sms",), "zh", night=False, contact={"sms": PHONE})
    await choose(archive, choice, DAY)
    await tell(archive, party)
    sender = Sender()
    await deliver(archive, sender.box(), DAY)
    assert sender.types == ["case.notice"]
