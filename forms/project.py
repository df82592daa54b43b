"""Projection: in goes a slot and a resolution, out comes the agency's own form with each box's provenance."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, Final, NamedTuple

from forms.binding import ActiveSlot
from forms.condition import persons
from forms.idle import put, take_out
from forms.merge import MergedForm, Supply
from forms.program import Gap, ListProgram, SlotProgram, Step, Want, slot_program
from forms.reading import MISSING
from forms.requirement import Group, Judged, Path, at, idle_depth
from forms.resolve import Resolution, Resolved
from onething.fact import Fact

__all__ = ["Gap", "Projection", "awaits", "filled", "pointer", "project"]


_NOBODY: Final[dict[tuple[str, ...], tuple[int, ...]]] = {}
"""No list has any row; it is never written to."""


class _Lacking(Exception):
    """Of several facts that one box wants, one is missing."""

    def __init__(self, place: int) -> None:
        super().__init__(place)
        self.place = place


class _Row(NamedTuple):
    """Whose boxes are being filled: one person's row of a list, or the boxes that stand once."""

    resolution: Resolution
    base: Path = ()
    who: int | None = None

    def person(self, want: Want, place: int) -> int | None:
        return self.who if want.personal[place] else None

    def value(self, want: Want, place: int) -> Any:
        return self.resolution.value(want.numbers[place], self.person(want, place))

    def together(self, want: Want, first: Any) -> list[Any]:
        """The values of several facts; raises _Lacking when one is missing."""
        values = [first]
        for place in range(1, len(want.facts)):
            value = self.value(want, place)
            if value is MISSING:
                raise _Lacking(place)
            values.append(value)
        return values

    def gap(self, way: Path, key: str, want: Want, place: int = 0, *, unconvertible: bool = False) -> Gap:
        """What is left of a box that cannot be filled, for want of one of its facts."""
        fact, person = want.facts[place], self.person(want, place)
        _, _, _, _, _, box, demand, mend = want.gap
        outcome = not unconvertible and want.awaitable[place] and awaits(self.resolution, fact, person)
        mend = fact.pointer(person) if mend and not place else None
        return Gap((*self.base, *way, key), fact, person, outcome, unconvertible, box, demand, mend)


class Projection(NamedTuple):
    """What one agency receives: only the boxes it declared, and of these only those that are called for."""

    slot: str
    payload: dict[str, Any]
    gaps: tuple[Gap, ...]
    rows: dict[tuple[str, ...], tuple[int, ...]]
    """For each array, by its path in the payload, which person each row is about."""
    resolution: Resolution
    program: SlotProgram
    judged: Judged
    """What the form's conditions came to by this payload, as far as they were judged."""

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
            path = (*row.base, *step.way, step.key)
            resolved = self.resolution.get(step.want.facts[0], row.person(step.want, 0))
            if resolved is not None and path[-1] in at(self.payload, path[:-1]):
                yield pointer(path), resolved


def project(form: MergedForm, slot: ActiveSlot, resolution: Resolution) -> Projection:
    """Fill the boxes of one slot's form that are sent; whatever nobody supplied becomes a gap.

    A box whose condition does not hold stays empty: an agency sees nothing that its form does not call for.
    """
    return filled(slot_program(form, slot), resolution)


def filled(program: SlotProgram, resolution: Resolution) -> Projection:
    """Fill one form by its program."""
    payload = _copied(program.blank) if program.nested else program.blank.copy()
    gaps: list[Gap] = []
    values, row = resolution.values(), None
    for number, key, gap, plain, table, step in program.once:
        value = values[number]
        if plain and value is not MISSING:
            payload[key] = value
        elif table and type(value) is str and value in table:
            payload[key] = table[value]
        elif gap is not None and value is MISSING:
            gaps.append(gap)
        else:
            row = row or _Row(resolution)
            _fill(step, value, payload, row, gaps)
    rows = _NOBODY
    if program.lists:
        rows = {array.path: _fill_list(array, payload, resolution, gaps) for array in program.lists}
    judged: Judged = {}
    if program.conditional:
        gaps, judged = _minimise(program, payload, gaps)
    return Projection(program.name, payload, tuple(gaps), rows, resolution, program, judged)


