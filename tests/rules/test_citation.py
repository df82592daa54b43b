"""What a family may read as law is law: no address of a page, no note of ours."""

import re

import pytest

from onething.catalog import load_catalog
from runtime.settings import TREE

CATALOG = load_catalog(TREE / "catalog")
ITEMS = [item for versions in CATALOG.items.values() for item in versions]
NOTE = re.compile(r"[a-z0-9-]+\.(com|cn|net|org)\b|未逐条|待核|TODO", re.IGNORECASE)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: f"{item.key}@{item.valid_from}")
def test_no_address_and_no_note_stands_in_a_citation_that_families_read(item):
    limits = [limit.basis for limit in (item.limits.statutory, item.limits.promised) if limit is not None]
    for basis in (*item.basis, *limits):
        assert basis.local or not NOTE.search(basis.cite), basis.cite
