"""Citizen id numbers: in goes a string, out comes whether its check digit and birth date hold."""

from functools import lru_cache

from stdnum.cn import ric
from stdnum.exceptions import ValidationError


def is_citizen_id(number: object) -> bool:
    """Whether check digit and birth date hold (GB 11643); the place is a hint: codes change over a life.

    The library's own `validate` would refuse real people: codes no longer in force, and the 81, 82 and 83
    of residence permits. So only its check digit and its date are asked.
    """
    return isinstance(number, str) and len(number) == 18 and _holds(number)


@lru_cache(maxsize=1024)
def _holds(number: str) -> bool:
    """Each number is asked about by every agency's form; those of the cases in hand are kept in memory."""
    if not (number[:17].isascii() and number[:17].isdigit()):
        return False
    try:
        ric.get_birth_date(number)
    except ValidationError:
        return False
    return bool(ric.calc_check_digit(number) == number[17])
