"""Persons counted: in go a form's answers, out comes who stands in it twice, and where somebody lacks."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from forms.binding import ActiveSlot, stood_for
from forms.condition import program
from forms.derivation import sex_of_id
from forms.merge import ID_NUMBER, MergedForm
from forms.reading import MISSING, readings
from forms.resolve import Resolution
from onething.condition_program import Program
from onething.fact import Fact, fact_of, parse_fact
from onething.problem import Problem
from onething.text import Text


def persons_twice(form: MergedForm, resolution: Resolution) -> Iterator[Problem]:
    """Yield a problem at each identity number that stands before, in one of the roles that are to differ.

    Who is said to be the same as another role is no second person.
    """
    values = resolution.values()
    for group in _groups(form):
        seen: dict[Any, Text] = {}
        for role, title, fact, number in group:
            if resolution.elsewhere(role):
                continue
            found = _listed(resolution, fact) if number is None else [(fact.pointer(), values[number])]
            for pointer, value in found:
                if not isinstance(value, str):
                    continue  # missing, or its shape is told elsewhere
                if value in seen:
                    other = seen[value]
                    yield Problem(pointer, "same_person", {"zh": other.zh, "en": other.en})
                seen.setdefault(value, title)


def persons_of_other_sex(form: MergedForm, resolution: Resolution) -> Iterator[Problem]:
    """Yield a problem at each identity number whose digit 17 is another sex's than the role's."""
    told = _sexes(form)
    values = resolution.values() if told else []
    for fact, number, sex, title in told:
        try:
            fits = values[number] is MISSING or sex_of_id(str(values[number])) == sex
        except ValueError:
            continue  # its shape is told elsewhere
        if not fits:
            yield Problem(fact.pointer(), "other_sex", {"zh": title.zh, "en": title.en})


def _sexes(form: MergedForm) -> list[tuple[Fact, int, str, Text]]:
    """The numbers that have to be a man's or a woman's: fact, its place, which, and as whom."""
    if "sexes" not in form.compiled:
        numbers, found = readings(form).numbers, []
        for name, role in form.bundle.roles.items():
            if role.sex is None or (role.stands_for and role.stands_for.situation not in form.situations):
                continue
            fact = fact_of(ID_NUMBER, (stood_for(role, name, form.situations),))
            if fact in numbers and not form.fields[fact].many:
                found.append((fact, numbers[fact], role.sex, role.title))
        form.compiled["sexes"] = found
    sexes: list[tuple[Fact, int, str, Text]] = form.compiled["sexes"]
    return sexes


def persons_lacking(form: MergedForm, resolution: Resolution) -> Iterator[Problem]:
    """Yield a problem at each list of persons that names fewer than there have to be."""
    for name, limit, called_for in _least(form):
        if resolution.size(name) < limit and called_for(resolution, {}) is True:
            yield Problem(f"/{name}", "minItems", {"limit": limit})


@dataclass(frozen=True, slots=True)
class Uncounted:
    """A list that names fewer than there are said to be; both numbers count the subject in."""

    size: int
    named: int


def persons_uncounted(form: MergedForm, resolution: Resolution) -> dict[str, Uncounted]:
    """Give by role the lists that name fewer persons than the fact that counts them says.

    What a register says of a household may be out of date: then the count is what has to be put right.
    """
    found = {}
    for name, fact, _ in _counted(form):
        count, named = resolution.bare(fact), resolution.size(name) + 1
        if isinstance(count, int) and count > named:
            found[name] = Uncounted(count, named)
    return found


def persons_unnamed(form: MergedForm, resolution: Resolution) -> Iterator[Problem]:
    """Yield a problem at each such list that an item takes whole, together with the count of it."""
    for name, fact, whole in _counted(form):
        count, named = resolution.bare(fact) if whole else None, resolution.size(name) + 1
        if isinstance(count, int) and count > named:
            title = form.fields[fact].concept.title
            told = {"size": count, "named": named, "by": fact.pointer(), "zh": title.zh, "en": title.en}
            yield Problem(f"/{name}", "unnamed", told)


def _counted(form: MergedForm) -> list[tuple[str, Fact, bool]]:
    """The lists whose persons a fact counts: role, the fact, and whether one item asks for both."""
    if "counted" not in form.compiled:
        form.compiled["counted"] = [
            (name, fact, any(_whole(slot, name, fact) for slot in form.slots))
            for name, role in form.roles.items()
            if role.counted_by and (fact := parse_fact(role.counted_by)) in form.fields
        ]
    counted: list[tuple[str, Fact, bool]] = form.compiled["counted"]
    return counted


def _whole(slot: ActiveSlot, role: str, count: Fact) -> bool:
    """Whether an item's form lists everybody of a role and says how many they are."""
    return any(bound.each == role for bound in slot.boxes) and any(
        bound.fact == count for bound in slot.boxes
    )


def _least(form: MergedForm) -> list[tuple[str, int, Program[Resolution]]]:
    """The lists that somebody has to stand in: role, how many, and where that holds."""
    if "least" not in form.compiled:
        asked = {fact.owner for fact in form.fields}
        form.compiled["least"] = [
            (name, role.at_least.persons, program(role.at_least.when, form))
            for name, role in form.roles.items()
            if role.at_least is not None and name in asked
        ]
    least: list[tuple[str, int, Program[Resolution]]] = form.compiled["least"]
    return least


def _groups(form: MergedForm) -> list[list[tuple[str, Text, Fact, int | None]]]:
    """The persons that are to differ: role, title, fact, and the fact's place unless it is in a list."""
    if "distinct" not in form.compiled:
        numbers = readings(form).numbers
        form.compiled["distinct"] = [
            [
                (role, form.roles[role].title, fact, None if form.fields[fact].many else numbers[fact])
                for role in roles
                if role in form.roles and (fact := fact_of(ID_NUMBER, (role,))) in form.fields
            ]
            for roles in form.bundle.distinct
        ]
    groups: list[list[tuple[str, Text, Fact, int | None]]] = form.compiled["distinct"]
    return groups


def _listed(resolution: Resolution, fact: Fact) -> list[tuple[str, Any]]:
    return [
        (fact.pointer(index), resolution.bare(fact, index)) for index in range(resolution.size(fact.owner))
    ]
