"""What a rule can come to, found without a case: in goes a rule set, out come shapes, or its fault."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any, Final

from onething.arithmetic import ARITHMETIC, ROUNDED
from onething.catalog_file import locate
from onething.condition import ORDERED, TOTALS, Condition
from onething.condition_shape import MANY, OVER
from onething.errors import ConditionError, RuleInvalid
from onething.fact import parse_fact
from onething.rule import Column, FactType, Mark, RuleBook, RuleCondition, RuleFact, RuleSet, Unit
from onething.rule_assumption import Assumption, At, Here
from onething.rule_limit import Limits, key_of
from onething.rule_shape import WIDEST, Kind, Shape, computed, constant, either, reach, total
from onething.rule_wording import FINDINGS, Finding

_MONTHS: Final = Shape(Kind.NUMBER, low=Fraction(1900 * 12), high=Fraction(2200 * 12))
_TRUTHS: Final[frozenset[object]] = frozenset({True, False})


class Analyst:
    """Knows one rule set: gives the shape of each operand; raises RuleInvalid for what cannot be right."""

    def __init__(
        self,
        book: RuleBook,
        rules: RuleSet,
        others: dict[str, "Analyst"] | None = None,
        settled: Mapping[str, Shape] | None = None,
    ) -> None:
        """`others` are those of the rule sets that it takes; `settled`, what parameters are in one place.

        Rules that may be right anywhere need not do anything there: what can never be is then no fault.
        """
        self.book, self.rules, self.settled = book, rules, settled
        self.others = {} if others is None else others
        self._seen: dict[tuple[int | str, str | None], Shape] = {}
        self.columns = {column.column: column for column in rules.columns}
        self.conditions = {condition.condition: condition for condition in rules.conditions}
        self.marks = {(mark.of, mark.mark): mark for mark in rules.marks}
        self._known: dict[str, Shape] = {}
        self._open: list[str] = []
        self._assumption = Assumption(self.operand, self._named)

    def fail(self, finding: Finding, at: At, **params: object) -> RuleInvalid:
        """The error of a finding at these keys of the rule set's file."""
        path, keys = self.book.files[f"rules:{self.rules.rules}"]
        wording = FINDINGS[finding]
        filled = {"name": self._name(at), **params}
        return RuleInvalid(
            str(path),
            locate(path, *keys, *at),
            (wording.what.zh.format_map(filled), wording.what.en.format_map(filled)),
            (wording.fix.zh.format_map(filled), wording.fix.en.format_map(filled)),
        )

    def column(self, name: str) -> Shape:
        """The shape of a column of this rule set."""
        here = Here(("columns", list(self.columns).index(name), "value"))
        return self._once(f"column.{name}", here, lambda: self.operand(self.columns[name].value, here))

    def condition_shape(self, name: str) -> Shape:
        """The shape of a condition's truth."""
        here = Here(("conditions", list(self.conditions).index(name), "holds"))
        return self._once(f"condition.{name}", here, lambda: self.truth(self.conditions[name].holds, here))

    def mark(self, relation: str, name: str) -> Shape:
        """The shape of a mark's truth."""
        here = Here(("marks", list(self.marks).index((relation, name)), "holds"), row=relation)
        return self._once(
            f"{name}({relation})", here, lambda: self.truth(self.marks[relation, name].holds, here)
        )

    def operand(self, node: Any, here: Here) -> Shape:
        """The shape of an operand there."""
        if not isinstance(node, str | dict):
            return constant(node)
        if here.limits:
            shape = self._operand(node, here)
            known = here.limits.get(key_of(node))
            return shape if known is None else shape.within(known)
        # A mapping is told by its identity: it stands in the rule set, which lives as long as this.
        place = (node if isinstance(node, str) else id(node), here.row)
        if place not in self._seen:
            self._seen[place] = self._operand(node, here)
        return self._seen[place]

    def truth(self, condition: Condition | bool, here: Here) -> Shape:
        """The shape of a condition there: whether it may be unknown."""
        return Shape(Kind.WORD, self._may_be_unknown(condition, here), words=_TRUTHS)

    def assume(self, condition: Condition | bool, holds: bool, here: Here) -> Limits | None:
        """What else is known where a condition holds (or is false); None if that can never be."""
        return self._assumption.assume(condition, holds, here)

    # ---- shapes -----------------------------------------------------------------------------

    def _operand(self, node: Any, here: Here) -> Shape:
        if isinstance(node, str) and node.startswith("$"):
            return self._reference(node[1:], here)
        if not isinstance(node, dict):
            return constant(node)
        operator, body = next(iter(node.items()))
        inner = here.down(operator)
        if operator in TOTALS:
            return self._total(body, inner)
        if operator == "case":
            return self._case(body, inner)
        numbers = body[:-1] if operator in ROUNDED else body
        parts = [self.operand(part, inner.down(index)) for index, part in enumerate(numbers)]
        if operator not in ARITHMETIC or any(part.kind is not Kind.NUMBER for part in parts):
            raise self.fail(Finding.KINDS, inner.at)
        if operator == "div" and parts[1].may_be_zero and self.settled is None:
            raise self.fail(Finding.ZERO if parts[1].constant else Finding.MAYBE_ZERO, inner.at)
        shape = computed(operator, parts, body[-1] if operator in ROUNDED else 0)
        if reach(operator, parts, shape.scale) >= WIDEST:
            raise self.fail(Finding.WIDE, inner.at)
        return shape

    def _total(self, body: Mapping[str, Any], here: Here) -> Shape:
        role, where = body["over"], body.get("where", True)
        inner = self._row(role, here)
        unknown = self._may_be_unknown(where, inner.down("where"))
        limits = self._possible(where, inner.down("where"))
        of = self.operand(body.get("of", 1), replace(inner.down("of"), limits=limits))
        if of.kind is not Kind.NUMBER:
            raise self.fail(Finding.KINDS, here.at)
        return total(of, self.book.relations[role].most, nullable=unknown or of.nullable)

    def _case(self, body: list[dict[str, Any]], here: Here) -> Shape:
        parts: list[Shape] = []
        dead: list[Shape] = []
        unknown = "else" not in body[-1]
        limits: Limits | None = here.limits
        for index, branch in enumerate(body):
            if limits is None and self.settled is None:
                raise self.fail(Finding.NEVER, here.down(index).at)
            inside = replace(here, limits=limits or {})
            condition, place = branch.get("if", True), inside.down(index, "if")
            unsure = self._may_be_unknown(condition, place)
            then = replace(inside, limits=self._possible(condition, place))
            key = "then" if "then" in branch else "else"
            reached = limits is not None and (unsure or self.assume(condition, True, place) is not None)
            unknown |= limits is not None and unsure
            (parts if reached else dead).append(self.operand(branch[key], then.down(index, key)))
            limits = None if limits is None else self.assume(condition, False, place)
        return self._of_branches(parts, dead, here, unknown=unknown)

    def _of_branches(self, parts: list[Shape], dead: list[Shape], here: Here, *, unknown: bool) -> Shape:
        """One of several values; those that are never reached only say how many decimals there are."""
        if len({part.kind for part in (*parts, *dead)}) > 1:
            raise self.fail(Finding.KINDS, here.at)
        found = either(parts or dead, nullable=unknown or any(part.nullable for part in parts))
        return replace(found, scale=max(part.scale for part in (*parts, *dead)))

    def _possible(self, condition: Condition | bool, here: Here) -> Limits:
        limits = self.assume(condition, True, here)
        if limits is None and self.settled is None:
            raise self.fail(Finding.NEVER, here.at)
        return here.limits if limits is None else limits

    def _row(self, role: str, here: Here) -> Here:
        relation = self.book.relations.get(role)
        if (
            here.row is not None
            or relation is None
            or not relation.many
            or self.rules.per not in relation.per
        ):
            raise self.fail(Finding.ROW, here.at, reference=role)
        return replace(here, row=role)

    def _may_be_unknown(self, condition: Condition | bool, here: Here) -> bool:
        """Whether a condition may be unknown; checks the kinds of all that it compares."""
        if isinstance(condition, bool):
            return False
        operator, body = next(iter(condition.items()))
        inner = here.down(operator)
        if operator in MANY:
            return any([self._may_be_unknown(part, inner.down(index)) for index, part in enumerate(body)])  # noqa: C419 -- all are checked
        if operator == "not":
            return self._may_be_unknown(body, inner)
        if operator in OVER:
            return self._may_be_unknown(body.get("where", True), self._row(body["over"], inner).down("where"))
        if operator == "present":
            self.operand(body, inner)
            return False
        if operator == "in":
            sides = [self.operand(body[0], inner.down(0)), *map(constant, body[1])]
        else:
            sides = [self.operand(part, inner.down(index)) for index, part in enumerate(body)]
        self._comparable(operator, sides, inner)
        return any(side.nullable for side in sides)

    def _comparable(self, operator: str, sides: list[Shape], here: Here) -> None:
        if len({side.kind for side in sides}) > 1:
            raise self.fail(Finding.KINDS, here.at)
        if sides[0].kind is Kind.NUMBER:
            if reach(operator, sides, max(side.scale for side in sides)) >= WIDEST:
                raise self.fail(Finding.WIDE, here.at)
            return
        if operator in ORDERED:
            raise self.fail(Finding.ORDER, here.at)
        if self.settled is not None:
            return
        for known, used in ((sides[0], side) for side in sides[1:] if side.constant):
            if (
                known.words is not None
                and not known.constant
                and not (used.words or frozenset()) <= known.words
            ):
                listed = ", ".join(sorted(map(str, known.words)))
                raise self.fail(Finding.WORD, here.at, word=next(iter(used.words or ())), known=listed)

    # ---- references -------------------------------------------------------------------------

    def _reference(self, reference: str, here: Here) -> Shape:
        if reference == "on.month":
            return _MONTHS
        head, dot, name = reference.partition(".")
        if "(" in reference:
            return self._fact(reference, here)
        if dot and head == "parameter":
            return self._parameter(name, here)
        if here.row is not None:
            raise self.fail(Finding.ROW, here.at, reference=reference)
        if dot and head == "column" and name in self.columns:
            return self.column(name)
        if dot and head == "condition" and name in self.conditions:
            return self.condition_shape(name)
        if dot and head in self.rules.takes:
            return self._taken(head, name, here)
        known = ", ".join([*self.columns, *self.conditions])
        raise self.fail(Finding.COLUMN, here.at, reference=reference, known=known)

    def _fact(self, reference: str, here: Here) -> Shape:
        try:
            fact = parse_fact(reference)
        except ConditionError:
            raise self.fail(Finding.FACT, here.at, reference=reference, known="fact(relation)") from None
        relation = self.book.relations.get(fact.owner)
        if relation is None or self.rules.per not in relation.per:
            known = ", ".join(sorted(self.book.relations))
            raise self.fail(Finding.FACT, here.at, reference=reference, known=known)
        outer = relation.table != "households" and here.row is not None
        if here.row != fact.owner and (relation.many or outer):
            raise self.fail(Finding.ROW, here.at, reference=reference)
        if (fact.owner, fact.concept) in self.marks:
            return self.mark(fact.owner, fact.concept)
        facts = self.book.facts(fact.owner)
        if fact.concept not in facts:
            known = ", ".join(sorted(facts))
            raise self.fail(Finding.FACT, here.at, reference=reference, known=known)
        return shape_of(facts[fact.concept])

    def _parameter(self, name: str, here: Here) -> Shape:
        found = self.book.parameters.get(name)
        if found is None:
            known = ", ".join(sorted(self.book.parameters))
            raise self.fail(Finding.PARAMETER, here.at, reference=name, known=known)
        if self.settled is not None:
            return self.settled[name]
        if found.options:
            return Shape(Kind.WORD, nullable=True, words=frozenset(found.options))
        low, high = Fraction(found.min), Fraction(found.max)
        return Shape(Kind.NUMBER, True, found.decimals, low, high, nonzero=low > 0)

    def _taken(self, head: str, name: str, here: Here) -> Shape:
        taken = self.book.sets.get(head)
        if taken is None or taken.per is not Unit.HOUSEHOLD:
            raise self.fail(Finding.RULES, here.at, reference=head)
        other = self.others.setdefault(head, Analyst(self.book, taken, self.others, self.settled))
        if name in other.columns:
            return other.column(name)
        if name in other.conditions:
            return other.condition_shape(name)
        known = ", ".join([*other.columns, *other.conditions])
        raise self.fail(Finding.COLUMN, here.at, reference=f"{head}.{name}", known=known)

    def _once(self, name: str, here: Here, find: Any) -> Shape:
        if name in self._open:
            raise self.fail(Finding.CIRCLE, here.at)
        if name not in self._known:
            self._open.append(name)
            self._known[name] = find()
            self._open.pop()
            if self._known[name].whole >= WIDEST:
                raise self.fail(Finding.WIDE, here.at)
        return self._known[name]

    def _named(self, node: Any) -> Condition | bool | None:
        """The condition or mark that a reference stands for."""
        if not isinstance(node, str):
            return None
        if node.startswith("$condition.") and node[11:] in self.conditions:
            return self.conditions[node[11:]].holds
        if "(" in node:
            name, _, role = node[1:].rstrip(")").partition("(")
            mark = self.marks.get((role, name))
            return None if mark is None else mark.holds
        return None

    def _name(self, at: At) -> str:
        """The name of the mark, column or condition that stands at these keys."""
        kinds: dict[str | int, tuple[Any, ...]] = {
            "columns": self.rules.columns,
            "conditions": self.rules.conditions,
            "marks": self.rules.marks,
        }
        if len(at) < 2 or at[0] not in kinds:
            return self.rules.rules
        return f"{self.rules.rules}.{name_of(kinds[at[0]][int(at[1])])}"


def analyst_of(book: RuleBook, rules: str) -> Analyst:
    """The analyst of a rule set of the book, kept for the next who asks."""
    known: dict[str, Analyst] = book.compiled.setdefault("analysts", {})
    return known.setdefault(rules, Analyst(book, book.rules(rules), known))


def name_of(part: Mark | Column | RuleCondition) -> str:
    """The name of a part of a rule set."""
    if isinstance(part, Mark):
        return part.mark
    return part.column if isinstance(part, Column) else part.condition


def shape_of(fact: RuleFact) -> Shape:
    """The shape of a fact as it is declared."""
    nullable = not fact.required
    if fact.type is FactType.MONTH:
        return replace(_MONTHS, nullable=nullable)
    if fact.type is FactType.NUMBER:
        low, high = Fraction(fact.min), Fraction(fact.max)
        return Shape(Kind.NUMBER, nullable, fact.decimals, low, high, nonzero=low > 0)
    if fact.type is FactType.TRUTH:
        return Shape(Kind.WORD, nullable, words=_TRUTHS)
    return Shape(Kind.WORD, nullable, words=frozenset(fact.options) if fact.options else None)
