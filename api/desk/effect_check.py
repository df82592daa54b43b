"""Results held against what was filed: in go a filing and what is to be granted, out comes what cannot be.

Nothing is asked but the agency's own form, which its handler reads: what stands elsewhere in the case is not
its to know, and no answer here may tell it.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final, NamedTuple

from api.day import day_text
from api.desk.form import values_at
from api.desk.place import Place
from api.office import Office
from onething.adapter import Effect
from onething.box import Box
from onething.fact import Fact, parse_fact
from onething.item import Item

ID_NUMBER: Final = "id_number"
_BORN: Final = ("birth_time", "birth_date")
_SEX: Final = ("newborn_sex", "sex")
_DAY: Final = 8
"""Digits of a day, however it is written: year, month and day."""


class Misfit(NamedTuple):
    """A result that cannot be: its fact, the code of what is wrong, and what its sentence says."""

    fact: str
    code: str
    values: dict[str, str]


def misfits(office: Office, place: Place, effects: Iterable[Effect]) -> Iterator[Misfit]:
    """What of these effects cannot be, by the agency's own form and by each other."""
    given = [(parse_fact(one.fact), one.value) for one in effects]
    known = [*_filed(office, place), *given]
    for fact, value in given:
        if fact.concept == ID_NUMBER:
            yield from (Misfit(str(fact), code, {}) for code in _number_amiss(fact, str(value), known))
        yield from _too_early(office, fact, value, known)
        yield from _before_receipt(office, place, fact, value)


def _number_amiss(fact: Fact, number: str, known: list[tuple[Fact, Any]]) -> Iterator[str]:
    """What a new identity number contradicts: somebody else's number, the birth date, the sex (GB 11643)."""
    numbers = {str(value) for one, value in known if one.concept == ID_NUMBER and one.owner != fact.owner}
    if number.upper() in {one.upper() for one in numbers}:
        yield "effect_number_taken"
        return
    of_person = [(one.concept, value) for one, value in known if one.owner == fact.owner]
    born = {_day_of(value) for concept, value in of_person if concept in _BORN} - {None}
    if born and _day_of(number[6:14]) not in born:
        yield "effect_number_birth"
    sexes = {str(value) for concept, value in of_person if concept in _SEX} & {"male", "female"}
    if sexes and ("male" if int(number[16]) % 2 else "female") not in sexes:
        yield "effect_number_sex"


def _too_early(office: Office, fact: Fact, value: Any, known: list[tuple[Fact, Any]]) -> Iterator[Misfit]:
    day, concept = _day_of(value), office.catalog.concepts.get(fact.concept)
    earlier = concept.not_before if concept is not None else ()
    for one, other in known:
        before = _day_of(other) if one.concept in earlier else None
        if day is not None and before is not None and day < before:
            title, told = office.catalog.concepts[one.concept].title, day_text(before)
            said = {
                "what_zh": title.zh,
                "what_en": title.en,
                "day_zh": told.zh,
                "day_en": told.en,
            }
            yield Misfit(str(fact), "effect_too_early", said)
            return


def _before_receipt(office: Office, place: Place, fact: Fact, value: Any) -> Iterator[Misfit]:
    """An act that is applied for is not done before anybody asked for it."""
    day, received = _day_of(value), place.standing.case.received_on
    concept = office.catalog.concepts.get(fact.concept)
    if concept is not None and concept.of_act and day is not None and day < received:
        told = day_text(received)
        yield Misfit(str(fact), "effect_before_receipt", {"day_zh": told.zh, "day_en": told.en})


def _filed(office: Office, place: Place) -> Iterator[tuple[Fact, Any]]:
    """The facts of the agency's own form, its codes read back where they stand for one thing."""
    item = place.published
    for box in office.catalog.boxes(item) if item is not None else ():
        if item is not None and box.binding.fact is not None:
            meant = _meant(item, box)
            for _, value, _ in values_at(place.item.payload, box.path, 0):
                yield parse_fact(box.binding.fact), meant.get(str(value), value)


def _meant(item: Item, box: Box) -> dict[str, str]:
    table = next((one.code_table for one in box.binding.via if one.code_table), None)
    return {str(code): value for value, code in item.code_tables.get(table or "", {}).items()}


def _day_of(value: Any) -> date | None:
    """The day at the front of a written day or moment; None where none stands."""
    digits = "".join(mark for mark in str(value) if mark.isdecimal())[:_DAY]
    try:
        return date.fromisoformat(digits) if len(digits) == _DAY else None
    except ValueError:
        return None
