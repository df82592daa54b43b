"""The catalog: in goes its folder, out comes a cross-checked `Catalog` or one clear error."""

from dataclasses import replace
from pathlib import Path

from onething.catalog_check import check_catalog
from onething.catalog_file import Catalog, read_catalog
from onething.region_check import check_regions
from onething.unfold import unfold

__all__ = ["Catalog", "load_catalog"]


def load_catalog(folder: Path) -> Catalog:
    """Read and cross-check the catalog folder; raises CatalogError naming file, line and fix."""
    catalog = read_catalog(folder)
    check_catalog(catalog)
    check_regions(catalog)
    return replace(catalog, bundles={name: unfold(bundle) for name, bundle in catalog.bundles.items()})
