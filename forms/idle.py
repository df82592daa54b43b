"""Data minimisation: in goes a filled form, out it comes without what no condition of it calls for."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any, Final

from forms.requirement import Group, Judged, Path, Requirements, at, idle_depth
from onething.box import ANY

Box = tuple[str, ...]
_ROUNDS: Final = 3
"""Leaving one box out may switch the condition of another; a form that does not settle is sent whole."""


def take_out(form: Requirements, groups: Iterable[Group], payload: dict[str, Any]) -> Judged:
    """Take idle boxes out, and idle groups and lists, so that what stays calls for none of them.

    `groups` are boxes about which the same conditions decide (`Requirements.together`). Return what the
    conditions came to, as far as they were judged by what stays.
    """
    judged: Judged = {}
    doubtful = [
        group
        for group in groups
        if ANY in group.boxes[0] or idle_depth(group.asking, group.boxes[0], payload, judged) is not None
    ]
    idle = _idle(form, _filled(doubtful, payload), payload, judged) if doubtful else {}
    if not idle:
        return judged
    if not form.unread(idle):
        return _settle(form, _filled(groups, payload), payload)
    for place in idle:
        _remove(form, payload, place)
    return judged


def _settle(form: Requirements, filled: list[tuple[Box, Path]], payload: dict[str, Any]) -> Judged:
    """Take idle boxes out of which some may decide about others, until what stays calls for none."""
    taken: dict[Path, Any] = {}
    for _ in range(_ROUNDS):
        judged: Judged = {}
        idle = _idle(form, filled, payload, judged)
        if idle.keys() == taken.keys():
            return judged
        _restore(payload, taken)
        taken = {place: _remove(form, payload, place) for place in idle}
    _restore(payload, taken)
    return {}


def _idle(
    form: Requirements, filled: Iterable[tuple[Box, Path]], payload: dict[str, Any], judged: Judged
) -> dict[Path, None]:
    return {
        path[: depth + 1]: None
        for box, path in filled
        if (depth := form.idle_from(box, path, payload, judged)) is not None
    }


def _filled(groups: Iterable[Group], payload: dict[str, Any]) -> list[tuple[Box, Path]]:
    return [(box, path) for group in groups for box in group.boxes for path in _spread(box, payload)]


def may_be_called(form: Requirements, box: Box, awaited: Iterable[Path]) -> bool:
    """Whether what an earlier slot will still bring may call for a box: then it has to be there."""
    return form.may_read(form.asking(box), {str(part) for path in awaited for part in path})


def put(payload: dict[str, Any], path: Path, value: Any) -> None:
    """Set the value at `path`, making groups and array elements on the way."""
    node: Any = payload
    for part, following in pairwise(path):
        fresh: Any = [] if isinstance(following, int) else {}
        node = node[part] if isinstance(part, int) else node.setdefault(part, fresh)
    node[path[-1]] = value


def _spread(box: Box, payload: dict[str, Any]) -> Iterator[Path]:
    """Yield the places at which a box is filled."""
    if len(box) == 1:
        if box[0] in payload:
            yield box
        return
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
