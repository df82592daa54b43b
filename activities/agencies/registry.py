"""The agencies' adapters: in go the catalog's agencies and this installation's places, out comes one each."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from activities.plugin import Found, close_all, fill, find
from onething.adapter import AgencyAdapter
from onething.desk import AtDesk, Desk
from onething.errors import CatalogError
from onething.item import Agency, Item
from onething.text import Model

GROUP: Final = "onething.agencies"
"""The entry-point group by which another distribution offers an adapter."""
DESK: Final = "desk"
"""The adapter of an agency without a system of its own."""


class Override(Model):
    """What one installation or story changes about an agency's adapter; None keeps what the catalog says."""

    adapter: str | None = None
    options: dict[str, Any] | None = None


def adapters() -> Found:
    """Find every adapter; raises CatalogError for a name found twice."""
    return find("agency", "activities.agencies", GROUP)


def build(
    agencies: Iterable[Agency],
    overrides: Mapping[str, Override] | None = None,
    places: Mapping[str, str] | None = None,
    desk: Desk | None = None,
) -> dict[str, AgencyAdapter]:
    """Build each agency's adapter, by agency id.

    `overrides` goes by agency id, `*` for all others. `places` fills `${name}` in options; `${agency}`
    is the agency's own id. `desk` keeps the desks of those that have no system of their own. Raises
    CatalogError for a missing or doubled adapter, an unknown place, and options that do not fit, naming the
    agency's file.
    """
    found, changed, given = adapters(), overrides or {}, places or {}
    built = {agency.agency: _adapter(found, agency, changed, given) for agency in agencies}
    for adapter in built.values():
        if desk is not None and isinstance(adapter, AtDesk):
            adapter.sit_at(desk)
    return built


def at_desks(agencies: Iterable[Agency], named: Iterable[str]) -> dict[str, Override]:
    """Have these agencies of the catalog work at a desk, whatever it says of them; `*` names all.

    Raises CatalogError for an agency that is not there.
    """
    known, wanted = [agency.agency for agency in agencies], set(named)
    if "*" in wanted:
        wanted = set(known)
    for name in sorted(wanted - set(known)):
        raise CatalogError("ONCE_DESKS", f"no agency is named {name!r}", f"name any of {', '.join(known)}")
    return {name: Override(adapter=DESK, options={}) for name in known if name in wanted}


def in_process(
    agencies: Iterable[Agency], items: Iterable[Item] = (), behaviour: Mapping[str, Any] | None = None
) -> dict[str, Override]:
    """Play every agency inside this process, with its declared capabilities and its items' effects.

    `behaviour` goes by slot, item or `*`, as in a story. Callbacks are off: the mock is asked instead.
    """
    effects: dict[str, dict[str, dict[str, Any]]] = {}
    for item in items:
        # What calls for somebody, such as money paid too much, comes about only where a story says so.
        facts = {
            effect.fact: effect.example
            for effect in item.effects
            if effect.fact is not None and effect.opens is None
        }
        effects.setdefault(item.agency, {})[item.item] = facts
    return {
        agency.agency: Override(
            adapter="mock",
            options={
                "behaviour": dict(behaviour or {}),
                "effects": effects.get(agency.agency, {}),
                "capabilities": {**agency.options.get("capabilities", {}), "callbacks": False},
            },
        )
        for agency in agencies
    }


async def close(built: Mapping[str, AgencyAdapter]) -> None:
    """Close the adapters that hold connections."""
    await close_all(built)


def _adapter(
    found: Found, agency: Agency, changed: Mapping[str, Override], places: Mapping[str, str]
) -> AgencyAdapter:
    override = changed.get(agency.agency) or changed.get("*") or Override()
    file = f"catalog/agencies/{agency.agency}/agency.yaml"
    adapter = override.adapter or agency.adapter
    raw = agency.options if override.options is None else override.options
    options = fill(raw, {**places, "agency": agency.agency}, file)
    built = found.build(adapter, agency.agency, options, file)
    if not isinstance(built, AgencyAdapter):
        raise CatalogError(file, f"adapter {adapter!r} lacks part of the contract", "see onething/adapter.py")
    return built
