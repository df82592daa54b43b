"""What is wrong with a mandate, in words: in goes a finding, out come its form field and a sentence."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError

from api.page_view import word
from api.problem import told
from onething.errors import AnswersRejected
from onething.plan import PlanProblem
from onething.problem_sentence import VERBS
from onething.text import Text

PERSONS: Final = ("principal", "representative")
_TITLES: Final = {
    "/principal": "identity_mandate_principal",
    "/principal/name": "identity_principal_name",
    "/principal/id_number": "identity_principal_number",
    "/representative": "identity_mandate_holder",
    "/representative/name": "identity_holder_name",
    "/representative/id_number": "identity_holder_number",
    "/agent": "identity_agent",
    "/scope": "identity_scope",
    "/starts_on": "identity_mandate_first_day",
    "/until": "identity_until",
    "/bundle": "event",
    "/case": "number",
    "/signature": "identity_mandate_sign",
}
"""By place of the request, what people call the field."""
_SENTENCES: Final = {
    ("/case", "enum"): "identity_wrong_case",
    ("/representative/id_number", "not"): "identity_wrong_holder",
    ("/signature", "not"): "identity_wrong_signature",
}
"""Findings that need a sentence of their own, by place and code."""
_CODES: Final = {
    "missing": "required",
    "string_too_short": "required",
    "too_short": "required",
    "string_too_long": "maxLength",
    "string_pattern_mismatch": "pattern",
    "enum": "enum",
    "greater_than_equal": "minimum",
    "less_than_equal": "maximum",
}
_LIMITS: Final = ("max_length", "ge", "le")
_TICKED: Final = frozenset({"/scope"})
_DAYS: Final = frozenset({"/starts_on", "/until"})


def wrong(place: str, code: str, said: str = "", **params: Any) -> PlanProblem:
    """One finding at a place of the request, under the name that people have for the field.

    `said` is the key of a sentence that tells it better than the code's own.
    """
    title = word(_TITLES[place])
    verb = VERBS["choice" if place in _TICKED else "text"]
    problem = told(place, code, title, verb, **params)
    sentence = said or _SENTENCES.get((place, code))
    return problem.model_copy(update={"text": word(sentence)}) if sentence else problem


def found_in(error: ValidationError | AnswersRejected) -> dict[str, Text]:
    """What is wrong with a form, the sentence by the form's field."""
    if isinstance(error, ValidationError):
        return {field_of(one["loc"]): _malformed(one).text for one in error.errors()}
    problems: Any = error.params["problems"]
    return {field_of(tuple(one.pointer.strip("/").split("/"))): one.text for one in problems}


def field_of(place: tuple[int | str, ...]) -> str:
    """The field of the form for a place of the request."""
    first = str(place[0])
    if first in PERSONS:
        return f"{first}_{place[1]}" if len(place) > 1 else f"{first}_name"
    return first


def _malformed(found: Mapping[str, Any]) -> PlanProblem:
    """A value that is no value at all: left out only where nothing was typed."""
    parts = [str(one) for one in found["loc"]]
    place = f"/{'/'.join(parts[:2] if parts[0] in PERSONS else parts[:1])}"
    otherwise = "date" if place in _DAYS else "enum"
    context: Mapping[str, Any] = found.get("ctx") or {}
    limit = next(({"limit": context[name]} for name in _LIMITS if name in context), {})
    return wrong(place, _CODES.get(found["type"], otherwise), **limit)
