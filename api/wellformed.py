"""JSON that is text: in goes a body, out comes nothing, or an error that names where it is none.

JSON travels as UTF-8 (RFC 8259, section 8.1). An escape can still write half of a surrogate pair, which no
UTF-8 holds: it could be neither stored nor sent on.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from api.errors import Malformed
from api.problem import told
from onething.errors import RequestRejected
from onething.plan import PlanProblem

_HALF: Final = re.compile("[\ud800-\udfff]")
_ESCAPED: Final = re.compile(rb"\\u[dD][89a-fA-F]")
_ANSWERS: Final = "/answers"
"""Findings about answers name the field as the form does."""
_MOST: Final = 20


def check_text(body: bytes) -> None:
    """Refuse a body that is no UTF-8, or has half a character; raises RequestRejected, Malformed."""
    # A parser would guess at UTF-16 by its zero bytes, which JSON in UTF-8 never has.
    if b"\0" in body:
        raise RequestRejected(what="JSON")
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        raise RequestRejected(what="JSON") from None
    if not _ESCAPED.search(body):
        return
    try:
        parsed = json.loads(body)
    except ValueError:
        # Not JSON at all: the route that reads it says so.
        return
    problems = tuple(found for _, found in zip(range(_MOST), _halves(parsed, ""), strict=False))
    if problems:
        raise Malformed(what=", ".join(sorted({one.pointer for one in problems})), problems=problems)


def _halves(value: Any, pointer: str) -> Iterator[PlanProblem]:
    if isinstance(value, str) and _HALF.search(value):
        yield told(_named(pointer), "pattern")
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _halves(one, f"{pointer}/{index}")
    elif isinstance(value, dict):
        for key, one in value.items():
            place = f"{pointer}/{_HALF.sub('?', key).replace('~', '~0').replace('/', '~1')[:80]}"
            if _HALF.search(key):
                yield told(_named(place), "unknown_field")
            yield from _halves(one, place)


def _named(pointer: str) -> str:
    own = pointer.removeprefix(_ANSWERS)
    return own if own.startswith("/") else pointer or "/"