def awaits(resolution: Resolution, fact: Fact, index: int | None) -> bool:
    """Whether an earlier slot will bring the fact, or one that it is derived from."""
    field = resolution.form.fields.get(fact)
    if field is None or resolution.bare(fact, index) is not MISSING:
        return False
    return field.supply is Supply.OUTCOME or any(
        awaits(resolution, source, index if source.owner == fact.owner else None) for source in field.sources
    )


@lru_cache(maxsize=8192)
def pointer(path: Path) -> str:
    """JSON Pointer (RFC 6901) of a path."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def _copied(group: dict[str, Any]) -> dict[str, Any]:
    return {name: _copied(part) if isinstance(part, dict) else part for name, part in group.items()}


def _fill(step: Step, value: Any, node: dict[str, Any], row: _Row, gaps: list[Gap]) -> None:
    """Fill one box of a payload or a row."""
    _, key, way, convert, table, want = step
    if value is MISSING:
        gaps.append(row.gap(way, key, want))
        return
    try:
        if table is not None and type(value) is str:
            value = table[value]
        elif convert is not None:
            value = convert([value] if len(want.facts) == 1 else row.together(want, value))
    except (ValueError, TypeError, KeyError):
        gaps.append(row.gap(way, key, want, unconvertible=True))
        return
    except _Lacking as lacking:
        gaps.append(row.gap(way, key, want, lacking.place))
        return
    for part in way:
        node = node.setdefault(part, {})
    node[key] = value


def _fill_list(
    array: ListProgram, payload: dict[str, Any], resolution: Resolution, gaps: list[Gap]
) -> tuple[int, ...]:
    """Fill a list's rows, each there even when still empty; return which person each is about."""
    about = persons(array.bound, array.where, resolution)
    if not about:
        return about
    filled: list[dict[str, Any]] = [{} for _ in about]
    put(payload, array.path, filled)
    for place, index in enumerate(about):
        row = _Row(resolution, (*array.path, place), index)
        for path, value in array.constants:
            put(filled[place], path, value)
        typed = resolution.row(array.bound.each, index)
        for step in array.steps:
            value = typed.get(step.want.typed) if step.want.typed else None
            if value is None or value == "":
                value = resolution.value(step.number, index if step.want.personal[0] else None)
            _fill(step, value, filled[place], row, gaps)
    return about


def _minimise(program: SlotProgram, payload: dict[str, Any], gaps: list[Gap]) -> tuple[list[Gap], Judged]:
    """Take out the boxes whose condition does not hold; return the gaps that still matter."""
    form, groups = program.requirements, program.conditional
    paths = [gap.path for gap in gaps if gap.outcome]
    if paths:
        awaited = {str(part) for path in paths for part in path}
        groups = tuple(group for group in groups if not form.may_read(group.asking, awaited))
    if program.independent:
        return _minimise_each(groups, payload, gaps)
    judged = take_out(form, groups, payload)
    left = []
    for gap in gaps:
        decided = gap.demand is None and any(gap.box in group.boxes for group in groups)
        if not decided or form.idle_from(gap.box, gap.path, payload, judged) is None:
            left.append(gap)
    return left, judged


def _minimise_each(
    groups: tuple[Group, ...], payload: dict[str, Any], gaps: list[Gap]
) -> tuple[list[Gap], Judged]:
    """The same where no box may decide about another, as in most forms: each is judged once."""
    judged: Judged = {}
    idle: set[str | int] = set()
    for boxes, asking in groups:
        if idle_depth(asking, boxes[0], payload, judged) is not None:
            for (name,) in boxes:
                idle.add(name)
                payload.pop(name, None)
    return ([gap for gap in gaps if gap.path[0] not in idle] if idle else gaps), judged
