"""Projection: in goes a slot and a resolution, out comes the agency's own form with each box's provenance."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

from forms.binding import ActiveSlot, BoundBox
from forms.condition import persons
from forms.merge import MergedForm, Supply
from forms.resolve import Resolution, Resolved
from onething.box import ANY
from onething.fact import Fact

_GROUPS: Final[dict[int, tuple[dict[str, Any], tuple[tuple[str, ...], ...]]]] = {}


@dataclass(frozen=True, slots=True)
class Gap:
    """A box that could not be filled: its place in the payload, the fact and person it wants, and why."""

    path: tuple[str | int, ...]
    fact: Fact
    index: int | None
    outcome: bool
    """An earlier slot will bring it."""
    unconvertible: bool = False


@dataclass(frozen=True, slots=True)
class Projection:
    """What one agency receives: only the boxes it declared."""

    slot: str
    payload: dict[str, Any]
    provenance: dict[str, Resolved]
    """By JSON Pointer into the payload."""
    gaps: tuple[Gap, ...]
    rows: dict[tuple[str | int, ...], tuple[int, ...]]
    """For each array, by its path in the payload, which person each row is about."""

    def person(self, path: tuple[str | int, ...]) -> int | None:
        """The person, by index of the merged form, whom a place in the payload is about."""
        for place, row in enumerate(path):
            if isinstance(row, int):
                rows = self.rows.get(path[:place], ())
                return rows[row] if row < len(rows) else row
        return None

    @property
    def awaited(self) -> tuple[Gap, ...]:
        """Boxes that an earlier slot's outcome will fill."""
        return tuple(gap for gap in self.gaps if gap.outcome)


def project(form: MergedForm, slot: ActiveSlot, resolution: Resolution) -> Projection:
    """Fill the boxes of one slot's form that are sent; whatever nobody supplied becomes a gap."""
    payload: dict[str, Any] = {}
    provenance: dict[str, Resolved] = {}
    gaps: list[Gap] = []
    rows: dict[tuple[str | int, ...], tuple[int, ...]] = {}
    for group in _groups_of(slot.item.form):
        put(payload, group, {})
    for bound in slot.sent:
        for index, path in _places(bound, resolution, payload, rows):
            _fill(form, bound, index, path, resolution, (payload, provenance, gaps))
    return Projection(slot.name, payload, provenance, tuple(gaps), rows)


def required_groups(form: dict[str, Any], level: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the groups that the form always carries, outer ones first: an empty one shows what it lacks."""
    for name in form.get("required", ()):
        sub = form.get("properties", {}).get(name, {})
        if sub.get("type") == "object" and "properties" in sub:
            yield (*level, name)
            yield from required_groups(sub, (*level, name))


def _groups_of(form: dict[str, Any]) -> tuple[tuple[str, ...], ...]:
    found = _GROUPS.get(id(form))
    if found is None or found[0] is not form:
        found = (form, tuple(required_groups(form)))
        _GROUPS[id(form)] = found
    return found[1]


def awaits(form: MergedForm, resolution: Resolution, fact: Fact, index: int | None) -> bool:
    """Whether an earlier slot will bring the fact, or one that it is derived from."""
    field = form.fields.get(fact)
    if field is None or resolution.get(fact, index) is not None:
        return False
    return field.supply is Supply.OUTCOME or any(
        awaits(form, resolution, source, index if source.owner == fact.owner else None)
        for source in field.sources
    )


def put(payload: dict[str, Any], path: tuple[str | int, ...], value: Any) -> None:
    """Set the value at `path`, making groups and array elements on the way."""
    node: Any = payload
    for part, following in pairwise(path):
        fresh: Any = [] if isinstance(following, int) else {}
        node = node[part] if isinstance(part, int) else node.setdefault(part, fresh)
    node[path[-1]] = value


@lru_cache(maxsize=8192)
def pointer(path: tuple[str | int, ...]) -> str:
    """JSON Pointer (RFC 6901) of a path."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def _places(
    bound: BoundBox,
    resolution: Resolution,
    payload: dict[str, Any],
    rows: dict[tuple[str | int, ...], tuple[int, ...]],
) -> Iterator[tuple[int | None, tuple[str | int, ...]]]:
    """Yield each person with the box's place in that person's row, which is there even when still empty."""
    if bound.each is None:
        yield None, bound.box.path
        return
    array = bound.box.path[: bound.box.path.index(ANY)]
    if array not in rows:
        rows[array] = persons(bound, resolution)
        if rows[array]:
            put(payload, array, [{} for _ in rows[array]])
    for row, index in enumerate(rows[array]):
        yield index, tuple(row if part == ANY else part for part in bound.box.path)


def _fill(  # noqa: PLR0913, PLR0917 - the three accumulators travel as one
    form: MergedForm,
    bound: BoundBox,
    index: int | None,
    path: tuple[str | int, ...],
    resolution: Resolution,
    into: tuple[dict[str, Any], dict[str, Resolved], list[Gap]],
) -> None:
    payload, provenance, gaps = into
    if bound.fact is None:
        put(payload, path, bound.box.schema["const"])
        return
    if bound.fact.owner not in form.roles:
        return
    first: Resolved | None = None
    values: list[Any] = []
    for fact in (bound.fact, *bound.also):
        place = index if fact.owner == bound.each else None
        resolved = resolution.get(fact, place)
        if resolved is None:
            gaps.append(Gap(path, fact, place, awaits(form, resolution, fact, place)))
            return
        first = first or resolved
        values.append(resolved.value)
    try:
        put(payload, path, bound.convert(values))
    except (ValueError, TypeError, KeyError):
        gaps.append(Gap(path, bound.fact, index, outcome=False, unconvertible=True))
        return
    if first is not None:
        provenance[pointer(path)] = first
