"""Cross-checks of what a life event continues: in go the catalog and a bundle, out comes nothing, or a finding."""

from collections.abc import Callable, Mapping
from itertools import chain
from typing import Any, Protocol

from onething.catalog_file import Catalog
from onething.concept import RoleType
from onething.definition import Bundle, FamilyLink, SituationType
from onething.errors import CatalogError, ConditionError
from onething.fact import parse_fact


class Fail(Protocol):
    """Makes a finding at a place of the bundle's file."""

    def __call__(self, what: str, fix: str, *keys: str | int) -> CatalogError:
        """What is wrong, how it is mended, and the keys that lead there."""
        ...


def check_family(catalog: Catalog, bundle: Bundle, fail: Fail) -> None:
    """Raise CatalogError for the first link whose life event, person, slot, fact or answer does not exist."""
    for index, link in enumerate(bundle.family.with_ if bundle.family else ()):
        place = ("family", "with", index)
        there = catalog.bundles.get(link.bundle)
        if there is None:
            known = ", ".join(sorted(catalog.bundles))
            raise fail(f"continues unknown life event {link.bundle}", f"name one of {known}", *place, "bundle")
        _Link(catalog, bundle, there, link, lambda what, fix, *keys, at=place: fail(what, fix, *at, *keys)).run()
    _no_circle(catalog, bundle, fail)


def _no_circle(catalog: Catalog, bundle: Bundle, fail: Fail) -> None:
    """Nothing goes on with what goes on with it; with earlier cases of its own kind it may."""
    seen: set[str] = set()
    ahead = {bundle.bundle}
    while ahead:
        seen |= ahead
        links = chain.from_iterable(_links(catalog, name) for name in ahead)
        found = {(link.bundle, name) for name, link in links if link.bundle != name}
        if any(before == bundle.bundle for before, _ in found):
            raise fail("continues what continues it", "break the circle", "family", "with")
        ahead = {before for before, _ in found} - seen


def _links(catalog: Catalog, name: str) -> list[tuple[str, FamilyLink]]:
    bundle = catalog.bundles.get(name)
    return [(name, link) for link in bundle.family.with_] if bundle and bundle.family else []


class _Link:
    """The checks of one link; `fail` adds its place."""

    def __init__(
        self,
        catalog: Catalog,
        here: Bundle,
        there: Bundle,
        link: FamilyLink,
        fail: Callable[..., CatalogError],
    ) -> None:
        self.catalog, self.here, self.there, self.link, self.fail = catalog, here, there, link, fail

    def run(self) -> None:
        for own, other in self.link.by.items():
            self._person(self.here, own)
            self._person(self.there, other, own)
        for slot in self.link.once:
            if slot not in {one.slot for one in self.there.slots}:
                raise self.fail(f"{self.there.bundle} has no slot {slot}", "name one of its slots", "once")
        for own, other in self.link.carries.items():
            self._fact(self.here, own, own)
            self._fact(self.there, other, own)
        self._situations(self.link.situations)

    def _person(self, bundle: Bundle, name: str, *key: str) -> None:
        role = bundle.roles.get(name)
        if role is None:
            raise self.fail(f"{bundle.bundle} has no role {name}", "name one of its person roles", "by", *key)
        if role.type is not RoleType.PERSON or role.many:
            raise self.fail(f"{name} of {bundle.bundle} is not one person", "name a person", "by", *key)

    def _fact(self, bundle: Bundle, text: str, key: str) -> None:
        place = ("carries", key)
        try:
            fact = parse_fact(text)
        except ConditionError as error:
            raise self.fail(str(error), "write concept(role)", *place) from error
        concept = self.catalog.concepts.get(fact.concept)
        if concept is None:
            raise self.fail(f"unknown concept {fact.concept}", "name one of catalog/concepts", *place)
        if concept.statement:
            raise self.fail(f"{fact.concept} is for the person to say", "leave it out", *place)
        for name in fact.roles:
            if name not in bundle.roles or bundle.roles[name].many:
                raise self.fail(f"{bundle.bundle} has no single role {name}", "name one of its roles", *place)
        kinds = tuple(bundle.roles[name].type for name in fact.roles)
        if kinds != concept.roles:
            wanted = ", ".join(concept.roles)
            raise self.fail(f"{text} is about {', '.join(kinds)}", f"{fact.concept} takes {wanted}", *place)

    def _situations(self, answers: Mapping[str, Any]) -> None:
        asked = {question.situation: question for question in self.here.situations}
        for name, answer in answers.items():
            question = asked.get(name)
            if question is None:
                raise self.fail(f"unknown situation {name}", "name one of situations", "situations", name)
            fits = isinstance(answer, bool) if question.type is SituationType.YES_NO else answer in question.options
            if not fits or question.type is SituationType.MANY:
                raise self.fail(f"{answer!r} does not answer {name}", "give one of its answers", "situations", name)
