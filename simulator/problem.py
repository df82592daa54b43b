"""Answers that say no: in go a status and a code, out come problem documents that repeat nothing personal."""

from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response


class Refusal(Exception):
    """Ends a request with `application/problem+json`; `code` is the machine word."""

    def __init__(self, status: int, code: str, **more: Any) -> None:
        """Keep what the document says."""
        self.status, self.code, self.more = status, code, more
        super().__init__(code)


class LostReply(Response):
    """Begins an answer and breaks the connection off in the middle of it."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Send a start and a first piece, never an end: the server then drops the connection."""
        del scope, receive
        await send({"type": "http.response.start", "status": 201, "headers": []})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})


async def show_refusal(request: Request, error: Exception) -> Response:
    """Turn a `Refusal` into its document."""
    del request
    if not isinstance(error, Refusal):
        raise error
    content = {"type": "about:blank", "status": error.status, "code": error.code, **error.more}
    return JSONResponse(content, error.status, media_type="application/problem+json")


async def show_malformed(request: Request, error: Exception) -> Response:
    """Say which places of the body are wrong, never what stood there."""
    found = error.errors() if isinstance(error, RequestValidationError) else ()
    problems = [{"pointer": "/" + "/".join(map(str, one["loc"][1:])), "code": one["type"]} for one in found]
    return await show_refusal(request, Refusal(422, "malformed", problems=problems))
