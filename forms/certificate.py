"""The reduction certificate: in goes a merged form and a family's answers, out come counted figures."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from forms.binding import ActiveSlot
from forms.chain import LocalChain, days, local_chains
from forms.condition import applies, decisive
from forms.demand import Demand, Demanded, demands
from forms.merge import MergedForm, Supply, register_keys
from forms.project import project
from forms.resolve import Known, Resolution, Resolved
from onething.fact import Fact
from onething.item_material import ItemMaterial, MaterialSource


@dataclass(frozen=True, slots=True)
class Asked:
    """One box of one agency's form that the family fills when filing separately."""

    slot: str
    box: str
    title: str
    leaf: str
    supply: Supply
    assumed: bool


@dataclass(frozen=True)
class ReductionCertificate:
    """What filing once saves; every figure is counted from the catalog's forms."""

    bundle: str
    items: int
    separate: int
    """Required boxes the family fills at each agency, once per person of an array."""
    optional: int
    """Boxes the family may leave empty, counted apart."""
    others: int
    """Boxes that doctors, officers, employers and systems fill, counted apart."""
    merged: int
    """Fields of the merged form that somebody fills: what the family's boxes ask, each once, and what only
    the merged form asks (who is the same person, what opens a gate, what a register is asked by)."""
    typed: int
    typed_registers_down: int
    confirm_only: int
    assumed: float
    materials_separate: int
    materials_brought: int
    trips_separate: int
    trips_once: int
    days_serial: int
    days_critical_path: int
    situations: int
    region: str
    """The code of the place that the case is counted for."""
    local: tuple[LocalChain, ...]
    """The items that this place works in its own way, before and after."""
    asked: tuple[Asked, ...] = field(repr=False)
    typed_leaves: tuple[tuple[str, Fact], ...] = field(repr=False)
    register_leaves: tuple[tuple[str, Fact], ...] = field(repr=False)

    def figures(self) -> dict[str, Any]:
        """The figures of `./once forms report --json`; `region` only where a region differs."""
        figures: dict[str, Any] = {
            "bundle": self.bundle,
            "items": self.items,
            "fields": {
                "separate": self.separate,
                "merged": self.merged,
                "typed": self.typed,
                "typed_registers_down": self.typed_registers_down,
                "confirm_only": self.confirm_only,
                "assumed": self.assumed,
            },
            "materials": {"separate": self.materials_separate, "brought": self.materials_brought},
            "trips": {"separate": self.trips_separate, "once": self.trips_once},
            "days": {"serial": self.days_serial, "critical_path": self.days_critical_path},
        }
        return {**figures, "region": self._differs()} if self.local else figures

    def _differs(self) -> dict[str, Any]:
        """Steps and promised working days, before and after, of the items worked differently here."""
        return {
            "code": self.region,
            "steps": _sums(chain.steps for chain in self.local),
            "days": _sums(chain.days for chain in self.local),
            "items": {
                chain.slot: {"steps": _sums((chain.steps,)), "days": _sums((chain.days,))}
                for chain in self.local
            },
        }


def certificate(
    form: MergedForm, answers: Mapping[str, Any], known: Mapping[str, Known] | None = None
) -> ReductionCertificate:
    """Count one family's case: `answers` as typed, `known` as registers and login supply it."""
    resolution = Resolution(form, answers, known)
    demanded = {slot.name: tuple(demands(slot, project(form, slot, resolution))) for slot in form.slots}
    return count(form, resolution, demanded)


def count(
    form: MergedForm, resolution: Resolution, demanded: Mapping[str, tuple[Demanded, ...]]
) -> ReductionCertificate:
    """Count a case of which it is known already how each slot's form treats its boxes."""
    counted = _Count(form, resolution)
    for slot in form.slots:
        counted.add(slot, demanded[slot.name])
    leaves = counted.leaves()
    brought, separate = materials(form, resolution)
    serial, longest = days(form.slots)
    trips = sum(slot.item.trips for slot in form.slots if not slot.item.automatic)
    shown = {box.leaf for box in counted.asked if box.leaf} | counted.own | set(leaves.typed)
    return ReductionCertificate(
        bundle=form.bundle.bundle,
        items=len(form.slots),
        separate=len(counted.asked),
        optional=counted.optional,
        others=counted.others,
        merged=len(shown),
        typed=len(leaves.typed),
        typed_registers_down=len(leaves.typed) + len(leaves.registers),
        confirm_only=len(leaves.registers),
        assumed=round(sum(box.assumed for box in counted.asked) / max(len(counted.asked), 1), 3),
        materials_separate=separate,
        materials_brought=len(brought),
        trips_separate=trips,
        trips_once=min(1, trips),
        days_serial=serial,
        days_critical_path=longest,
        situations=len(form.situations),
        region=form.region,
        local=tuple(local_chains(form.slots, resolution)),
        asked=tuple(counted.asked),
        typed_leaves=tuple(leaves.typed.items()),
        register_leaves=tuple(leaves.registers.items()),
    )


def papers(slot: ActiveSlot, resolution: Resolution) -> Iterator[ItemMaterial]:
    """Yield the papers of a slot's list that this family's situations and answers call for.

    One to be brought for which a mandate on record stands comes of that.
    """
    on_record = resolution.form.on_record
    for material, condition in slot.papers:
        if applies(condition, resolution):
            stands = material.met_by in on_record and material.source is MaterialSource.SELF
            yield material.model_copy(update={"source": MaterialSource.MANDATE}) if stands else material


