"""Acts as a browser sends them: in goes a posted form, out comes the act, or what of it cannot be read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from api.desk.finding import finding, wrong
from api.desk.request import ActRequest
from api.page_form import Posted
from onething.errors import NotKnown
from onething.plan import PlanProblem

KINDS: Final = (
    "accept",
    "correct",
    "decline",
    "step",
    "begin_notice",
    "end_notice",
    "grant",
    "refuse",
    "extend",
    "suspend",
    "resume",
)
"""Every act, in the order in which a filing usually meets them."""
_TEXTS: Final = {
    "reason": ("decline", "refuse", "correct", "suspend", "extend"),
    "where_to": ("decline",),
    "steps_reason": ("grant",),
    "note": ("grant", "step", "end_notice"),
    "early_reason": ("step", "begin_notice"),
    "ground": ("refuse",),
    "remedy": ("refuse",),
    "cause": ("correct",),
    "since": ("suspend", "begin_notice"),
    "at": ("resume",),
    "mode": ("resume",),
    "amount": ("extend",),
    "approver": ("extend",),
    "step": ("step", "begin_notice"),
    "disputed": ("end_notice",),
}
_MANY: Final = {
    "fields": ("correct",),
    "materials": ("correct",),
    "remedies": ("refuse",),
    "officers": ("step",),
}
_TICKS: Final = {
    "partial": ("grant",),
    "steps_known": ("grant",),
    "signed": ("step",),
    "early_known": ("step", "begin_notice"),
    "hold_known": ("correct",),
    "supplement_known": ("correct",),
}
_UNREADABLE: Final = {"amount": "amount_no_number", "since": "since_no_day", "at": "at_no_day"}
_EFFECT: Final = "/effects/"
_EMPTY_IS_NONE: Final = frozenset({"since", "at", "amount", "disputed"})


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into the form of one act, to be shown again where something of it is wrong."""

    kind: str
    posted: Posted

    def one(self, kind: str, name: str) -> str:
        """What was typed into a field of this act's form."""
        return self.posted.one(name) if kind == self.kind else ""

    def every(self, kind: str, name: str) -> tuple[str, ...]:
        """All values of a field of this act's form."""
        return self.posted.every(name) if kind == self.kind else ()


def blank() -> Typed:
    """Nothing typed yet."""
    return Typed("", Posted({}, {}))


def read_act(typed: Typed) -> ActRequest:
    """Read the act; raises NotKnown for a kind that does not exist, AnswersRejected naming its fields."""
    if typed.kind not in KINDS:
        raise NotKnown("act", typed.kind)
    body = {"revision": typed.posted.one("revision"), "act": _act(typed)}
    try:
        return ActRequest.model_validate(body)
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)
        # Two findings of one field are told as one; the first two parts of a place are `act` and its kind.
        told = {str(one["loc"][2]) if len(one["loc"]) > 2 else "": one for one in found}
        raise wrong(*(_unreadable(name, one) for name, one in sorted(told.items()))) from None


def _unreadable(name: str, one: Mapping[str, Any]) -> PlanProblem:
    """Which field cannot be read, and how it is written."""
    pointer = f"/{name}" if name else ""
    if one["type"] == "string_too_long":
        return finding(pointer, "too_long", count=one["ctx"]["max_length"])
    return finding(pointer, _UNREADABLE.get(name, "unreadable"))


def _act(typed: Typed) -> dict[str, Any]:
    kind, posted = typed.kind, typed.posted
    act: dict[str, Any] = {"kind": kind}
    for name in _of(_TEXTS, kind):
        value = posted.one(name)
        if value or name not in _EMPTY_IS_NONE:
            act[name] = value
    for name in ("mode", "ground", "cause"):
        if act.get(name) == "":
            del act[name]
    for name in _of(_MANY, kind):
        act[name] = [value.strip() for value in posted.every(name) if value.strip()]
    for name in _of(_TICKS, kind):
        act[name] = posted.one(name) == "yes"
    if kind == "grant":
        given = [name for name in posted.texts if name.startswith(_EFFECT)]
        act["effects"] = {name.removeprefix(_EFFECT): posted.one(name) for name in given if posted.one(name)}
    return act


def _of(fields: Mapping[str, tuple[str, ...]], kind: str) -> list[str]:
    return [name for name, kinds in fields.items() if kind in kinds]
