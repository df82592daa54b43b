"""Cross-checks of what a life event continues: the catalog and a bundle in, nothing or a finding out."""

from collections.abc import Mapping
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
            fix = f"name one of {', '.join(sorted(catalog.bundles))}"
            raise fail(f"continues unknown life event {link.bundle}", fix, *place, "bundle")
        if _continues(catalog, there, bundle.bundle):
            raise fail(f"continues {link.bundle}, which continues it", "break the circle", *place, "bundle")
        _Link(catalog, (bundle, there), link, _under(fail, *place)).run()


def _continues(catalog: Catalog, bundle: Bundle, name: str) -> bool:
    """Whether a life event goes on, over whatever steps, with the one of this name; its own kind is fine."""
    ahead, seen = [bundle], {name}
    while ahead:
        one = ahead.pop()
        names = {link.bundle for link in one.family.with_} if one.family else set()
        if one.bundle != name and name in names:
            return True
        fresh = names - seen
        seen |= fresh
        ahead += [catalog.bundles[each] for each in fresh if each in catalog.bundles]
    return False


def _under(fail: Fail, *place: str | int) -> Fail:
    return lambda what, fix, *keys: fail(what, fix, *place, *keys)


class _Link:
    """The checks of one link; `fail` adds its place."""

    def __init__(
        self, catalog: Catalog, between: tuple[Bundle, Bundle], link: FamilyLink, fail: Fail
    ) -> None:
        self.catalog, self.link, self.fail = catalog, link, fail
        self.here, self.there = between

    def run(self) -> None:
        for own, other in self.link.by.items():
            self._person(self.here, own, own)
            self._person(self.there, other, own)
        for slot in self.link.once:
            if slot not in {one.slot for one in self.there.slots}:
                raise self.fail(f"{self.there.bundle} has no slot {slot}", "name one of its slots", "once")
        for own, other in self.link.carries.items():
            self._fact(self.here, own, "carries", own)
            self._fact(self.there, other, "carries", own)
            self._fits(own, other)
        for own, value in self.link.follows.items():
            self._follows(own, value)
        self._situations(self.link.situations)
        if (self.link.follows or self.link.situations) and not self.link.once:
            raise self.fail("says what follows, but not from what", "name the slots under once")

    def _person(self, bundle: Bundle, name: str, key: str) -> None:
        role = bundle.roles.get(name)
        if role is None:
            raise self.fail(f"{bundle.bundle} has no role {name}", "name one of its persons", "by", key)
        if role.type is not RoleType.PERSON or role.many:
            raise self.fail(f"{name} of {bundle.bundle} is not one person", "name a person", "by", key)

    def _fact(self, bundle: Bundle, text: str, *place: str) -> None:
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

    def _fits(self, own: str, other: str) -> None:
        """Where both have closed lists of values, ours takes every one of theirs."""
        here, there = (self.catalog.concepts[parse_fact(text).concept].schema_ for text in (own, other))
        strange = set(there.get("enum", ())) - set(here.get("enum", there.get("enum", ())))
        if strange:
            raise self.fail(f"{own} cannot be {sorted(strange)}", "carry another fact", "carries", own)

    def _follows(self, own: str, value: Any) -> None:
        self._fact(self.here, own, "follows", own)
        allowed = self.catalog.concepts[parse_fact(own).concept].schema_.get("enum")
        if allowed is not None and value not in allowed:
            raise self.fail(f"{own} cannot be {value!r}", f"give one of {allowed}", "follows", own)

    def _situations(self, answers: Mapping[str, Any]) -> None:
        asked = {question.situation: question for question in self.here.situations}
        for name, answer in answers.items():
            question = asked.get(name)
            if question is None:
                raise self.fail(f"unknown situation {name}", "name one of situations", "situations", name)
            yes_no = question.type is SituationType.YES_NO
            fits = isinstance(answer, bool) if yes_no else answer in question.options
            if not fits or question.type is SituationType.MANY:
                what = f"{answer!r} does not answer {name}"
                raise self.fail(what, "give one of its answers", "situations", name)