def materials(form: MergedForm, resolution: Resolution) -> tuple[list[str], int]:
    """The papers the family brings once, and how many the agencies' own lists add up to."""
    listed = [material for slot in form.slots for material in papers(slot, resolution)]
    brought = {material.material: None for material in listed if material.source is MaterialSource.SELF}
    return list(brought), len(listed)


def _sums(pairs: Iterable[tuple[int, int]]) -> dict[str, int]:
    found = list(pairs)
    return {"before": sum(one for one, _ in found), "after": sum(one for _, one in found)}


@dataclass
class _Leaves:
    typed: dict[str, Fact] = field(default_factory=dict)
    registers: dict[str, Fact] = field(default_factory=dict)


class _Reader:
    """Follows facts down to the leaves they are read at, or would have to be."""

    def __init__(self, form: MergedForm, resolution: Resolution) -> None:
        self.form, self.resolution = form, resolution
        self.used: dict[str, Resolved] = {}
        """Leaves that were read, by pointer."""
        self.missing: dict[str, Fact] = {}
        """Leaves that nobody has supplied, by pointer, in the order of asking."""
        self._seen: dict[tuple[Fact, int | None], Resolved | None] = {}

    def fact(self, fact: Fact, index: int | None) -> Resolved | None:
        """Note what one fact is read from; return it."""
        place = (fact, index)
        if place not in self._seen:
            self._seen[place] = self._note(fact, index)
        return self._seen[place]

    def _note(self, fact: Fact, index: int | None) -> Resolved | None:
        field = self.form.fields.get(fact)
        if self.form.bundle.roles[fact.owner].same_as and not (field and field.constant):
            target = self.resolution.target(fact)
            if target is not None:
                return self.fact(*target)
        resolved = self.resolution.get(fact, index)
        if resolved is not None and resolved.supply is not Supply.DERIVED:
            self.used[resolved.leaf] = resolved
        elif field is not None and field.concept.derive is not None:
            # Of several sources, none is asked before the one ahead of it is there.
            all(self.fact(source, index if source.owner == fact.owner else None) for source in field.sources)
        elif resolved is None:
            self.missing[fact.pointer(index)] = fact
        return resolved


class _Count:
    """Counts boxes and the leaves behind them."""

    def __init__(self, form: MergedForm, resolution: Resolution) -> None:
        self.form, self.resolution = form, resolution
        self.asked: list[Asked] = []
        self.optional = self.others = 0
        self.wanted: list[tuple[Fact, int | None]] = []
        self.own: set[str] = set()
        """Leaves asked for gates, papers and lists of persons."""

    def add(self, slot: ActiveSlot, demanded: tuple[Demanded, ...]) -> None:
        self.others += sum(not bound.box.by_family for bound in slot.boxes)
        for fact, index in decisive(slot, self.resolution):
            self.wanted.append((fact, index))
            resolved = self.resolution.get(fact, index)
            self.own.add(resolved.leaf if resolved else fact.pointer(index))
        for bound, index, demand in demanded:
            if demand is Demand.IDLE or (bound.fact and bound.fact.owner not in self.form.roles):
                continue
            if demand is Demand.OPTIONAL:
                self.optional += bound.box.by_family
                continue
            leaf, supply = "", Supply.STATEMENT
            if bound.fact is not None:
                place = index if bound.fact.owner == bound.each else None
                for fact in (bound.fact, *bound.also):
                    self.wanted.append((fact, index if fact.owner == bound.each else None))
                resolved = self.resolution.get(bound.fact, place)
                leaf = resolved.leaf if resolved else bound.fact.pointer(place)
                supply = resolved.supply if resolved else self.form.fields[bound.fact].supply
            if bound.box.by_family:
                self.asked.append(
                    Asked(slot.name, bound.box.name, bound.box.title, leaf, supply, bound.box.binding.assumed)
                )

    def leaves(self) -> _Leaves:
        """What has to be typed, and what registers supply, for every wanted fact; each leaf once."""
        leaves = _Leaves()
        read = _Reader(self.form, self.resolution)
        for fact, index in self.wanted:
            read.fact(fact, index)
        personal = [fact for fact, _ in self.wanted if not self.form.fields[fact].constant]
        for role in dict.fromkeys(fact.owner for fact in personal):
            if self.form.bundle.roles[role].same_as:
                leaves.typed[f"/{role}/same_as"] = Fact("same_as", (role,))
        for pointer, resolved in read.used.items():
            if resolved.supply is Supply.REGISTER:
                leaves.registers[pointer] = _fact_at(self.form, pointer)
            elif resolved.supply in {Supply.TYPED, Supply.STATEMENT}:
                leaves.typed[pointer] = _fact_at(self.form, pointer)
        for pointer, fact in read.missing.items():
            field = self.form.fields.get(fact)
            if field is None or field.supply not in {Supply.OUTCOME, Supply.LOGIN}:
                leaves.typed[pointer] = fact
        for pointer, fact in list(leaves.registers.items()):
            index = next((int(part) for part in pointer.split("/") if part.isdecimal()), None)
            self._register_keys(fact, index, leaves)
        return leaves

    def _register_keys(self, fact: Fact, index: int | None, leaves: _Leaves) -> None:
        """A register is asked by id numbers, which then have to be typed too."""
        for key in register_keys(self.form.bundle, fact):
            resolved = self.resolution.get(key, index if key.owner == fact.owner else None)
            if resolved is not None and resolved.supply is Supply.TYPED:
                leaves.typed.setdefault(resolved.leaf, key)


def _fact_at(form: MergedForm, pointer: str) -> Fact:
    generic = "/".join(part for part in pointer.split("/") if not part.isdigit())
    return next(fact for fact in form.fields if f"/{fact.owner}/{fact.key}" == generic)
