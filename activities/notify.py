"""The courier: queued notices in, signed messages to the installation's own notice service out.

What leaves names the case, the slot and the word, nobody's name or number: the service that takes it knows
how to reach whom. Signed by Standard Webhooks, as agencies' callbacks are; the message's id stays the same
from try to try, so that what came twice counts once.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

import httpx2
from standardwebhooks.webhooks import Webhook

from activities.told import rule_for
from onething.wording import TIMELINE
from records.archive import Archive
from records.notice import NoticeState, QueuedNotice, mark_notice, to_deliver

GIVE_UP_AFTER: Final = timedelta(days=3)
_IDLE_SECONDS: Final = 2.0
_LONGEST_PAUSE: Final = 300.0
_CALL_SECONDS: Final = 10
_BUSY: Final = frozenset({408, 425, 429})
_log = logging.getLogger(__name__)


class Delivery(StrEnum):
    """What became of one try."""

    TAKEN = "taken"
    REFUSED = "refused"
    """For good: the same message would be refused again."""
    LATER = "later"
    """This message, at another time."""
    AWAY = "away"
    """Nobody answers: the others need not be tried now."""


class Outbox(Protocol):
    """A way out of the house."""

    async def send(self, notice: QueuedNotice, now: datetime) -> Delivery:
        """Bring one notice out; never raises for what the other side does."""
        ...


class HttpOutbox:
    """Posts to one address, through one pooled client that `aclose` lets go of."""

    def __init__(self, url: str, secret: str, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        """`secret` is a Standard Webhooks one (`whsec_…`); `transport` is for tests."""
        self._url, self._webhook = url, Webhook(secret)
        self._client = httpx2.AsyncClient(timeout=_CALL_SECONDS, transport=transport, trust_env=False)

    async def send(self, notice: QueuedNotice, now: datetime) -> Delivery:
        """Post one notice; redirects are not followed."""
        body = json.dumps(message_of(notice), ensure_ascii=False, separators=(",", ":"))
        headers = {
            "content-type": "application/json",
            "webhook-id": notice.id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._webhook.sign(notice.id, now, body),
        }
        try:
            answer = await self._client.post(self._url, content=body.encode(), headers=headers)
        except httpx2.RequestError:
            return Delivery.AWAY
        if answer.is_success:
            return Delivery.TAKEN
        if answer.status_code in _BUSY:
            return Delivery.AWAY
        return Delivery.LATER if answer.is_server_error else Delivery.REFUSED

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def message_of(notice: QueuedNotice) -> dict[str, object]:
    """The message as it is posted: type, time, and nothing personal; empty `slots`: the case as a whole."""
    rule = rule_for(notice.kind, notice.content.get("params", {}))
    text = rule.text if rule is not None else TIMELINE.get(notice.kind)
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
        },
    }


async def deliver(archive: Archive, outbox: Outbox, now: datetime) -> bool:
    """Try everything queued for the courier once; False when something has to be tried again.

    What was refused for good, or has waited for three days, is marked as failed.
    """
    done = True
    for notice in await to_deliver(archive):
        came = await outbox.send(notice, now)
        if came is Delivery.TAKEN:
            await mark_notice(archive, notice.id, NoticeState.SENT, now)
        elif came is Delivery.REFUSED or now - notice.queued_at >= GIVE_UP_AFTER:
            _log.warning("notice not delivered", extra={"case": notice.case, "kind": notice.kind})
            await mark_notice(archive, notice.id, NoticeState.FAILED, now)
        else:
            done = False
        if came is Delivery.AWAY:
            return False
    return done


async def relay(
    archive: Archive,
    outbox: Outbox,
    now: Callable[[], datetime],
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Deliver until cancelled; while the other side is away, pauses double up to five minutes."""
    seconds = _IDLE_SECONDS
    while True:
        try:
            done = await deliver(archive, outbox, now())
        except Exception as error:  # noqa: BLE001 - the process's edge: one bad row must not stop all notices
            _log.error("notices interrupted", extra={"error": type(error).__name__})
            done = False
        seconds = _IDLE_SECONDS if done else min(seconds * 2, _LONGEST_PAUSE)
        await pause(seconds)
