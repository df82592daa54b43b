"""Facts in an order: in go a form's facts, out comes each that cannot stand beside another.

A concept says what its day cannot come before, and what its number cannot be more than: nobody leaves the
hospital before they came, and an insurance pays no more than the whole cost.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NamedTuple

from forms.merge import MergedForm
from forms.reading import MISSING, readings
from forms.resolve import Resolution
from onething.fact import Fact, fact_of
from onething.problem import Problem
from onething.text import Text


class _Pair(NamedTuple):
    """Two facts whose order is known; `code` is what is wrong when they stand the other way."""

    fact: Fact
    number: int
    other: int
    code: str
    title: Text
    many: bool
    """Whether they are of one person of a list."""
    beside: bool
    """Whether the other is of that person too."""


def facts_out_of_order(form: MergedForm, resolution: Resolution) -> Iterator[Problem]:
    """Yield a problem at each day that lies before, and each number that is above, what it cannot."""
    single, listed = _pairs(form)
    values = resolution.values() if single else []
    for number, against, amiss, pair in single:
        one, other = values[number], values[against]
        wrong = one is not MISSING and other is not MISSING and amiss(one, other)
        if wrong and not resolution.elsewhere(pair.fact.owner):
            yield _problem(pair, None)
    for pair in listed:
        for index in range(resolution.size(pair.fact.owner)):
            one = resolution.value(pair.number, index)
            other = resolution.value(pair.other, index if pair.beside else None)
            if one is not MISSING and other is not MISSING and _AMISS[pair.code](one, other):
                yield _problem(pair, index)


def _problem(pair: _Pair, index: int | None) -> Problem:
    return Problem(pair.fact.pointer(index), pair.code, {"zh": pair.title.zh, "en": pair.title.en})


def _earlier(one: Any, other: Any) -> bool:
    """Whether a day or moment lies before another, by as much of both as is told."""
    if not isinstance(one, str) or not isinstance(other, str):
        return False
    told = min(len(one), len(other))
    return one[:told] < other[:told]


def _more(one: Any, other: Any) -> bool:
    """Whether a number, or a sum written as text, is above another; no number is told elsewhere."""
    try:
        return Decimal(str(one)) > Decimal(str(other))
    except InvalidOperation:
        return False


_AMISS: Final = {"before_other": _earlier, "above_other": _more}
_Pairs = tuple[tuple[tuple[int, int, Callable[[Any, Any], bool], _Pair], ...], tuple[_Pair, ...]]
"""Those of one person, unpacked for speed, and those of lists."""


def _pairs(form: MergedForm) -> _Pairs:
    """The facts whose order is known, one person's and those of lists; worked out at first use."""
    if "ordered" not in form.compiled:
        every = tuple(_ordered(form))
        single = tuple((one.number, one.other, _AMISS[one.code], one) for one in every if not one.many)
        form.compiled["ordered"] = single, tuple(one for one in every if one.many)
    pairs: _Pairs = form.compiled["ordered"]
    return pairs


def _ordered(form: MergedForm) -> Iterator[_Pair]:
    numbers = readings(form).numbers
    for fact, field in form.fields.items():
        words = (("before_other", field.concept.not_before), ("above_other", field.concept.not_above))
        for code, concepts in words:
            for concept in concepts:
                other = _other(form, fact, concept)
                if other is None:
                    continue
                beside = other.owner == fact.owner
                title = form.fields[other].concept.title
                yield _Pair(fact, numbers[fact], numbers[other], code, title, field.many, beside)


def _other(form: MergedForm, fact: Fact, concept: str) -> Fact | None:
    """The fact meant: of the same person or thing, else the only one there is; None when it is not asked."""
    own = fact_of(concept, (fact.owner,))
    if own in form.fields:
        return own
    others = [one for one, field in form.fields.items() if one.concept == concept and not field.many]
    return others[0] if len(others) == 1 else None
