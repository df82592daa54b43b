"""Cross-checks of the catalog: in goes what was read, out comes nothing, or a finding with its fix."""

from pathlib import Path
from typing import Any, Final

from onething.box import Box
from onething.bundle_check import BundleCheck
from onething.catalog_file import Catalog, locate
from onething.concept import Concept, Sensitivity
from onething.condition import check
from onething.condition_reference import references
from onething.errors import CatalogError, ConditionError
from onething.fact import parse_fact
from onething.fact_check import check_fact
from onething.item import ClockStart, Item, StepKind
from onething.item_material import MaterialSource

_SEE: Final = "see docs/reference/catalog.md"


def check_catalog(catalog: Catalog) -> None:
    """Raise CatalogError for the first thing that does not fit together."""
    for concept in catalog.concepts.values():
        _check_concept(catalog, concept)
    for versions in catalog.items.values():
        for item in versions:
            _ItemCheck(catalog, item).run()
    for bundle in catalog.bundles.values():
        for question in bundle.situations:
            path = catalog.files[f"bundle:{bundle.bundle}"]
            _check_register(catalog, question.register_, path, f"{question.situation} is known to")
        BundleCheck(catalog, bundle).run()


def _check_concept(catalog: Catalog, concept: Concept) -> None:
    path = catalog.files[f"concept:{concept.concept}"]
    for source in concept.derive.of if concept.derive else ():
        if source.startswith("situation."):
            continue
        name = parse_fact(source).concept if "(" in source else source
        if name not in catalog.concepts:
            raise CatalogError(str(path), f"{concept.concept} derives from unknown {name}", "name a concept")
    _check_register(catalog, concept.register_, path, f"{concept.concept} is known to")
    for name in concept.goes_with:
        if concept.register_ is None or name not in catalog.concepts:
            what = f"{concept.concept} goes with {name}"
            raise CatalogError(str(path), what, "name concepts that a register supplies together with it")
    for word, others, kind in (
        ("before", concept.not_before, "days or moments"),
        ("above", concept.not_above, "numbers"),
    ):
        if ghosts := [name for name in others if name not in catalog.concepts]:
            what = f"{concept.concept} is not {word} unknown {', '.join(ghosts)}"
            raise CatalogError(str(path), what, f"name concepts of {kind}")
    if concept.stands_for is not None and not (concept.statement and concept.stands_for in catalog.materials):
        what = f"{concept.concept} stands for {concept.stands_for}"
        raise CatalogError(str(path), what, "only a statement stands for a paper of concepts/materials.yaml")
    values = set(concept.schema_.get("enum", ()))
    if values and (missing := values - set(concept.options)):
        raise CatalogError(
            str(path),
            f"{concept.concept} has no words for {sorted(map(str, missing))}",
            "add them to options",
        )


def _check_register(catalog: Catalog, register: str | None, path: Path, what: str) -> None:
    if register is not None and register not in catalog.registers:
        fix = "name it under registers, with its title, in concepts/registers.yaml"
        raise CatalogError(str(path), f"{what} a register without a name: {register}", fix)


