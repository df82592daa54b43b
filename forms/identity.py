"""Citizen id numbers: in goes a string, out comes whether its check digit and birth date hold."""

from datetime import date
from typing import Final

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_REMAINDERS: Final = "10X98765432"


def check_digit(first_17: str) -> str:
    """The 18th character for 17 digits (GB 11643, ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(first_17, _WEIGHTS, strict=True))
    return _REMAINDERS[total % 11]


def is_citizen_id(number: object) -> bool:
    """Whether check digit and birth date hold; the place is a hint: codes change over a life."""
    if (
        not isinstance(number, str)
        or len(number) != 18
        or not (number[:17].isascii() and number[:17].isdigit())
    ):
        return False
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return check_digit(number[:17]) == number[17]
