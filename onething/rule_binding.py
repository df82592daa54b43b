"""Whether items fit the rules they name: in go catalog and rules, out comes nothing, or one finding."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from onething.catalog_file import Catalog, locate
from onething.concept import Concept, RoleType
from onething.condition import Condition, check, check_operand
from onething.condition_reference import operand_references, references
from onething.errors import CatalogError, ConditionError, RuleInvalid
from onething.fact import parse_fact
from onething.fact_check import check_fact
from onething.item import Item, ItemRule
from onething.rule import FactType, FormRows, RowSource, RuleBook, RuleFact, Unit
from onething.rule_door import tables
from onething.rule_file import load_rules
from onething.rule_misfit import MISFITS, Misfit

PERSON: Final = "person"
"""Stands in a plan of rows for each of the persons it is about."""
_GIVEN: Final = frozenset({"household", PERSON, "month"})
"""What every row is given without a plan saying it."""
Keys = tuple[str | int, ...]


def rules_of(catalog: Catalog) -> RuleBook:
    """Read and check the rules that a catalog's items name; raises RuleInvalid. A catalog may have none."""
    folder = catalog.folder
    book = load_rules(folder) if (folder / "rules").is_dir() else RuleBook(folder, {}, {}, {}, {}, {})
    check_binding(catalog, book)
    return book


def check_binding(catalog: Catalog, book: RuleBook) -> None:
    """Raise RuleInvalid, naming file, line and mend, for the first item or plan that does not fit."""
    for plan in book.rows.values():
        _PlanCheck(book, plan).run()
    for versions in catalog.items.values():
        for item in versions:
            for place, rule in enumerate(item.eligibility):
                _ItemRuleCheck(catalog, book, item, rule, place).run()


def _refuse(misfit: Misfit, path: Path, keys: Keys, **words: Any) -> RuleInvalid:
    known = ", ".join(sorted(words.pop("known", ())))
    what, fix = (text.fill(known=known, **words) for text in MISFITS[misfit])
    return RuleInvalid(str(path), locate(path, *keys), (what.zh, what.en), (fix.zh, fix.en))


class _PlanCheck:
    """The checks of one plan of rows against the rules' facts."""

    def __init__(self, book: RuleBook, plan: FormRows) -> None:
        self.book, self.plan = book, plan
        self.path, self.keys = book.files[f"rows:{plan.rows}"]
        self.tables = {name: facts for name, facts, _ in tables(book)}

    def run(self) -> None:
        for place, source in enumerate(self.plan.sources):
            at: Keys = (*self.keys, "sources", place)
            if source.table not in self.tables:
                raise self.fail(Misfit.TABLE, (*at, "table"), word=source.table, known=self.tables)
            self._facts(source, self.tables[source.table], at)

    def fail(self, misfit: Misfit, at: Keys, **words: Any) -> RuleInvalid:
        return _refuse(misfit, self.path, at, name=self.plan.rows, **words)

    def _facts(self, source: RowSource, facts: Mapping[str, RuleFact], at: Keys) -> None:
        for kind, given in (("facts", source.facts), ("ages", source.ages)):
            for name, operand in given.items():
                if name not in facts:
                    raise self.fail(Misfit.FACT, (*at, kind, name), word=name, known=facts)
                try:
                    check_operand(operand)
                except ConditionError as error:
                    detail = error.params["what"]
                    raise self.fail(Misfit.LANGUAGE, (*at, kind, name), word=name, detail=detail) from error
        given_facts = {*source.facts, *source.ages, *_GIVEN}
        for name, fact in facts.items():
            if fact.required and name not in given_facts:
                raise self.fail(Misfit.LACKS, at, word=name)
        if source.none_if_empty and "amount" not in source.facts:
            raise self.fail(Misfit.AMOUNT, (*at, "none_if_empty"))


