"""Case numbers: in go region, life event and day, out comes `region6-CODE-yyyymmdd-nnnnnn-c`."""

import secrets
from datetime import date
from typing import Final

_LETTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
PATTERN: Final = r"^[0-9]{6}-[A-Z0-9]{1,4}-[0-9]{8}-[0-9]{6}-[0-9A-Z]$"


def new_number(region: str, code: str, day: date) -> str:
    """Draw a number that tells nothing about anybody; that it is free is for the records to say."""
    body = f"{region}-{code}-{day:%Y%m%d}-{secrets.randbelow(10**6):06}"
    return f"{body}-{check_character(body)}"


def check_character(body: str) -> str:
    """Check character of ISO/IEC 7064, MOD 37,36, over the letters and digits of `body`.

    It finds every single wrong character and nearly every swap of two neighbours.
    """
    remainder = 36
    for letter in body:
        if letter in _LETTERS:
            remainder = (remainder + _LETTERS.index(letter)) % 36 or 36
            remainder = remainder * 2 % 37
    return _LETTERS[(37 - remainder) % 36]
