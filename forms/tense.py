"""Days that cannot be: in go typed answers, out comes every day on the wrong side of the filing.

A concept says by its tense what its day is: a death has been, an appointment is to come.
"""

from collections.abc import Mapping
from typing import Any, Final

from forms.merge import MergedForm
from onething.concept import Tense
from onething.problem import Problem

_DAY: Final = 10
"""Characters of an ISO 8601 day; what stands behind them is the time of day."""
_Tenses = tuple[tuple[str, tuple[tuple[str, bool], ...]], ...]
"""By role, the facts whose day has a tense, each with whether it has been."""


def days_amiss(form: MergedForm, answers: Mapping[str, Any]) -> list[Problem]:
    """Return a problem at each typed day on the wrong side of the day the form is filed."""
    found: list[Problem] = []
    today, tenses = _tenses(form)
    for role, keys in tenses:
        group = answers.get(role)
        if type(group) is dict or isinstance(group, Mapping):
            _look(group, f"/{role}", keys, today, found)
        elif isinstance(group, list):
            for index, row in enumerate(group):
                if isinstance(row, Mapping):
                    _look(row, f"/{role}/{index}", keys, today, found)
    return found


def _look(
    row: Mapping[str, Any], place: str, keys: tuple[tuple[str, bool], ...], today: str, found: list[Problem]
) -> None:
    for key, past in keys:
        typed = row.get(key)
        if not isinstance(typed, str):
            continue
        day = typed[:_DAY]
        if day > today if past else day < today:
            found.append(Problem(f"{place}/{key}", "future_day" if past else "past_day"))


def _tenses(form: MergedForm) -> tuple[str, _Tenses]:
    """The day of filing and what is held against it; worked out at first use."""
    if "tenses" not in form.compiled:
        found: dict[str, list[tuple[str, bool]]] = {}
        for fact, field in form.fields.items():
            if field.concept.tense is not None:
                found.setdefault(fact.owner, []).append((fact.key, field.concept.tense is Tense.PAST))
        tenses = tuple((role, tuple(keys)) for role, keys in found.items())
        form.compiled["tenses"] = (form.on.isoformat(), tenses)
    known: tuple[str, _Tenses] = form.compiled["tenses"]
    return known
