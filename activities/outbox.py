"""The way out of the house: a message and its reference in, one signed post to the installation's sender out.

Signed by Standard Webhooks, as agencies' callbacks are; the message's id stays the same from try to try, so
that what came twice counts once.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Protocol

import httpx2
from standardwebhooks.webhooks import Webhook

GIVE_UP_AFTER: Final = timedelta(days=3)
"""How long what nobody takes is tried."""
_CALL_SECONDS: Final = 10
_BUSY: Final = frozenset({408, 425, 429})


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

    async def post(self, reference: str, message: Mapping[str, Any], now: datetime) -> Delivery:
        """Bring one message out under its reference; never raises for what the other side does."""
        ...


class HttpOutbox:
    """Posts to one address, through one pooled client that `aclose` lets go of."""

    def __init__(self, url: str, secret: str, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        """`secret` is a Standard Webhooks one (`whsec_…`); `transport` is for tests."""
        self._url, self._webhook = url, Webhook(secret)
        self._client = httpx2.AsyncClient(timeout=_CALL_SECONDS, transport=transport, trust_env=False)

    async def post(self, reference: str, message: Mapping[str, Any], now: datetime) -> Delivery:
        """Post one message; redirects are not followed."""
        body = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
        headers = {
            "content-type": "application/json",
            "webhook-id": reference,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._webhook.sign(reference, now, body),
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
