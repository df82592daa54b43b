"""Errors as RFC 9457 problems: in goes anything raised, out comes problem+json that names the field.

Nothing of what was sent comes back but field names and the names of things that do not exist.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from api.errors import Malformed, MethodRefused, TooLarge, WrongMedia
from onething.errors import AnswersRejected, NotKnown, OneThingError, RequestRejected
from onething.plan import PlanProblem
from onething.problem_sentence import VERBS, problem_sentence
from onething.sentence import error_sentence
from onething.text import Model, Text

MEDIA: Final = "application/problem+json"
_SHOWN: Final = frozenset({"window", "phone"})
"""Fields of an error that are told apart from the sentence, for programs."""
_NUMBER: Final = re.compile(r"\d{6,}")
_CODES: Final = {
    "missing": "required",
    "extra_forbidden": "unknown_field",
    "enum": "enum",
    "literal_error": "enum",
    "string_pattern_mismatch": "pattern",
    "string_too_long": "maxLength",
    "string_too_short": "minLength",
    "too_long": "maxItems",
    "greater_than_equal": "minimum",
    "less_than_equal": "maximum",
    "date_from_datetime_parsing": "date",
    "date_parsing": "date",
}
_LIMITS: Final = ("max_length", "min_length", "ge", "le")


class ProblemEntry(Model):
    """One finding: the JSON Pointer of the field, the machine code, the sentence in both languages."""

    pointer: str
    code: str
    zh: str
    en: str


class ProblemDocument(Model):
    """What every error answers with (RFC 9457)."""

    type: str
    title: str
    title_en: str
    status: int
    code: str
    instance: str | None = None
    errors: tuple[ProblemEntry, ...] = ()
    window: str | None = None
    phone: str | None = None


def document_of(error: OneThingError, request_id: str = "") -> ProblemDocument:
    """Word an error as a problem document."""
    params: dict[str, Any] = dict(error.params)
    entries = tuple(_entry(problem) for problem in params.pop("problems", ()))
    if entries:
        params["count"] = len(entries)
    words = error_sentence(error.code, {name: _plain(value) for name, value in params.items()})
    return ProblemDocument(
        type=f"urn:onething:problem:{error.code}",
        title=words.zh,
        title_en=words.en,
        status=error.http_status,
        code=error.code,
        instance=f"urn:onething:request:{request_id}" if request_id else None,
        errors=entries,
        **{name: str(params[name]) for name in _SHOWN if params.get(name)},
    )


def respond(error: OneThingError, request_id: str = "") -> Response:
    """Answer with an error's problem document."""
    document = document_of(error, request_id)
    return JSONResponse(document.model_dump(exclude_none=True), status_code=document.status, media_type=MEDIA)


def error_of(raised: Exception, request: Request) -> OneThingError:
    """Give an exception of the framework its place in our tree; anything else is `internal`."""
    match raised:
        case OneThingError():
            return raised
        case RequestValidationError():
            return _malformed(raised.errors())
        case HTTPException(status_code=404):
            return NotKnown("route", _NUMBER.sub("…", request.url.path))
        case HTTPException(status_code=405):
            return MethodRefused(what=request.method)
        case HTTPException(status_code=413):
            return TooLarge(what="body too large")
        case HTTPException(status_code=415):
            return WrongMedia(what="media type")
        case HTTPException() if raised.status_code < 500:
            return RequestRejected(what="body not readable")
    return OneThingError()


def told(
    pointer: str, code: str, title: Text | None = None, verb: Text = VERBS["text"], **params: Any
) -> PlanProblem:
    """Word a finding of the door itself, about a field that is in no merged form."""
    name = pointer.rsplit("/", 1)[-1]
    words = problem_sentence(code, {"name": name[:60]} | params, title or Text(zh=name, en=name), verb)
    return PlanProblem(pointer=pointer, code=code, text=words, params=params)


def rejected(problems: Iterable[PlanProblem]) -> AnswersRejected:
    """All findings as one error."""
    return AnswersRejected(problems=tuple(problems))


def _malformed(found: Iterable[Mapping[str, Any]]) -> OneThingError:
    findings = [(_pointer(one["loc"]), str(one["type"]), one.get("ctx") or {}) for one in found]
    if any(kind == "json_invalid" for _, kind, _ in findings):
        return RequestRejected(what="JSON")
    problems = [told(pointer, _CODES.get(kind, "type"), **_limit(ctx)) for pointer, kind, ctx in findings]
    return Malformed(what=", ".join(sorted({one.pointer for one in problems})), problems=tuple(problems))


def _pointer(place: tuple[int | str, ...]) -> str:
    """The body's own place as a pointer; parameters of the address and headers keep their name."""
    parts = place[1:] if place[0] in {"body", "query", "path", "header", "cookie"} else place
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')[:80]}" for part in parts) or "/"


def _limit(context: Mapping[str, Any]) -> dict[str, Any]:
    return next(({"limit": context[name]} for name in _LIMITS if name in context), {})


def _entry(problem: PlanProblem) -> ProblemEntry:
    return ProblemEntry(pointer=problem.pointer, code=problem.code, zh=problem.text.zh, en=problem.text.en)


def _plain(value: Any) -> Any:
    return value.zh if isinstance(value, Text) else value
