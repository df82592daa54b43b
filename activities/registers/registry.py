"""The registers' adapters: in go register names and this installation's places, out comes one each."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from activities.plugin import Found, close_all, fill, find
from onething.errors import CatalogError
from onething.register import RegisterAdapter
from onething.text import Model

GROUP: Final = "onething.registers"
"""The entry-point group by which another distribution offers an adapter."""


class RegisterSource(Model):
    """How one register is reached; by default the stand-in of the simulator."""

    adapter: str = "http"
    options: dict[str, Any] = {
        "base_url": "${simulator}/registers/${register}",
        "token": "${ONCE_SIMULATOR_TOKEN}",
    }


def adapters() -> Found:
    """Find every adapter; raises CatalogError for a name found twice."""
    return find("register", "activities.registers", GROUP)


def build(
    registers: Iterable[str],
    sources: Mapping[str, RegisterSource] | None = None,
    places: Mapping[str, str] | None = None,
) -> dict[str, RegisterAdapter]:
    """Build each register's adapter, by register name.

    `sources` goes by register, `*` for all others. `places` fills `${name}` in options; `${register}` is
    the register's own name. Raises CatalogError for a missing or doubled adapter, an unknown place, and
    options that do not fit.
    """
    found, known, given = adapters(), sources or {}, places or {}
    return {name: _adapter(found, name, known, given) for name in dict.fromkeys(registers)}


def in_process(people: Mapping[str, Any]) -> dict[str, RegisterSource]:
    """Answer for each register of a story (`Scenario.registers`) inside this process; others know nobody."""
    sources = {
        name: RegisterSource(adapter="mock", options={"people": dict(records)})
        for name, records in people.items()
    }
    return {"*": RegisterSource(adapter="mock", options={}), **sources}


async def close(built: Mapping[str, RegisterAdapter]) -> None:
    """Close the adapters that hold connections."""
    await close_all(built)


def _adapter(
    found: Found, name: str, sources: Mapping[str, RegisterSource], places: Mapping[str, str]
) -> RegisterAdapter:
    source = sources.get(name) or sources.get("*") or RegisterSource()
    file = f"register {name}"
    options = fill(source.options, {**places, "register": name}, file)
    built = found.build(source.adapter, name, options, file)
    if not isinstance(built, RegisterAdapter):
        raise CatalogError(file, f"{source.adapter!r} lacks part of the contract", "see onething/register.py")
    return built
