"""What a stand-in agency does, as data: in goes a list of steps from a story, out comes a `Behaviour`.

Rounds end at `ask_correction`, `refuse` and `decline`: what follows is
played when the slot is filed again. What a list leaves unsaid is filled in: an unfinished round is
accepted at once and granted at its end. Faults (`crash`, `unavailable`, `lose_reply`) meet the filing
at the door. `onething.play` plays it.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import Field, ValidationError, field_validator, model_validator

from onething.adapter import Reason, ResumeMode, StepOutcome
from onething.errors import CatalogError
from onething.text import Model, Text


class StepKind(StrEnum):
    """The things a stand-in agency can do."""

    ACCEPT = "accept"
    GRANT = "grant"
    PARTLY_GRANT = "partly_grant"
    REFUSE = "refuse"
    DECLINE = "decline"
    ASK_CORRECTION = "ask_correction"
    SUSPEND = "suspend"
    RESUME = "resume"
    EXTEND = "extend"
    WAIT = "wait"
    NEVER_ANSWER = "never_answer"
    ANSWER_TWICE = "answer_twice"
    CRASH = "crash"
    UNAVAILABLE = "unavailable"
    LOSE_REPLY = "lose_reply"
    STEP = "step"


_GRANTING: Final = {"after", "effects", "note", "already"}
_FITS: Final[Mapping[StepKind, set[str]]] = {
    StepKind.ACCEPT: {"after"},
    StepKind.GRANT: _GRANTING,
    StepKind.PARTLY_GRANT: _GRANTING,
    StepKind.REFUSE: {"after", "reasons", "remedies"},
    StepKind.DECLINE: {"after", "reasons", "where_to"},
    StepKind.ASK_CORRECTION: {"after", "reasons", "fields", "materials"},
    StepKind.SUSPEND: {"after", "reason"},
    StepKind.RESUME: {"after", "mode"},
    StepKind.EXTEND: {"after", "amount", "approver", "note"},
    StepKind.WAIT: {"after"},
    StepKind.NEVER_ANSWER: set(),
    StepKind.ANSWER_TWICE: set(),
    StepKind.CRASH: {"times"},
    StepKind.UNAVAILABLE: {"times", "for_"},
    StepKind.LOSE_REPLY: {"times"},
    StepKind.STEP: {"after", "name", "officers", "outcome", "note"},
}

_UNITS: Final = {"s": 1, "min": 60, "h": 3600, "d": 86400, "w": 604800}
_DURATION: Final = re.compile(r"^(\d+(?:\.\d+)?)(s|min|h|d|w)$")


def duration(text: str) -> timedelta:
    """Read `0s`, `30min`, `2h`, `3d` or `1w` (real time, never working days); raises ValueError."""
    match = _DURATION.match(text)
    if match is None:
        raise ValueError(f"a duration reads like 0s, 30min, 2h, 3d or 1w, not {text!r}")
    return timedelta(seconds=float(match[1]) * _UNITS[match[2]])


class Step(Model):
    """One thing the agency does, `after` the step before it; reasons and words default by kind."""

    do: StepKind
    after: str = "0s"
    reasons: tuple[Reason, ...] = ()
    remedies: tuple[Text, ...] = ()
    where_to: Text | None = None
    fields: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    effects: dict[str, Any] | None = None
    """Fact to template, instead of the item's own."""
    note: Text | None = None
    already: bool = False
    reason: str = "investigation"
    mode: ResumeMode = ResumeMode.CONTINUE
    amount: str = "10wd"
    approver: str = "行政机关负责人"
    name: str = ""
    """Which step of the item's chain was taken; a public notice stood for the time since the step before."""
    officers: tuple[str, ...] = ()
    outcome: StepOutcome = StepOutcome.DONE
    times: Annotated[int, Field(ge=1)] | None = None
    """How many attempts meet the fault; a crash without it lasts for ever, a lost reply happens once."""
    for_: str | None = Field(default=None, alias="for")
    """How long the agency is away, from its place in the list on."""

    @field_validator("after", "for_")
    @classmethod
    def _is_duration(cls, text: str | None) -> str | None:
        if text is not None:
            duration(text)
        return text

    @model_validator(mode="after")
    def _fits_kind(self) -> "Step":
        strange = sorted(self.model_fields_set - _FITS[self.do] - {"do"})
        if strange:
            raise ValueError(f"{self.do} takes no {', '.join(strange)}")
        if self.do is StepKind.UNAVAILABLE and (self.times is None) == (self.for_ is None):
            raise ValueError("unavailable takes either times or for")
        return self


class Behaviour(Model):
    """What one slot's or item's agency does; no steps means received, accepted and granted at once."""

    steps: tuple[Step, ...] = ()

    @classmethod
    def read(cls, raw: Any, place: str = "behaviour") -> "Behaviour":
        """Read a list such as `[accept, {wait: 2h}, {refuse: {…}}]`; raises CatalogError at `place`."""
        entries = raw if isinstance(raw, (list, tuple)) else [raw]
        try:
            return cls(steps=tuple(Step.model_validate(_spelt_out(entry)) for entry in entries))
        except (ValidationError, ValueError) as error:
            known = ", ".join(StepKind)
            raise CatalogError(place, f"a step cannot be read: {error}", f"use one of {known}") from error


def choose(behaviours: Mapping[str, Behaviour], slot: str, item: str) -> Behaviour:
    """Pick by slot (`slot[1]`, then `slot`), then item (`agency/item`, then `item`), then `*`."""
    names = (slot, slot.partition("[")[0], item, item.rpartition("/")[2], "*")
    return next((behaviours[name] for name in names if name in behaviours), Behaviour())


def _spelt_out(entry: Any) -> dict[str, Any]:
    """Turn the short spellings into the long one: a word, or one word with its time, count or details."""
    if isinstance(entry, str):
        return {"do": entry}
    if not isinstance(entry, dict):
        raise ValueError(f"a step is a word or a mapping, not {type(entry).__name__}")  # noqa: TRY004 - one kind of finding
    if "do" in entry or len(entry) != 1:
        return entry
    ((word, detail),) = entry.items()
    if detail is None:
        return {"do": word}
    if isinstance(detail, dict):
        return {"do": word, **detail}
    if isinstance(detail, int):
        return {"do": word, "times": detail}
    return {"do": word, ("for" if word == StepKind.UNAVAILABLE else "after"): detail}
