"""Programs: in goes a slot of a merged form, out comes what filling it takes, worked out once."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import jsonschema_rs

from forms.binding import ActiveSlot, BoundBox, BoundCondition
from forms.condition import asks, program
from forms.conversion import Convert
from forms.idle import put
from forms.merge import MergedForm, Supply
from forms.reading import readings
from forms.relaxed import relaxed_validator
from forms.requirement import Demand, Group, Path, Requirements, requirements
from forms.resolve import Resolution
from forms.schema import slot_validator
from onething.box import ANY
from onething.condition_program import Program
from onething.fact import Fact

Constant = tuple[tuple[str, ...], Any]
"""A box that leaves no choice: its place below the payload or row, and its value."""


class Gap(NamedTuple):
    """A box that could not be filled: its place in the payload, the fact and person it wants, and why."""

    path: Path
    fact: Fact
    person: int | None
    outcome: bool
    """An earlier slot will bring it."""
    unconvertible: bool = False
    box: tuple[str, ...] = ()
    """Its place in the form, where rows have no numbers."""
    demand: Demand | None = None
    """How the form treats it in every payload; None: it depends on other boxes."""
    mend: str | None = None
    """Where a person would supply it, when that never depends on other answers."""


class Want(NamedTuple):
    """What a box wants: its facts, and what is left when the first of them is missing."""

    facts: tuple[Fact, ...]
    numbers: tuple[int, ...]
    personal: tuple[bool, ...]
    """For each fact, whether it is asked of the row's own person."""
    awaitable: tuple[bool, ...]
    """For each fact, whether an earlier slot may bring it, or one that it is derived from."""
    typed: str | None
    """The first fact's name among the answers about the row's own person, if it is one of them."""
    gap: Gap
    """As it is outside lists, if no earlier slot may bring the fact."""


class Step(NamedTuple):
    """One box to fill: with which value, through which conversion, and where."""

    number: int
    """The first fact's number in `Resolution.values`."""
    key: str
    way: tuple[str, ...]
    """The groups it stands in, below the payload or the row."""
    convert: Convert | None
    """From the facts' values to the agency's; None: it goes as it is."""
    table: dict[str, Any] | None
    """The agency's codes, when that is all the conversion of a text does: a third of the time."""
    want: Want


Once = tuple[int, str, Gap | None, bool, dict[str, Any] | None, Step]
"""A box that stands once: its fact's number, its key, what is left when that is missing (None: it depends),
whether the value goes as it is and outermost, else the codes of an outermost box, and the step in full."""


class ListProgram(NamedTuple):
    """A list of persons: where it stands, whom it is about, and how a row is filled."""

    path: tuple[str, ...]
    bound: BoundBox
    """Any of its boxes: all say the same about the persons."""
    where: Program[Resolution]
    """For which persons of the role there is a row."""
    steps: tuple[Step, ...]
    constants: tuple[Constant, ...]


class SlotProgram(NamedTuple):
    """How one slot's form is filled."""

    slot: ActiveSlot
    name: str
    requirements: Requirements
    validator: jsonschema_rs.Validator
    """The agency's own form, compiled."""
    relaxed: jsonschema_rs.Validator | None
    """The same without what it requires (`forms.relaxed`)."""
    blank: dict[str, Any]
    """The payload before any answer: what leaves no choice, and the groups that the form always carries."""
    nested: bool
    """Whether the blank payload has groups, which no two payloads may share."""
    steps: tuple[Step, ...]
    once: tuple[Once, ...]
    """The same steps by what most of them take."""
    lists: tuple[ListProgram, ...]
    conditional: tuple[Group, ...]
    """Boxes that these situations fill and about which a condition of the form decides, the same together."""
    independent: bool
    """Whether these all stand outermost, and none may decide about another."""
    keys: dict[int, tuple[str, ...]]
    """The outermost boxes that each fact fills, by its number."""
    absent: tuple[Group, ...]
    """Outermost boxes that a condition may require, about somebody who is not there in these situations."""
    nobody: tuple[tuple[str, ...], ...]
    """Other such boxes that may be required."""
    asked: tuple[tuple[BoundCondition, tuple[int, ...], bool], ...]
    """Each condition with the facts it asks for, by number, and whether it asks for any of a list."""


