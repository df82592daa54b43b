"""Exact numbers in SQL: in go terms that are whole numbers of their smallest unit, out come such terms."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from onething.rule_shape import Kind, Shape, constant, reach

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
    bound = reach("div", (dividend.shape, divisor.shape), decimals)
    return _half_up(dividend, divisor, (top, bottom), shape, bound >= BIG)


def rounded(term: Term, decimals: int, shape: Shape) -> Term:
    """The term rounded half up (away from zero) to so many decimals."""
    if decimals >= term.shape.scale:
        big = term.big or shape.whole >= BIG
        return Term(aligned(term, decimals, big), shape, big)
    bound = reach("round", (term.shape,), decimals)
    return _half_up(term, literal(1), (1, 10 ** (term.shape.scale - decimals)), shape, bound >= BIG)


def _half_up(dividend: Term, divisor: Term, factors: tuple[int, int], shape: Shape, wide: bool) -> Term:
    top, bottom = factors
    big = wide or dividend.big or divisor.big
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


def computed(operator: str, terms: list[Term], shape: Shape) -> Term:
    """Sums, differences, products, the least and the greatest, in integers wide enough for every step."""
    big = reach(operator, [term.shape for term in terms], shape.scale) >= BIG or any(
        term.big for term in terms
    )
    if operator == "mul":
        return Term(f"({' * '.join(aligned(term, term.shape.scale, big) for term in terms)})", shape, big)
    parts = [aligned(term, shape.scale, big) for term in terms]
    if operator in {"add", "sub"}:
        return Term(f"({(' + ' if operator == 'add' else ' - ').join(parts)})", shape, big)
    chosen = f"{'least' if operator == 'min' else 'greatest'}({', '.join(parts)})"
    unknown = [f"{term.sql} IS NULL" for term in terms if term.shape.nullable]
    if unknown:  # `least` and `greatest` pass over NULL
        chosen = f"(CASE WHEN {' OR '.join(unknown)} THEN NULL ELSE {chosen} END)"
    return Term(chosen, shape, big)


def compared(sign: str, left: Term, right: Term) -> str:
    """A comparison; numbers are brought to the same decimals."""
    if left.shape.kind is Kind.WORD:
        if right.sql in {"true", "false"} and sign in {"=", "<>"}:
            return left.sql if (right.sql == "true") is (sign == "=") else f"(NOT {left.sql})"
        return f"({left.sql} {sign} {right.sql})"
    scale = max(left.shape.scale, right.shape.scale)
    big = reach(sign, (left.shape, right.shape), scale) >= BIG or left.big or right.big
    return f"({aligned(left, scale, big)} {sign} {aligned(right, scale, big)})"
