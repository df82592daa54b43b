"""Rules for one case: in go a household's rows and a place, out comes a decision with its reasons."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from pydantic import Field

from onething.arithmetic import EXACT
from onething.condition import UNKNOWN, value_of
from onething.condition import evaluate as truth_of
from onething.errors import NotKnown
from onething.fact import parse_fact
from onething.item_material import Basis
from onething.rule import (
    CLASS,
    Changed,
    Parameter,
    ParameterValue,
    Place,
    RuleBook,
    RuleCondition,
    RuleSet,
    Unit,
)
from onething.rule_analysis import Analyst, analyst_of
from onething.rule_door import Admitted, Rows, admit
from onething.rule_shape import Kind
from onething.text import Model, Text


class Truth(StrEnum):
    """What is known of a condition."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"


_SAID: Final = {
    Truth.TRUE: Text(zh="{said}", en="{said}"),
    Truth.FALSE: Text(zh="不满足：{said}", en="Not met: {said}"),
    Truth.UNKNOWN: Text(zh="资料不全，尚不能确定：{said}", en="Not yet known: {said}"),
}
_BLANK: Final = Text(zh="（未知）", en="(unknown)")
_MASK: Final = Text(zh="**", en="**")


class FoundColumn(Model):
    """A derived figure; None when it is not known."""

    column: str
    title: Text
    unit: Text
    value: Decimal | None


class FoundCondition(Model):
    """A condition's truth, told in words."""

    condition: str
    truth: Truth
    sentence: Text
    masked: Text
    """The condition itself with the standards it was held to, but without the household's own figures."""
    basis: tuple[Basis, ...]
    unlaid: bool = False
    """Not known for this reason alone: that nobody laid a parameter down there."""


class UsedParameter(Model):
    """The version of a parameter that a decision used; without a value when nobody laid one down."""

    parameter: str
    title: Text
    unit: Text
    value: Decimal | str | None = None
    region: str | None = None
    place: Text | None = None
    """What the region is called."""
    class_: str | None = Field(default=None, alias="class")
    since: date | None = None
    basis: Basis | None = None
    changed: bool = False
    """Proposed or given for this question only, not laid down."""


class Decision(Model):
    """What a rule set says about one household or person, and by which figures and parameters."""

    rules: str
    title: Text
    on: date
    region: str
    class_: str = Field(alias="class")
    granted: Truth | None
    """Whether they are entitled; None for rules that only compute."""
    payment: Decimal | None
    """Yuan a month; None when not known or when the rules pay nothing."""
    columns: tuple[FoundColumn, ...]
    conditions: tuple[FoundCondition, ...]
    parameters: tuple[UsedParameter, ...]

    def value(self, column: str) -> Decimal | None:
        """A column's value; raises NotKnown for a column of another name."""
        found: Decimal | None = _named(self.columns, "column", column).value
        return found

    def truth(self, condition: str) -> Truth:
        """A condition's truth; raises NotKnown for a condition of another name."""
        found: Truth = _named(self.conditions, "condition", condition).truth
        return found


def decide(book: RuleBook, rules: str, rows: Rows, place: Place, person: str | None = None) -> Decision:
    """Decide by a rule set about the household of `rows`, or about its member `person`.

    Raises RowRejected for rows that cannot be asked about, NotKnown for unknown rules or person.
    """
    asked = book.rules(rules)
    admitted = admit(book, rows)
    if asked.per is Unit.PERSON and person not in {row["person"] for row in admitted["persons"]}:
        raise NotKnown("person", "")
    return _World(book, asked, admitted, place, person, {}).decision()


