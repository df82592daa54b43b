"""Persons told apart: in go the answers of a form, out comes everybody who stands in it twice and may not."""

from collections.abc import Iterator
from typing import Any

from forms.merge import ID_NUMBER, MergedForm
from forms.resolve import Resolution
from onething.fact import Fact, fact_of
from onething.problem import Problem
from onething.text import Text


def persons_twice(form: MergedForm, resolution: Resolution) -> Iterator[Problem]:
    """Yield a problem at each identity number that stands before, in one of the roles that are to differ.

    Who is said to be the same as another role is no second person.
    """
    for roles in form.bundle.distinct:
        seen: dict[Any, Text] = {}
        for role in roles:
            if role not in form.roles or resolution.elsewhere(role):
                continue
            title = form.roles[role].title
            for pointer, number in _numbers(form, resolution, fact_of(ID_NUMBER, (role,))):
                if not isinstance(number, str):
                    continue  # its shape is told elsewhere
                if number in seen:
                    other = seen[number]
                    yield Problem(pointer, "same_person", {"zh": other.zh, "en": other.en})
                seen.setdefault(number, title)


def _numbers(form: MergedForm, resolution: Resolution, fact: Fact) -> Iterator[tuple[str, Any]]:
    if fact not in form.fields:
        return
    many = form.fields[fact].many
    for index in range(resolution.size(fact.owner)) if many else (None,):
        found = resolution.get(fact, index)
        if found is not None:
            yield fact.pointer(index), found.value
