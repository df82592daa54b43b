"""Cross-checks of a life event: in go the catalog and a bundle of it, out comes nothing, or a finding."""

from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any, Final

from onething.box import ANY
from onething.catalog_file import Catalog, locate
from onething.concept import RoleType
from onething.condition import check
from onething.condition_reference import references
from onething.definition import Bundle, Repeat, Role, Situation, SituationType, Slot, StandsFor, Unheld
from onething.errors import CatalogError, ConditionError
from onething.family_check import check_family
from onething.item import Item
from onething.region import RegionItem

_SEE: Final = "see docs/reference/catalog.md"
_Place = tuple[str | int, ...]


class BundleCheck:
    """The checks of one life event; `run` names them in order."""

    def __init__(self, catalog: Catalog, bundle: Bundle) -> None:
        self.catalog, self.bundle = catalog, bundle
        self.path = catalog.files[f"bundle:{bundle.bundle}"]
        self.slots = {slot.slot: slot for slot in bundle.slots}

    def run(self) -> None:
        """Raise CatalogError for the first thing that does not fit together."""
        self._names()
        for index, slot in enumerate(self.bundle.slots):
            self._slot(index, slot)
        self._order()
        self._conditions()
        check_family(self.catalog, self.bundle, self.fail)

    def fail(self, what: str, fix: str, *keys: str | int, path: Path | None = None) -> CatalogError:
        """A finding at a place of the bundle's file, or of the file at `path`."""
        file = path or self.path
        return CatalogError(str(file), f"{self.bundle.bundle}: {what}", fix, locate(file, *keys))

    def _names(self) -> None:
        if len(self.slots) != len(self.bundle.slots):
            raise self.fail("two slots have one name", "give each slot its own name", "slots")
        if sum(role.subject for role in self.bundle.roles.values()) != 1:
            raise self.fail("exactly one role is the subject", "mark one role subject: true", "roles")
        if self.bundle.lead_agency not in self.catalog.agencies:
            raise self.fail(f"unknown lead agency {self.bundle.lead_agency}", "add its folder", "lead_agency")
        self._roles()

    def _roles(self) -> None:
        for index, roles in enumerate(self.bundle.distinct):
            for name in roles:
                role = self.bundle.roles.get(name)
                if role is None or role.type is not RoleType.PERSON or role.stands_for:
                    raise self.fail(f"distinct names {name}", "name a person role", "distinct", index)
        for name, role in self.bundle.roles.items():
            for other in role.same_as:
                if other not in self.bundle.roles or self.bundle.roles[other].stands_for:
                    raise self.fail(f"{name} same as unknown role {other}", "name a role", "roles", name)
            if role.applies and (role.type is not RoleType.PERSON or role.many or role.same_as):
                raise self.fail(f"{name} applies and is not one person", "drop applies", "roles", name)
            if role.stands_for is not None:
                self._alias(name, role, role.stands_for)
            if role.repeat is not None:
                self._repeat(name, role, role.repeat)

    def _alias(self, name: str, role: Role, alias: StandsFor) -> None:
        place = ("roles", name, "stands_for")
        if role.subject or role.login or role.applies or role.same_as or role.repeat or role.many:
            raise self.fail(f"{name} stands for another role and is more", "leave stands_for alone", *place)
        self._answers(alias.situation, set(alias.roles), place)
        for target in alias.roles.values():
            stood_for = self.bundle.roles.get(target)
            if stood_for is None or stood_for.stands_for or stood_for.type is not role.type:
                fix = f"name a role of type {role.type}"
                raise self.fail(f"{name} cannot stand for {target}", fix, *place)

    def _repeat(self, name: str, role: Role, repeat: Repeat) -> None:
        place = ("roles", name, "repeat")
        if role.many or role.login:
            raise self.fail(f"{name} cannot repeat", "repeat a role that is one and not the login", *place)
        self._answers(repeat.situation, set(repeat.times), place)

    def _answers(self, situation: str, answers: set[str], place: tuple[str, ...]) -> None:
        """Every answer of a choice or yes-no question is named, and no other."""
        asked = next((one for one in self.bundle.situations if one.situation == situation), None)
        if asked is None or asked.type is SituationType.MANY:
            raise self.fail(f"{situation} is no choice", "name a choice or yes_no situation", *place)
        known = set(asked.options) if asked.type is SituationType.CHOICE else {"true", "false"}
        if known != answers:
            raise self.fail(f"answers of {situation}: {sorted(known ^ answers)}", "name each once", *place)

    def _slot(self, index: int, slot: Slot) -> None:
        place = ("slots", index)
        if slot.item not in self.catalog.items:
            raise self.fail(
                f"slot {slot.slot}: unknown item {slot.item}", "write agency/item", *place, "item"
            )
        if slot.when is False:
            raise self.fail(
                f"slot {slot.slot} can never be reached", "drop it or mend `when`", *place, "when"
            )
        for item in self.catalog.items[slot.item]:
            for role, kind in item.roles.items():
                bound = self.bundle.roles.get(slot.roles.get(role, ""))
                if bound is None:
                    raise self.fail(
                        f"slot {slot.slot}: role {role} is unbound", "bind it in roles", *place, "roles"
                    )
                if bound.type is not kind:
                    raise self.fail(
                        f"slot {slot.slot}: role {role} is {bound.type}, not {kind}", "bind another", *place
                    )
        for key in ("after", "after_any", "instead_of"):
            for before in getattr(slot, key):
                if before not in self.slots:
                    raise self.fail(
                        f"slot {slot.slot} waits for unknown {before}", "name a slot", *place, key
                    )

    def _order(self) -> None:
        done: set[str] = set()
        waiting = dict(self.slots)
        while waiting:
            ready = [name for name, slot in waiting.items() if done.issuperset(slot.waits_for)]
            if not ready:
                raise self.fail(
                    f"slots wait for each other: {', '.join(sorted(waiting))}", "break the cycle", "slots"
                )
            done.update(ready)
            for name in ready:
                del waiting[name]

    def _conditions(self) -> None:
        for index, slot in enumerate(self.bundle.slots):
            self._condition(slot.when, ("slots", index, "when"))
        for index, exclusion in enumerate(self.bundle.exclusions):
            self._condition(exclusion.when, ("exclusions", index, "when"))
        for index, unheld in enumerate(self.bundle.unheld):
            self._unheld(unheld, ("unheld", index))
        self._role_conditions()
        for index, question in enumerate(self.bundle.situations):
            self._told_by(question, ("situations", index))
            self._condition(question.when, ("situations", index, "when"))
        for key in dict.fromkeys(slot.item for slot in self.bundle.slots):
            for version in self.catalog.items[key]:
                path = self.catalog.path(version)
                for condition, place in self._of_item(version):
                    self._condition(condition, place, path)
            for region in self.catalog.regions.values():
                path = self.catalog.files[f"region:{region.region}"]
                for condition, place in _of_region(region.items.get(key, RegionItem())):
                    self._condition(condition, ("items", key, *place), path)

    def _of_item(self, item: Item) -> Iterator[tuple[dict[str, Any] | bool, _Place]]:
        """Yield each condition in an item's file with its place there."""
        for index, material in enumerate(item.materials):
            yield material.when, ("materials", index, "when")
        for index, gate in enumerate(item.gates):
            yield gate.when, ("gates", index, "when")
        for index, step in enumerate(item.steps):
            yield step.when, ("steps", index, "when")
        for index, rule in enumerate(item.eligibility):
            yield rule.when, ("eligibility", index, "when")
        for box in self.catalog.boxes(item):
            if box.where is not True:
                array = takewhile(lambda part: part != ANY, box.path)
                inside = tuple(key for part in array for key in ("properties", part))
                yield box.where, ("form", *inside, "x-once", "where")

    def _told_by(self, question: Situation, place: _Place) -> None:
        if question.told_by is not None and question.type is not SituationType.YES_NO:
            what = f"{question.situation} is told by a {question.told_by} and no yes-no question"
            raise self.fail(what, "make it yes_no, or ask it", *place, "told_by")
        if question.confirmed and (question.type is not SituationType.YES_NO or not question.register_):
            what = f"{question.situation} is confirmed by no register or is no yes-no question"
            raise self.fail(what, "make it yes_no and name its register", *place, "confirmed")

    def _unheld(self, unheld: Unheld, place: _Place) -> None:
        if unheld.role not in self.bundle.roles:
            raise self.fail(f"unknown role {unheld.role}", "name a role of the bundle", *place, "role")
        if unheld.register_ not in self.catalog.registers:
            fix = "name a register of concepts/registers.yaml"
            raise self.fail(f"unknown register {unheld.register_}", fix, *place, "register")
        self._condition(unheld.when, (*place, "when"))

    def _role_conditions(self) -> None:
        for name, role in self.bundle.roles.items():
            self._condition(role.when, ("roles", name, "when"))
            if role.at_least is not None:
                self._condition(role.at_least.when, ("roles", name, "at_least", "when"))
            if role.counted_by is not None:
                self._condition({"present": f"${role.counted_by}"}, ("roles", name, "counted_by"))

    def _condition(self, condition: dict[str, Any] | bool, place: _Place, path: Path | None = None) -> None:
        """Check a condition of the bundle's own file, or of the file at `path`."""
        try:
            check(condition)
        except ConditionError as error:
            raise self.fail(str(error), _SEE, *place, path=path) from error
        for reference in references(condition):
            if reference.startswith("situation."):
                self._situation(reference.split(".")[1:], place, path)

    def _situation(self, parts: list[str], place: _Place, path: Path | None) -> None:
        asked = next((one for one in self.bundle.situations if one.situation == parts[0]), None)
        written = ".".join(parts)
        if asked is None:
            fix = f"declare it under situations of {self.bundle.bundle}, or mend the name"
            raise self.fail(f"unknown situation {parts[0]}", fix, *place, path=path)
        if asked.type is SituationType.MANY and (len(parts) != 2 or parts[1] not in asked.options):
            raise self.fail(f"{written} is no option", "write situation.option", *place, path=path)
        if asked.type is not SituationType.MANY and len(parts) != 1:
            raise self.fail(f"{written} has no options to choose", f"write {parts[0]}", *place, path=path)


def _of_region(local: RegionItem) -> Iterator[tuple[dict[str, Any] | bool, _Place]]:
    """Yield each condition that a region says anew, with its place under the item."""
    for index, step in enumerate(local.steps or ()):
        if step.when is not None:
            yield step.when, ("steps", index, "when")
    for index, added in enumerate(local.materials.add):
        yield added.when, ("materials", "add", index, "when")
    for name, changed in local.materials.change.items():
        if changed.when is not None:
            yield changed.when, ("materials", "change", name, "when")
