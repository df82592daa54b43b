"""The plan: what a screen shows, as data; renderers add nothing to it and JSON carries it as it is."""

from enum import StrEnum
from typing import Any

from onething.text import Text, Travelling


class Widget(StrEnum):
    """How a field is filled; each has its verb."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    DATE = "date"
    MONTH = "month"
    MOMENT = "moment"
    YES_NO = "yes_no"
    CHOICE = "choice"
    MANY = "many"
    TICK = "tick"


class PlanOption(Travelling):
    """One option of a choice."""

    value: str
    label: Text


class PlanProblem(Travelling):
    """One finding, in the words shown beside the field and in the summary."""

    pointer: str
    code: str
    text: Text
    params: dict[str, Any] = {}
    slot: str | None = None


class PlanField(Travelling):
    """One field as shown: asked, prefilled, required or optional, with why it is asked."""

    pointer: str
    title: Text
    why: Text
    help: Text | None = None
    widget: Widget
    options: tuple[PlanOption, ...] = ()
    value: Any = None
    required: bool
    supply: str
    source: str | None = None
    """The register that supplied the value shown."""
    as_of: str | None = None
    withheld: Text | None = None
    """Who holds the value, where it is neither asked nor shown and joins at submission; else empty."""
    needed_by: tuple[str, ...]
    """Slots, by name, whose agencies receive it."""
    max_length: int | None = None
    problems: tuple[PlanProblem, ...] = ()


class PlanBlock(Travelling):
    """The fields of one role, or of one person of an array role."""

    role: str
    title: Text
    index: int | None = None
    fields: tuple[PlanField, ...]


class PlanSection(Travelling):
    """One page of the phone form, one chapter of the clerk's."""

    section: str
    title: Text
    blocks: tuple[PlanBlock, ...]
    many: tuple[str, ...] = ()
    """Array roles of this section, to which a person may be added."""


class PlanSlot(Travelling):
    """One item that this case will contain."""

    slot: str
    title: Text
    agency: Text
    promised: str
    automatic: bool
    after: tuple[str, ...]


class PlanMaterial(Travelling):
    """One paper: to bring, or obtained otherwise."""

    material: str
    title: Text
    source: str
    main: bool
    slots: tuple[str, ...]
    uploaded: bool = False


class Plan(Travelling):
    """Everything a screen needs to show a form in its present state."""

    bundle: str
    title: Text
    pledge: Text
    questions: tuple[PlanField, ...]
    sections: tuple[PlanSection, ...]
    slots: tuple[PlanSlot, ...]
    materials: tuple[PlanMaterial, ...]
    problems: tuple[PlanProblem, ...]
    hidden: tuple[str, ...]
    figures: dict[str, Any] = {}
