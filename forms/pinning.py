"""Pinning: in goes an active slot with what is known, out comes its definition as it travels with a case."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from forms.binding import ActiveSlot
from forms.certificate import papers
from forms.merge import MergedForm
from forms.pledge import pledged
from forms.resolve import Resolution
from onething.adapter import Capabilities
from onething.case_definition import (
    HoldRule,
    OwedMaterial,
    SlotDefinition,
    SlotEffect,
    SlotGate,
    SlotLimit,
    SlotStep,
)
from onething.catalog import Catalog
from onething.condition import Facts, evaluate
from onething.definition import BundleHold
from onething.errors import AnswersRejected
from onething.fact import parse_fact
from onething.item import Gate, Item, Limit
from onething.item_material import MaterialSource
from onething.legal_profile import LegalProfile
from onething.problem import Problem


@dataclass(frozen=True, slots=True)
class Pinning:
    """What a case's slots are pinned with."""

    catalog: Catalog
    resolution: Resolution
    capabilities: Mapping[str, Capabilities]
    """By agency."""
    region: str
    owed: frozenset[str]
    """Materials promised for later (容缺)."""

    def slots(self) -> Iterator[SlotDefinition]:
        """Yield each slot's definition; raises AnswersRejected for a paper that may not be owed."""
        for slot in self.resolution.form.slots:
            yield self._slot(slot)

    def _slot(self, slot: ActiveSlot) -> SlotDefinition:
        item, agency = slot.item, self.catalog.agency(slot.item.agency)
        names = {other.name for other in self.resolution.form.slots}
        facts = _bound_facts(self.resolution, slot.slot.roles)
        return SlotDefinition(
            slot=slot.name,
            item=item.key,
            code=item.catalog_code or item.code,
            title=slot.title,
            agency=agency.agency,
            agency_title=agency.title,
            phone=agency.contact.phone,
            queue=agency.queue,
            after=tuple(name for name in slot.slot.after if name in names),
            after_any=tuple(name for name in slot.slot.after_any if name in names),
            instead_of=tuple(name for name in slot.slot.instead_of if name in names),
            steps=tuple(self._steps(item, facts)),
            gates=tuple(self._gates(slot, facts)),
            statutory=_limit(item.limits.statutory) if item.limits.statutory else None,
            promised=_limit(item.limits.promised),
            basis=_cited(item),
            effects=tuple(self._effects(item, slot)),
            reversibility=item.reversibility,
            automatic=item.automatic,
            reopens=item.reopens,
            fee=item.fee,
            result=item.result,
            capabilities=self.capabilities[agency.agency],
            profile=item.profile,
            owed=tuple(self._owed(slot)),
            pledged=tuple(self._pledged(slot)),
            remedies=agency.remedies,
        )

    def _effects(self, item: Item, slot: ActiveSlot) -> Iterator[SlotEffect]:
        for effect in item.effects:
            fact = parse_fact(effect.fact) if effect.fact else None
            yield SlotEffect(
                fact=str(fact.rebind(slot.slot.roles)) if fact else None,
                item_fact=str(fact) if fact else None,
                title=effect.title,
                since=effect.from_,
                money=effect.money,
                opens=effect.opens,
                options=self.catalog.concept(fact.concept).options if fact else {},
            )

    def _gates(self, slot: ActiveSlot, facts: Facts) -> Iterator[SlotGate]:
        roles, bound = self.resolution.form.bundle.roles, slot.slot.roles
        for gate in slot.item.gates:
            if gate.regions and not self.region.startswith(gate.regions):
                continue
            yield SlotGate(
                gate=gate.gate,
                open=_may_stand_open(gate) and evaluate(gate.when, facts) is True,
                text=gate.text,
                fix=gate.fix,
                month=gate.month,
                opt_out=gate.opt_out,
                in_person=bool(gate.in_person),
                who=tuple(roles[bound[role]].title for role in gate.in_person if bound.get(role) in roles),
                proof=gate.proved_by,
                example=gate.example,
            )

    def _steps(self, item: Item, facts: Facts) -> Iterator[SlotStep]:
        for one in item.steps:
            if evaluate(one.when, facts) is False:
                continue
            yield SlotStep(
                step=one.step,
                title=one.title,
                agency_title=one.office or self.catalog.agency(one.agency).title,
                kind=one.kind,
                signer=one.signer,
                officers=one.officers,
                days=one.days,
                limit=_limit(one.limit) if one.limit else None,
                cite=one.basis.cite if one.basis else "",
            )

    def _pledged(self, slot: ActiveSlot) -> Iterator[OwedMaterial]:
        for material in pledged(self.catalog, slot, self.resolution):
            yield OwedMaterial(material=material, title=self.catalog.materials[material].title)

    def _owed(self, slot: ActiveSlot) -> Iterator[OwedMaterial]:
        for material in papers(slot, self.resolution):
            if material.material not in self.owed or material.source is not MaterialSource.SELF:
                continue
            if material.main or not material.may_be_missing:
                pointer = f"/materials/{material.material}"
                raise AnswersRejected(problems=[Problem(pointer, "main_material", {}, slot.name)])
            title = self.catalog.materials[material.material].title
            yield OwedMaterial(material=material.material, title=title)


def profiles(catalog: Catalog, form: MergedForm) -> dict[str, LegalProfile]:
    """The procedures that the case's items follow."""
    names = {slot.item.profile for slot in form.slots}
    return {
        name: LegalProfile.model_validate(catalog.profiles[name].rules.model_dump())
        for name in sorted(names)
        if name in catalog.profiles
    }


def hold_rule(hold: BundleHold) -> HoldRule:
    """A bundle's hold as it travels with a case."""
    return HoldRule(**hold.model_dump(exclude={"basis"}), cite=hold.basis.cite)


def _may_stand_open(gate: Gate) -> bool:
    """Whether the facts alone can open a gate: not one of time, and not one before which people appear."""
    return gate.month is None and gate.opt_out is None and not gate.in_person


def _cited(item: Item) -> tuple[str, ...]:
    """The law a family is told: what was read in its source; failing that, what is believed to apply."""
    national = [basis for basis in item.basis if not basis.local]
    return tuple(basis.cite for basis in [each for each in national if each.verified] or national)


def _limit(limit: Limit) -> SlotLimit:
    return SlotLimit(
        amount=limit.amount,
        unit=limit.unit,
        starts=limit.starts,
        event=limit.event,
        cite=limit.basis.cite,
        verified=limit.basis.verified,
    )


def _bound_facts(resolution: Resolution, roles: Mapping[str, str]) -> Facts:
    """Answer references over an item's roles from the bundle's."""

    def facts(reference: str, scope: Mapping[str, int]) -> Any:
        bound = {roles.get(role, role): index for role, index in scope.items()}
        if reference.startswith("count("):
            role = reference[6:-1]
            return resolution.facts(f"count({roles.get(role, role)})", bound)
        if "(" in reference:
            return resolution.facts(str(parse_fact(reference).rebind(dict(roles))), bound)
        return resolution.facts(reference, bound)

    return facts
