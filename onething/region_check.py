"""Cross-checks of regions: in goes the catalog, out comes nothing, or a local rule that does not fit."""

from typing import Any, Final

from pydantic import ValidationError

from onething.catalog_file import Catalog, locate
from onething.condition import check
from onething.condition_reference import references
from onething.errors import CatalogError, ConditionError
from onething.fact import parse_fact
from onething.fact_check import check_fact
from onething.item import Item, ItemStep
from onething.item_material import ItemMaterial, MaterialSource
from onething.region import Region, RegionItem, RegionStep, layers, localized, step_of

_FIXED: Final = frozenset({"kind", "when"})
"""What a known step is, and for whom it is left out, is the same everywhere."""


def check_regions(catalog: Catalog) -> None:
    """Raise CatalogError naming file, line and fix for the first local rule that does not fit its item."""
    for region in sorted(catalog.regions.values(), key=lambda one: len(one.region)):
        for key, local in region.items.items():
            _RegionCheck(catalog, region, key, local).run()


class _RegionCheck:
    """The checks of one region's way with one item."""

    def __init__(self, catalog: Catalog, region: Region, key: str, local: RegionItem) -> None:
        self.catalog, self.region, self.key, self.local = catalog, region, key, local
        self.path = catalog.files[f"region:{region.region}"]

    def run(self) -> None:
        if self.key not in self.catalog.items:
            raise self.fail(f"unknown item {self.key}", "write agency/item, as bundles do")
        if not self.local.model_fields_set - {"basis"}:
            raise self.fail(
                "nothing differs here", "name steps, limits, materials or profile, or leave it out"
            )
        profile = self.local.profile
        if profile is not None and profile not in self.catalog.profiles:
            known = ", ".join(sorted(self.catalog.profiles))
            raise self.fail(f"follows an unknown profile {profile}", f"name one of {known}", "profile")
        for version in self.catalog.items[self.key]:
            above = localized(version, layers(self.catalog.regions, self.region.region)[:-1])
            self._steps(above)
            self._materials(above)
            self._limits(localized(above, (self.region,)))

    def fail(self, what: str, fix: str, *keys: str | int) -> CatalogError:
        line = locate(self.path, "items", self.key, *keys)
        return CatalogError(str(self.path), f"{self.key} in {self.region.region}: {what}", fix, line)

    def _steps(self, item: Item) -> None:
        known = {one.step: one for one in item.steps}
        seen: set[str] = set()
        for index, one in enumerate(self.local.steps or ()):
            place = ("steps", index)
            if one.step in seen:
                raise self.fail(f"two steps are called {one.step}", "name each step once", *place)
            seen.add(one.step)
            self._step(item, one, known.get(one.step), place)

    def _step(
        self, item: Item, one: RegionStep, known: ItemStep | None, place: tuple[str | int, ...]
    ) -> None:
        if known is None and (one.title is None or one.agency is None or one.basis is None):
            names = ", ".join(step.step for step in item.steps) or "none"
            raise self.fail(
                f"unknown step {one.step}",
                f"name one of {names}, or give a new step its title, agency and basis",
                *place,
            )
        if known is not None and (fixed := sorted(_FIXED & one.changes.keys())):
            raise self.fail(
                f"{one.step}: a region does not change the {fixed[0]} of a step",
                "leave it out, or drop the step and add one of another name",
                *place,
                fixed[0],
            )
        try:
            step = step_of(one, known)
        except ValidationError as error:
            raise self.fail(
                f"{one.step}: {error.errors()[0]['msg']}", "see docs/reference/catalog.md", *place
            ) from error
        if step.agency not in self.catalog.agencies:
            raise self.fail(f"unknown agency {step.agency}", "name an agency", *place, "agency")
        self._condition(item, step.when, (*place, "when"))

    def _limits(self, item: Item) -> None:
        statutory, promised = item.limits.statutory, item.limits.promised
        if (
            statutory is not None
            and statutory.unit is promised.unit
            and statutory.starts is promised.starts
            and promised.amount > statutory.amount
        ):
            raise self.fail(
                f"promises {promised.amount} {promised.unit} where the law allows {statutory.amount}",
                "promise no more than the statutory limit",
                "limits",
            )

    def _materials(self, item: Item) -> None:
        listed = {material.material for material in item.materials}
        rules = self.local.materials
        for index, name in enumerate(rules.drop):
            if name not in listed:
                raise self.fail(
                    f"{name} is not on the list", "drop what is listed", "materials", "drop", index
                )
        for name, change in rules.change.items():
            place: tuple[str | int, ...] = ("materials", "change", name)
            known = next((material for material in item.materials if material.material == name), None)
            if known is None or name in rules.drop:
                raise self.fail(f"{name} is not on the list", "change what is listed", *place)
            self._paper(item, known.model_copy(update=change.changes), place)
        for index, material in enumerate(rules.add):
            place = ("materials", "add", index)
            if material.material in listed - set(rules.drop):
                raise self.fail(f"{material.material} is on the list already", "change it instead", *place)
            self._paper(item, material, place)

    def _paper(self, item: Item, material: ItemMaterial, place: tuple[str | int, ...]) -> None:
        if material.material not in self.catalog.materials:
            raise self.fail(
                f"unknown material {material.material}", "add it to concepts/materials.yaml", *place
            )
        if material.source is MaterialSource.SELF and not material.tests.may_be_asked:
            raise self.fail(
                f"{material.material} fails the five 凡是 tests and may not be asked for, here as anywhere",
                "obtain it by sharing, certificate or pledge",
                *place,
            )
        self._condition(item, material.when, (*place, "when"))

    def _condition(self, item: Item, condition: Any, place: tuple[str | int, ...]) -> None:
        try:
            check(condition)
            facts = [parse_fact(one) for one in references(condition) if "(" in one]
        except ConditionError as error:
            raise self.fail(str(error), "see docs/reference/catalog.md", *place) from error
        for fact in facts:
            check_fact(self.catalog, fact, item.roles, lambda what, fix: self.fail(what, fix, *place))
