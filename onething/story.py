"""What people do in a story: in goes a list of acts from a scenario's file, out come frozen models.

A scenario says what the agencies do (`onething.behaviour`) and, here, what people do and when. Tests and
demonstrations play both on a server that skips time.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from pydantic import field_validator, model_validator

from onething.behaviour import duration
from onething.text import Model


class ActKind(StrEnum):
    """The things people do to a case, and what else may come from outside."""

    CORRECT = "correct"
    """The applicant answers with `answers`: the facts that change, laid over those given before; without
    any, a paper was brought, or what was said is upheld."""
    WITHDRAW = "withdraw"
    """One `slot`, or the whole case."""
    REAPPLY = "reapply"
    AMEND = "amend"
    """The situations become `situations`; `answers` are the facts then asked for."""
    OPEN_GATE = "open_gate"
    RESUME = "resume"
    """A stuck `slot`: `action` is retry, skip (with `reason`) or enter_answer (with `events`)."""
    HOLD = "hold"
    END_HOLD = "end_hold"
    BRING_PAPER = "bring_paper"
    CLOSE_ORDER = "close_order"
    HAND_OUT = "hand_out"
    """A person takes the newest receipt revision along."""
    CALLBACK = "callback"
    """The `slot`'s agency calls with `events`, in the order and with the times given."""
    ANNOUNCE_YEAR = "announce_year"
    """The holidays of `year` are announced."""
    MIGRATE = "migrate"
    """The case goes on under the catalog's present definition."""
    RESTART_WORKER = "restart_worker"


class Moment(Model):
    """When an act happens: `after` the submission, or as soon as a slot or the case is in a state."""

    slot: str | None = None
    state: str | None = None
    """Of the slot; without `slot`, of the case."""
    held: bool | None = None
    receipts: int | None = None
    """At least so many receipt revisions are stored."""
    round: int | None = None
    """The slot is in this round, or a later one."""
    notices: int | None = None
    """At least so many defect notices went out."""
    after: str = "0s"
    """And then so much later: 30min, 2h, 3d, 1w."""

    @field_validator("after")
    @classmethod
    def _is_duration(cls, text: str) -> str:
        duration(text)
        return text


class StoryAct(Model):
    """One thing that somebody does, once its moment has come; acts happen in their order."""

    do: ActKind
    when: Moment = Moment()
    slot: str | None = None
    gate: str | None = None
    answers: dict[str, Any] = {}
    situations: dict[str, Any] = {}
    action: str | None = None
    reason: str = ""
    hold: str | None = None
    end: str | None = None
    material: str | None = None
    order: str | None = None
    year: int | None = None
    events: tuple[dict[str, Any], ...] = ()
    """Agency events as on the wire; `occurred_at` may be `now`, `now-2h` or an instant."""
    round: int | None = None
    """The round that a callback speaks of; none: the one under way."""
    refused: str | None = None
    """The code of the error it is to be answered with, or the error's `what`; none: it is to be taken."""

    @model_validator(mode="after")
    def _names_what_it_needs(self) -> "StoryAct":
        missing = [name for name in _NEEDS.get(self.do, ()) if not getattr(self, name)]
        if missing:
            raise ValueError(f"{self.do} needs {', '.join(missing)}")
        return self


def laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Lay changes over what was said, as RFC 7396 merges: key by key, null takes away, all else replaces."""
    merged = dict(below)
    for name, value in above.items():
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, Mapping):
            there = merged.get(name)
            merged[name] = laid_over(there if isinstance(there, Mapping) else {}, value)
        else:
            merged[name] = value
    return merged


_NEEDS: dict[ActKind, tuple[str, ...]] = {
    ActKind.REAPPLY: ("slot",),
    ActKind.AMEND: ("situations",),
    ActKind.OPEN_GATE: ("slot", "gate"),
    ActKind.RESUME: ("slot", "action"),
    ActKind.HOLD: ("hold",),
    ActKind.END_HOLD: ("end",),
    ActKind.BRING_PAPER: ("slot", "material"),
    ActKind.CLOSE_ORDER: ("order",),
    ActKind.CALLBACK: ("slot", "events"),
    ActKind.ANNOUNCE_YEAR: ("year",),
}
