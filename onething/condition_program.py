"""Conditions compiled: in go a condition and how each reference is read, out comes a function that judges it.

What a condition means stands in `onething.condition`; a program says the same as `evaluate`, without reading
the condition again each time: worth it for what is asked of one form thousands of times.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, TypeVar

from onething.condition import COMPARE, ORDERED, UNKNOWN, Condition, Truth, check, value_of
from onething.condition_shape import MANY, OVER
from onething.errors import ConditionError

T = TypeVar("T")
"""What facts are read from."""
Scope = Mapping[str, int]
"""The index of each array role in scope."""
Read = Callable[[T, Scope], Any]
"""Answers one reference; UNKNOWN if not known."""
Program = Callable[[T, Scope], Truth]
"""Tells whether a condition holds."""

_NUMBERS: Final = frozenset({int, float})
_WORDS: Final = frozenset({str, bool})


def compiled(condition: Condition | bool, reader: Callable[[str], Read[T]]) -> Program[T]:
    """Return what `evaluate` would say of `condition`; `reader` tells once how a reference is read.

    References come without their `$`; `count(role)` is one for each role run over. Raises ConditionError on a
    bad shape, and the program does where `evaluate` would.
    """
    check(condition)
    return _program(condition, reader)


def _program(condition: Condition | bool, reader: Callable[[str], Read[T]]) -> Program[T]:
    if isinstance(condition, bool):
        return _constant(condition)
    operator, body = next(iter(condition.items()))
    if operator in MANY:
        return _fold(operator == "all", tuple(_program(part, reader) for part in body))
    if operator in OVER:
        role, where = body["over"], body.get("where", True)
        return _over(operator == "every", role, reader(f"count({role})"), _program(where, reader))
    if operator == "not":
        return _opposite(_program(body, reader))
    if operator == "present":
        return _present(_operand(body, reader))
    if operator == "in":
        return _member(body[0], body[1], reader)
    if operator == "eq" and _literal(body[1]):
        return _member(body[0], body[1:], reader)
    left, right = (_operand(part, reader) for part in body)
    return _comparison(operator, left, right)


def _fold(conjunction: bool, parts: tuple[Program[T], ...]) -> Program[T]:
    def judge(source: T, scope: Scope) -> Truth:
        result: Truth = conjunction
        for part in parts:
            truth = part(source, scope)
            if truth is UNKNOWN:
                result = UNKNOWN
            elif truth is not conjunction:
                return not conjunction
        return result

    return judge


def _over(conjunction: bool, role: str, size: Read[T], where: Program[T]) -> Program[T]:
    def judge(source: T, scope: Scope) -> Truth:
        number = size(source, scope)
        if not isinstance(number, int):
            return UNKNOWN
        result: Truth = conjunction
        for index in range(number):
            truth = where(source, {**scope, role: index})
            if truth is UNKNOWN:
                result = UNKNOWN
            elif truth is not conjunction:
                return not conjunction
        return result

    return judge


def _opposite(inner: Program[T]) -> Program[T]:
    def judge(source: T, scope: Scope) -> Truth:
        truth = inner(source, scope)
        return not truth if isinstance(truth, bool) else truth

    return judge


def _present(operand: Read[T]) -> Program[T]:
    return lambda source, scope: operand(source, scope) is not UNKNOWN


def _member(operand: Any, literals: list[Any], reader: Callable[[str], Read[T]]) -> Program[T]:
    options = tuple(_exact(literal) for literal in literals)
    # Whether a number is equal to a text or a truth value does not depend on how exactly it is written.
    words = (
        isinstance(operand, str) and not _literal(operand) and all(type(each) in _WORDS for each in options)
    )
    read = reader(operand[1:]) if words else _operand(operand, reader)

    def judge(source: T, scope: Scope) -> Truth:
        value = read(source, scope)
        return UNKNOWN if value is UNKNOWN else value in options

    return judge


def _comparison(operator: str, left: Read[T], right: Read[T]) -> Program[T]:
    compare, ordered = COMPARE[operator], operator in ORDERED

    def judge(source: T, scope: Scope) -> Truth:
        one: object = left(source, scope)
        other: object = right(source, scope)
        if one is UNKNOWN or other is UNKNOWN:
            return UNKNOWN
        if ordered and type(one) is not type(other):
            raise ConditionError(path=operator, what="only values of one type have an order")
        return compare(one, other)

    return judge


def _operand(operand: Any, reader: Callable[[str], Read[T]]) -> Read[T]:
    if isinstance(operand, dict):
        return _computed(operand, reader)
    if _literal(operand):
        return _constant(_exact(operand))
    read = reader(operand[1:])

    def exact(source: T, scope: Scope) -> Any:
        return _exact(read(source, scope))

    return exact


def _literal(operand: Any) -> bool:
    return not isinstance(operand, dict) and not (isinstance(operand, str) and operand.startswith("$"))


def _computed(operand: dict[str, Any], reader: Callable[[str], Read[T]]) -> Read[T]:
    """Totals, sums and cases: rare in what is asked of a form, and left to `onething.condition`."""
    reads: dict[str, Read[T]] = {}

    def value(source: T, scope: Scope) -> Any:
        def facts(reference: str, at: Scope) -> Any:
            if reference not in reads:
                reads[reference] = reader(reference)
            return reads[reference](source, at)

        return value_of(operand, facts, scope)

    return value


def _exact(value: Any) -> Any:
    """Numbers as `onething.condition` compares them; a truth value is none."""
    return Decimal(str(value)) if type(value) in _NUMBERS else value


def _constant(value: Any) -> Callable[[T, Scope], Any]:
    return lambda _source, _scope: value
