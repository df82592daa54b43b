"""The one closed condition language: in goes data and facts, out comes true, false or unknown.

Written in YAML as one-key mappings, so a clerk's rule book and the program read the same text::

    {all: [C, …]}   {any: [C, …]}   {not: C}
    {eq: [A, B]}    {ne|lt|le|gt|ge: [A, B]}    {in: [A, [v, …]]}    {present: A}
    {some: {over: role, where: C}}              {every: {over: role, where: C}}
    operand {count: {over: role, where: C}}     {sum: {over: role, where: C, of: A}}
    operand {add|mul|min|max: [A, …]}           {sub: [A, B]}   {div: [A, B, n]}   {round: [A, n]}
    operand {case: [{if: C, then: A}, …, {else: A}]}

Operands are literals, or references beginning with `$`: `$situation.insurance`,
`$name(deceased)`, and inside `over` a fact of the element, `$waived(heirs)`.
Three-valued after Kleene: what is not known is neither true nor false. Numbers are exact decimals;
a quotient is rounded half up to n decimals, and by zero it is unknown.
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from onething.arithmetic import ARITHMETIC, compute
from onething.condition_reference import inner_conditions, inner_operands, only, operands
from onething.condition_shape import MANY, OVER, TOTALS, Condition, check, check_operand
from onething.errors import ConditionError

__all__ = [
    "ORDERED",
    "TOTALS",
    "UNKNOWN",
    "Condition",
    "Consulted",
    "Facts",
    "Truth",
    "check",
    "check_operand",
    "evaluate",
    "holds",
    "instances",
    "value_of",
    "weigh",
]

Facts = Callable[[str, Mapping[str, int]], Any]
"""Answers a reference (without `$`), given the index of each array role in scope; UNKNOWN if not known."""

Consulted = tuple[str, Mapping[str, int]]
"""A reference (without `$`) with the index of each array role in scope."""


class _Unknown:
    """The third truth value and the value of an unanswered fact."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        msg = "unknown is neither true nor false"
        raise TypeError(msg)


UNKNOWN: Final = _Unknown()
Truth = bool | _Unknown

COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "eq": lambda a, b: bool(a == b),
    "ne": lambda a, b: bool(a != b),
    "lt": lambda a, b: bool(a < b),
    "le": lambda a, b: bool(a <= b),
    "gt": lambda a, b: bool(a > b),
    "ge": lambda a, b: bool(a >= b),
}
ORDERED: Final = frozenset({"lt", "le", "gt", "ge"})


def evaluate(condition: Condition | bool, facts: Facts, scope: Mapping[str, int] | None = None) -> Truth:
    """Return whether `condition` holds: True, False or UNKNOWN. Raises ConditionError on a bad shape."""
    if isinstance(condition, bool):
        return condition
    operator, body = only(condition)
    at = scope or {}
    if operator in MANY:
        return _fold(operator == "all", (evaluate(part, facts, at) for part in body))
    if operator in OVER:
        return _fold(operator == "every", _each(body, facts, at))
    if operator == "not":
        inner = evaluate(body, facts, at)
        return inner if isinstance(inner, _Unknown) else not inner
    if operator == "present":
        return not isinstance(_operand(body, facts, at), _Unknown)
    if operator == "in":
        return _member(body, facts, at)
    return _compared(operator, body, facts, at)


def value_of(operand: Any, facts: Facts, scope: Mapping[str, int] | None = None) -> Any:
    """Return what an operand comes to: a Decimal, text, boolean or UNKNOWN. Raises ConditionError."""
    return _operand(operand, facts, scope or {})


def holds(condition: Condition | bool, facts: Facts) -> bool:
    """Return whether `condition` is known to be true."""
    return evaluate(condition, facts) is True


def weigh(
    condition: Condition | bool, facts: Facts, scope: Mapping[str, int] | None = None
) -> tuple[Truth, list[Consulted]]:
    """Return whether `condition` holds, and what decides it: what else is asked could not change it.

    Unknown: the references are all that might still decide it, answered or not.
    """
    if isinstance(condition, bool):
        return condition, []
    operator, body = only(condition)
    at = scope or {}
    if operator in MANY:
        return _weighed(operator == "all", [weigh(part, facts, at) for part in body])
    if operator in OVER:
        if isinstance(facts(f"count({body['over']})", at), _Unknown):
            return UNKNOWN, []
        parts = [weigh(body.get("where", True), facts, inner) for inner in _scopes(body, facts, at)]
        return _weighed(operator == "every", parts)
    if operator == "not":
        truth, consulted = weigh(body, facts, at)
        return truth if isinstance(truth, _Unknown) else not truth, consulted
    asked = [] if operator == "present" else list(instances(condition, facts, at))
    return evaluate(condition, facts, at), asked


def instances(
    condition: Condition | bool, facts: Facts, scope: Mapping[str, int] | None = None
) -> Iterator[Consulted]:
    """Yield every reference in `condition` for each person of the roles it runs over, decisive or not."""
    if isinstance(condition, bool):
        return
    operator, body = only(condition)
    at = scope or {}
    if operator in MANY:
        for part in body:
            yield from instances(part, facts, at)
    elif operator in OVER:
        for inner in _scopes(body, facts, at):
            yield from instances(body.get("where", True), facts, inner)
    elif operator == "not":
        yield from instances(body, facts, at)
    else:
        for operand in operands(operator, body):
            yield from _operand_instances(operand, facts, at)


