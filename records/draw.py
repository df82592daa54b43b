"""Drawing by lot so that anyone can draw again: a published seed and every name in, the drawn ones out.

Each name's lot is the HMAC-SHA256 of the name (UTF-8) under the seed (32 bytes); names are taken by their
lots, smallest first. The seed's SHA-256 is published before the list of names is complete, so nobody can
choose a seed that spares a name; seed and list are published with the result.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from typing import Final

SEED_BYTES: Final = 32
_SEED: Final = re.compile(rf"[0-9a-f]{{{2 * SEED_BYTES}}}")


def new_seed() -> str:
    """Make a seed, as 64 hexadecimal digits."""
    return secrets.token_hex(SEED_BYTES)


def is_seed(text: str) -> bool:
    """Whether it is 64 hexadecimal digits."""
    return _SEED.fullmatch(text) is not None


def commitment_of(seed: str) -> str:
    """Give what is published before the draw: the SHA-256 of the seed's bytes, in hexadecimal digits."""
    return hashlib.sha256(bytes.fromhex(seed)).hexdigest()


def lot(seed: str, name: str) -> str:
    """Give a name's lot."""
    return hmac.new(bytes.fromhex(seed), name.encode(), hashlib.sha256).hexdigest()


def count_of(size: int, percent: int) -> int:
    """Give how many of `size` names `percent` of them are, rounded up."""
    return -(-size * percent // 100)


def drawn(seed: str, names: Iterable[str], percent: int) -> tuple[str, ...]:
    """Give `percent` of the names, rounded up, in the order of their lots; a name twice counts once."""
    once = sorted(set(names), key=lambda name: (lot(seed, name), name))
    return tuple(once[: count_of(len(once), percent)])


def digest_of(names: Iterable[str]) -> str:
    """Give the SHA-256 of the list: its names once each, sorted, one to a line."""
    return hashlib.sha256("".join(f"{name}\n" for name in sorted(set(names))).encode()).hexdigest()
