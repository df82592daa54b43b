"""Rules as data: facts, dated regional parameters, derived columns and named conditions, as frozen models."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from pydantic import Field

from onething.condition import Condition
from onething.errors import NotKnown
from onething.item_material import Basis
from onething.text import Model, Text

NATION: Final = ""
"""The region of what holds everywhere: every GB/T 2260 code begins with it."""
CLASS: Final = "class"
"""The household's fact that parameters may differ by (urban, rural)."""


class FactType(StrEnum):
    """What a fact of the rules is written as."""

    NUMBER = "number"
    CHOICE = "choice"
    TRUTH = "truth"
    MONTH = "month"
    """A calendar month, counted as year × 12 + month, so that months can be subtracted."""
    KEY = "key"


class Unit(StrEnum):
    """Whom a rule set decides about."""

    HOUSEHOLD = "household"
    PERSON = "person"


class RuleFact(Model):
    """One fact: its type and bounds; what lies outside them is refused at the door."""

    title: Text
    type: FactType = FactType.NUMBER
    decimals: int = Field(default=0, ge=0, le=6)
    min: Decimal = Decimal(0)
    max: Decimal = Decimal(1_000_000_000)
    required: bool = False
    options: dict[str, Text] = {}


class Relation(Model):
    """One kind of row that rules speak of: the household, its members, its records."""

    relation: str
    title: Text
    table: str
    per: tuple[Unit, ...]
    many: bool = True
    most: int = 1
    """How many rows one household (or person) may have."""
    like: str | None = None
    """Has the facts of this other relation."""
    facts: dict[str, RuleFact] = {}


class Parameter(Model):
    """One figure (or word) that regions lay down, with its bounds; its values are dated."""

    parameter: str
    title: Text
    unit: Text
    decimals: int = Field(default=2, ge=0, le=6)
    min: Decimal = Decimal(0)
    max: Decimal = Decimal(1_000_000)
    options: dict[str, Text] = {}
    """Not a figure but one of these words."""


class ParameterValue(Model):
    """What a parameter is in a region, for a class of households, from a day on."""

    parameter: str
    region: str = NATION
    """GB/T 2260 code, or the digits that the codes of the region begin with."""
    class_: str | None = Field(default=None, alias="class")
    since: date = Field(alias="from")
    until: date | None = Field(default=None, alias="to")
    value: Decimal | str
    basis: Basis
    place: Text | None = None
    """What the region is called: its file's word for it."""


class Mark(Model):
    """A named yes-or-no of one row, such as: this income counts."""

    mark: str
    of: str
    title: Text
    holds: Condition | bool
    basis: tuple[Basis, ...] = ()


class Column(Model):
    """One derived figure of the household or person."""

    column: str
    title: Text
    unit: Text = Text(zh="元", en="yuan")
    value: Any
    basis: tuple[Basis, ...] = ()


class RuleCondition(Model):
    """One named condition with what it says in words; `{name}` stands for a column or parameter."""

    condition: str
    sentence: Text
    holds: Condition | bool
    basis: tuple[Basis, ...] = ()


class RuleSet(Model):
    """Marks, columns and conditions that decide one thing about a household or a person."""

    rules: str
    title: Text
    per: Unit = Unit.HOUSEHOLD
    takes: tuple[str, ...] = ()
    """Rule sets about the household, whose columns and conditions this one may use."""
    grants: str | None = None
    """The condition that says who is entitled."""
    pays: str | None = None
    """The column with the amount a month; zero or unknown for those not entitled."""
    basis: tuple[Basis, ...] = ()
    marks: tuple[Mark, ...] = ()
    columns: tuple[Column, ...] = ()
    conditions: tuple[RuleCondition, ...] = ()


class AmountOf(StrEnum):
    """What span of time an amount on a form is of."""

    MONTH = "month"
    """The same again in each of the twelve months before."""
    YEAR = "year"
    """Of the twelve months before together: told to the rules as twelve equal parts."""


class RowSource(Model):
    """How rows of one table come from what a form asks: each fact an operand over the item's facts."""

    table: str
    each: tuple[str, ...] = ()
    """The item's roles for each of whose persons there is a row; `person` stands for them below."""
    facts: dict[str, Any] = {}
    """Operands of the condition language, by the rules' fact; what they cannot tell is unknown."""
    ages: dict[str, str] = {}
    """Facts that are full years since a day on the form."""
    none_if_empty: tuple[str, ...] = ()
    """Boxes that may stay empty, which says: nothing; what stands in them is added to the amount."""
    amount_of: AmountOf = AmountOf.YEAR


class FormRows(Model):
    """How the rows that rules ask for come from what a form asks: named by items, written once."""

    rows: str
    title: Text
    sources: tuple[RowSource, ...]


class Changed(Model):
    """A parameter as somebody proposes it, or as a worked example gives it; beats what is laid down."""

    parameter: str
    value: Decimal | str
    class_: str | None = Field(default=None, alias="class")


class Place(Model):
    """Where and when rules are asked for."""

    on: date
    """The day whose parameters apply."""
    region: str = NATION
    as_of: date | None = None
    """The day that months are counted back from, `on` otherwise."""
    changed: tuple[Changed, ...] = ()

    @property
    def month(self) -> int:
        """The month that months are counted back from."""
        return month_number(self.as_of or self.on)


@dataclass(frozen=True)
class RuleBook:
    """All rules that the catalog holds."""

    folder: Path
    relations: dict[str, Relation]
    parameters: dict[str, Parameter]
    values: dict[str, tuple[ParameterValue, ...]]
    sets: dict[str, RuleSet]
    files: dict[str, tuple[Path, tuple[str | int, ...]]] = field(repr=False)
    """Where each stands, by `kind:name`: the file and the keys within it."""
    rows: dict[str, FormRows] = field(default_factory=dict)
    """How the rows come from forms."""
    compiled: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """What was found out about a rule set once, for those that ask again."""

    def rules(self, name: str) -> RuleSet:
        """Return the rule set; raises NotKnown."""
        if name not in self.sets:
            raise NotKnown("rules", name)
        return self.sets[name]

    def facts(self, relation: str) -> Mapping[str, RuleFact]:
        """Return the facts of a relation by name."""
        found = self.relations[relation]
        return self.relations[found.like].facts if found.like else found.facts

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes of households that parameters may differ by."""
        return tuple(self.facts(Unit.HOUSEHOLD)[CLASS].options)

    def value(self, name: str, place: Place, class_: str | None) -> ParameterValue | Changed | None:
        """Return what a parameter is there, then and for that class, or None if nobody laid it down.

        A proposed value beats any; else the longest region code, then a value of the class itself.
        """
        for changed in place.changed:
            if changed.parameter == name and changed.class_ in {None, class_}:
                return changed
        fitting = [
            value
            for value in self.values.get(name, ())
            if place.region.startswith(value.region)
            and value.class_ in {None, class_}
            and value.since <= place.on <= (value.until or date.max)
        ]
        return max(
            fitting,
            key=lambda value: (len(value.region), value.class_ is not None, value.since),
            default=None,
        )

    def places_of(self, name: str, on: date) -> tuple[Text, ...]:
        """Return what the places are called that have a value of a parameter on a day."""
        found = [
            value.place
            for value in self.values.get(name, ())
            if value.place and value.since <= on <= (value.until or date.max)
        ]
        return tuple(dict.fromkeys(found))


def month_number(day: date) -> int:
    """Count a day's month as year × 12 + month."""
    return day.year * 12 + day.month
