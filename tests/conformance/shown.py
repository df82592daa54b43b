"""What a screen shows, field by field: in go a plan or a page, out comes the same form for both."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from tests.conformance.markup import Node

BY_REPRESENTATIVE: Final = "filing_by_representative"
"""The question that nobody answers who is signed in: their mandate does."""
FEW: Final = 5
"""Up to so many options lie open; more of them are a list that opens."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One field as somebody sees it."""

    pointer: str
    label: str
    kind: str
    required: bool
    options: tuple[tuple[str, str], ...]
    """Value and label, in their order."""
    value: Any
    """Text as it stands in the box; a list's, radio's or tick's value as it is sent."""
    errors: tuple[str, ...]


def of_plan(plan: Mapping[str, Any]) -> dict[str, Shown]:
    """What the plan itself says is shown, in Chinese."""
    found: dict[str, list[str]] = {}
    for problem in plan["problems"]:
        found.setdefault(problem["pointer"], []).append(problem["text"]["zh"])
    fields = (
        field for section in plan["sections"] for block in section["blocks"] for field in block["fields"]
    )
    return {one["pointer"]: _of_field(one, tuple(found.get(one["pointer"], ()))) for one in fields}


def of_questions(plan: Mapping[str, Any], *, person: bool = False) -> dict[str, Shown]:
    """What the plan says is asked at first, of a person what their sign-in does not tell; no findings."""
    found = {one["pointer"]: _of_field(one, ()) for one in plan["questions"]}
    return {
        name: one for name, one in found.items() if not person or name != f"/situations/{BY_REPRESENTATIVE}"
    }


def of_markup(page: Node) -> dict[str, Shown]:
    """What a page of ours shows to a person: its fields, read from what is drawn."""
    return {one.pointer: one for one in _fields(page)}


def of_phone(fields: list[dict[str, Any]]) -> dict[str, Shown]:
    """What a page of the mini-program shows, as `harness/fields.js` reads it."""
    return {
        one["pointer"]: Shown(
            pointer=one["pointer"],
            label=one["label"],
            kind=one["kind"],
            required=one["required"],
            options=tuple((option["value"], option["label"]) for option in one["options"]),
            value=one["value"],
            errors=tuple(one["errors"]),
        )
        for one in fields
    }


def differing(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """Where two of them differ: place, what was found, what was wanted."""
    places = dict.fromkeys((*found, *wanted))
    return [(at, found.get(at), wanted.get(at)) for at in places if found.get(at) != wanted.get(at)]


def typable(shown: Mapping[str, Shown]) -> dict[str, Shown]:
    """As a window shows it: what the card gave stands in a box too, where a person sees it as text."""
    return {
        pointer: replace(one, kind="line") if one.kind == "own" else one for pointer, one in shown.items()
    }


def typed_only(shown: Mapping[str, Shown]) -> dict[str, Shown]:
    """The fields that are there to be filled."""
    return {pointer: one for pointer, one in shown.items() if one.kind not in {"own", "withheld"}}


def _of_field(field: Mapping[str, Any], errors: tuple[str, ...]) -> Shown:
    widget, value = field["widget"], field["value"]
    options = tuple((one["value"], one["label"]["zh"]) for one in field["options"])
    kind = {"yes_no": "radio", "many": "many", "tick": "tick"}.get(widget, "line")
    if widget == "choice":
        kind = "radio" if len(options) <= FEW else "picker"
    if widget == "yes_no":
        options = (("true", "是"), ("false", "否"))
    if kind not in {"radio", "picker", "many"}:
        options = ()
    chosen = _value(kind, widget, value, options)
    required = field["required"]
    if field.get("withheld"):
        kind, options, chosen, required = "withheld", (), field["withheld"]["zh"], False
    elif field["supply"] == "login" and value not in (None, ""):
        kind, options = "own", ()
    return Shown(field["pointer"], field["title"]["zh"], kind, required, options, chosen, errors)


def _value(kind: str, widget: str, value: Any, options: tuple[tuple[str, str], ...]) -> Any:
    if kind == "tick":
        return value is True
    if kind == "many":
        return [one for one, _ in options if one in (value or ())]
    if widget == "yes_no":
        return {True: "true", False: "false"}.get(value, "") if isinstance(value, bool) else ""
    if kind in {"radio", "picker"}:
        return value if value in [one for one, _ in options] else ""
    text = "" if value is None else str(value)
    return text.replace("T", " ") if widget == "moment" else text


def _fields(page: Node) -> Iterator[Shown]:
    for field in page.every(lambda node: node.tag == "div" and "field" in node.classes):
        marks = [node for node in field.named("input") if node.attributes.get("name") == "shown"]
        if not marks:
            continue
        pointer = marks[0].attributes["value"]
        errors = tuple(
            node.text().strip() for node in field.every(lambda one: one.tag == "p" and "error" in one.classes)
        )
        optional = field.every(lambda node: "optional" in node.classes)
        kind, options, value = _control(field)
        yield Shown(pointer, _label(field, kind), kind, not optional, options, value, errors)


def _label(field: Node, kind: str) -> str:
    if kind == "tick":
        label = next(node for node in field.named("span") if "optional" not in node.classes)
    else:
        label = next(node for node in field.every(lambda node: "label" in node.classes))
    return "".join(part for part in label.children if isinstance(part, str)).strip()


def _control(field: Node) -> tuple[str, tuple[tuple[str, str], ...], Any]:
    inputs = [one for one in field.named("input") if one.attributes.get("name") != "shown"]
    for select in field.named("select"):
        options = [one for one in select.named("option") if one.attributes["value"]]
        chosen = [one.attributes["value"] for one in options if "selected" in one.attributes]
        listed = tuple((one.attributes["value"], one.text().strip()) for one in options)
        return "picker", listed, chosen[0] if chosen else ""
    for area in field.named("textarea"):
        return "line", (), area.text()
    kind = inputs[0].attributes["type"]
    if kind == "text":
        return "line", (), inputs[0].attributes.get("value", "")
    checked = [one.attributes["value"] for one in inputs if "checked" in one.attributes]
    options_ = tuple((one.attributes["value"], _beside(field, one)) for one in inputs)
    if kind == "radio":
        return "radio", options_, checked[0] if checked else ""
    if "tick" in field.classes:
        return "tick", (), bool(checked)
    return "many", options_, checked


def _beside(field: Node, control: Node) -> str:
    label = next(node for node in field.named("label") if control in node.children)
    return label.text().strip()
