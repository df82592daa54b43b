"""The gate in front of every route: a request goes in, and out again numbered, bounded, logged and sealed.

It refuses bodies that are too large while they stream in, JSON nested too deep or with half a character, and
unsafe requests that a browser sends on behalf of another site; it writes one log line with route, status and
duration, in which nothing of address, query or body stands; and it answers what nobody caught with a number
and nothing else.
"""

import re
import secrets
import time
import traceback
from collections.abc import Callable, MutableMapping
from typing import Any, Final
from urllib.parse import urlsplit

import structlog
from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import TooLarge
from api.problem import respond
from api.wellformed import check_text
from onething.errors import NotAllowed, OneThingError, RequestRejected

JSON_LIMIT: Final = 1 << 20
UPLOAD_LIMIT: Final = 20 << 20
DEPTH_LIMIT: Final = 32
POLICY: Final = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_FORMS: Final = ("multipart/form-data", "application/x-www-form-urlencoded")
_STRING: Final = re.compile(rb'"(?:[^"\\]|\\.)*"?')
_BRACKET: Final = re.compile(rb"[\[\]{}]")
_HEADERS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
_log = structlog.get_logger("api")


class Gate:
    """The outermost layer of ours around the application."""

    def __init__(self, app: ASGIApp, drawn: Callable[[Request, OneThingError], Response]) -> None:
        """Stand in front of `app`; `drawn` answers an error as whoever asked can read it."""
        self.app, self.drawn = app, drawn

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through, or answer it here."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        visit = _Visit(scope, send)
        try:
            received = await self._admit(scope, receive)
            await self.app(scope, received, visit.send)
        except (OneThingError, HTTPException) as error:
            known = error if isinstance(error, OneThingError) else TooLarge(what="body too large")
            await visit.answer(self._told(scope, known, visit.id))
        except Exception as error:  # noqa: BLE001 - the process's edge: a number goes out, the place is noted
            _log.error("unexpected", request=visit.id, error=type(error).__name__, at=_places(error))
            await visit.answer(self._told(scope, OneThingError(), visit.id))
        finally:
            visit.close()

    def _told(self, scope: Scope, error: OneThingError, number: str) -> Response:
        try:
            return self.drawn(Request(scope), error)
        except Exception as broken:  # noqa: BLE001 - drawing itself may be what is broken: plain words then
            _log.error("unexpected", request=number, error=type(broken).__name__, at=_places(broken))
            return respond(error, number)

    async def _admit(self, scope: Scope, receive: Receive) -> Receive:
        """Check what can be checked before any route runs; give the stream to read the body from."""
        headers = Headers(scope=scope)
        if scope["method"] not in _SAFE:
            _check_origin(headers, scope)
        form = headers.get("content-type", "").lower().startswith(_FORMS)
        limit = UPLOAD_LIMIT if form else JSON_LIMIT
        declared = headers.get("content-length", "0")
        if not declared.isdecimal() or len(declared) > 12:
            raise RequestRejected(what="Content-Length")
        if int(declared) > limit:
            raise TooLarge(what="body too large")
        if form:
            return _bounded(receive, limit)
        if scope["method"] in _SAFE:
            return receive
        body = await _whole(receive, limit)
        _check_depth(body)
        check_text(body)
        return _replay(body, receive)


class _Visit:
    """One request's number, clock and answer."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.scope, self._send = scope, send
        self.id = secrets.token_hex(8)
        self.status = 0
        self.began = time.perf_counter()
        scope.setdefault("state", {})["request_id"] = self.id

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["x-request-id"] = self.id
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            for name, value in self.scope["state"].get("answer_headers", ()):
                headers.append(name, value)
        await self._send(message)

    async def answer(self, response: Response) -> None:
        """Answer unless an answer has begun already; then the connection just ends."""
        if not self.status:
            await response(self.scope, _nothing, self.send)

    def close(self) -> None:
        """Write the one line of the log."""
        route = getattr(self.scope.get("route"), "path", None) or "none"
        took = round((time.perf_counter() - self.began) * 1000, 1)
        _log.info(
            "request",
            request=self.id,
            method=self.scope["method"],
            route=route,
            status=self.status,
            milliseconds=took,
        )


def request_id(request: Request) -> str:
    """The number of the present request."""
    return str(request.scope.get("state", {}).get("request_id", ""))


def _check_origin(headers: Headers, scope: MutableMapping[str, Any]) -> None:
    """Refuse what a browser sends for another site; programs send neither header and pass."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            raise NotAllowed(what="cross-site request")
        return
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != headers.get("host", ""):
        raise NotAllowed(what="cross-site request", path=scope["path"])


def _bounded(receive: Receive, limit: int) -> Receive:
    """Count a streamed body and stop it at the limit."""
    read = 0

    async def bounded() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > limit:
            # The framework lets only its own exception pass through its body parser.
            raise HTTPException(413)
        return message

    return bounded


async def _whole(receive: Receive, limit: int) -> bytes:
    parts: list[bytes] = []
    read = 0
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise RequestRejected(what="body incomplete")
        part = message.get("body", b"")
        read += len(part)
        if read > limit:
            raise TooLarge(what="body too large")
        parts.append(part)
        more = message.get("more_body", False)
    return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _check_depth(body: bytes) -> None:
    """Refuse JSON nested deeper than any answer needs, before a parser recurses into it."""
    depth = 0
    for bracket in _BRACKET.finditer(_STRING.sub(b"", body)):
        depth += 1 if bracket.group() in b"[{" else -1
        if depth > DEPTH_LIMIT:
            raise RequestRejected(what="JSON nested too deep")


def _places(error: BaseException) -> list[str]:
    """Where it came from: file, line and function; never the message, which may quote a value."""
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames[-8:]]


async def _nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}
