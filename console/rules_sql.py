# ruff: noqa: S608 -- names are the catalog's, and quoted
"""Rules for a population: in go a rule set and a place, out comes one DuckDB query with the same answers.

Every number is a whole number of its smallest unit (cents for money), BIGINT or HUGEINT by the bounds that
the analysis proves; so sums, products and half-up quotients are exact, and none overflows. NULL is unknown.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from console.rules_integer import (
    BIG,
    Term,
    aligned,
    compared,
    computed,
    divided,
    fixed,
    literal,
    quoted,
    rounded,
    widest,
    word,
)
from onething.arithmetic import ROUNDED
from onething.condition import TOTALS, Condition
from onething.condition_reference import operand_references, references
from onething.condition_shape import MANY, OVER
from onething.fact import parse_fact
from onething.rule import CLASS, Place, RuleBook, RuleSet, Unit
from onething.rule_analysis import Analyst
from onething.rule_assumption import Here
from onething.rule_limit import key_of
from onething.rule_shape import Kind, Shape

_SIGNS: Final = {"eq": "=", "ne": "<>", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_KEYS: Final = {Unit.HOUSEHOLD: ("household",), Unit.PERSON: ("household", "person")}


def query(book: RuleBook, rules: str, place: Place, only: Iterable[str] | None = None) -> str:
    """Return the SELECT that gives household (and person), class, and each column and condition by its name.

    `only` names the columns and conditions wanted; all otherwise. Tables are those of the rules' relations.
    """
    return _Query(book, book.rules(rules), place).text(only)


@dataclass(frozen=True, slots=True)
class _Aggregated:
    """A total's column, the column that says whether it is unknown, and how both are computed."""

    name: str
    aggregates: tuple[str, ...]

    @property
    def flag(self) -> str:
        return f"{self.name}?"

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, self.flag)[: len(self.aggregates)]


@dataclass(slots=True)
class _Rows:
    """What is asked of one relation with many rows: its marks and totals."""

    marks: dict[str, Any] = field(default_factory=dict)
    totals: dict[str, "_Aggregated"] = field(default_factory=dict)
    """By the operand's text."""
    outer: dict[str, str] = field(default_factory=dict)
    """Facts of the household that its rows need."""


