"""Words where a number belongs: in go answers, out come those that can be reckoned with, and the others.

Conditions compare numbers; a text among them can be told about, but not compared.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from forms.merge import MergedForm
from forms.plan_field import widget
from onething.plan import Widget


def misfits(form: MergedForm, answers: Mapping[str, Any]) -> dict[str, str]:
    """What was typed, by pointer, in fields that take numbers and is none."""
    kinds = {(fact.owner, fact.key): widget(field) for fact, field in form.fields.items()}
    return {
        f"{place}/{key}": value
        for role, place, row in _rows(answers)
        for key, value in row.items()
        if isinstance(value, str) and kinds.get((role, key)) is Widget.NUMBER
    }


def without(answers: Mapping[str, Any], pointers: Mapping[str, str]) -> dict[str, Any]:
    """The answers without what stands at some pointers."""
    kept: dict[str, Any] = {role: [] if isinstance(group, list) else {} for role, group in answers.items()}
    for role, place, row in _rows(answers):
        rest = {key: value for key, value in row.items() if f"{place}/{key}" not in pointers}
        if isinstance(answers[role], list):
            kept[role].append(rest)
        else:
            kept[role] = rest
    return kept


def _rows(answers: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for role, group in answers.items():
        if not isinstance(group, list):
            yield role, f"/{role}", group
            continue
        for index, row in enumerate(group):
            yield role, f"/{role}/{index}", row
