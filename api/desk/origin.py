"""Where a filing's values come from, and what has changed: in goes a place, out come marks for its boxes.

A mark is what the case's own newest filing tells of a value; where that filing has moved on meanwhile and
says something else, nothing is claimed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from api.desk.place import Place
from api.office import Office
from forms.merge import Supply
from forms.project import pointer
from forms.requirement import at
from onething.case_definition import CaseInput, FilingMode
from onething.case_definition import Origin as CaseOrigin
from onething.filing import SlotFiling
from onething.register import Grade
from records.blob import get_blob
from records.desk_item import get_item

_SIGNED_IN = frozenset(
    {(CaseOrigin.SELF, FilingMode.SELF), (CaseOrigin.REPRESENTATIVE, FilingMode.ON_BEHALF)}
)
"""As the door itself says of persons; a window files otherwise."""
_TYPED = "applicant"
_DERIVED = "derived"


class Origin(StrEnum):
    """Who has supplied a value."""

    TYPED = "typed"
    """The applicant filled it in."""
    INFERRED = "inferred"
    """Worked out of what the applicant filled in, such as an age of an id number."""
    REGISTER = "register"
    PROVED = "proved"
    """Of whoever was signed in."""
    ENTERED = "entered"
    """Who somebody is, as the window entered it from their papers."""
    DERIVED = "derived"
    """Fixed, or worked out of what others supplied or the choice of the life event's circumstances."""
    OUTCOME = "outcome"
    """Of an earlier item of the same life event."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What may be told of each value; without anything known, nothing is."""

    sources: Mapping[str, Origin] = field(default_factory=dict)
    """By JSON Pointer into the payload."""
    before: Mapping[str, Any] | None = None
    """What was filed in the round before; None for the first."""

    def origin(self, path: tuple[str | int, ...]) -> Origin | None:
        """Who has supplied the value at a place of the payload."""
        return self.sources.get(pointer(path))

    def changed(self, path: tuple[str | int, ...], value: Any) -> bool:
        """Whether something else stood there, or nothing, in the round before."""
        return self.before is not None and _value(self.before, path) != value


async def marks_of(office: Office, place: Place, rounds: Sequence[tuple[int, str]]) -> Marks:
    """The marks of a filing; `rounds` are its numbers and ids on this desk. Raises CaseErased."""
    earlier = [id_ for number, id_ in rounds if number < place.item.round]
    before = None
    if earlier:
        before = (await get_item(office.archive, place.item.agency, earlier[-1])).payload
    return Marks(await _sources(office, place), before)


async def _sources(office: Office, place: Place) -> dict[str, Origin]:
    ref = place.standing.case.payloads.get(place.item.slot)
    if ref is None:
        return {}
    sealed = await get_blob(office.archive, place.item.case, ref)
    filing = SlotFiling.model_validate_json(sealed)
    payload, proved = place.item.payload, is_proved(place.standing.case)
    told = {pointer(one.path): Origin.OUTCOME for one in filing.awaited}
    for place_, one in filing.provenance.items():
        path = _path(filing.payload, place_)
        if _value(filing.payload, path) == _value(payload, path):
            told[place_] = _origin(one["source"], Grade(one["grade"]), proved)
    return told


def is_proved(case: CaseInput) -> bool:
    """Whether whoever filed a case was signed in; at a window it is entered by hand who somebody is."""
    return (case.origin, case.mode) in _SIGNED_IN


def _origin(source: str, grade: Grade, proved: bool) -> Origin:
    if source == Supply.LOGIN:
        return Origin.PROVED if proved else Origin.ENTERED
    if source == _DERIVED:
        return Origin.DERIVED if grade in {Grade.ISSUED, Grade.WINDOW} else Origin.INFERRED
    if source == _TYPED:
        return Origin.TYPED
    return Origin.REGISTER


def _path(payload: Any, place: str) -> tuple[str | int, ...]:
    """A JSON Pointer's parts, those of lists as numbers."""
    parts: list[str | int] = []
    for part in place.split("/")[1:]:
        named = part.replace("~1", "/").replace("~0", "~")
        inside_list = isinstance(at(payload, tuple(parts)), list)
        parts.append(int(named) if inside_list and named.isdecimal() else named)
    return tuple(parts)


def _value(payload: Any, path: tuple[str | int, ...]) -> Any:
    """What stands at a place; None where nothing does."""
    parent = at(payload, path[:-1])
    if isinstance(parent, list):
        last = path[-1]
        return parent[last] if isinstance(last, int) and last < len(parent) else None
    return parent.get(path[-1]) if isinstance(parent, Mapping) else None
