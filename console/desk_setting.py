"""The setting that names agencies worked at a desk here: in go settings and agencies, out comes a complaint.

Said before anything starts, so that a name that was mistyped is a sentence, and no process that keeps ending.
"""

from collections.abc import Iterable

from onething.catalog import load_catalog
from onething.errors import CatalogError
from runtime.settings import Settings, SettingsInvalid, variable


def check_desks(settings: Settings, agencies: Iterable[str] | None = None) -> None:
    """Raise SettingsInvalid for an agency that the catalog does not have; `agencies` saves reading it."""
    named = set(settings.desk_agencies) - {"*"}
    if not named:
        return
    known = sorted(_of_the_catalog(settings) if agencies is None else agencies)
    unknown = sorted(named - set(known))
    if known and unknown:
        names, there = ", ".join(unknown), ", ".join(known)
        reason = f"没有名为 {names} 的部门，现有：{there}。No agency is named {names}; there are: {there}."
        raise SettingsInvalid(((variable("desks"), reason),))


def _of_the_catalog(settings: Settings) -> Iterable[str]:
    try:
        return load_catalog(settings.catalog_dir).agencies
    except CatalogError:
        # What is wrong with the catalog itself is told by whoever needs all of it.
        return ()
