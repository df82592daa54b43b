"""The acts of a handler as they are asked for: nothing in, one frozen model for each out."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from onething.adapter import ResumeMode
from onething.text import Model

Sentence = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)]
Word = Annotated[str, StringConstraints(max_length=120)]
_Words = Annotated[tuple[Word, ...], Field(max_length=200)]


class Accept(Model):
    """Take it up (受理)."""

    kind: Literal["accept"] = "accept"


class Decline(Model):
    """Do not take it up (不予受理): why, and where to go instead."""

    kind: Literal["decline"] = "decline"
    reason: Sentence = ""
    where_to: Sentence = ""


class Grant(Model):
    """Decide in favour, whole or in part, with what it brings about by the item's own facts."""

    kind: Literal["grant"] = "grant"
    partial: bool = False
    effects: Annotated[dict[Word, Any], Field(max_length=40)] = {}
    note: Sentence = ""
    steps_known: bool = False
    """Steps that the law has were not taken, and it is decided all the same."""
    steps_reason: Sentence = ""
    """Why, which has to be said then."""


class Refuse(Model):
    """Decide against: `ground` is one of those published, or `other` with a reason of its own."""

    kind: Literal["refuse"] = "refuse"
    ground: Word = "other"
    reason: Sentence = ""
    remedies: _Words = ()
    """Any of `review`, `lawsuit` and `ground`; `own_1` and so on of an agency that is no authority."""
    remedy: Sentence = ""


class Correct(Model):
    """Ask for a correction (补正) of these boxes and papers."""

    kind: Literal["correct"] = "correct"
    fields: _Words = ()
    materials: _Words = ()
    reason: Sentence = ""
    cause: Word = "incomplete"
    """`incomplete`, or a reason for which the life event is held."""
    hold_known: bool = False
    """Every item of the life event stops with this, and it is asked all the same."""
    supplement_known: bool = False
    """What is new of it had to be named before, will be noted as such, and is asked all the same."""


class Suspend(Model):
    """Let the clock stand still from a day on."""

    kind: Literal["suspend"] = "suspend"
    reason: Word = ""
    since: date | None = None


class Resume(Model):
    """Let the clock go on; `at` is the last day of the wait."""

    kind: Literal["resume"] = "resume"
    at: date | None = None
    mode: ResumeMode = ResumeMode.CONTINUE


class Extend(Model):
    """More time, once: amount in the unit that the procedure knows, who approved it, and why."""

    kind: Literal["extend"] = "extend"
    amount: Annotated[int | None, Field(ge=1, le=999)] = None
    approver: Name = ""
    reason: Sentence = ""


class TakeStep(Model):
    """Take one step of the item's chain; a home visit names its officers, who have signed."""

    kind: Literal["step"] = "step"
    step: Word = ""
    officers: Annotated[tuple[Name, ...], Field(max_length=10)] = ()
    signed: bool = False
    note: Sentence = ""
    early_known: bool = False
    """It was taken before a step that comes first."""
    early_reason: Sentence = ""


class BeginNotice(Model):
    """Put up a public notice (公示) from a day on."""

    kind: Literal["begin_notice"] = "begin_notice"
    step: Word = ""
    since: date | None = None
    early_known: bool = False
    """It is put up before a step that comes first was taken."""
    early_reason: Sentence = ""


class EndNotice(Model):
    """Take the notice down: nobody objected, or somebody did."""

    kind: Literal["end_notice"] = "end_notice"
    disputed: bool | None = None
    note: Sentence = ""


Act = Annotated[
    Accept
    | Decline
    | Grant
    | Refuse
    | Correct
    | Suspend
    | Resume
    | Extend
    | TakeStep
    | BeginNotice
    | EndNotice,
    Field(discriminator="kind"),
]


class ActRequest(Model):
    """An act on the filing as it was shown: `revision` is the one that was seen."""

    revision: Annotated[int, Field(ge=0)]
    act: Act
