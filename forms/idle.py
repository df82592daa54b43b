"""Data minimisation: in goes a filled form, out it comes without what no condition of it calls for."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any, Final

from forms.requirement import Judged, Path, Requirements, at
from onething.box import ANY

Box = tuple[str, ...]
_ROUNDS: Final = 3
"""Leaving one box out may switch the condition of another; a form that does not settle is sent whole."""


def take_out(form: Requirements, boxes: Iterable[Box], payload: dict[str, Any]) -> None:
    """Take idle boxes out, and idle groups and lists, so that what stays calls for none of them."""
    places = [(box, path) for box in boxes for path in _spread(box, payload)]
    taken: dict[Path, Any] = {}
    for _ in range(_ROUNDS):
        judged: Judged = {}
        idle = {
            path[: depth + 1]: None
            for box, path in places
            if (depth := form.idle_from(box, path, payload, judged)) is not None
        }
        if idle.keys() == taken.keys():
            return
        _restore(payload, taken)
        taken = {place: _remove(form, payload, place) for place in idle}
    _restore(payload, taken)


def may_be_called(form: Requirements, box: Box, awaited: Iterable[Path]) -> bool:
    """Whether what an earlier slot will still bring may call for a box: then it has to be there."""
    rules = [rule for step in form.way(box) for rule in step.rules]
    return any(rule.may_read(path) for path in awaited for rule in rules)


def put(payload: dict[str, Any], path: Path, value: Any) -> None:
    """Set the value at `path`, making groups and array elements on the way."""
    node: Any = payload
    for part, following in pairwise(path):
        fresh: Any = [] if isinstance(following, int) else {}
        node = node[part] if isinstance(part, int) else node.setdefault(part, fresh)
    node[path[-1]] = value


def _spread(box: Box, payload: dict[str, Any]) -> Iterator[Path]:
    """Yield the places at which a box is filled."""
    if ANY not in box:
        ways: list[Path] = [box]
    else:
        place = box.index(ANY)
        rows = at(payload, box[:place])
        ways = [(*box[:place], row, *box[place + 1 :]) for row in range(len(rows))]
    for path in ways:
        if path[-1] in at(payload, path[:-1]):
            yield path


def _remove(form: Requirements, payload: dict[str, Any], place: Path) -> Any:
    value = at(payload, place[:-1]).pop(place[-1])
    group = place[:-1]
    while group and isinstance(group[-1], str) and not at(payload, group):
        level = tuple(ANY if isinstance(part, int) else part for part in group[:-1])
        if (level, group[-1]) in form.always:
            break
        at(payload, group[:-1]).pop(group[-1], None)
        group = group[:-1]
    return value


def _restore(payload: dict[str, Any], taken: dict[Path, Any]) -> None:
    for place, value in taken.items():
        put(payload, place, value)
