"""Persons counted: in go a form's answers, out comes who stands in it twice, and where somebody lacks."""

from collections.abc import Iterator
from typing import Any

from forms.condition import program
from forms.merge import ID_NUMBER, MergedForm
from forms.reading import readings
from forms.resolve import Resolution
from onething.condition_program import Program
from onething.fact import Fact, fact_of
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


def persons_lacking(form: MergedForm, resolution: Resolution) -> Iterator[Problem]:
    """Yield a problem at each list of persons that names fewer than there have to be."""
    for name, limit, called_for in _least(form):
        if resolution.size(name) < limit and called_for(resolution, {}) is True:
            yield Problem(f"/{name}", "minItems", {"limit": limit})


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
