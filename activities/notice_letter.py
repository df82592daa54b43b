"""Letters to people: notices and each person's choice in, posted messages and what became of them out."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from activities.notice_channel import CHANNELS
from activities.notice_template import ChannelName, Letter, NoticeWords, TooLong, parts_of, title_of
from activities.outbox import GIVE_UP_AFTER, Delivery, Outbox
from activities.told import Audience, Channel
from onething.counting import BEIJING
from onething.errors import NotKnown
from onething.text import Locale
from records import notice_delivery
from records.appointment import Appointment, mark_reminded, to_remind
from records.archive import Archive
from records.case import get_case
from records.errors import CaseErased
from records.notice import NewNotice, QueuedNotice, notice_of, queue_notice
from records.notice_choice import NoticeChoice, choice_of, choices_for
from records.notice_delivery import DeliveryState, NewDelivery, give, put_off, ready, settle

QUIET: Final = "quiet_hours"
_log = logging.getLogger(__name__)


async def give_to_channels(archive: Archive, words: NoticeWords, notice: QueuedNotice, now: datetime) -> bool:
    """Hand a notice to applicants over to the ways they chose; False when nobody has chosen any.

    One that names a `party` is for that person alone.
    """
    recipient = notice.recipient or notice.content.get("to")
    if recipient != Audience.APPLICANT.value:
        return False
    only = notice.content.get("party")
    ways = [
        way
        for choice in await choices_for(archive, notice.case)
        if only in {None, choice.party}
        for way in _ways(words, notice, choice, now)
    ]
    if not ways:
        return False
    await give(archive, notice.id, ways, now)
    return True


async def send_letters(
    archive: Archive, outbox: Outbox, data: tuple[NoticeWords, Path], now: datetime
) -> bool:
    """Send whatever is not to wait; `data` is the words and the catalog's folder. False: try again."""
    done = True
    for one in await ready(archive, now):
        came = await _send(archive, outbox, data, one, now)
        if came is Delivery.AWAY:
            return False
        done = done and came is not Delivery.LATER
    return done


async def remind_of_appointments(archive: Archive, now: datetime) -> None:
    """Queue the reminders of what was booked before today for today or tomorrow, each once."""
    today = now.astimezone(BEIJING).date()
    for one in await to_remind(archive, today, today + timedelta(days=1)):
        at = datetime.fromisoformat(f"{one.day.isoformat()}T{one.starts}").replace(tzinfo=BEIJING)
        if at > now and one.booked_at.astimezone(BEIJING).date() >= today:
            continue
        if at > now:
            await _remind(archive, one, at, now)
        await mark_reminded(archive, one.id, now)


async def _remind(archive: Archive, one: Appointment, at: datetime, now: datetime) -> None:
    notice = NewNotice(
        key=f"appointment_near/{one.id}",
        case=one.case,
        kind="appointment_near",
        channel=Channel.HTTP.value,
        content={"text": "appointment_near", "params": {"at": at.isoformat()}, "slots": [one.slot]},
        queued_at=now,
        recipient=Audience.APPLICANT.value,
        slot=one.slot,
    )
    try:
        await queue_notice(archive, notice)
    except CaseErased:
        return  # nobody is left to be told


def _ways(
    words: NoticeWords, notice: QueuedNotice, choice: NoticeChoice, now: datetime
) -> Iterator[NewDelivery]:
    for channel in ChannelName:
        if channel.value in choice.channels and choice.contact.get(channel.value):
            until = None if choice.night else words.quiet_until(channel, notice.kind, now)
            reason = QUIET if until is not None else None
            yield NewDelivery(notice.id, choice.party, channel.value, until or now, reason)


async def _send(
    archive: Archive,
    outbox: Outbox,
    data: tuple[NoticeWords, Path],
    one: notice_delivery.Delivery,
    now: datetime,
) -> Delivery:
    words, folder = data
    notice = await notice_of(archive, one.notice)
    choice = await choice_of(archive, one.party)
    channel = ChannelName(one.channel)
    if notice is None:
        return await _failed(archive, one, "erased", now)
    if choice is None or one.channel not in choice.channels or not choice.contact.get(one.channel):
        return await _failed(archive, one, "unsubscribed", now)
    until = None if choice.night else words.quiet_until(channel, notice.kind, now)
    if until is not None:
        await put_off(archive, one.id, until, QUIET)
        return Delivery.TAKEN
    locale = Locale(choice.locale)
    try:
        bundle = (await get_case(archive, notice.case)).bundle
        parts = parts_of(words, channel, notice, (bundle, title_of(folder, bundle)), locale)
    except TooLong:
        return await _failed(archive, one, "too_long", now)
    except (KeyError, NotKnown):
        return await _failed(archive, one, "no_words", now)
    letter = Letter(one.id, choice.contact[one.channel], locale, parts)
    came = await outbox.post(one.id, CHANNELS[channel].message(letter), now)
    if came is Delivery.TAKEN:
        await settle(archive, one.id, DeliveryState.SENT, now)
    elif came is Delivery.REFUSED:
        await _failed(archive, one, "refused", now)
    elif now - one.queued_at >= GIVE_UP_AFTER:
        await _failed(archive, one, "gave_up", now)
    return came


async def _failed(archive: Archive, one: notice_delivery.Delivery, reason: str, now: datetime) -> Delivery:
    """Note why it did not go out; nothing is left to try."""
    _log.warning("letter not sent", extra={"channel": one.channel, "reason": reason})
    await settle(archive, one.id, DeliveryState.FAILED, now, reason)
    return Delivery.REFUSED
