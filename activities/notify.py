"""The courier: queued notices in, signed messages to the installation's own notice service out.

Who has chosen how to hear of a case gets letters by these channels (`activities.notice_letter`). Any other
message names the case, the slot and the word, nobody's name or number: the service that takes it knows how to
reach whom.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from activities.notice_letter import give_to_channels, remind_of_appointments, send_letters
from activities.notice_template import notice_words
from activities.outbox import GIVE_UP_AFTER, Delivery, HttpOutbox, Outbox
from activities.told import rule_for
from onething.wording import TIMELINE
from records.archive import Archive
from records.notice import NoticeState, QueuedNotice, mark_notice, to_deliver
from runtime.settings import TREE

__all__ = ["GIVE_UP_AFTER", "Delivery", "HttpOutbox", "Outbox", "deliver", "message_of", "relay"]

CATALOG: Final = TREE / "catalog"
_IDLE_SECONDS: Final = 2.0
_LONGEST_PAUSE: Final = 300.0
_log = logging.getLogger(__name__)


def message_of(notice: QueuedNotice) -> dict[str, object]:
    """The message as it is posted: type, time, and nothing personal; empty `slots`: the case as a whole."""
    rule = rule_for(notice.kind, notice.content.get("params", {}))
    text = rule.text if rule is not None else TIMELINE.get(notice.kind)
    at = notice.content.get("params", {}).get("at")
    return {
        "type": "case.notice",
        "timestamp": notice.queued_at.isoformat(),
        "data": {
            "key": notice.key,
            "case": notice.case,
            "slots": notice.content.get("slots", []),
            "kind": notice.kind,
            "recipient": notice.recipient or notice.content.get("to"),
            "text": text.model_dump() if text is not None else None,
            **({"at": at} if at is not None else {}),
        },
    }


async def deliver(archive: Archive, outbox: Outbox, now: datetime, catalog: Path = CATALOG) -> bool:
    """Try everything queued for the courier once; False when something has to be tried again.

    What was refused for good, or has waited for three days, is marked as failed. `catalog` holds the words
    of letters.
    """
    words = notice_words(catalog)
    await remind_of_appointments(archive, now)
    done = True
    for notice in await to_deliver(archive):
        if await give_to_channels(archive, words, notice, now):
            continue
        came = await outbox.post(notice.id, message_of(notice), now)
        if came is Delivery.TAKEN:
            await mark_notice(archive, notice.id, NoticeState.SENT, now)
        elif came is Delivery.REFUSED or now - notice.queued_at >= GIVE_UP_AFTER:
            _log.warning("notice not delivered", extra={"case": notice.case, "kind": notice.kind})
            await mark_notice(archive, notice.id, NoticeState.FAILED, now)
        else:
            done = False
        if came is Delivery.AWAY:
            return False
    return await send_letters(archive, outbox, (words, catalog), now) and done


async def relay(
    archive: Archive,
    outbox: Outbox,
    now: Callable[[], datetime],
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    catalog: Path = CATALOG,
) -> None:
    """Deliver until cancelled; while the other side is away, pauses double up to five minutes."""
    seconds = _IDLE_SECONDS
    while True:
        try:
            done = await deliver(archive, outbox, now(), catalog)
        except Exception as error:  # noqa: BLE001 - the process's edge: one bad row must not stop all notices
            _log.error("notices interrupted", extra={"error": type(error).__name__})
            done = False
        seconds = _IDLE_SECONDS if done else min(seconds * 2, _LONGEST_PAUSE)
        await pause(seconds)