class _World:
    """One household seen by one rule set: answers references, each computed once."""

    def __init__(  # noqa: PLR0913, PLR0917 -- one question has these parts
        self,
        book: RuleBook,
        rules: RuleSet,
        rows: Admitted,
        place: Place,
        person: str | None,
        used: dict[str, ParameterValue | Changed | None],
    ) -> None:
        self.book, self.rules, self.rows, self.place, self.person, self.used = (
            book, rules, rows, place, person, used
        )  # fmt: skip
        self.kind = str(rows["households"][0][CLASS])
        self._columns = {column.column: column for column in rules.columns}
        self._conditions = {condition.condition: condition for condition in rules.conditions}
        self._marks = {(mark.of, mark.mark): mark for mark in rules.marks}
        self._known: dict[Any, Any] = {}

    def decision(self) -> Decision:
        shapes = analyst_of(self.book, self.rules.rules)
        columns = {name: _scaled(self.facts(f"column.{name}"), shapes, name) for name in self._columns}
        truths = self.truths()
        unlaid = self._unlaid(truths)
        found = tuple(
            FoundColumn(column=name, title=column.title, unit=column.unit, value=columns[name])
            for name, column in self._columns.items()
        )
        words = tuple(
            self._told(one, truths[name], columns).model_copy(update={"unlaid": name in unlaid})
            for name, one in self._conditions.items()
        )
        return Decision(
            rules=self.rules.rules,
            title=self.rules.title,
            on=self.place.on,
            region=self.place.region,
            class_=self.kind,
            granted=truths[self.rules.grants] if self.rules.grants else None,
            payment=columns[self.rules.pays] if self.rules.pays else None,
            columns=found,
            conditions=words,
            parameters=tuple(used_parameter(self.book, name, value) for name, value in self.used.items()),
        )

    def truths(self) -> dict[str, Truth]:
        return {name: _truth(self.facts(f"condition.{name}")) for name in self._conditions}

    def _unlaid(self, truths: Mapping[str, Truth]) -> frozenset[str]:
        """The conditions that would be known if every parameter were laid down here, whatever its value."""
        if Truth.UNKNOWN not in truths.values() or None not in self.used.values():
            return frozenset()
        changed = tuple(
            Changed(parameter=name, value=_any_value(parameter))
            for name, parameter in self.book.parameters.items()
            if self.book.value(name, self.place, self.kind) is None
        )
        place = self.place.model_copy(update={"changed": (*self.place.changed, *changed)})
        other = _World(self.book, self.rules, self.rows, place, self.person, {}).truths()
        return frozenset(
            name
            for name, truth in truths.items()
            if truth is Truth.UNKNOWN and other[name] is not Truth.UNKNOWN
        )

    def facts(self, reference: str, scope: Mapping[str, int] | None = None) -> Any:
        if reference.startswith("count("):
            return len(self._rows(reference[6:-1]))
        place = (reference, tuple((scope or {}).items()))
        if place not in self._known:
            self._known[place] = self._find(reference, scope or {})
        return self._known[place]

    def _find(self, reference: str, scope: Mapping[str, int]) -> Any:
        if reference == "on.month":
            return Decimal(self.place.month)
        if "(" in reference:
            return self._fact(reference, scope)
        head, _, name = reference.partition(".")
        if head == "parameter":
            self.used[name] = found = self.book.value(name, self.place, self.kind)
            return UNKNOWN if found is None else found.value
        if head == "column":
            return value_of(self._columns[name].value, self.facts)
        if head == "condition":
            return truth_of(self._conditions[name].holds, self.facts)
        return self._other(head).either(name)

    def _fact(self, reference: str, scope: Mapping[str, int]) -> Any:
        fact = parse_fact(reference)
        mark = self._marks.get((fact.owner, fact.concept))
        if mark is not None:
            return truth_of(mark.holds, self.facts, scope)
        return self._rows(fact.owner)[scope.get(fact.owner, 0)].get(fact.concept, UNKNOWN)

    def _rows(self, relation: str) -> tuple[dict[str, Any], ...]:
        table = self.rows[self.book.relations[relation].table]
        if Unit.HOUSEHOLD in self.book.relations[relation].per:
            return table
        if relation not in self._known:
            self._known[relation] = tuple(row for row in table if row.get("person") == self.person)
        return tuple(self._known[relation])

    def _other(self, rules: str) -> "_World":
        if ("rules", rules) not in self._known:
            taken = self.book.rules(rules)
            self._known["rules", rules] = _World(self.book, taken, self.rows, self.place, None, self.used)
        other: _World = self._known["rules", rules]
        return other

    def either(self, name: str) -> Any:
        return self.facts(f"column.{name}" if name in self._columns else f"condition.{name}")

    def _told(
        self, condition: RuleCondition, truth: Truth, columns: Mapping[str, Decimal | None]
    ) -> FoundCondition:
        used = {name: getattr(value, "value", None) for name, value in self.used.items()}
        said = _filled(condition.sentence, used | dict(columns), _BLANK)
        return FoundCondition(
            condition=condition.condition,
            truth=truth,
            sentence=Text(zh=_SAID[truth].zh.format(said=said.zh), en=_SAID[truth].en.format(said=said.en)),
            masked=_filled(condition.sentence, used, _MASK),
            basis=condition.basis,
        )


def used_parameter(book: RuleBook, name: str, found: ParameterValue | Changed | None) -> UsedParameter:
    """Tell which version of a parameter this is."""
    parameter = book.parameters[name]
    told: dict[str, Any] = {"parameter": name, "title": parameter.title, "unit": parameter.unit}
    if found is not None:
        told |= {"value": found.value, "class_": found.class_, "changed": isinstance(found, Changed)}
    if isinstance(found, ParameterValue):
        told |= {"region": found.region, "place": found.place, "since": found.since, "basis": found.basis}
    return UsedParameter(**told)


def _any_value(parameter: Parameter) -> Decimal | str:
    """Some value that the parameter may take: which one does not matter."""
    if parameter.options:
        return next(iter(parameter.options))
    return parameter.max


def _filled(sentence: Text, values: Mapping[str, Any], blank: Text) -> Text:
    known = {name: value for name, value in values.items() if value is not None}
    return Text(
        zh=sentence.zh.format_map(_Blank(known, blank.zh)), en=sentence.en.format_map(_Blank(known, blank.en))
    )


class _Blank(dict[str, Any]):
    """Values by name; what is not known is said to be so."""

    def __init__(self, known: Mapping[str, Any], blank: str) -> None:
        super().__init__(known)
        self._blank = blank

    def __missing__(self, key: str) -> str:
        return self._blank


def _truth(value: Any) -> Truth:
    return Truth.UNKNOWN if value is UNKNOWN else Truth.TRUE if value else Truth.FALSE


def _scaled(value: Any, shapes: Analyst, name: str) -> Decimal | None:
    """A column's value with all the decimals that it can have."""
    if value is UNKNOWN:
        return None
    shape = shapes.column(name)
    exact = Decimal(value) if shape.kind is Kind.NUMBER else value
    return exact.quantize(Decimal(1).scaleb(-shape.scale), context=EXACT)


def _named(parts: Any, kind: str, name: str) -> Any:
    for part in parts:
        if getattr(part, kind) == name:
            return part
    raise NotKnown(kind, name)
