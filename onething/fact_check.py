"""One fact held against the catalog: in go it and the roles it may be about, out comes what is wrong."""

from collections.abc import Iterable
from typing import Any

from onething.catalog_file import Catalog
from onething.concept import RoleType
from onething.fact import Fact


def check_fact(catalog: Catalog, fact: Fact, roles: dict[str, RoleType], fail: Any) -> None:
    """Raise what `fail(what, fix)` builds when a fact's concept, arity or role types do not fit."""
    concept = catalog.concepts.get(fact.concept)
    if concept is None:
        raise fail(f"unknown concept {fact.concept}", "add it to concepts/")
    unknown: Iterable[str] = [role for role in fact.roles if role not in roles]
    for role in unknown:
        raise fail(f"{fact}: unknown role {role}", "declare it under roles")
    kinds = tuple(roles[role] for role in fact.roles)
    if kinds != concept.roles:
        raise fail(f"{fact}: takes {', '.join(concept.roles)}", "bind roles of these types")
