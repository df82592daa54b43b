"""Persons told apart: in go the answers of a form, out comes everybody who stands in it twice and may not."""

from collections.abc import Iterator
from typing import Any

from forms.merge import ID_NUMBER, MergedForm
from forms.reading import readings
from forms.resolve import Resolution
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
