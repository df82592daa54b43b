"""Answers that exclude each other: in go a form's facts, out comes each combination that cannot be."""

from collections.abc import Iterator
from typing import NamedTuple

from forms.binding import stood_for
from forms.condition import program
from forms.merge import MergedForm
from forms.resolve import Resolution
from onething.condition_program import Program
from onething.condition_reference import rebind
from onething.fact import SAME_AS, Fact, fact_of, parse_fact
from onething.problem import Problem
from onething.text import Text


class _Compiled(NamedTuple):
    """One conflict of the form: where it is told, when it holds, and its words."""

    fact: Fact
    holds: Program[Resolution]
    text: Text


def conflicts(form: MergedForm, resolution: Resolution) -> Iterator[Problem]:
    """Yield a problem where facts stand together that cannot; what nobody knows conflicts with nothing."""
    for one in _conflicts(form):
        if one.holds(resolution, {}) is True:
            yield Problem(one.fact.pointer(), "contradiction", {"zh": one.text.zh, "en": one.text.en})


def _conflicts(form: MergedForm) -> tuple[_Compiled, ...]:
    """The conflicts told at what this form asks; worked out at first use."""
    if "conflicts" not in form.compiled:
        form.compiled["conflicts"] = tuple(_compiled(form))
    found: tuple[_Compiled, ...] = form.compiled["conflicts"]
    return found


def _compiled(form: MergedForm) -> Iterator[_Compiled]:
    if not form.bundle.conflicts:
        return
    roles = {name: stood_for(role, name, form.situations) for name, role in form.bundle.roles.items()}
    asked = {fact.owner for fact in form.fields}
    for conflict in form.bundle.conflicts:
        written = parse_fact(conflict.at)
        fact = fact_of(written.concept, tuple(roles[role] for role in written.roles))
        if fact in form.fields or (fact.concept == SAME_AS and fact.owner in asked):
            yield _Compiled(fact, program(rebind(conflict.when, roles), form), conflict.text)
