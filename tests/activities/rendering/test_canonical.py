"""The receipt's one byte form."""

import json

import pytest

from activities.rendering.canonical import canonical, digest, is_canonical
from onething.receipt import ReceiptDocument


def test_the_canonical_form_is_sorted_compact_and_reads_back(document):
    data = canonical(document)
    assert is_canonical(data)
    assert ReceiptDocument.model_validate_json(data) == document
    assert list(json.loads(data)) == sorted(json.loads(data))
    assert b"null" not in data


@pytest.mark.parametrize(
    "data",
    [
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b'{"a":1}\n',
        b'{"a":1,"a":1}',
        b'{"a":1.0}',
        b'{"a":NaN}',
        b'{"a":"\\u4e2d"}',
        b"\xff",
        b"",
        b"[" * 100_000,
        b'{"a":"\\ud800"}',
        b'{"a":9007199254740993}',
    ],
)
def test_any_other_spelling_is_not_canonical(data):
    assert not is_canonical(data)


def test_the_hash_is_sha_256_in_hex():
    assert digest(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
