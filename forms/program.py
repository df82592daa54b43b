"""Programs: in goes a slot of a merged form, out comes what filling it takes, worked out once."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from forms.binding import ActiveSlot, BoundBox
from forms.conversion import Convert
from forms.merge import MergedForm, Supply
from forms.requirement import Demand, Requirements, requirements
from forms.resolve import readings
from onething.box import ANY
from onething.fact import Fact

Constant = tuple[tuple[str, ...], Any]
"""A box that leaves no choice: its place below the payload or row, and its value."""


class Step(NamedTuple):
    """One box to fill: with which facts, through which conversion, and where."""

    number: int
    """The first fact's number in `Resolution.values`; not for a list's row."""
    way: tuple[str, ...]
    """The groups it stands in, below the payload or the row."""
    key: str
    convert: Convert | None
    """None: the value goes as it is."""
    facts: tuple[Fact, ...]
    personal: tuple[bool, ...]
    """For each fact, whether it is asked of the row's own person."""
    awaitable: tuple[bool, ...]
    """For each fact, whether an earlier slot may bring it, or one that it is derived from."""


class ListProgram(NamedTuple):
    """A list of persons: where it stands, whom it is about, and how a row is filled."""

    path: tuple[str, ...]
    bound: BoundBox
    """Any of its boxes: all say the same about the persons."""
    steps: tuple[Step, ...]
    constants: tuple[Constant, ...]


class SlotProgram(NamedTuple):
    """How one slot's form is filled."""

    requirements: Requirements
    groups: tuple[tuple[str, ...], ...]
    """Groups that the form always carries, outer ones first: an empty one shows what it lacks."""
    constants: tuple[Constant, ...]
    steps: tuple[Step, ...]
    lists: tuple[ListProgram, ...]
    conditional: tuple[tuple[str, ...], ...]
    """Boxes about which a condition of the form decides."""
    conditional_names: frozenset[str]
    """Their last names, to tell quickly."""
    keys: dict[int, tuple[str, ...]]
    """The outermost boxes that each fact fills, by its number."""
    nobody: tuple[tuple[str, ...], ...]
    """Boxes that may be required, about somebody who is not there in these situations."""


def slot_program(form: MergedForm, slot: ActiveSlot) -> SlotProgram:
    """Return how to fill a slot's form, worked out at first use."""
    programs: dict[str, SlotProgram] = form.compiled.setdefault("programs", {})
    found = programs.get(slot.name)
    if found is None:
        found = programs[slot.name] = _compile(form, slot)
    return found


def _compile(form: MergedForm, slot: ActiveSlot) -> SlotProgram:
    once = tuple(bound for bound in slot.sent if bound.each is None)
    lists: dict[tuple[str, ...], list[BoundBox]] = {}
    for bound in slot.sent:
        if bound.each is not None:
            lists.setdefault(bound.box.path[: bound.box.path.index(ANY)], []).append(bound)
    required = requirements(slot.item.form)
    conditional = tuple(bound.box.path for bound in slot.sent if required.conditional(bound.box.path))
    steps = tuple(_steps(form, once, 0))
    keys: dict[int, tuple[str, ...]] = {}
    for step in steps:
        if not step.way:
            keys[step.number] = (*keys.get(step.number, ()), step.key)
    return SlotProgram(
        requirements=required,
        groups=tuple(_required_groups(slot.item.form)),
        constants=tuple(_constants(once, 0)),
        steps=steps,
        lists=tuple(
            ListProgram(
                path,
                boxes[0],
                tuple(_steps(form, tuple(boxes), len(path) + 1)),
                tuple(_constants(tuple(boxes), len(path) + 1)),
            )
            for path, boxes in lists.items()
        ),
        nobody=tuple(
            bound.box.path
            for bound in once
            if bound.fact is not None
            and bound.fact.owner not in form.roles
            and required.fixed(bound.box.path) is not Demand.OPTIONAL
        ),
        conditional=conditional,
        conditional_names=frozenset(box[-1] for box in conditional),
        keys=keys,
    )


def _steps(form: MergedForm, boxes: tuple[BoundBox, ...], depth: int) -> Iterator[Step]:
    """Yield how each box is filled, its place told below the payload (0) or its row (deeper)."""
    numbers = readings(form).numbers
    for bound in boxes:
        if bound.fact is None or bound.fact.owner not in form.roles:
            continue
        facts = (bound.fact, *bound.also)
        yield Step(
            number=numbers[bound.fact],
            way=bound.box.path[depth:-1],
            key=bound.box.path[-1],
            convert=bound.convert if bound.box.binding.via or bound.also else None,
            facts=facts,
            personal=tuple(fact.owner == bound.each for fact in facts),
            awaitable=tuple(_awaitable(form, fact) for fact in facts),
        )


def _awaitable(form: MergedForm, fact: Fact) -> bool:
    field = form.fields.get(fact)
    if field is None:
        return False
    return field.supply is Supply.OUTCOME or any(_awaitable(form, source) for source in field.sources)


def _constants(boxes: tuple[BoundBox, ...], depth: int) -> Iterator[Constant]:
    for bound in boxes:
        if bound.fact is None:
            yield bound.box.path[depth:], bound.box.schema["const"]


def _required_groups(form: dict[str, Any], level: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name in form.get("required", ()):
        sub = form.get("properties", {}).get(name, {})
        if sub.get("type") == "object" and "properties" in sub:
            yield (*level, name)
            yield from _required_groups(sub, (*level, name))
