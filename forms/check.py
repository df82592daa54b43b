"""Cross-checks of the forms at start: in goes the catalog, out come findings, or the first thing to mend.

What the catalog's own checks cannot see: whether the agencies' forms compile, whether a fact can satisfy all
of them at once, and whether every fact has its place on the page and comes before those who use it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations, product
from typing import Any

from forms.binding import ActiveSlot, BoundBox, bind, without_aliases
from forms.check_form import check_concept, check_form
from forms.conversion import pull_back
from forms.schema import satisfiable
from forms.situation import Situations, situation_facts
from onething.box import ANY
from onething.catalog import Catalog
from onething.catalog_file import locate
from onething.condition import Condition, evaluate
from onething.condition_reference import references
from onething.definition import Bundle, SituationType
from onething.errors import CatalogError
from onething.fact import Fact, parse_fact


@dataclass(frozen=True, slots=True)
class Unknown:
    """A constraint of an agency's box that its conversion hides from the merged form."""

    fact: str
    item: str
    box: str
    conversions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """What checking one life event's forms found, none of it wrong."""

    bundle: str
    on: date
    items: int
    boxes: int
    facts: int
    unknown: tuple[Unknown, ...]
    """Checked by validation only, after conversion."""


def check_all(catalog: Catalog) -> tuple[Findings, ...]:
    """Check every life event on every day from which an item has a new version; raises CatalogError."""
    for concept in catalog.concepts.values():
        check_concept(catalog, concept)
    return tuple(
        check_bundle(catalog, bundle, day)
        for bundle in catalog.bundles.values()
        for day in _eras(catalog, bundle)
    )


def check_bundle(catalog: Catalog, bundle: Bundle, on: date) -> Findings:
    """Check one life event's forms as in force on a day; raises CatalogError naming file, line and fix."""
    worlds = [_bound(catalog, bundle, answers, on) for answers in _aliased(bundle)]
    slots = worlds[0]
    for item in {slot.item.key: slot.item for slot in slots}.values():
        check_form(catalog, item)
    for bound in worlds:
        check = _Bundle(catalog, bundle, bound)
        check.sections()
        check.arrays()
        check.outcomes()
    return Findings(
        bundle=bundle.bundle,
        on=on,
        items=len({slot.item.key for slot in slots}),
        boxes=sum(len(slot.boxes) for slot in slots),
        facts=len({bound.fact for slot in slots for bound in slot.boxes if bound.fact}),
        unknown=tuple(_Bundle(catalog, bundle, slots).constraints()),
    )


def _bound(catalog: Catalog, bundle: Bundle, situations: Situations, on: date) -> tuple[ActiveSlot, ...]:
    return tuple(bind(catalog, without_aliases(bundle, slot, situations), on) for slot in bundle.slots)


def _aliased(bundle: Bundle) -> list[Situations]:
    """Every combination of answers that roles standing for others depend on; without such roles, one."""
    asked = {r.stands_for.situation: tuple(r.stands_for.roles) for r in bundle.roles.values() if r.stands_for}
    return [dict(zip(asked, answers, strict=True)) for answers in product(*asked.values())]


def _eras(catalog: Catalog, bundle: Bundle) -> list[date]:
    versions = [catalog.items[slot.item] for slot in bundle.slots]
    begins = max((min(item.valid_from for item in each) for each in versions), default=date.min)
    later = {item.valid_from for each in versions for item in each if item.valid_from > begins}
    return sorted({begins, *later})


