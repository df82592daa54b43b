"""Regions: in go an item and the local rules above it, out comes the item as this region works it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Final

from pydantic import Field, field_validator

from onething.item import Item, ItemStep, Limit, Limits, StepKind
from onething.item_material import Basis, FivePapersTest, ItemMaterial, MaterialSource
from onething.text import Model, Text

PREFIXES: Final = (2, 4, 6)
"""Digits of a province's, a prefecture's and a county's code (GB/T 2260), the widest first."""
_EMPTIED: Final = frozenset({"office", "limit", "signer"})


class RegionStep(Model):
    """One step in a region's order: one that is known by its name, changed as said here, or a new one."""

    step: str
    title: Text | None = None
    agency: str | None = None
    office: Text | None = None
    kind: StepKind | None = None
    limit: Limit | None = None
    signer: Text | None = None
    officers: Annotated[int | None, Field(ge=0)] = None
    days: Annotated[int | None, Field(ge=0)] = None
    when: dict[str, Any] | bool | None = None
    basis: Basis | None = None

    @property
    def changes(self) -> dict[str, Any]:
        """What it says beside its name; an empty limit or signer takes the national one away."""
        said = {name: getattr(self, name) for name in self.model_fields_set - {"step"}}
        return {name: value for name, value in said.items() if value is not None or name in _EMPTIED}


class RegionLimits(Model):
    """The limits a region sets in the place of the national ones; those not named stay."""

    statutory: Limit | None = None
    promised: Limit | None = None


class RegionMaterial(Model):
    """How a region obtains one paper of the national list; what is not named stays."""

    source: MaterialSource | None = None
    main: bool | None = None
    may_be_missing: bool | None = None
    basis: Basis
    tests: FivePapersTest | None = None
    when: dict[str, Any] | bool | None = None

    @property
    def changes(self) -> dict[str, Any]:
        """What it says."""
        return _said(self)


class RegionMaterials(Model):
    """What a region does to an item's list of papers."""

    drop: tuple[str, ...] = ()
    add: tuple[ItemMaterial, ...] = ()
    change: dict[str, RegionMaterial] = {}


class RegionItem(Model):
    """A region's own way with one item: its steps, limits, papers and procedure, and nothing it decides."""

    steps: Annotated[tuple[RegionStep, ...] | None, Field(min_length=1)] = None
    """All of them, in this region's order; a step that is not named falls away."""
    limits: RegionLimits = RegionLimits()
    materials: RegionMaterials = RegionMaterials()
    profile: str | None = None
    """The procedure it follows here, such as one with a longer extension."""
    basis: tuple[Basis, ...] = ()
    """Cited to this region's families after the national ones."""

    @field_validator("steps", mode="before")
    @classmethod
    def _named(cls, value: object) -> object:
        """A step that stays as it is may be written as its name alone."""
        if not isinstance(value, list | tuple):
            return value
        return [{"step": one} if isinstance(one, str) else one for one in value]


class Region(Model):
    """One region's rules over the national ones: a file in `catalog/regions`, named by its code."""

    region: Annotated[str, Field(pattern=r"^([0-9]{2}|[0-9]{4}|[0-9]{6})$")]
    """How its places' codes begin: two digits for a province, four for a prefecture, six for a county."""
    title: Text
    basis: Annotated[tuple[Basis, ...], Field(min_length=1)]
    items: Annotated[dict[str, RegionItem], Field(min_length=1)]
    """By `agency/item`."""


def layers(regions: Mapping[str, Region], code: str) -> tuple[Region, ...]:
    """Return the rules that hold at a place with this code, the widest first; none: the national ones."""
    return tuple(regions[code[:size]] for size in PREFIXES if len(code) >= size and code[:size] in regions)


def localized(item: Item, over: Iterable[Region]) -> Item:
    """Return the item as it is worked under `over`, each over the one before; itself where none speaks of it.

    Raises KeyError for a step or paper that is neither known nor whole (refused when the catalog loads).
    """
    for region in over:
        local = region.items.get(item.key)
        if local is not None:
            item = item.model_copy(update=dict(_changes(item, local)))
    return item


def step_of(local: RegionStep, known: ItemStep | None) -> ItemStep:
    """Return a region's step over the one of its name; raises ValidationError for a new one not whole."""
    if known is None:
        return ItemStep.model_validate({"step": local.step, **local.changes})
    return known.model_copy(update=local.changes)


def _changes(item: Item, local: RegionItem) -> Iterator[tuple[str, Any]]:
    if local.steps is not None:
        known = {one.step: one for one in item.steps}
        yield "steps", tuple(step_of(one, known.get(one.step)) for one in local.steps)
    yield "limits", _limits(item.limits, local.limits)
    yield "materials", tuple(_materials(item, local.materials))
    yield "profile", local.profile or item.profile
    yield "basis", (*item.basis, *local.basis)


def _limits(known: Limits, local: RegionLimits) -> Limits:
    return known.model_copy(update=_said(local))


def _materials(item: Item, local: RegionMaterials) -> Iterator[ItemMaterial]:
    for material in item.materials:
        if material.material in local.drop:
            continue
        change = local.change.get(material.material)
        yield material.model_copy(update=change.changes) if change else material
    yield from local.add


def _said(local: Model) -> dict[str, Any]:
    return {name: value for name in local.model_fields_set if (value := getattr(local, name)) is not None}


PROVINCES: Final = frozenset(
    {
        *("11", "12", "13", "14", "15", "21", "22", "23"),
        *("31", "32", "33", "34", "35", "36", "37"),
        *("41", "42", "43", "44", "45", "46", "50", "51", "52", "53", "54"),
        *("61", "62", "63", "64", "65", "71", "81", "82"),
    }
)
"""The first two digits of every code of GB/T 2260."""


def in_a_province(code: str) -> bool:
    """Whether a region's code, of two digits or more, begins with a province's."""
    return code[:2] in PROVINCES
