"""Lots: the same seed and list give the same names, whoever draws; no order of the list matters."""

import hashlib
import hmac
import math

import pytest

from records.draw import commitment_of, count_of, digest_of, drawn, is_seed, lot, new_seed

SEED = "00" * 31 + "01"
NAMES = tuple(f"360900-A-20260303-{number:06}-0" for number in range(40))


def recomputed(seed, names, percent):
    """As a stranger would, from the page's own lines."""
    key = bytes.fromhex(seed)
    lots = {name: hmac.new(key, name.encode(), hashlib.sha256).hexdigest() for name in names}
    ordered = sorted(names, key=lambda name: (lots[name], name))
    return tuple(ordered[: math.ceil(len(ordered) * percent / 100)])


@pytest.mark.parametrize("percent", [1, 30, 99, 100])
def test_a_stranger_draws_the_same(percent):
    assert drawn(SEED, NAMES, percent) == recomputed(SEED, NAMES, percent)


def test_neither_order_nor_repetition_of_the_list_matters():
    mixed = [*NAMES[20:], *NAMES[:25]][::-1]
    assert drawn(SEED, mixed, 30) == drawn(SEED, NAMES, 30)
    assert digest_of(mixed) == digest_of(NAMES)


def test_a_name_that_is_added_moves_no_other():
    kept = [name for name in drawn(SEED, (*NAMES, "another"), 100) if name != "another"]
    assert tuple(kept) == drawn(SEED, NAMES, 100)


@pytest.mark.parametrize(("size", "percent", "count"), [(0, 30, 0), (1, 30, 1), (10, 30, 3), (11, 30, 4)])
def test_the_share_is_rounded_up(size, percent, count):
    assert count_of(size, percent) == count
    assert len(drawn(SEED, NAMES[:size], percent)) == count


def test_seeds_are_new_each_time_and_told_by_their_hash():
    first, second = new_seed(), new_seed()
    assert first != second
    assert is_seed(first)
    assert commitment_of(first) == hashlib.sha256(bytes.fromhex(first)).hexdigest()
    assert lot(first, "a") != lot(second, "a")