class _ItemCheck:
    """The checks of one item; `run` names them in order."""

    def __init__(self, catalog: Catalog, item: Item) -> None:
        self.catalog, self.item = catalog, item
        self.path = catalog.path(item)

    def run(self) -> None:
        self._profile()
        self._boxes()
        self._conditional_forms(self.item.form, ("form",))
        self._materials()
        self._conditions()
        self._steps()
        self._basis()

    def fail(self, what: str, fix: str, *keys: str | int) -> CatalogError:
        return CatalogError(str(self.path), f"{self.item.key}: {what}", fix, locate(self.path, *keys))

    def _profile(self) -> None:
        if self.catalog.profiles and self.item.profile not in self.catalog.profiles:
            raise CatalogError(
                str(self.path),
                f"{self.item.item} follows an unknown profile {self.item.profile}",
                f"name one of {', '.join(sorted(self.catalog.profiles))}",
                locate(self.path, "profile"),
            )

    def _boxes(self) -> None:
        try:
            boxes = self.catalog.boxes(self.item)
        except ConditionError as error:
            raise self.fail(str(error), "give every property title and x-once", "form") from error
        seen: dict[str, Box] = {}
        for box in boxes:
            place = ("form", "properties", *box.path)
            if not box.binding.source and not box.binding.assumed:
                raise self.fail(f"{box.name} names no source", "cite it, or mark it assumed: true", *place)
            self._box_fact(box, place)
            self._box_tables(box, place)
            fact = box.binding.fact
            if fact and box.sent and seen.setdefault(fact, box) is not box and not box.binding.via:
                raise self.fail(
                    f"{fact} stands twice, in {seen[fact].name} and {box.name}", "bind it once", *place
                )

    def _box_fact(self, box: Box, place: tuple[str | int, ...]) -> None:
        if box.sent and not box.binding.fact and not box.constant:
            raise self.fail(f"{box.name} is sent but bound to no fact", "bind it, or readOnly: true", *place)
        for text in (box.binding.fact, *box.binding.also):
            if text is not None:
                self.fact(text, place)
        if box.each is not None and box.each not in self.item.roles:
            raise self.fail(f"{box.name} repeats over unknown role {box.each}", "declare the role", *place)
        self._condition(box.where, place)
        if box.required and not box.sent:
            raise self.fail(f"{box.name} is required but not sent", "drop it from required", *place)

    def _box_tables(self, box: Box, place: tuple[str | int, ...]) -> None:
        for conversion in box.binding.via:
            table = conversion.code_table
            if table is not None and table not in self.item.code_tables:
                raise self.fail(
                    f"{box.name} uses unknown code table {table}", "add it to code_tables", *place
                )
            if conversion.name in {"concat", "age_at"} and not box.binding.also:
                raise self.fail(
                    f"{box.name}: {conversion.name} needs a second fact", "name it in also", *place
                )

    def fact(self, text: str, place: tuple[str | int, ...]) -> None:
        try:
            fact = parse_fact(text)
        except ConditionError as error:
            raise self.fail(str(error), _SEE, *place) from error
        check_fact(self.catalog, fact, self.item.roles, lambda what, fix: self.fail(what, fix, *place))

    def _conditional_forms(self, schema: Any, place: tuple[str | int, ...]) -> None:
        if isinstance(schema, list):
            for index, part in enumerate(schema):
                self._conditional_forms(part, (*place, index))
        if not isinstance(schema, dict):
            return
        condition = schema.get("if")
        if isinstance(condition, dict) and set(condition.get("properties", {})) - set(
            condition.get("required", ())
        ):
            raise self.fail(
                "`if` without `required` is true when the key is missing", "add required", *place, "if"
            )
        for key, part in schema.items():
            self._conditional_forms(part, (*place, key))

    def _materials(self) -> None:
        for index, material in enumerate(self.item.materials):
            place = ("materials", index)
            if material.material not in self.catalog.materials:
                raise self.fail(
                    f"unknown material {material.material}", "add it to concepts/materials.yaml", *place
                )
            if material.source is MaterialSource.SELF and not material.tests.may_be_asked:
                raise self.fail(
                    f"{material.material} fails the five 凡是 tests and may not be asked for",
                    "obtain it by sharing, certificate or pledge",
                    *place,
                )

    def _conditions(self) -> None:
        for index, material in enumerate(self.item.materials):
            self._condition(material.when, ("materials", index, "when"))
        for index, gate in enumerate(self.item.gates):
            self._condition(gate.when, ("gates", index, "when"))

    def _condition(self, condition: dict[str, Any] | bool, place: tuple[str | int, ...]) -> None:
        try:
            check(condition)
        except ConditionError as error:
            raise self.fail(str(error), _SEE, *place) from error
        for reference in references(condition):
            if "(" in reference:
                self.fact(reference, place)

    def _steps(self) -> None:
        """Steps have names of their own and agencies that are there; gates name roles of the item."""
        seen: set[str] = set()
        for index, one in enumerate(self.item.steps):
            if one.step in seen:
                raise self.fail(f"two steps are called {one.step}", "give each its name", "steps", index)
            if one.agency not in self.catalog.agencies:
                raise self.fail(f"unknown agency {one.agency}", "name an agency", "steps", index, "agency")
            self._condition(one.when, ("steps", index, "when"))
            for text in one.shows:
                self._noticed(text, one.kind, ("steps", index, "shows"))
            seen.add(one.step)
        self._events(seen)
        for index, gate in enumerate(self.item.gates):
            for role in gate.in_person:
                if role not in self.item.roles:
                    raise self.fail(f"unknown role {role}", "name a role of the item", "gates", index)

    def _events(self, seen: set[str]) -> None:
        """A limit that runs from an event runs from a step of the item."""
        for name in ("statutory", "promised"):
            limit = getattr(self.item.limits, name)
            if limit is None or limit.starts is not ClockStart.EVENT:
                continue
            if limit.event not in seen:
                what = f"the {name} limit runs from an event that is no step: {limit.event}"
                raise self.fail(what, "name a step of the item in event", "limits", name)

    def _noticed(self, text: str, kind: StepKind, place: tuple[str | int, ...]) -> None:
        self.fact(text, place)
        concept = self.catalog.concept(parse_fact(text).concept)
        if kind is not StepKind.PUBLIC_NOTICE:
            raise self.fail("only a public notice shows facts", "drop shows, or kind: public_notice", *place)
        if not concept.on_notice or concept.sensitivity is Sensitivity.SENSITIVE:
            fix = "show what may be public, such as a masked name or how many people"
            raise self.fail(f"a public notice may not show {concept.concept}", fix, *place)

    def _basis(self) -> None:
        if not self.item.basis:
            raise self.fail("no legal basis", "cite the law or rule it stands on", "basis")
