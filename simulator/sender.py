"""A stand-in sender: signed messages in, a list of what would have gone out and signed reports back.

It stands where an installation has its SMS gateway, mail server and WeChat's interface. The same reference
counts once. Where somebody is reached is kept masked only. Numbers that end in 0000, mailboxes under
`.invalid` and names in WeChat that begin with `x` are reported as failed.
"""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final
from uuid import uuid4

import httpx2
from fastapi import APIRouter, BackgroundTasks, Depends, Request
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from simulator.problem import Refusal

router = APIRouter(prefix="/sender")
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS message (
  reference TEXT PRIMARY KEY, type TEXT NOT NULL, at TEXT NOT NULL, reached TEXT NOT NULL,
  said TEXT NOT NULL, outcome TEXT NOT NULL, times INTEGER NOT NULL
);
"""
_TRIES: Final = 3
_SAID: Final = ("subject", "text", "template_id", "page", "data", "kind")


class StandInSender:
    """Takes messages, remembers them, and reports what became of them."""

    def __init__(
        self,
        path: Path,
        secret: str | None,
        report_url: str,
        now: Callable[[], datetime],
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        """`secret` is the one that messages are signed with; without one none is taken."""
        self._path, self._report_url, self._now, self._transport = path, report_url, now, transport
        self._webhook = Webhook(secret) if secret else None
        with closing(self._open()) as connection:
            connection.executescript(_SCHEMA)

    def take(self, headers: dict[str, str], body: bytes) -> tuple[str, str] | None:
        """Keep a message; give its reference and outcome, None when there is nothing to report.

        Raises Refusal for what is not signed, or is no message.
        """
        if self._webhook is None:
            raise Refusal(503, "no_secret")
        try:
            self._webhook.verify(body, headers, json_parse=False)
            message = json.loads(body)
            kind, data = str(message["type"]), dict(message["data"])
        except WebhookVerificationError:
            raise Refusal(401, "signature") from None
        except (ValueError, KeyError, TypeError):
            raise Refusal(400, "message") from None
        reference = str(data.get("reference") or headers.get("webhook-id", ""))
        reached = str(data.get("to") or data.get("touser") or data.get("recipient") or "")
        outcome = _outcome(kind, reached)
        said = json.dumps({name: data[name] for name in _SAID if name in data}, ensure_ascii=False)
        row = (reference, kind, self._now().isoformat(), _masked(reached), said, outcome)
        with closing(self._open()) as connection, connection:
            connection.execute(
                "INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, 1) "
                "ON CONFLICT (reference) DO UPDATE SET times = times + 1",
                row,
            )
        return (reference, outcome) if "reference" in data else None

    def messages(self) -> list[dict[str, Any]]:
        """Everything taken, newest first."""
        with closing(self._open()) as connection:
            connection.row_factory = sqlite3.Row
            rows = connection.execute("SELECT * FROM message ORDER BY at DESC, reference LIMIT 200")
            return [dict(row) | {"said": json.loads(row["said"])} for row in rows]

    async def report(self, reference: str, outcome: str) -> bool:
        """Tell what became of one; tried three times, then left."""
        if self._webhook is None:
            return False
        state = {"state": "delivered"} if outcome == "delivered" else {"state": "failed", "reason": outcome}
        body = json.dumps({"reference": reference, **state})
        now, name = self._now(), f"report-{uuid4().hex}"
        headers = {
            "content-type": "application/json",
            "webhook-id": name,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._webhook.sign(name, now, body),
        }
        client = httpx2.AsyncClient(timeout=5, transport=self._transport, trust_env=False)
        async with client:
            for _ in range(_TRIES):
                try:
                    answer = await client.post(self._report_url, content=body.encode(), headers=headers)
                except httpx2.RequestError:
                    continue
                if answer.is_success:
                    return True
        return False

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=10)


def sender_of(request: Request) -> StandInSender:
    """The one sender of this process."""
    sender: StandInSender = request.app.state.sender
    return sender


TheSender = Annotated[StandInSender, Depends(sender_of)]


@router.post("/messages", status_code=202)
async def take_message(sender: TheSender, request: Request, later: BackgroundTasks) -> dict[str, bool]:
    """Take a message, and report on it once the answer is out."""
    taken = sender.take(dict(request.headers), await request.body())
    if taken is not None:
        later.add_task(sender.report, *taken)
    return {"taken": True}


@router.get("/messages")
async def list_messages(sender: TheSender) -> list[dict[str, Any]]:
    """What would have gone out."""
    return sender.messages()


def _outcome(kind: str, reached: str) -> str:
    wrong = {
        "notice.sms": (reached.endswith("0000"), "unknown_number"),
        "notice.email": (reached.endswith(".invalid"), "bounced"),
        "notice.wechat": (reached.startswith("x"), "not_subscribed"),
    }
    fails, reason = wrong.get(kind, (False, ""))
    return reason if fails else "delivered"


def _masked(reached: str) -> str:
    return f"{reached[:2]}…{reached[-2:]}" if len(reached) > 5 else "…"