class _Bundle:
    """The checks of one life event's forms together."""

    def __init__(self, catalog: Catalog, bundle: Bundle, slots: tuple[ActiveSlot, ...]) -> None:
        self.catalog, self.bundle, self.slots = catalog, bundle, slots
        self.by_name = {slot.name: slot for slot in slots}
        self.path = catalog.files.get(f"bundle:{bundle.bundle}", catalog.folder)

    def sections(self) -> None:
        for role, known in self.bundle.roles.items():
            if known.stands_for is not None:
                continue
            count = sum(role in section.roles for section in self.bundle.sections)
            if count != 1:
                raise self._fail(
                    f"role {role} stands in {count} sections", "name it in exactly one", "sections"
                )
        named = [fact for section in self.bundle.sections for fact in section.facts]
        for fact in named:
            if named.count(fact) > 1:
                raise self._fail(f"{fact} stands in two sections", "name it in one", "sections")

    def arrays(self) -> None:
        for slot in self.slots:
            for bound in slot.boxes:
                self._array(slot, bound)
            for gate in slot.conditions:
                for role in _outside(gate.condition, frozenset({gate.each} if gate.each else ())):
                    if role in self.bundle.roles and self.bundle.roles[role].many:
                        what = f"{slot.name}: {gate.name} asks one fact of all {role}"
                        raise self._fail(what, f"write some or every over {role}", "slots")

    def _array(self, slot: ActiveSlot, bound: BoundBox) -> None:
        if bound.each is not None and not self.bundle.roles[bound.each].many:
            raise self._box(slot, bound, f"repeats over {bound.each}, which is one", "bind it to a many role")
        for fact in (bound.fact, *bound.also) if bound.fact else ():
            derived = self.catalog.concept(fact.concept).derive
            asked = [parse_fact(text) for text in derived.of if "(" in text] if derived else []
            for each in (fact, *asked):
                many = [role for role in each.roles if self.bundle.roles[role].many]
                if [role for role in many if role != bound.each] or len(many) > 1:
                    what = f"is one box for {each}, which has many persons"
                    raise self._box(slot, bound, what, "make it an array with each")

    def outcomes(self) -> None:
        brought = {
            parse_fact(effect.fact).rebind(slot.slot.roles): slot.name
            for slot in self.slots
            for effect in slot.item.effects
            if effect.fact
        }
        for slot in self.slots:
            for bound in slot.boxes:
                if bound.fact is None or not bound.box.sent:
                    continue
                if any(fact in brought for fact in (*bound.also, *self._sources(bound.fact))):
                    raise self._box(
                        slot,
                        bound,
                        "is computed from what another slot brings about",
                        "bind the outcome itself",
                    )
                source = brought.get(bound.fact)
                if source is not None and source not in self._before(slot.name):
                    what = f"needs {bound.fact}, which {source} brings about later"
                    raise self._box(slot, bound, what, f"let slot {slot.name} come after {source}")

    def constraints(self) -> Iterator[Unknown]:
        """Yield what conversions hide; raises CatalogError for a fact that no value satisfies."""
        gathered: dict[Fact, list[tuple[ActiveSlot, BoundBox, dict[str, Any]]]] = {}
        for slot in self.slots:
            for bound in slot.boxes:
                if bound.fact is None or not bound.box.sent:
                    continue
                via = bound.box.binding.via
                pulled = pull_back(slot.item, via, bound.box.schema)
                if pulled is None:
                    names = tuple(step.name for step in via)
                    yield Unknown(str(bound.fact), slot.item.key, bound.box.name, names)
                elif pulled:
                    gathered.setdefault(bound.fact, []).append((slot, bound, pulled))
        for fact, uses in gathered.items():
            own = self.catalog.concept(fact.concept).schema_
            if not satisfiable({"allOf": [own, *(pulled for _, _, pulled in uses)]}):
                self._blame(fact, own, uses)

    def _blame(
        self, fact: Fact, own: dict[str, Any], uses: list[tuple[ActiveSlot, BoundBox, dict[str, Any]]]
    ) -> None:
        for slot, bound, pulled in uses:
            if not satisfiable({"allOf": [own, pulled]}):
                raise self._box(
                    slot, bound, f"takes no value that {fact} may have", "mend the box or the concept"
                )
        for (slot, bound, pulled), (other, theirs, constraint) in combinations(uses, 2):
            if satisfiable({"allOf": [own, pulled, constraint]}) or not self._together(slot, other):
                continue
            place = _place(theirs.box.path)
            path = self.catalog.path(other.item)
            where = f"{path}:{locate(path, *place)}"
            what = f"takes no value of {fact} that {other.item.key}: {theirs.box.name} ({where}) also takes"
            raise self._box(slot, bound, what, "bind one of them to another concept, or mend its constraint")

    def _together(self, slot: ActiveSlot, other: ActiveSlot) -> bool:
        """Whether some situations call for both slots; only those that their conditions name are tried."""
        whens = (slot.slot.when, other.slot.when)
        named = {reference.split(".")[1] for when in whens for reference in references(when)}
        questions = [question for question in self.bundle.situations if question.situation in named]
        choices: list[list[Any]] = []
        for question in questions:
            if question.type is SituationType.YES_NO:
                choices.append([True, False])
            elif question.type is SituationType.CHOICE:
                choices.append(list(question.options))
            else:
                choices.append([list(question.options), [], *([option] for option in question.options)])
        for answers in product(*choices):
            facts = situation_facts(
                {question.situation: answer for question, answer in zip(questions, answers, strict=True)}
            )
            barred = any(evaluate(exclusion.when, facts) is True for exclusion in self.bundle.exclusions)
            if not barred and all(evaluate(when, facts) is True for when in whens):
                return True
        return False

    def _sources(self, fact: Fact) -> Iterator[Fact]:
        derived = self.catalog.concept(fact.concept).derive
        for text in derived.of if derived else ():
            if not text.startswith("situation."):
                source = parse_fact(text) if "(" in text else Fact(text, (fact.owner,))
                yield source
                yield from self._sources(source)

    def _before(self, name: str) -> set[str]:
        """Slots that surely have ended before this one starts: a condition may take those between away."""
        found: set[str] = set()
        for before in self.by_name[name].slot.waits_for:
            found.add(before)
            if self.by_name[before].slot.when is True:
                found |= self._before(before)
        return found

    def _box(self, slot: ActiveSlot, bound: BoundBox, what: str, fix: str) -> CatalogError:
        path = self.catalog.path(slot.item)
        name = f"{slot.item.key}: {bound.box.name} {what}"
        return CatalogError(str(path), name, fix, locate(path, *_place(bound.box.path)))

    def _fail(self, what: str, fix: str, *place: str | int) -> CatalogError:
        name = f"{self.bundle.bundle}: {what}"
        return CatalogError(str(self.path), name, fix, locate(self.path, *place))


def _place(path: tuple[str, ...]) -> tuple[str, ...]:
    """Where a box stands in its item's file."""
    parts = ["form"]
    for part in path:
        parts += ["items"] if part == ANY else ["properties", part]
    return tuple(parts)


def _outside(condition: Condition | bool, inside: frozenset[str]) -> Iterator[str]:
    """Yield the owners of facts asked of no single person: those that no `over` runs over."""
    if isinstance(condition, bool):
        return
    yield from _roles(condition, inside)


def _roles(node: Any, inside: frozenset[str]) -> Iterator[str]:
    if isinstance(node, str) and node.startswith("$") and "(" in node:
        yield from (role for role in parse_fact(node[1:]).roles if role not in inside)
    elif isinstance(node, list):
        for part in node:
            yield from _roles(part, inside)
    elif isinstance(node, dict):
        within = inside | {node["over"]} if isinstance(node.get("over"), str) else inside
        for part in node.values():
            yield from _roles(part, within)
