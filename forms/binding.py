"""Binding: in goes a slot with its item, out come its boxes and conditions over the bundle's facts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from forms.conversion import Convert, converter
from forms.situation import Situations, situation_facts
from onething.box import Box
from onething.catalog import Catalog
from onething.condition import Condition, evaluate
from onething.condition_reference import rebind, references
from onething.definition import Bundle, Role, Slot
from onething.fact import Fact, parse_fact
from onething.item import Item
from onething.item_material import ItemMaterial
from onething.text import Text
from onething.unfold import numbered


@dataclass(frozen=True, slots=True)
class BoundBox:
    """A box of an agency's form, bound to the bundle's facts."""

    box: Box
    fact: Fact | None
    also: tuple[Fact, ...]
    each: str | None
    """The bundle's array role whose persons repeat the box."""
    where: Condition | bool
    """For which of these persons, over the bundle's roles."""
    convert: Convert


@dataclass(frozen=True, slots=True)
class BoundCondition:
    """What a slot's gate, paper or list of persons depends on, over the bundle's facts."""

    name: str
    condition: Condition | bool
    each: str | None = None
    """The array role for whose persons it is asked one by one."""
    key: str = ""
    """The same for the same condition, in whatever slot."""
    facts: tuple[Fact, ...] = ()
    """The facts it asks for, in reading order."""


@dataclass(frozen=True, slots=True)
class ActiveSlot:
    """A slot that the situations call for, with its item, bound boxes and bound conditions."""

    slot: Slot
    item: Item
    """As it is worked where the case is."""
    boxes: tuple[BoundBox, ...]
    sent: tuple[BoundBox, ...]
    """Those of the boxes that a filing carries."""
    conditions: tuple[BoundCondition, ...] = ()
    """Only those that ask for facts: the situations alone decide the others."""
    papers: tuple[tuple[ItemMaterial, BoundCondition], ...] = ()
    """Each paper of the item's list with what calls for it."""
    national: Item | None = None
    """What the item is where no region says otherwise, if one does here."""

    @property
    def name(self) -> str:
        """The slot's name in the bundle."""
        return self.slot.slot

    @property
    def title(self) -> Text:
        """What people call it; with the number of the person where its role repeats."""
        return numbered(self.slot.title or self.item.title, self.slot.number)


def active_slots(
    catalog: Catalog, bundle: Bundle, situations: Situations, on: date, region: str = ""
) -> Iterator[ActiveSlot]:
    """Yield the slots whose condition is true, bound to the bundle's roles, in the bundle's order."""
    facts = situation_facts(situations)
    for slot in bundle.slots:
        if evaluate(slot.when, facts) is True:
            yield bind(catalog, without_aliases(bundle, slot, situations), on, region)


def without_aliases(bundle: Bundle, slot: Slot, situations: Situations) -> Slot:
    """The slot bound to the roles that its roles stand for in these situations.

    A question not answered yet counts as answered by the first answer that the alias names.
    """
    bound = {own: stood_for(bundle.roles[role], role, situations) for own, role in slot.roles.items()}
    return slot if bound == slot.roles else slot.model_copy(update={"roles": bound})


def stood_for(role: Role, name: str, situations: Situations) -> str:
    """The role that a role of this name is in these situations: itself, unless it stands for another."""
    alias = role.stands_for
    if alias is None:
        return name
    answer = situations.get(alias.situation)
    key = str(answer).lower() if isinstance(answer, bool) else str(answer)
    return alias.roles.get(key) or next(iter(alias.roles.values()))


def bind(catalog: Catalog, slot: Slot, on: date, region: str = "") -> ActiveSlot:
    """Bind a slot's item to the bundle's roles, in the version in force on a day, as a region works it.

    `region` is the place's code, empty for the national form; raises NotKnown.
    """
    national = catalog.item(slot.item, on)
    item = catalog.local(national, region)
    boxes = tuple(_bind(item, slot, box) for box in catalog.boxes(item))
    sent = tuple(bound for bound in boxes if bound.box.sent)
    papers = tuple((m, _condition(f"material:{m.material}", m.when, slot)) for m in item.materials)
    conditions = tuple(_conditions(item, slot, boxes, papers))
    return ActiveSlot(slot, item, boxes, sent, conditions, papers, None if national is item else national)


def _bind(item: Item, slot: Slot, box: Box) -> BoundBox:
    binding = box.binding
    return BoundBox(
        box=box,
        fact=parse_fact(binding.fact).rebind(slot.roles) if binding.fact else None,
        also=tuple(parse_fact(text).rebind(slot.roles) for text in binding.also),
        each=slot.roles[box.each] if box.each else None,
        where=rebind(box.where, slot.roles),
        convert=converter(item, binding.via),
    )


def _conditions(
    item: Item,
    slot: Slot,
    bound: tuple[BoundBox, ...],
    papers: tuple[tuple[ItemMaterial, BoundCondition], ...],
) -> Iterator[BoundCondition]:
    gates = [_condition(f"gate:{gate.gate}", gate.when, slot) for gate in item.gates]
    lists = {box.box.path[0]: box for box in bound if box.each is not None}
    rows = [
        BoundCondition(
            f"each:{box.box.each}", box.where, box.each, f"{box.each}:{box.where}", _facts(box.where)
        )
        for box in lists.values()
    ]
    asked = (*gates, *(condition for _, condition in papers), *rows)
    yield from (condition for condition in asked if condition.facts)


def _condition(name: str, when: Condition | bool, slot: Slot) -> BoundCondition:
    bound = rebind(when, slot.roles)
    return BoundCondition(name, bound, None, str(bound), _facts(bound))


def _facts(condition: Condition | bool) -> tuple[Fact, ...]:
    return tuple({parse_fact(named): None for named in references(condition) if "(" in named})
