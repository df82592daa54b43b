"""An agency's own form as its handler reads it: in goes a filing, out come its boxes with titles and values.

Nothing of the case but what this agency was sent stands here. Codes of the agency's own tables are shown with
what they mean.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from pydantic import Field

from api.day import day_text
from api.desk.origin import Marks, Origin
from api.desk.place import Place
from api.office import Office
from api.page_view import word
from api.remedy import remedies_against
from onething.box import ANY, Box
from onething.catalog import Catalog
from onething.fact import parse_fact
from onething.item import Item, RefusalRule
from onething.receipt import mask_name
from onething.text import Model, Text

_YES: Final = Text(zh="是", en="yes")
_NO: Final = Text(zh="否", en="no")
_REGION_CODES: Final = "GB/T 2260"
INCOMPLETE: Final = "incomplete"
_INCOMPLETE: Final = Text(zh="填写有误或材料不齐", en="something is wrong or missing")
_DAY_DIGITS: Final = 8
_UNMARKED: Final = Marks()
NAMES: Final = frozenset({"name", "chosen_name", "newborn_name"})
"""What a person is called; a bank, a hospital and a household's head have names too."""
_HOLDER: Final = frozenset({"account_name"})


class BoxRow(Model):
    """One box of the agency's form: its own name, its own title, and what stands in it."""

    name: str
    title: str
    text: Text
    origin: Origin | None = None
    """Who has supplied it, as far as the filing tells."""
    changed: bool = False
    """Whether something else stood there in the round before."""
    at: tuple[str | int, ...] = Field(default=(), exclude=True)
    """Where in the form it stands: names, and rows of lists from nought."""


class BoxGroup(Model):
    """Boxes that stand together: one person of a list, one part of the form, or what stands in no part."""

    title: str
    """The part's own title; empty for what stands in none."""
    number: int
    """Which person of the list it is, from 1; 0 outside of lists."""
    rows: tuple[BoxRow, ...]


def groups_of(office: Office, place: Place, marks: Marks = _UNMARKED) -> tuple[BoxGroup, ...]:
    """The boxes that were filled, in the form's own order, each with what is known of its origin."""
    payload, item = place.item.payload, place.published
    if item is None:
        rows = tuple(_bare(payload))
        return (BoxGroup(title="", number=0, rows=rows),) if rows else ()
    found: dict[tuple[str, int], list[BoxRow]] = {}
    for box in office.catalog.boxes(item):
        labels = _labels(office.catalog, item, box, payload)
        for number, value, at in values_at(payload, box.path, 0) if box.sent else ():
            row = BoxRow(
                name=box.name,
                title=box.title,
                text=_shown(value, labels),
                origin=None if box.constant else marks.origin(at),
                changed=marks.changed(at, value),
                at=at,
            )
            found.setdefault((part_of(item, box), number), []).append(row)
    return tuple(
        BoxGroup(title=title, number=number, rows=tuple(rows)) for (title, number), rows in found.items()
    )


def person_of(catalog: Catalog, item: Item | None, payload: Mapping[str, Any]) -> str:
    """Whom a filing is about, masked: the first person's name in its form; empty where it names nobody.

    A form that names no person at all names the holder of the account that is paid to.
    """
    boxes = catalog.boxes(item) if item is not None else ()
    for concepts in (NAMES, _HOLDER):
        for box in boxes:
            if box.binding.fact is not None and parse_fact(box.binding.fact).concept in concepts:
                for _, value, _ in values_at(payload, box.path, 0):
                    if isinstance(value, str) and value:
                        return mask_name(value)
    return ""


def causes(place: Place) -> dict[str, Text]:
    """What a correction may be for: something incomplete, or one for each hold of the whole life event."""
    holds = place.standing.case.definition.holds
    return {INCOMPLETE: _INCOMPLETE, **{hold.reasons[0]: hold.text for hold in holds if hold.reasons}}


def holding(place: Place) -> frozenset[str]:
    """Every reason on which the whole life event stops, also those that are offered under another's name."""
    return frozenset(reason for hold in place.standing.case.definition.holds for reason in hold.reasons)


def remedies_of(office: Office, place: Place, ground: RefusalRule | None) -> dict[str, Text]:
    """What a refused applicant may be told to do: what is due anyway, and the published ground's own."""
    due = remedies_against(office.catalog, place.item.agency)
    return {**due, "ground": ground.remedy} if ground is not None else due


