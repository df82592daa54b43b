"""What a correction may name: in goes a filing, out come its boxes and papers that somebody can put right.

A box of a list is named with its row (`heirs[1].idno`, counted from nought) and titled with whose it is.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from api.desk.form import NAMES, groups_of, material_title, part_of, values_at
from api.desk.place import Place
from api.office import Office
from forms.requirement import Demand, requirements
from forms.requirement import at as value_at
from onething.box import ANY, Box
from onething.fact import parse_fact
from onething.item import Item
from onething.item_material import MaterialSource
from onething.text import Text


def askable_fields(office: Office, place: Place) -> dict[str, str]:
    """The boxes that a correction may name, with their titles: those that somebody can put right.

    Offered is what was filed, and what the form requires as it was filed. Of a list each person's boxes
    stand by themselves, under names such as `heirs[1].idno` that count from nought.
    """
    item, payload = place.published, place.item.payload
    if item is None:
        return {row.name: row.title for group in groups_of(office, place) for row in group.rows}
    asking, found = requirements(item.form), dict[str, str]()
    boxes = office.catalog.boxes(item)
    for box in boxes:
        filed = {at for _, _, at in values_at(payload, box.path, 0)}
        for path in _places(payload, box.path) if _mendable(box) else ():
            if path in filed or asking.demand(box.path, path, payload) is Demand.REQUIRED:
                found[_named(path)] = _titled(item, box, _whose(boxes, box, path, payload))
    return found


def titled_fields(office: Office, place: Place) -> dict[str, str]:
    """The titles of all boxes that a correction may ever have named, by their names."""
    boxes = office.catalog.boxes(place.published) if place.published is not None else ()
    whole = {box.name: _titled(place.published, box) for box in boxes if place.published and _mendable(box)}
    return whole | askable_fields(office, place)


def rows_asked(office: Office, place: Place, names: Iterable[str]) -> tuple[str, ...]:
    """Whose boxes of a list are meant, by the person's number in it: a name may be nobody's to tell here."""
    item, wanted, found = place.published, {*names}, list[str]()
    for box in office.catalog.boxes(item) if item is not None else ():
        for path in _places(place.item.payload, box.path) if ANY in box.path else ():
            if item is not None and _named(path) in wanted:
                found.append(_titled(item, box, _numbered(path)))
    return tuple(found)


def differing(office: Office, place: Place, before: Mapping[str, Any]) -> tuple[str, ...]:
    """The boxes in which something else stands than in `before`, the form of another round."""
    return tuple(_named(at) for _, at in _differences(office, place, before))


def differing_titles(office: Office, place: Place, before: Mapping[str, Any]) -> tuple[str, ...]:
    """The titles of those boxes, each once: filled or cleared, and whoever's they are.

    A person of a list is named as the form names them now, or as it did when it was sent back.
    """
    item, payload = place.published, place.item.payload
    boxes = office.catalog.boxes(item) if item is not None else ()
    found: list[str] = []
    for box, at in _differences(office, place, before):
        named = (_whose(boxes, box, at, form) for form in (payload, before))
        whose = next((one for one in named if one != _numbered(at)), _numbered(at))
        found.append(_titled(item, box, whose) if item is not None else box.title)
    return tuple(dict.fromkeys(found))


def askable_materials(office: Office, place: Place) -> dict[str, Text]:
    """The papers that a correction may ask for: those that the family brings, and those that came."""
    brought = [paper.material for paper in place.item.materials]
    asked = [
        paper.material
        for paper in (place.published.materials if place.published is not None else ())
        if paper.source is MaterialSource.SELF
    ]
    return {name: material_title(office, name) for name in dict.fromkeys((*asked, *brought))}


def _differences(
    office: Office, place: Place, before: Mapping[str, Any]
) -> Iterator[tuple[Box, tuple[str | int, ...]]]:
    """The places of each box in which one of both forms has something else than the other."""
    for box in office.catalog.boxes(place.published) if place.published is not None else ():
        then = {at: value for _, value, at in values_at(before, box.path, 0)}
        now = {at: value for _, value, at in values_at(place.item.payload, box.path, 0)}
        yield from ((box, at) for at in dict.fromkeys((*now, *then)) if now.get(at) != then.get(at))


def _mendable(box: Box) -> bool:
    """Whether what stands in a box comes from somebody who can put it right."""
    return box.sent and not box.constant and box.binding.fact is not None


def _titled(item: Item, box: Box, whose: str = "") -> str:
    """A box's title with that of its part, and whose it is of a list."""
    part = f"{part_of(item, box)}{whose}"
    return f"{part}：{box.title}" if part else box.title


def _whose(boxes: Iterable[Box], box: Box, path: tuple[str | int, ...], payload: Mapping[str, Any]) -> str:
    """Which person of a list a place is about: the number in the list and the name, if one stands there."""
    row = next((place for place, part in enumerate(path) if isinstance(part, int)), None)
    if row is None:
        return ""
    names = (
        str(value)
        for other in boxes
        if other.path[: row + 1] == box.path[: row + 1]
        and other.binding.fact is not None
        and parse_fact(other.binding.fact).concept in NAMES
        for _, value, at in values_at(payload, other.path, 0)
        if at[: row + 1] == path[: row + 1]
    )
    name = next(names, "")
    return f"{_numbered(path)}（{name}）" if name else _numbered(path)


def _numbered(path: tuple[str | int, ...]) -> str:
    return "".join(f"第{part + 1}位" for part in path if isinstance(part, int))


def _named(path: tuple[str | int, ...]) -> str:
    """A place's name as corrections have it: dotted, rows of a list in brackets."""
    return "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in path).removeprefix(".")


def _places(payload: Any, path: tuple[str, ...]) -> Iterator[tuple[str | int, ...]]:
    """The places that a path stands for, filled or not: one for each row of a list that is there."""
    if ANY not in path:
        yield path
        return
    cut = path.index(ANY)
    rows = value_at(payload, path[:cut])
    for number, row in enumerate(rows if isinstance(rows, list) else ()):
        for rest in _places(row, path[cut + 1 :]):
            yield (*path[:cut], number, *rest)
