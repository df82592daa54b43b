"""Families of cases: a life event and answers in, whose numbers join its cases and what is meant out."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from onething.definition import Bundle, FamilyLink
from onething.fact import Fact, fact_of


def role_in(bundle: Bundle, name: str, situations: Mapping[str, Any]) -> str | None:
    """The role that a name stands for in these situations; None while that is not answered."""
    alias = bundle.roles[name].stands_for
    if alias is None:
        return name
    answer = situations.get(alias.situation)
    return alias.roles.get(str(answer).lower() if isinstance(answer, bool) else str(answer))


def fact_in(bundle: Bundle, fact: Fact, situations: Mapping[str, Any]) -> Fact | None:
    """The same fact over the roles that its names stand for; None while that is not answered."""
    roles = [role_in(bundle, name, situations) for name in fact.roles]
    known = tuple(role for role in roles if role is not None)
    return fact_of(fact.concept, known) if len(known) == len(roles) else None


def person_sets(bundles: Iterable[Bundle], name: str) -> tuple[tuple[str, ...], ...]:
    """Sets of a life event's person roles by whose numbers its cases are found again, or find others."""
    found: dict[frozenset[str], tuple[str, ...]] = {}
    for bundle in bundles:
        for link in bundle.family.with_ if bundle.family else ():
            if bundle.bundle == name:
                found.setdefault(frozenset(link.by), tuple(link.by))
            if link.bundle == name:
                found.setdefault(frozenset(link.by.values()), tuple(link.by.values()))
    return tuple(found.values())


def roles_named(bundle: Bundle) -> tuple[str, ...]:
    """The person roles, aliases followed every way, whose numbers a look for an earlier case needs."""
    named: dict[str, None] = {}
    for link in bundle.family.with_ if bundle.family else ():
        for name in link.by:
            alias = bundle.roles[name].stands_for
            named |= dict.fromkeys(alias.roles.values() if alias else (name,))
    return tuple(named)


def entries(bundles: Iterable[Bundle]) -> Iterator[tuple[Bundle, ...]]:
    """Life events as people meet them: those of one family together, the earlier first, each once."""
    every = {bundle.bundle: bundle for bundle in bundles}
    continued = {link.bundle for bundle in every.values() for link in _others(bundle)}
    for name in every:
        if name not in continued:  # those stand before the one that continues them
            yield tuple(every[one] for one in dict.fromkeys((*_before(every, name), name)))


def _before(every: Mapping[str, Bundle], name: str) -> Iterator[str]:
    for link in _others(every[name]):
        yield from _before(every, link.bundle)
        yield link.bundle


def _others(bundle: Bundle) -> Iterator[FamilyLink]:
    return (link for link in (bundle.family.with_ if bundle.family else ()) if link.bundle != bundle.bundle)
