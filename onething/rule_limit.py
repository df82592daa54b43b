"""What conditions say of what they compare: in go limits and one comparison more, out come narrower ones."""

import json
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any, Final

from onething.rule_shape import Kind, Shape

Limits = Mapping[str, Shape]
"""What conditions that hold have said of an operand, by its text."""

OPPOSITE: Final = {"eq": "ne", "ne": "eq", "lt": "ge", "ge": "lt", "le": "gt", "gt": "le"}
MIRRORED: Final = {"eq": "eq", "ne": "ne", "lt": "gt", "gt": "lt", "le": "ge", "ge": "le"}
_ALLOWS: Final = {"eq": "=", "ne": "<>", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}


def key_of(node: Any) -> str:
    """An operand's text: equal for operands that say the same."""
    return (
        node
        if isinstance(node, str) and node.startswith("$")
        else json.dumps(node, sort_keys=True, default=str)
    )


def narrowed(limits: Limits, node: Any, shape: Shape, allowed: Shape) -> Limits | None:
    """The limits where an operand of `shape` is also one of `allowed`; None if it can be neither."""
    rest = shape.within(allowed)
    if rest.empty:
        return None
    return limits if not isinstance(node, str | dict) else {**limits, key_of(node): rest}


def related(operator: str, left: Any, right: Any, limits: Limits) -> Limits | None:
    """The limits where two operands stand so to each other: a < b and b < a cannot both be."""
    names = [key_of(left), key_of(right)]
    sign = operator if names[0] <= names[1] else MIRRORED[operator]
    key = " ? ".join(sorted(names))
    before = limits.get(key, Shape(Kind.WORD, words=frozenset("<=>")))
    rest = (before.words or frozenset()) & frozenset(_ALLOWS[sign])
    if not rest or (names[0] == names[1] and "=" not in rest):
        return None
    return {**limits, key: replace(before, words=rest)}


def bounded(operator: str, shape: Shape, bound: Shape) -> Shape:
    """What is left of a number that stands so to another."""
    step = Fraction(1, 10 ** max(shape.scale, bound.scale))
    if operator == "ne":
        return replace(shape, nonzero=shape.nonzero or (bound.constant and bound.low == 0))
    low = {"gt": bound.low + step, "ge": bound.low, "eq": bound.low}.get(operator, shape.low)
    high = {"lt": bound.high - step, "le": bound.high, "eq": bound.high}.get(operator, shape.high)
    return replace(shape, low=low, high=high, nonzero=shape.nonzero or low > 0 or high < 0)
