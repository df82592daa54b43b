"""Demand: in goes a slot and its payload so far, out comes how its form treats each of its boxes."""

from collections.abc import Iterator

from forms.binding import ActiveSlot, BoundBox
from forms.project import Projection
from forms.requirement import Demand, Path, at, requirements
from onething.box import ANY

__all__ = ["Demand", "Demanded", "demands"]

Demanded = tuple[BoundBox, int | None, Demand]
"""A box, the person of a list it is about, and how its form treats it."""


def demands(slot: ActiveSlot, projection: Projection) -> Iterator[Demanded]:
    """Yield each sent box for each person it stands for, with its demand."""
    payload = projection.payload
    form = requirements(slot.item.form)
    for bound in slot.sent:
        box = bound.box.path
        if bound.each is None:
            yield bound, None, form.fixed(box) or form.demand(box, box, payload)
            continue
        for path in _spread(box, payload):
            yield bound, projection.person(path), form.demand(box, path, payload)


def _spread(path: tuple[str, ...], payload: object) -> Iterator[Path]:
    place = path.index(ANY)
    rows = at(payload, path[:place])
    for index in range(len(rows) if isinstance(rows, list) else 0):
        yield tuple(index if part == ANY else part for part in path)
