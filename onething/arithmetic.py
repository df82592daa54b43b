"""Exact arithmetic of the condition language: in go decimals, out comes one, or None.

Nothing here ever loses a digit unseen: sums and products are exact, and a quotient says to how many decimals
it is rounded (half up, away from zero), so that the same formula gives the same cent in Python and in SQL.
"""

from collections.abc import Callable, Sequence
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow
from fractions import Fraction
from typing import Any, Final

DECIMALS: Final = 10
"""The most decimals that a rule may round to."""
DIGITS: Final = 100
"""Digits carried exactly; the bounds of the facts keep every value of a rule below 38."""
EXACT: Final = Context(prec=DIGITS, traps=[Inexact, InvalidOperation, Overflow])
"""Carries every digit, or says that it cannot."""

ARITHMETIC: Final = frozenset({"add", "sub", "mul", "div", "round", "min", "max"})
"""The operators that take numbers only; `div` and `round` end with a plain count of decimals."""
ROUNDED: Final = frozenset({"div", "round"})
ARITY: Final = {"sub": 2, "div": 3, "round": 2}
"""How many parts the operators have that do not take any number of them."""


def compute(operator: str, numbers: Sequence[Decimal]) -> Decimal | None:
    """Return the exact result, None for a quotient by zero; ROUNDED `numbers` end with their decimals."""
    if operator == "div":
        dividend, divisor, decimals = numbers
        return quotient(dividend, divisor, int(decimals)) if divisor else None
    if operator == "round":
        return half_up(Fraction(numbers[0]), int(numbers[1]))
    return _fold(_FOLDS[operator], numbers)


def quotient(dividend: Decimal, divisor: Decimal, decimals: int) -> Decimal:
    """Return the quotient rounded half up once, from its exact value; raises ZeroDivisionError."""
    return half_up(Fraction(dividend) / Fraction(divisor), decimals)


def half_up(value: Fraction, decimals: int) -> Decimal:
    """Round an exact value to so many decimals; a half goes away from zero (0.005 → 0.01, −0.005 → −0.01)."""
    size = abs(value) * 10**decimals
    whole = (2 * size.numerator + size.denominator) // (2 * size.denominator)
    return Decimal(whole if value >= 0 else -whole).scaleb(-decimals, EXACT)


def _fold(step: Callable[[Decimal, Decimal], Decimal], numbers: Sequence[Decimal]) -> Decimal:
    result = numbers[0]
    for number in numbers[1:]:
        result = step(result, number)
    return result


_FOLDS: Final[dict[str, Callable[[Any, Any], Decimal]]] = {
    "add": EXACT.add,
    "sub": EXACT.subtract,
    "mul": EXACT.multiply,
    "min": min,
    "max": max,
}
