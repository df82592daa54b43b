"""Projection: in goes a slot and a resolution, out comes the agency's own form with each box's provenance."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from forms.merge import ActiveSlot, BoundBox, MergedForm, Supply
from forms.resolve import Resolution, Resolved
from onething.box import ANY
from onething.fact import Fact


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

    @property
    def awaited(self) -> tuple[Gap, ...]:
        """Boxes that an earlier slot's outcome will fill."""
        return tuple(gap for gap in self.gaps if gap.outcome)


def project(form: MergedForm, slot: ActiveSlot, resolution: Resolution) -> Projection:
    """Fill the boxes of one slot's form that are sent; whatever nobody supplied becomes a gap."""
    payload: dict[str, Any] = {}
    provenance: dict[str, Resolved] = {}
    gaps: list[Gap] = []
    for bound in slot.boxes:
        if not bound.box.sent:
            continue
        for index, path in _places(bound, resolution):
            _fill(form, bound, index, path, resolution, (payload, provenance, gaps))
    return Projection(slot.name, payload, provenance, tuple(gaps))


def put(payload: dict[str, Any], path: tuple[str | int, ...], value: Any) -> None:
    """Set the value at `path`, making groups and array elements on the way."""
    node: Any = payload
    for part, following in pairwise(path):
        fresh: Any = [] if isinstance(following, int) else {}
        if isinstance(part, int):
            while len(node) <= part:
                node.append({})
            node = node[part]
        else:
            node = node.setdefault(part, fresh)
    node[path[-1]] = value


def pointer(path: tuple[str | int, ...] | list[str | int]) -> str:
    """JSON Pointer (RFC 6901) of a path."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def _places(bound: BoundBox, resolution: Resolution) -> Iterator[tuple[int | None, tuple[str | int, ...]]]:
    if bound.each is None:
        yield None, bound.box.path
        return
    for index in range(resolution.size(bound.each)):
        yield index, tuple(index if part == ANY else part for part in bound.box.path)


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
            field = form.fields.get(fact)
            outcome = field is not None and field.supply is Supply.OUTCOME
            gaps.append(Gap(path, fact, place, outcome))
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