def material_title(office: Office, name: str) -> Text:
    """A paper's name in the catalog."""
    known = office.catalog.materials.get(name)
    return known.title if known is not None else Text(zh=name, en=name)


def part_of(item: Item, box: Box) -> str:
    """The title of the part of the form that a box stands in; empty for one that stands in none."""
    schema, titles = item.form, []
    for name in box.path[:-1]:
        schema = schema.get("items", {}) if name == ANY else schema.get("properties", {}).get(name, {})
        if "title" in schema:
            titles.append(str(schema["title"]))
    return " · ".join(titles)


def values_at(
    place: Any, path: tuple[str, ...], of: int, at: tuple[str | int, ...] = ()
) -> Iterator[tuple[int, Any, tuple[str | int, ...]]]:
    """What stands at a path with where it stands, once for each person of a list on the way."""
    if not path:
        if place is not None and place != "":
            yield of, place, at
        return
    first, rest = path[0], path[1:]
    if first == ANY:
        for number, one in enumerate(place if isinstance(place, list) else (), start=1):
            yield from values_at(one, rest, number, (*at, number - 1))
    elif isinstance(place, Mapping) and first in place:
        yield from values_at(place[first], rest, of, (*at, first))


def _labels(catalog: Catalog, item: Item, box: Box, payload: Mapping[str, Any]) -> Mapping[str, Text]:
    """What the agency's codes mean: by its table, or as the concept and its standard have them.

    A code that stands for several things means none for certain; a region that the catalog does not
    name is not called after the one around it: that its number is a region's is all that is said.
    """
    if box.binding.fact is None:
        return {}
    concept = catalog.concepts.get(parse_fact(box.binding.fact).concept)
    if concept is None:
        return {}
    table = next((one.code_table for one in box.binding.via if one.code_table), None)
    if table is None and concept.standard == _REGION_CODES:
        codes_here = {str(code) for _, code, _ in values_at(payload, box.path, 0)}
        named = catalog.regions
        return {code: named[code].title if code in named else word("desk_region_code") for code in codes_here}
    if any(one.date_format for one in box.binding.via):
        days = {str(value) for _, value, _ in values_at(payload, box.path, 0)}
        return {day: text for day in days for text in _day(day)}
    if table is None:
        return concept.options
    options = {"true": _YES, "false": _NO} if concept.schema_.get("type") == "boolean" else concept.options
    codes = item.code_tables.get(table, {})
    standing = Counter(str(code) for code in codes.values())
    return {
        str(code): options[value]
        for value, code in codes.items()
        if value in options and standing[str(code)] == 1
    }


def _day(digits: str) -> Iterator[Text]:
    """A day that is written as eight digits, as people write it."""
    if len(digits) != _DAY_DIGITS or not (digits.isascii() and digits.isdigit()):
        return
    try:
        day = date.fromisoformat(digits)
    except ValueError:
        return
    yield day_text(day)


def _shown(value: Any, labels: Mapping[str, Text]) -> Text:
    if isinstance(value, bool):
        return _YES if value else _NO
    if isinstance(value, list):
        return _joined([_shown(one, labels) for one in value])
    bare = str(value)
    meant = labels.get(bare)
    if meant is None or (not bare.isascii() and meant.zh != bare):
        # The agency's own words say themselves what they mean.
        return Text(zh=bare, en=bare)
    if meant.zh == bare:
        return Text(zh=bare, en=f"{bare} ({meant.en})")
    return Text(zh=f"{bare}（{meant.zh}）", en=f"{bare} ({meant.en})")


def _joined(texts: list[Text]) -> Text:
    return Text(zh="、".join(one.zh for one in texts), en=", ".join(one.en for one in texts))


def _bare(payload: Any, name: str = "") -> Iterator[BoxRow]:
    """Every leaf by its own name, where no form tells its title."""
    if isinstance(payload, Mapping):
        for key, value in payload.items():
            yield from _bare(value, f"{name}.{key}" if name else str(key))
    elif isinstance(payload, list) and any(isinstance(one, Mapping) for one in payload):
        for number, one in enumerate(payload):
            yield from _bare(one, f"{name}[{number}]")
    elif payload not in (None, ""):
        yield BoxRow(name=name, title=name, text=_shown(payload, {}))
