"""Citizen id numbers: in goes a string, out comes whether its check digit and birth date hold."""

from stdnum.cn import ric
from stdnum.exceptions import ValidationError


def is_citizen_id(number: object) -> bool:
    """Whether check digit and birth date hold (GB 11643); the place is a hint: codes change over a life.

    The library's own `validate` would refuse real people: codes no longer in force, and the 81, 82 and 83
    of residence permits. So only its check digit and its date are asked.
    """
    if (
        not isinstance(number, str)
        or len(number) != 18
        or not (number[:17].isascii() and number[:17].isdigit())
    ):
        return False
    try:
        ric.get_birth_date(number)
    except ValidationError:
        return False
    return bool(ric.calc_check_digit(number) == number[17])
