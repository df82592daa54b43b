"""The reference page names every table, finding and error of this package."""

from pathlib import Path

import pytest

import records.errors
import runtime.keyring
from onething.errors import OneThingError
from records.consistency import FindingKind
from records.tables import metadata

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "records.md").read_text()
ERRORS = {
    value.code
    for module in (records.errors, runtime.keyring)
    for value in vars(module).values()
    if isinstance(value, type) and issubclass(value, OneThingError) and value.__module__ == module.__name__
} - {runtime.keyring.KeyRingError.code}


@pytest.mark.parametrize("table", sorted(metadata.tables))
def test_every_table_has_its_heading(table):
    assert f"\n### `{table}`\n" in PAGE


@pytest.mark.parametrize("word", sorted(ERRORS | set(FindingKind)))
def test_every_finding_and_error_is_explained(word):
    assert f"`{word}`" in PAGE
