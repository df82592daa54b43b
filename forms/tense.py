"""Days that cannot be: in go typed answers, out comes everything dated after the filing that was, or before it.

A concept says by its tense what its day is: a death has been, an appointment is to come.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from forms.merge import MergedForm
from onething.concept import Tense
from onething.problem import Problem

_DAY = 10
"""Characters of an ISO 8601 day; what stands behind them is the time of day."""
_CODES = {Tense.PAST: "future_day", Tense.FUTURE: "past_day"}


def days_amiss(form: MergedForm, answers: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield a problem at each typed day on the wrong side of the day the form is filed."""
    today = form.on.isoformat()
    for role, tenses in _tenses(form).items():
        group = answers.get(role)
        rows = enumerate(group) if isinstance(group, list) else ((None, group),)
        for index, row in rows:
            if not isinstance(row, Mapping):
                continue
            for key, tense in tenses.items():
                typed = row.get(key)
                if isinstance(typed, str) and _amiss(typed[:_DAY], tense, today):
                    place = f"/{role}/{key}" if index is None else f"/{role}/{index}/{key}"
                    yield Problem(place, _CODES[tense])


def _amiss(day: str, tense: Tense, today: str) -> bool:
    return day > today if tense is Tense.PAST else day < today


def _tenses(form: MergedForm) -> dict[str, dict[str, Tense]]:
    """By role, the facts whose day has a tense; worked out at first use."""
    if "tenses" not in form.compiled:
        found: dict[str, dict[str, Tense]] = {}
        for fact, field in form.fields.items():
            if field.concept.tense is not None:
                found.setdefault(fact.owner, {})[fact.key] = field.concept.tense
        form.compiled["tenses"] = found
    tenses: dict[str, dict[str, Tense]] = form.compiled["tenses"]
    return tenses
