"""Callbacks of the stand-in agencies: in go notices from the desk, out go signed POSTs, repeated until heard.

Signed by Standard Webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature`.
"""

import asyncio
import json
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Final

import httpx2
from standardwebhooks.webhooks import Webhook

from simulator.desk import Desk, Notice

_IDLE_SECONDS: Final = 1.0
_log = logging.getLogger(__name__)


class Courier:
    """Delivers what is due; `run` does so until cancelled."""

    def __init__(
        self,
        desk: Desk,
        secret: str | None,
        now: Callable[[], datetime],
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        """Without a secret nothing is sent: an unsigned callback would be refused anyway."""
        self._desk, self._now = desk, now
        self._webhook = Webhook(secret) if secret else None
        self._client = httpx2.AsyncClient(timeout=5, transport=transport, trust_env=False)

    async def deliver(self) -> int:
        """Send everything due once; return how many were heard. One that is not heard comes again later."""
        heard = 0
        for notice in self._desk.notices():
            if await self._send(notice):
                self._desk.delivered(notice)
                heard += 1
            else:
                self._desk.postpone(notice.filing)
        return heard

    async def run(self) -> None:
        """Deliver, then sleep until the next is due; never longer than a second, for new filings come in."""
        while True:
            try:
                await self.deliver()
            except Exception:  # noqa: BLE001 - the process's edge: one bad row must not stop all callbacks
                _log.exception("callbacks interrupted")
                await asyncio.sleep(_IDLE_SECONDS)
            due = self._desk.ledger.next_due()
            left = _IDLE_SECONDS if due is None else (due - self._now()).total_seconds()
            await asyncio.sleep(min(max(left, 0.02), _IDLE_SECONDS))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _send(self, notice: Notice) -> bool:
        filing = notice.filing
        if self._webhook is None or filing.callback_url is None:
            return False
        events = [event.model_dump(mode="json") for event in notice.events]
        body = json.dumps({"key": filing.key, "events": events}, ensure_ascii=False)
        now = self._now()
        message = f"{notice.events[0].event_id}-{len(events)}"
        headers = {
            "content-type": "application/json",
            "webhook-id": message,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._webhook.sign(message, now, body),
        }
        with suppress(httpx2.RequestError):
            answer = await self._client.post(filing.callback_url, content=body.encode(), headers=headers)
            return answer.is_success
        return False
