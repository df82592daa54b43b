"""What is known where a rule's condition holds: in go the condition and what held before, out come limits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from onething.condition import Condition
from onething.condition_shape import MANY, OVER
from onething.rule_limit import MIRRORED, OPPOSITE, Limits, bounded, narrowed, related
from onething.rule_shape import Kind, Shape, constant, either

At = tuple[str | int, ...]
"""Keys down into a rule set's file."""


@dataclass(frozen=True, slots=True)
class Here:
    """Where an operand stands: its keys in the file, what holds there, and whose row it reads."""

    at: At
    limits: Limits = field(default_factory=dict)
    row: str | None = None

    def down(self, *keys: str | int) -> "Here":
        """The place of a part."""
        return replace(self, at=(*self.at, *keys))


@dataclass(frozen=True, slots=True)
class Assumption:
    """Takes conditions for true or false: knows the shape of each operand and what a name stands for."""

    operand: Callable[[Any, Here], Shape]
    named: Callable[[Any], Condition | bool | None]
    """The condition or mark that a reference stands for."""

    def assume(self, condition: Condition | bool, holds: bool, here: Here) -> Limits | None:
        """What else is known where a condition holds (or is false); None if that can never be."""
        if isinstance(condition, bool):
            return here.limits if condition is holds else None
        operator, body = next(iter(condition.items()))
        if operator == "not":
            return self.assume(body, not holds, here)
        if operator in MANY:
            return (
                self._together(body, holds, here)
                if (operator == "all") is holds
                else self._one_of(body, holds, here)
            )
        if operator in OVER:
            return self._of_some(body, holds, here) if (operator == "some") is holds else here.limits
        if operator == "in":
            values = [constant(value) for value in body[1]]
            return self._among(body[0], either(values, nullable=False), here) if holds else here.limits
        if operator == "present":
            return here.limits
        return self._related(operator if holds else OPPOSITE[operator], body, here)

    def _together(self, parts: list[Any], holds: bool, here: Here) -> Limits | None:
        for _ in range(2):  # once more, for what a later part says of an earlier one
            for part in parts:
                limits = self.assume(part, holds, here)
                if limits is None:
                    return None
                here = replace(here, limits=limits)
        return here.limits

    def _one_of(self, parts: list[Any], holds: bool, here: Here) -> Limits | None:
        found = [limits for part in parts if (limits := self.assume(part, holds, here)) is not None]
        if not found:
            return None
        return found[0] if len(found) == 1 else here.limits

    def _of_some(self, body: Mapping[str, Any], holds: bool, here: Here) -> Limits | None:
        inner = replace(here, row=body["over"])
        return None if self.assume(body.get("where", True), holds, inner) is None else here.limits

    def _among(self, node: Any, allowed: Shape, here: Here) -> Limits | None:
        shape = self.operand(node, here)
        return narrowed(here.limits, node, shape, replace(allowed, scale=shape.scale))

    def _related(self, operator: str, body: list[Any], here: Here) -> Limits | None:
        left, right = body
        named = self.named(left)
        if named is not None and isinstance(right, bool) and operator in {"eq", "ne"}:
            return self.assume(named, right is (operator == "eq"), here)
        first, second = self.operand(left, here), self.operand(right, here)
        if first.kind is Kind.WORD:
            return self._words(operator, (left, first), (right, second), here)
        limits = related(operator, left, right, here.limits)
        for one, other, sign in ((left, right, operator), (right, left, MIRRORED[operator])):
            if limits is None:
                return None
            shape, bound = self.operand(one, here), self.operand(other, here)
            limits = narrowed(limits, one, shape, bounded(sign, shape, bound))
        return limits

    def _words(
        self, operator: str, left: tuple[Any, Shape], right: tuple[Any, Shape], here: Here
    ) -> Limits | None:
        (one, first), (other, second) = left, right
        if operator == "eq":
            limits = narrowed(here.limits, one, first, second)
            return None if limits is None else narrowed(limits, other, second, first)
        if second.constant and first.words is not None:
            rest = replace(first, words=first.words - (second.words or frozenset()))
            return narrowed(here.limits, one, first, rest)
        return here.limits