class _Query:
    """One rule set's query; parts of it are found while its columns are written."""

    def __init__(self, book: RuleBook, rules: RuleSet, place: Place) -> None:
        self.book, self.rules, self.place = book, rules, place
        self.analyst = Analyst(book, rules, {}, settled=_settled(book, place))
        self.main = "h" if rules.per is Unit.HOUSEHOLD else "m"
        self.keys = _KEYS[rules.per]
        self.rows: dict[str, _Rows] = {}
        self.singles: dict[str, tuple[str, str]] = {CLASS: ("h", CLASS)}
        self.taken: dict[str, set[str]] = {}

    def text(self, only: Iterable[str] | None) -> str:
        parts = {**self.analyst.columns, **self.analyst.conditions}
        wanted = list(parts if only is None else only)
        needed = self._needed(wanted)
        layers: dict[int, list[str]] = {}
        for name, depth in needed.items():
            layers.setdefault(depth, []).append(f"{self._part(name)} AS {quoted(name)}")
        text = self._base()
        for depth in sorted(layers):
            text = f"SELECT *, {', '.join(layers[depth])}\nFROM ({text})"
        names = ", ".join(map(quoted, [*self.keys, CLASS, *wanted]))
        return f"SELECT {names}\nFROM ({text})"

    # ---- layers -----------------------------------------------------------------------------

    def _needed(self, wanted: Iterable[str]) -> dict[str, int]:
        """Every column and condition that the wanted ones rest on, with how many layers lie below it."""
        depth: dict[str, int] = {}

        def visit(name: str) -> int:
            if name not in depth:
                below = [visit(other) for other in self._rests_on(name)]
                depth[name] = max(below, default=-1) + 1
            return depth[name]

        for name in wanted:
            visit(name)
        return depth

    def _rests_on(self, name: str) -> Iterator[str]:
        column = self.analyst.columns.get(name)
        found = (
            operand_references(column.value) if column else references(self.analyst.conditions[name].holds)
        )
        for reference in found:
            head, _, rest = reference.partition(".")
            if head in {"column", "condition"}:
                yield rest

    def _part(self, name: str) -> str:
        column = self.analyst.columns.get(name)
        if column is not None:
            return self._operand(column.value, Here(("columns", name))).sql
        return self._condition(self.analyst.conditions[name].holds, Here(("conditions", name)))

    def _base(self) -> str:
        """The household (or person) with its own facts, the totals of its rows, and what other rules say."""
        keys = [f"{self.main}.{quoted(key)} AS {quoted(key)}" for key in self.keys]
        facts = [f"{table}.{quoted(fact)} AS {quoted(name)}" for name, (table, fact) in self.singles.items()]
        joins, columns = [], []
        for place, (relation, rows) in enumerate(self.rows.items()):
            if not rows.totals:
                continue
            columns += [f"r{place}.{quoted(name)}" for total in rows.totals.values() for name in total.names]
            matched = " AND ".join(f"{self.main}.{quoted(key)} = r{place}.{quoted(key)}" for key in self.keys)
            joins.append(f"LEFT JOIN ({self._totals(relation)}) AS r{place} ON {matched}")
        for place, (rules, names) in enumerate(self.taken.items()):
            columns += [f"s{place}.{quoted(name)} AS {quoted(f'{rules}.{name}')}" for name in sorted(names)]
            other = query(self.book, rules, self.place, sorted(names))
            joins.append(f'LEFT JOIN ({other}) AS s{place} ON {self.main}."household" = s{place}."household"')
        start = "households AS h"
        if self.main == "m":
            start = 'persons AS m JOIN households AS h ON m."household" = h."household"'
        return f"SELECT {', '.join([*keys, *facts, *columns])}\nFROM {start}\n" + "\n".join(joins)

    def _totals(self, relation: str) -> str:
        rows = self.rows[relation]
        keys = ", ".join(f"{quoted(key)}" for key in self.keys)
        table = self.book.relations[relation].table
        text = f"SELECT * FROM {table}"
        if rows.outer:
            outer = ", ".join(f"h.{quoted(fact)} AS {quoted(name)}" for name, fact in rows.outer.items())
            text = (
                f'SELECT r.*, {outer} FROM {table} AS r JOIN households AS h ON r."household" = h."household"'
            )
        for name, sql in rows.marks.items():
            text = f"SELECT *, {sql} AS {quoted(name)} FROM ({text})"
        aggregates = [sql for total in rows.totals.values() for sql in total.aggregates]
        return f"SELECT {keys}, {', '.join(aggregates)}\nFROM ({text}) GROUP BY {keys}"

    # ---- operands ---------------------------------------------------------------------------

    def _operand(self, node: Any, here: Here) -> Term:
        if isinstance(node, str) and node.startswith("$"):
            return self._reference(node[1:], here)
        if not isinstance(node, dict):
            return literal(node)
        operator, body = next(iter(node.items()))
        shape = self.analyst.operand(node, here)
        if shape.kind is Kind.NUMBER and shape.constant and not shape.nullable:
            return fixed(shape)
        if operator in TOTALS:
            return self._total(operator, body, shape, here)
        if operator == "case":
            return self._case(body, shape, here)
        if operator in ROUNDED:
            first = self._operand(body[0], here)
            if operator == "round":
                return rounded(first, body[1], shape)
            return divided(first, self._operand(body[1], here), body[2], shape)
        return computed(operator, [self._operand(part, here) for part in body], shape)

    def _case(self, body: list[dict[str, Any]], shape: Shape, here: Here) -> Term:
        branches: list[tuple[str | None, bool, Term]] = []
        reached: Here | None = here
        for branch in body:
            if reached is None:
                break
            condition = branch.get("if", True)
            limits = self.analyst.assume(condition, True, reached)
            unsure = self.analyst.truth(condition, reached).nullable
            if limits is not None or unsure:
                then = replace(reached, limits=reached.limits if limits is None else limits)
                sql = None if condition is True else self._condition(condition, reached)
                branches.append((sql, unsure, self._operand(branch.get("then", branch.get("else")), then)))
            rest = self.analyst.assume(condition, False, reached)
            reached = None if rest is None else replace(reached, limits=rest)
        if not branches:
            return Term(f"CAST(NULL AS {self._type(shape)})", shape, False)
        if len(branches) == 1 and (branches[0][0] is None or (reached is None and not branches[0][1])):
            return replace(
                branches[0][2], shape=shape, sql=aligned(branches[0][2], shape.scale, branches[0][2].big)
            )
        big = widest([term for *_, term in branches], shape)
        text = ""
        for sql, unsure, term in branches:
            value = aligned(term, shape.scale, big)
            unknown = f" WHEN {sql} IS NULL THEN NULL" if unsure else ""
            text += f" ELSE {value}" if sql is None else f"{unknown} WHEN {sql} THEN {value}"
        return Term(f"(CASE{text} END)", shape, big)

    def _total(self, operator: str, body: Mapping[str, Any], shape: Shape, here: Here) -> Term:
        role, where = body["over"], body.get("where", True)
        inside = replace(here, row=role)
        limits = self.analyst.assume(where, True, inside)
        of = self._operand(body.get("of", 1), replace(inside, limits=limits or {}))
        let_in = "true" if where is True else self._condition(where, inside)
        filtered = "" if where is True else f" FILTER (WHERE {let_in})"
        unknown = []
        if self.analyst.truth(where, inside).nullable:
            unknown.append(f"({let_in}) IS NULL")
        if of.shape.nullable:
            unknown.append(f"({let_in} AND {of.sql} IS NULL)")
        value = f"count(*){filtered}" if operator == "count" else f"sum({of.sql}){filtered}"
        found = self._aggregate(role, key_of({operator: body}), value, " OR ".join(unknown))
        big = shape.whole >= BIG
        total = f"CAST(coalesce({quoted(found.name)}, 0) AS {'HUGEINT' if big else 'BIGINT'})"
        return Term(
            f"(CASE WHEN {quoted(found.flag)} THEN NULL ELSE {total} END)" if unknown else total, shape, big
        )

    def _aggregate(self, role: str, key: str, value: str, unknown: str) -> _Aggregated:
        rows = self.rows.setdefault(role, _Rows())
        if key not in rows.totals:
            name = f"{role}#{len(rows.totals)}"
            aggregates = [f"{value} AS {quoted(name)}"]
            if unknown:
                aggregates.append(f"bool_or({unknown}) AS {quoted(f'{name}?')}")
            rows.totals[key] = _Aggregated(name, tuple(aggregates))
        return rows.totals[key]

    # ---- references -------------------------------------------------------------------------

    def _reference(self, reference: str, here: Here) -> Term:
        shape = self.analyst.operand(f"${reference}", here)
        if reference == "on.month":
            return literal(self.place.month)
        head, _, name = reference.partition(".")
        if "(" in reference:
            return self._fact(reference, shape, here)
        if head == "parameter":
            return self._parameter(name, shape, here)
        if head not in {"column", "condition"}:
            self.taken.setdefault(head, set()).add(name)
            declared = self.analyst.operand(f"${reference}", Here(here.at))
            return Term(quoted(reference), shape, declared.whole >= BIG)
        declared = self.analyst.operand(f"${reference}", Here(here.at))
        return Term(quoted(name), shape, declared.whole >= BIG)

    def _fact(self, reference: str, shape: Shape, here: Here) -> Term:
        fact = parse_fact(reference)
        relation = self.book.relations[fact.owner]
        mark = self.analyst.marks.get((fact.owner, fact.concept))
        if mark is not None:
            rows, name = self.rows.setdefault(fact.owner, _Rows()), f"{fact.concept}!"
            if name not in rows.marks:
                rows.marks[name] = self._condition(mark.holds, Here(("marks", name), row=fact.owner))
            return Term(quoted(name), shape, False)
        if relation.many:
            return Term(quoted(fact.concept), shape, False)
        if here.row is None:
            self.singles[reference] = ("h" if relation.table == "households" else "m", fact.concept)
        else:
            self.rows.setdefault(here.row, _Rows()).outer[reference] = fact.concept
        return Term(quoted(reference), shape, False)

    def _parameter(self, name: str, shape: Shape, here: Here) -> Term:
        found = {class_: self.book.value(name, self.place, class_) for class_ in self.book.classes}
        texts = {
            class_: "NULL" if value is None else self._constant(name, value.value)
            for class_, value in found.items()
        }
        if len(set(texts.values())) == 1:
            text = next(iter(texts.values()))
            return Term(text if text != "NULL" else f"CAST(NULL AS {self._type(shape)})", shape, False)
        column = CLASS
        if here.row is not None:
            self.rows.setdefault(here.row, _Rows()).outer[f"household.{CLASS}"] = CLASS
            column = f"household.{CLASS}"
        cases = " ".join(f"WHEN {word(class_)} THEN {text}" for class_, text in texts.items())
        return Term(f"(CASE {quoted(column)} {cases} END)", shape, False)

    def _constant(self, name: str, value: Decimal | str) -> str:
        parameter = self.book.parameters[name]
        if isinstance(value, str):
            return word(value)
        return f"CAST({int(value.scaleb(parameter.decimals))} AS BIGINT)"

    @staticmethod
    def _type(shape: Shape) -> str:
        return "BIGINT" if shape.kind is Kind.NUMBER else "VARCHAR"

    # ---- conditions -------------------------------------------------------------------------

    def _condition(self, condition: Condition | bool, here: Here) -> str:
        if isinstance(condition, bool):
            return "true" if condition else "false"
        operator, body = next(iter(condition.items()))
        if operator in MANY:
            joint = " AND " if operator == "all" else " OR "
            return f"({joint.join(self._condition(part, here) for part in body)})"
        if operator == "not":
            return f"(NOT {self._condition(body, here)})"
        if operator in OVER:
            return self._over(operator, body, here)
        if operator == "present":
            return f"({self._operand(body, here).sql} IS NOT NULL)"
        left = self._operand(body[0], here)
        if operator == "in":
            return self._among(left, body[1])
        return compared(_SIGNS[operator], left, self._operand(body[1], here))

    def _over(self, operator: str, body: Mapping[str, Any], here: Here) -> str:
        inside = replace(here, row=body["over"])
        where = body.get("where", True)
        sql = self._condition(where, inside)
        unknown = f"({sql}) IS NULL" if self.analyst.truth(where, inside).nullable else ""
        key = key_of({operator: body})
        aggregate = "bool_or" if operator == "some" else "bool_and"
        found = self._aggregate(body["over"], key, f"{aggregate}({sql})", unknown)
        empty = "false" if operator == "some" else "true"
        decided = f"coalesce({quoted(found.name)}, {empty})"
        if not unknown:
            return decided
        settled = f"{decided} = {'true' if operator == 'some' else 'false'}"
        return f"(CASE WHEN {settled} THEN {decided} WHEN {quoted(found.flag)} THEN NULL ELSE {decided} END)"

    def _among(self, left: Term, values: list[Any]) -> str:
        if left.shape.kind is Kind.WORD:
            return f"({left.sql} IN ({', '.join(word(value) for value in values)}))"
        terms = [literal(value) for value in values]
        return f"({' OR '.join(compared('=', left, term) for term in terms)})"


def _settled(book: RuleBook, place: Place) -> dict[str, Shape]:
    """What each parameter is there, over all classes of households."""
    return {name: _settled_one(book, name, place) for name in book.parameters}


def _settled_one(book: RuleBook, name: str, place: Place) -> Shape:
    parameter = book.parameters[name]
    laid = [book.value(name, place, class_) for class_ in book.classes]
    values = [found.value for found in laid if found is not None]
    nullable = len(values) < len(laid)
    if parameter.options:
        return Shape(Kind.WORD, nullable, words=frozenset(values) or None)
    numbers = [Fraction(value) for value in values] or [Fraction(parameter.min)]
    low, high = min(numbers), max(numbers)
    return Shape(Kind.NUMBER, nullable, parameter.decimals, low, high, nonzero=0 not in numbers)