def slot_programs(form: MergedForm) -> tuple[SlotProgram, ...]:
    """Return how to fill every slot's form, in the bundle's order."""
    found: tuple[SlotProgram, ...] | None = form.compiled.get("every program")
    if found is None:
        found = form.compiled["every program"] = tuple(slot_program(form, slot) for slot in form.slots)
    return found


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
    steps = tuple(_steps(form, slot, once, 0))
    keys: dict[int, tuple[str, ...]] = {}
    for step in steps:
        if not step.way:
            keys[step.number] = (*keys.get(step.number, ()), step.key)
    blank = _blank(slot, once)
    nobody = {bound.box.path: bound for bound in slot.sent if bound.fact and _absent(form, bound.fact)}
    unfilled = tuple(path for path, bound in nobody.items() if bound.each is None)
    conditional = required.together(b.box.path for b in slot.sent if b.box.path not in nobody)
    return SlotProgram(
        slot=slot,
        name=slot.name,
        requirements=required,
        validator=slot_validator(slot),
        relaxed=relaxed_validator(slot.item.form),
        blank=blank,
        nested=any(isinstance(part, dict) for part in blank.values()),
        steps=steps,
        once=tuple(_once(step) for step in steps),
        lists=tuple(
            ListProgram(
                path,
                boxes[0],
                program(boxes[0].where, form),
                tuple(_steps(form, slot, tuple(boxes), len(path) + 1)),
                tuple(_constants(tuple(boxes), len(path) + 1)),
            )
            for path, boxes in lists.items()
        ),
        conditional=conditional,
        independent=required.independent(conditional),
        absent=required.together(box for box in unfilled if len(box) == 1),
        nobody=tuple(
            box
            for box in unfilled
            if required.fixed(box) is Demand.REQUIRED or (len(box) > 1 and required.fixed(box) is None)
        ),
        keys=keys,
        asked=tuple(
            (condition, numbers, bool(others))
            for condition in slot.conditions
            for numbers, others in (asks(condition, form),)
        ),
    )


def _once(step: Step) -> Once:
    outermost, gap = not step.way, None if step.want.awaitable[0] else step.want.gap
    plain = outermost and step.convert is None
    return step.number, step.key, gap, plain, step.table if outermost else None, step


def _absent(form: MergedForm, fact: Fact) -> bool:
    return fact.owner not in form.roles


def _blank(slot: ActiveSlot, boxes: tuple[BoundBox, ...]) -> dict[str, Any]:
    blank: dict[str, Any] = {}
    for group in _required_groups(slot.item.form):
        put(blank, group, {})
    for path, value in _constants(boxes, 0):
        put(blank, path, value)
    return blank


def _steps(form: MergedForm, slot: ActiveSlot, boxes: tuple[BoundBox, ...], depth: int) -> Iterator[Step]:
    """Yield how each box is filled, its place told below the payload (0) or its row (deeper)."""
    numbers = readings(form).numbers
    required = requirements(slot.item.form)
    for bound in boxes:
        if bound.fact is None or _absent(form, bound.fact):
            continue
        fact, path = bound.fact, bound.box.path
        facts = (fact, *bound.also)
        mend = fact.pointer() if _typed(form, fact) else None
        yield Step(
            number=numbers[fact],
            key=path[-1],
            way=path[depth:-1],
            table=_table(slot, bound) if not bound.also else None,
            convert=bound.convert if bound.box.binding.via or bound.also else None,
            want=Want(
                facts=facts,
                numbers=tuple(numbers[each] for each in facts),
                personal=tuple(each.owner == bound.each for each in facts),
                awaitable=tuple(_awaitable(form, each) for each in facts),
                typed=fact.key
                if fact.owner == bound.each and not form.bundle.roles[fact.owner].same_as
                else None,
                gap=Gap(path, fact, None, False, box=path, demand=required.fixed(path), mend=mend),
            ),
        )


def _table(slot: ActiveSlot, bound: BoundBox) -> dict[str, Any] | None:
    via = bound.box.binding.via
    if len(via) != 1 or via[0].name != "code_table":
        return None
    return slot.item.code_tables[via[0].code_table or ""]


def _typed(form: MergedForm, fact: Fact) -> bool:
    """Whether a fact's own field is the only place where a person supplies it (`forms.complaint.blame`)."""
    field = form.fields[fact]
    derived = field.supply is Supply.DERIVED and bool(field.sources)
    return not form.bundle.roles[fact.owner].same_as and field.supply is not Supply.OUTCOME and not derived


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