class _ItemRuleCheck:
    """The checks of one rule that an item names, and of its plan of rows over the item's roles."""

    def __init__(self, catalog: Catalog, book: RuleBook, item: Item, rule: ItemRule, place: int) -> None:
        self.catalog, self.book, self.item, self.rule = catalog, book, item, rule
        self.path, self.at = catalog.path(item), ("eligibility", place)
        self.tables = {name: facts for name, facts, _ in tables(book)}

    def run(self) -> None:
        rule, book = self.rule, self.book
        if rule.rules not in book.sets:
            raise self.fail(Misfit.RULES, "rules", word=rule.rules, known=book.sets)
        if rule.rows not in book.rows:
            raise self.fail(Misfit.ROWS, "rows", word=rule.rows, known=book.rows)
        self._persons(book.sets[rule.rules].per)
        self._shown()
        self._condition(rule.when)
        for source in book.rows[rule.rows].sources:
            self._source(source)

    def fail(self, misfit: Misfit, key: str, **words: Any) -> RuleInvalid:
        return _refuse(misfit, self.path, (*self.at, key), name=self.item.key, **words)

    def _persons(self, per: Unit) -> None:
        if per is Unit.PERSON and not self.rule.persons:
            raise self.fail(Misfit.PERSONS, "rules", word=self.rule.rules)
        if per is Unit.HOUSEHOLD and self.rule.persons:
            raise self.fail(Misfit.NO_PERSONS, "persons", word=self.rule.rules)
        sources = self.book.rows[self.rule.rows].sources
        counted = {role for one in sources if one.table == "persons" for role in one.each}
        for role in self.rule.persons:
            if role not in counted or self.item.roles.get(role) is not RoleType.PERSON:
                raise self.fail(Misfit.ROLE, "persons", word=role)

    def _shown(self) -> None:
        columns = {column.column for column in self.book.sets[self.rule.rules].columns}
        for name in self.rule.figures:
            if name not in columns:
                raise self.fail(Misfit.FIGURE, "figures", word=name, known=columns)
        for name in self.rule.standards:
            if name not in self.book.parameters:
                raise self.fail(Misfit.STANDARD, "standards", word=name, known=self.book.parameters)

    def _condition(self, condition: Condition | bool) -> None:
        try:
            check(condition)
        except ConditionError as error:
            detail = error.params["what"]
            raise self.fail(Misfit.LANGUAGE, "when", word="when", detail=detail) from error
        for reference in references(condition):
            self._concept(reference, self.item.roles)

    def _source(self, source: RowSource) -> None:
        for role in source.each:
            if self.item.roles.get(role) is not RoleType.PERSON:
                raise self.fail(Misfit.ROLE, "rows", word=role)
        roles = self.item.roles | ({PERSON: RoleType.PERSON} if source.each else {})
        every = (*source.facts.values(), *source.ages.values(), *source.none_if_empty)
        for reference in (one for operand in every for one in operand_references(operand)):
            self._concept(reference, roles)
        facts = self.tables[source.table]
        amounts = (("amount", operand) for operand in source.none_if_empty)
        for name, operand in (*source.facts.items(), *amounts):
            self._kind(name, facts[name], operand)
        for name, operand in source.ages.items():
            if not _is_day(self._known(operand)):
                raise self._other_kind(name, facts[name], operand)

    def _concept(self, reference: str, roles: dict[str, RoleType]) -> None:
        if "(" not in reference or reference.startswith("count("):
            return

        def misfit(what: object, fix: str) -> CatalogError:
            return self.fail(Misfit.CONCEPT, "rows", word=reference, detail=f"{what}; {fix}")

        try:
            check_fact(self.catalog, parse_fact(reference), roles, misfit)
        except ConditionError as error:
            raise misfit(error.params["what"], "concept(role)") from error

    def _known(self, operand: Any) -> Concept | None:
        """The concept that an operand reads as it stands; None for anything else."""
        if not isinstance(operand, str) or not operand.startswith("$") or "(" not in operand:
            return None
        return self.catalog.concepts[parse_fact(operand[1:]).concept]

    def _kind(self, name: str, fact: RuleFact, operand: Any) -> None:
        for leaf in _outcomes(operand):
            concept = self._known(leaf)
            if isinstance(leaf, str) and leaf.startswith("$") and concept is None:
                continue  # A situation's answer: the door looks at it.
            if not (_fits(fact, concept.schema_) if concept else _is_one(fact, leaf)):
                raise self._other_kind(name, fact, leaf)

    def _other_kind(self, name: str, fact: RuleFact, leaf: Any) -> RuleInvalid:
        return self.fail(Misfit.KIND, "rows", fact=name, kind=fact.type.value, word=leaf)


def _outcomes(operand: Any) -> Iterator[Any]:
    """Yield what an operand may come to: literals, references and what arithmetic is done with."""
    if not isinstance(operand, dict):
        yield operand
        return
    operator, body = next(iter(operand.items()))
    if operator == "case":
        for branch in body:
            yield from _outcomes(branch["then"] if "then" in branch else branch["else"])
    elif operator == "sum":
        yield from _outcomes(body["of"])
    elif operator != "count":
        for part in body:
            yield from _outcomes(part)


def _fits(fact: RuleFact, schema: Mapping[str, Any]) -> bool:
    """Whether every value that a concept may have can be one of the fact's."""
    kind, values = schema.get("type"), schema.get("enum", ())
    if fact.type is FactType.NUMBER:
        return kind in {"number", "integer"} or _all_numbers(values)
    if fact.type is FactType.TRUTH:
        return kind == "boolean"
    if fact.type is FactType.CHOICE:
        return bool(values) and set(values) <= set(fact.options)
    return kind == "string"


def _is_one(fact: RuleFact, literal: Any) -> bool:
    if fact.type is FactType.TRUTH:
        return isinstance(literal, bool)
    if fact.type is FactType.NUMBER:
        return isinstance(literal, int | float) and not isinstance(literal, bool)
    return isinstance(literal, str) and (not fact.options or literal in fact.options)


def _all_numbers(values: Iterable[Any]) -> bool:
    found = tuple(values)
    return bool(found) and all(str(value).isdecimal() for value in found)


def _is_day(concept: Concept | None) -> bool:
    return concept is not None and concept.schema_.get("format") == "date"
