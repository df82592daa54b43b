"""Exact numbers in SQL: in go terms that are whole numbers of their smallest unit, out come such terms."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from onething.rule_shape import Kind, Shape, constant

BIG: Final = 2**63
"""From here on a number needs a HUGEINT."""


@dataclass(frozen=True, slots=True)
class Term:
    """A SQL expression, what is known of it, and whether it is a HUGEINT rather than a BIGINT."""

    sql: str
    shape: Shape
    big: bool


def quoted(name: str) -> str:
    """A name as SQL takes any."""
    return '"' + name.replace('"', '""') + '"'


def word(value: object) -> str:
    """A text or truth as a literal."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "'" + str(value).replace("'", "''") + "'"


def literal(value: Any) -> Term:
    """A literal of a rule."""
    shape = constant(value)
    if shape.kind is Kind.WORD:
        return Term(word(value), shape, False)
    whole = int(Decimal(str(value)).scaleb(shape.scale))
    big = abs(whole) >= BIG
    return Term(f"CAST({whole} AS {'HUGEINT' if big else 'BIGINT'})", shape, big)


def fixed(shape: Shape) -> Term:
    """The only number that a shape allows."""
    whole = int(shape.low * 10**shape.scale)
    big = abs(whole) >= BIG
    return Term(f"CAST({whole} AS {'HUGEINT' if big else 'BIGINT'})", shape, big)


def aligned(term: Term, scale: int, big: bool) -> str:
    """The term with this many decimals, cast when it must be wider."""
    if term.shape.kind is Kind.WORD:
        return term.sql
    sql = f"CAST({term.sql} AS HUGEINT)" if big and not term.big else term.sql
    factor = 10 ** (scale - term.shape.scale)
    return sql if factor == 1 else f"({sql} * {factor})"


def widest(terms: Iterable[Term], shape: Shape) -> bool:
    """Whether terms brought to the decimals of `shape` need a HUGEINT."""
    return shape.kind is Kind.NUMBER and any(
        term.big or term.shape.whole * 10 ** (shape.scale - term.shape.scale) >= BIG for term in terms
    )


def divided(dividend: Term, divisor: Term, decimals: int, shape: Shape) -> Term:
    """The quotient, rounded half up (away from zero) once, from its exact value."""
    power = decimals + divisor.shape.scale - dividend.shape.scale
    top, bottom = 10 ** max(0, power), 10 ** max(0, -power)
    return _half_up(dividend, divisor, (top, bottom), shape)


def rounded(term: Term, decimals: int, shape: Shape) -> Term:
    """The term rounded half up (away from zero) to so many decimals."""
    if decimals >= term.shape.scale:
        big = term.big or shape.whole >= BIG
        return Term(aligned(term, decimals, big), shape, big)
    return _half_up(term, literal(1), (1, 10 ** (term.shape.scale - decimals)), shape)


def _half_up(dividend: Term, divisor: Term, factors: tuple[int, int], shape: Shape) -> Term:
    top, bottom = factors
    bound = 2 * dividend.shape.whole * top + divisor.shape.whole * bottom * 2
    big = bound >= BIG or dividend.big or divisor.big
    above = _times(aligned(dividend, dividend.shape.scale, big), top)
    below = _times(aligned(divisor, divisor.shape.scale, big), bottom)
    if divisor.shape.low <= 0:
        above, below = f"({above} * sign({below})::BIGINT)", f"abs({below})"
    half = below
    if dividend.shape.low < 0 or divisor.shape.low <= 0:
        half = f"(CASE WHEN {above} < 0 THEN -{below} ELSE {below} END)"
    return Term(f"((2 * {above} + {half}) // (2 * {below}))", shape, big)


def _times(sql: str, factor: int) -> str:
    return sql if factor == 1 else f"({sql} * {factor})"