def _fold(conjunction: bool, parts: Iterator[Truth]) -> Truth:
    result: Truth = conjunction
    for part in parts:
        if isinstance(part, _Unknown):
            result = UNKNOWN
        elif part is not conjunction:
            return part
    return result


def _each(body: Mapping[str, Any], facts: Facts, scope: Mapping[str, int]) -> Iterator[Truth]:
    role = body["over"]
    size = facts(f"count({role})", scope)
    if isinstance(size, _Unknown):
        yield UNKNOWN
        return
    for index in range(size):
        yield evaluate(body.get("where", True), facts, {**scope, role: index})


def _scopes(body: Mapping[str, Any], facts: Facts, scope: Mapping[str, int]) -> Iterator[Mapping[str, int]]:
    size = facts(f"count({body['over']})", scope)
    for index in range(0 if isinstance(size, _Unknown) else size):
        yield {**scope, body["over"]: index}


def _weighed(conjunction: bool, parts: list[tuple[Truth, list[Consulted]]]) -> tuple[Truth, list[Consulted]]:
    for truth, consulted in parts:
        if truth is (not conjunction):
            return truth, consulted
    every = [reference for _, consulted in parts for reference in consulted]
    return _fold(conjunction, (truth for truth, _ in parts)), every


def _member(body: list[Any], facts: Facts, scope: Mapping[str, int]) -> Truth:
    left = _operand(body[0], facts, scope)
    return UNKNOWN if isinstance(left, _Unknown) else left in [_exact(value) for value in body[1]]


def _compared(operator: str, body: list[Any], facts: Facts, scope: Mapping[str, int]) -> Truth:
    if operator not in COMPARE:
        raise ConditionError(path=operator, what=f"no such operator: {operator}")
    left, right = (_operand(part, facts, scope) for part in body)
    if isinstance(left, _Unknown) or isinstance(right, _Unknown):
        return UNKNOWN
    if operator in ORDERED and type(left) is not type(right):
        raise ConditionError(path=operator, what="only values of one type have an order")
    return COMPARE[operator](left, right)


def _operand(operand: Any, facts: Facts, scope: Mapping[str, int]) -> Any:
    if isinstance(operand, str) and operand.startswith("$"):
        return _exact(facts(operand[1:], scope))
    return _computed(operand, facts, scope) if isinstance(operand, dict) else _exact(operand)


def _computed(operand: dict[str, Any], facts: Facts, scope: Mapping[str, int]) -> Any:
    operator, body = only(operand)
    if operator == "count":
        return _total(body, 1, facts, scope)
    if operator == "sum":
        return _total(body, body["of"], facts, scope)
    if operator == "case":
        return _case(body, facts, scope)
    if operator not in ARITHMETIC:
        raise ConditionError(path=operator, what=f"no such operator: {operator}")
    numbers = [_operand(part, facts, scope) for part in body]
    if any(isinstance(number, _Unknown) for number in numbers):
        return UNKNOWN
    if not all(isinstance(number, Decimal) for number in numbers):
        raise ConditionError(path=operator, what="only numbers can be computed with")
    result = compute(operator, numbers)
    return UNKNOWN if result is None else result


def _total(body: Mapping[str, Any], of: Any, facts: Facts, scope: Mapping[str, int]) -> Any:
    """The sum over the elements that `where` lets in; unknown when it is unknown of any that counts."""
    if isinstance(facts(f"count({body['over']})", scope), _Unknown):
        return UNKNOWN
    numbers = [Decimal(0)]
    for inner in _scopes(body, facts, scope):
        truth = evaluate(body.get("where", True), facts, inner)
        if isinstance(truth, _Unknown):
            return UNKNOWN
        if truth:
            number = _operand(of, facts, inner)
            if isinstance(number, _Unknown):
                return UNKNOWN
            numbers.append(number)
    return compute("add", numbers)


def _case(body: list[Any], facts: Facts, scope: Mapping[str, int]) -> Any:
    for branch in body:
        truth = evaluate(branch.get("if", True), facts, scope)
        if isinstance(truth, _Unknown):
            return UNKNOWN
        if truth:
            return _operand(branch.get("then", branch.get("else")), facts, scope)
    return UNKNOWN


def _exact(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return Decimal(str(value))


def _operand_instances(operand: Any, facts: Facts, scope: Mapping[str, int]) -> Iterator[Consulted]:
    if isinstance(operand, str) and operand.startswith("$"):
        yield operand[1:], scope
    elif isinstance(operand, dict):
        operator, body = only(operand)
        scopes = _scopes(body, facts, scope) if operator in TOTALS else (scope,)
        for inner in scopes:
            for condition in inner_conditions(operator, body):
                yield from instances(condition, facts, inner)
            for part in inner_operands(operator, body):
                yield from _operand_instances(part, facts, inner)
