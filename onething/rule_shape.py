"""What can be said of a value before it is known: in go shapes of operands, out comes the result's.

A shape bounds its value, so that one computation proves three things: no divisor is zero, no condition is
impossible, and every number fits the integers that the generated SQL computes with.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import product
from typing import Final

from onething.arithmetic import ROUNDED, half_up

WIDEST: Final = 2**127
"""No step of a computation may reach this: it is where DuckDB's HUGEINT ends."""


class Kind(StrEnum):
    """Types that may be compared with each other."""

    NUMBER = "number"
    WORD = "word"
    """Text or truth: compared for equality only."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The kind of a value, whether it may be unknown, and between what it lies."""

    kind: Kind
    nullable: bool = False
    scale: int = 0
    """Decimals: the value times 10^scale is whole."""
    low: Fraction = Fraction(0)
    high: Fraction = Fraction(0)
    nonzero: bool = False
    words: frozenset[object] | None = None
    """The only words it can be; None for any."""

    @property
    def grain(self) -> Fraction:
        """The least step between two values."""
        return Fraction(1, 10**self.scale)

    @property
    def empty(self) -> bool:
        """Whether nothing is left that it could be."""
        return self.low > self.high if self.kind is Kind.NUMBER else self.words == frozenset()

    @property
    def constant(self) -> bool:
        """Whether it can only be one value."""
        if self.kind is Kind.NUMBER:
            return self.low == self.high
        return self.words is not None and len(self.words) == 1

    @property
    def may_be_zero(self) -> bool:
        """Whether zero is among its values."""
        return not self.nonzero and self.low <= 0 <= self.high

    @property
    def whole(self) -> int:
        """The greatest magnitude of the value times 10^scale."""
        return int(max(abs(self.low), abs(self.high)) * 10**self.scale)

    def within(self, other: "Shape") -> "Shape":
        """Return what both allow."""
        if self.kind is Kind.WORD:
            words = other.words if self.words is None else self.words & (other.words or self.words)
            return replace(self, words=frozenset() if other.words == frozenset() else words)
        nonzero = self.nonzero or other.nonzero
        low, high = max(self.low, other.low), min(self.high, other.high)
        if nonzero:
            low = self.grain if low == 0 else low
            high = -self.grain if high == 0 else high
        return replace(self, low=low, high=high, nonzero=nonzero)


def constant(value: object) -> Shape:
    """The shape of a literal: a number, text, true or false."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return Shape(Kind.WORD, words=frozenset({value}))
    number = Decimal(str(value))
    exponent = number.normalize().as_tuple().exponent
    scale = max(0, -int(exponent))
    return Shape(Kind.NUMBER, scale=scale, low=Fraction(number), high=Fraction(number), nonzero=number != 0)


def computed(operator: str, parts: Sequence[Shape], decimals: int = 0) -> Shape:
    """The shape of a result of arithmetic; a divisor must not be able to be zero."""
    nullable = any(part.nullable for part in parts)
    lows, highs = [part.low for part in parts], [part.high for part in parts]
    scale = max(part.scale for part in parts)
    if operator == "add":
        return Shape(Kind.NUMBER, nullable, scale, sum(lows, Fraction(0)), sum(highs, Fraction(0)))
    if operator == "sub":
        return Shape(Kind.NUMBER, nullable, scale, lows[0] - highs[1], highs[0] - lows[1])
    if operator == "min":
        return Shape(Kind.NUMBER, nullable, scale, min(lows), min(highs))
    if operator == "max":
        return Shape(Kind.NUMBER, nullable, scale, max(lows), max(highs))
    if operator == "mul":
        return _multiplied(parts, nullable)
    ends = _quotients(*parts) if operator == "div" else [parts[0].low, parts[0].high]
    if not ends:  # by nothing but zero
        return Shape(Kind.NUMBER, nullable=True, scale=decimals)
    rounded = [Fraction(half_up(end, decimals)) for end in ends]
    return Shape(Kind.NUMBER, nullable, decimals, min(rounded), max(rounded))


def reach(operator: str, parts: Sequence[Shape], scale: int) -> int:
    """The greatest magnitude that any step of computing in whole numbers may come to.

    `parts` as they are computed with, `scale` the decimals of the result; comparisons reach what sums reach.
    """
    if operator == "mul":
        bound = 1
        for part in parts:
            bound *= max(1, part.whole)
        return bound
    if operator in ROUNDED:
        below = parts[1] if operator == "div" else constant(1)
        power = scale + below.scale - parts[0].scale
        top, bottom = int(10 ** max(0, power)), int(10 ** max(0, -power))
        return 2 * parts[0].whole * top + 2 * below.whole * bottom
    return sum(part.whole * int(10 ** (scale - part.scale)) for part in parts)


def total(of: Shape, most: int, *, nullable: bool) -> Shape:
    """The shape of a sum over up to `most` rows."""
    low, high = min(Fraction(0), of.low * most), max(Fraction(0), of.high * most)
    return Shape(Kind.NUMBER, nullable, of.scale, low, high)


def either(parts: Sequence[Shape], *, nullable: bool) -> Shape:
    """The shape of one of several values of one kind."""
    if parts[0].kind is Kind.WORD:
        known = [part.words for part in parts if part.words is not None]
        words = frozenset().union(*known) if len(known) == len(parts) else None
        return Shape(Kind.WORD, nullable, words=words)
    low, high = min(part.low for part in parts), max(part.high for part in parts)
    return Shape(Kind.NUMBER, nullable, max(part.scale for part in parts), low, high)


def _multiplied(parts: Sequence[Shape], nullable: bool) -> Shape:
    low = high = Fraction(1)
    for part in parts:
        ends = [a * b for a, b in product((low, high), (part.low, part.high))]
        low, high = min(ends), max(ends)
    return Shape(Kind.NUMBER, nullable, sum(part.scale for part in parts), low, high)


def _quotients(dividend: Shape, divisor: Shape) -> list[Fraction]:
    """The greatest and least quotients: at the ends, and at the divisors next to zero."""
    ends = [end for end in (divisor.low, divisor.high) if end]
    ends += [near for near in (-divisor.grain, divisor.grain) if divisor.low <= near <= divisor.high]
    return [top / bottom for top, bottom in product((dividend.low, dividend.high), ends)]
