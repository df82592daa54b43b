"""Who gains and who loses by a change of rules: in go two places, out come counts, and never a person."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from pydantic import Field

from console.rules_integer import quoted, word
from console.rules_population import Population
from console.rules_sql import query
from onething.arithmetic import EXACT
from onething.condition_reference import operand_references, references
from onething.rule import CLASS, Changed, ParameterValue, Place, RuleBook, RuleSet, Unit
from onething.rule_decision import UsedParameter, used_parameter
from onething.text import Model, Text


class ConditionChange(Model):
    """How many meet a condition before and after, in one class of households."""

    class_: str = Field(alias="class")
    condition: str
    sentence: Text
    decides: bool
    """Whether this condition says who is entitled."""
    before: int
    after: int
    gain: int
    """Who do not meet it now, or of whom it is not known, and then will."""
    lose: int
    unknown_before: int
    unknown_after: int


class PaymentChange(Model):
    """What is paid a month before and after, in one class of households; yuan."""

    class_: str = Field(alias="class")
    before: Decimal
    after: Decimal
    more: int
    """How many get more than now, those included who get nothing now."""
    less: int
    rise: Decimal
    fall: Decimal


class RulesChange(Model):
    """One rule set before and after."""

    rules: str
    title: Text
    per: Unit
    asked: int
    conditions: tuple[ConditionChange, ...]
    payments: tuple[PaymentChange, ...]


class ParameterChange(Model):
    """One parameter before and after, in one class of households."""

    class_: str = Field(alias="class")
    before: UsedParameter
    after: UsedParameter


class Difference(Model):
    """A dry run: nothing of it takes effect."""

    region: str
    before: date
    after: date
    households: int
    persons: int
    records: int
    parameters: tuple[ParameterChange, ...]
    rules: tuple[RulesChange, ...]


class Step(NamedTuple):
    """Rules as they are, and as they would be; `kind` keeps to one class of households."""

    before: Place
    after: Place
    kind: str | None = None


def difference(population: Population, step: Step) -> Difference:
    """Ask every rule set that the changed parameters touch, before and after."""
    book = population.book
    changed = tuple(_changes(book, step))
    names = {change.before.parameter for change in changed}
    touched = [
        rules for rules in book.sets.values() if rules.grants and names & set(parameters_of(book, rules))
    ]
    return Difference(
        region=step.before.region,
        before=step.before.on,
        after=step.after.on,
        households=population.count("households"),
        persons=population.count("persons"),
        records=population.count("records"),
        parameters=changed,
        rules=tuple(_rules(population, rules, step) for rules in touched),
    )


def parameters_of(book: RuleBook, rules: RuleSet) -> Iterator[str]:
    """Yield every parameter that a rule set or one that it takes asks for."""
    parts = [references(mark.holds) for mark in rules.marks]
    parts += [references(condition.holds) for condition in rules.conditions]
    parts += [operand_references(column.value) for column in rules.columns]
    for reference in (one for part in parts for one in part):
        if reference.startswith("parameter."):
            yield reference.removeprefix("parameter.")
    for taken in rules.takes:
        yield from parameters_of(book, book.rules(taken))


def _changes(book: RuleBook, step: Step) -> Iterator[ParameterChange]:
    for class_ in book.classes:
        if step.kind not in {None, class_}:
            continue
        for name in book.parameters:
            found = [book.value(name, place, class_) for place in (step.before, step.after)]
            if _said(found[0]) != _said(found[1]):
                before, after = (_version(book, name, value, (step.before, class_)) for value in found)
                yield ParameterChange(class_=class_, before=before, after=after)


def _version(
    book: RuleBook, name: str, found: ParameterValue | Changed | None, where: tuple[Place, str]
) -> UsedParameter:
    """The version of a parameter; a given figure is told with the version that laid it down, if any."""
    used, (place, class_) = used_parameter(book, name, found), where
    if not used.changed:
        return used
    for value in book.values.get(name, ()):
        here = place.region.startswith(value.region) and value.class_ in {None, class_}
        if here and value.value == used.value:
            laid = {"region": value.region, "since": value.since, "basis": value.basis}
            return used.model_copy(update=laid)
    return used


def _said(found: ParameterValue | Changed | None) -> Decimal | str | None:
    return None if found is None else found.value


def _rules(population: Population, rules: RuleSet, step: Step) -> RulesChange:
    names = [condition.condition for condition in rules.conditions]
    wanted = [*names, rules.pays] if rules.pays else names
    counts = [
        f"count(*) FILTER (WHERE {where}) AS {quoted(f'{name} {what}')}"
        for name in names
        for what, where in _counted(name)
    ]
    sums = [f"{text} AS {quoted(f'paid {what}')}" for what, text in _summed(rules.pays)] if rules.pays else []
    key = "person" if rules.per is Unit.PERSON else "household"
    kept = f"WHERE b.{CLASS} = {word(step.kind)}" if step.kind else ""
    text = (
        f"SELECT b.{CLASS} AS {CLASS}, count(*) AS asked, {', '.join([*counts, *sums])}\n"
        f"FROM ({query(population.book, rules.rules, step.before, wanted)}) AS b\n"
        f"JOIN ({query(population.book, rules.rules, step.after, wanted)}) AS a ON a.{key} = b.{key}\n"
        f"{kept} GROUP BY b.{CLASS} ORDER BY b.{CLASS}"
    )
    rows = population.rows(text)
    return RulesChange(
        rules=rules.rules,
        title=rules.title,
        per=rules.per,
        asked=sum(row["asked"] for row in rows),
        conditions=tuple(_condition(rules, row, place) for row in rows for place in range(len(names))),
        payments=tuple(_payment(population, rules, row) for row in rows) if rules.pays else (),
    )


def _counted(name: str) -> Iterator[tuple[str, str]]:
    before, after = f"b.{quoted(name)}", f"a.{quoted(name)}"
    yield "before", before
    yield "after", after
    yield "gain", f"{after} AND {before} IS NOT TRUE"
    yield "lose", f"{before} AND {after} IS NOT TRUE"
    yield "unknown_before", f"{before} IS NULL"
    yield "unknown_after", f"{after} IS NULL"


def _summed(name: str) -> Iterator[tuple[str, str]]:
    """What is not known is paid to nobody yet."""
    before, after = (f"coalesce({side}.{quoted(name)}, 0)" for side in "ba")
    yield "before", f"sum({before})"
    yield "after", f"sum({after})"
    yield "more", f"count(*) FILTER (WHERE {after} > {before})"
    yield "less", f"count(*) FILTER (WHERE {after} < {before})"
    yield "rise", f"sum(greatest({after} - {before}, 0))"
    yield "fall", f"sum(greatest({before} - {after}, 0))"


def _condition(rules: RuleSet, row: dict[str, Any], place: int) -> ConditionChange:
    condition = rules.conditions[place]
    name = condition.condition
    return ConditionChange(
        class_=row[CLASS],
        condition=name,
        sentence=condition.sentence,
        decides=name == rules.grants,
        **{what: row[f"{name} {what}"] for what, _ in _counted(name)},
    )


def _payment(population: Population, rules: RuleSet, row: dict[str, Any]) -> PaymentChange:
    scale = population.scale(rules.rules, str(rules.pays))
    money = {
        what: Decimal(row[f"paid {what}"]).scaleb(-scale, EXACT)
        for what in ("before", "after", "rise", "fall")
    }
    return PaymentChange(class_=row[CLASS], more=row["paid more"], less=row["paid less"], **money)
