"""Projection: in goes a slot and a resolution, out comes the agency's own form with each box's provenance."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from forms.binding import ActiveSlot
from forms.condition import persons
from forms.idle import may_be_called, put, take_out
from forms.merge import MergedForm, Supply
from forms.program import ListProgram, SlotProgram, Step, slot_program
from forms.requirement import Judged, Path, at
from forms.resolve import Resolution, Resolved
from onething.box import ANY
from onething.fact import Fact


class Gap(NamedTuple):
    """A box that could not be filled: its place in the payload, the fact and person it wants, and why."""

    path: Path
    fact: Fact
    person: int | None
    outcome: bool
    """An earlier slot will bring it."""
    unconvertible: bool = False


@dataclass(frozen=True, slots=True)
class _Row:
    """Whose boxes are being filled: one person's row of a list, or the boxes that stand once."""

    resolution: Resolution
    base: Path = ()
    index: int | None = None

    def person(self, step: Step, number: int) -> int | None:
        return self.index if step.personal[number] else None

    def get(self, step: Step, number: int) -> Resolved | None:
        return self.resolution.get(step.facts[number], self.person(step, number))

    def path(self, step: Step) -> Path:
        return (*self.base, *step.way, step.key)

    def gap(self, step: Step, number: int) -> Gap:
        fact, person = step.facts[number], self.person(step, number)
        outcome = step.awaitable[number] and awaits(self.resolution, fact, person)
        return Gap(self.path(step), fact, person, outcome)


@dataclass(frozen=True, slots=True)
class Projection:
    """What one agency receives: only the boxes it declared, and of these only those that are called for."""

    slot: str
    payload: dict[str, Any]
    gaps: tuple[Gap, ...]
    rows: dict[tuple[str, ...], tuple[int, ...]]
    """For each array, by its path in the payload, which person each row is about."""
    resolution: Resolution
    program: SlotProgram

    @property
    def provenance(self) -> dict[str, Resolved]:
        """Where each value comes from, by JSON Pointer into the payload; told only when asked."""
        told = dict(self._sources(self.program.steps, _Row(self.resolution)))
        for array in self.program.lists:
            for row, index in enumerate(self.rows.get(array.path, ())):
                told |= self._sources(array.steps, _Row(self.resolution, (*array.path, row), index))
        return told

    def person(self, path: Path) -> int | None:
        """The person, by index of the merged form, whom a place in the payload is about."""
        for place, row in enumerate(path):
            if isinstance(row, int):
                rows = self.rows.get(path[:place], ())  # type: ignore[arg-type]
                return rows[row] if row < len(rows) else row
        return None

    @property
    def awaited(self) -> tuple[Gap, ...]:
        """Boxes that an earlier slot's outcome will fill."""
        return tuple(gap for gap in self.gaps if gap.outcome)

    def _sources(self, steps: Iterable[Step], row: _Row) -> Iterator[tuple[str, Resolved]]:
        for step in steps:
            path = row.path(step)
            resolved = row.get(step, 0)
            if resolved is not None and path[-1] in at(self.payload, path[:-1]):
                yield pointer(path), resolved


def project(form: MergedForm, slot: ActiveSlot, resolution: Resolution) -> Projection:
    """Fill the boxes of one slot's form that are sent; whatever nobody supplied becomes a gap.

    A box whose condition does not hold stays empty: an agency sees nothing that its form does not call for.
    """
    program = slot_program(form, slot)
    payload: dict[str, Any] = {}
    gaps: list[Gap] = []
    for group in program.groups:
        put(payload, group, {})
    for path, value in program.constants:
        put(payload, path, value)
    values = resolution.values()
    _fill([(step, values[step.number]) for step in program.steps], payload, _Row(resolution), gaps)
    rows = {array.path: _fill_list(array, payload, resolution, gaps) for array in program.lists}
    if program.conditional:
        gaps = _minimise(program, payload, gaps)
    return Projection(slot.name, payload, tuple(gaps), rows, resolution, program)


def awaits(resolution: Resolution, fact: Fact, index: int | None) -> bool:
    """Whether an earlier slot will bring the fact, or one that it is derived from."""
    field = resolution.form.fields.get(fact)
    if field is None or resolution.get(fact, index) is not None:
        return False
    return field.supply is Supply.OUTCOME or any(
        awaits(resolution, source, index if source.owner == fact.owner else None) for source in field.sources
    )


@lru_cache(maxsize=8192)
def pointer(path: Path) -> str:
    """JSON Pointer (RFC 6901) of a path."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def _fill(
    steps: Iterable[tuple[Step, Resolved | None]], node: dict[str, Any], row: _Row, gaps: list[Gap]
) -> None:
    """Fill a payload's or a row's boxes; written flat, for it runs for every box at every keystroke."""
    for step, first in steps:
        if first is None:
            gaps.append(row.gap(step, 0))
            continue
        value = first[0]
        _, way, key, convert, facts, *_ = step
        if convert is not None:
            try:
                value = convert([value]) if len(facts) == 1 else _converted(step, value, row)
            except (ValueError, TypeError, KeyError):
                gaps.append(Gap(row.path(step), facts[0], row.person(step, 0), False, unconvertible=True))
                continue
            if isinstance(value, Gap):
                gaps.append(value)
                continue
        place = node
        for part in way:
            place = place.setdefault(part, {})
        place[key] = value


def _converted(step: Step, value: Any, row: _Row) -> Any:
    """Return what the agency gets for several values, or the gap where one is missing."""
    values = [value]
    for number in range(1, len(step.facts)):
        more = row.get(step, number)
        if more is None:
            return row.gap(step, number)
        values.append(more.value)
    return step.convert(values) if step.convert else value


def _fill_list(
    array: ListProgram, payload: dict[str, Any], resolution: Resolution, gaps: list[Gap]
) -> tuple[int, ...]:
    """Fill a list's rows, each there even when still empty; return which person each is about."""
    about = persons(array.bound, resolution)
    filled: list[dict[str, Any]] = [{} for _ in about]
    if about:
        put(payload, array.path, filled)
    for place, index in enumerate(about):
        row = _Row(resolution, (*array.path, place), index)
        for path, value in array.constants:
            put(filled[place], path, value)
        _fill(((step, row.get(step, 0)) for step in array.steps), filled[place], row, gaps)
    return about


def _minimise(program: SlotProgram, payload: dict[str, Any], gaps: list[Gap]) -> list[Gap]:
    """Take out the boxes whose condition does not hold; return the gaps that still matter."""
    awaited = [gap.path for gap in gaps if gap.outcome]
    form = program.requirements
    boxes = program.conditional
    if awaited:
        boxes = tuple(box for box in boxes if not may_be_called(form, box, awaited))
    take_out(form, boxes, payload)
    judged: Judged = {}
    left = []
    for gap in gaps:
        if gap.path[-1] not in program.conditional_names:
            left.append(gap)
            continue
        box = tuple(ANY if isinstance(part, int) else part for part in gap.path)
        if box not in boxes or form.idle_from(box, gap.path, payload, judged) is None:
            left.append(gap)
    return left
