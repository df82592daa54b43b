"""Plug-ins found by folder and by entry point: in go a package and a group, out come factories by name.

A module of the folder that defines `create` is a plug-in named like its file. Another distribution
adds one by an entry point whose name is the plug-in's and whose value is its module.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pkgutil import iter_modules
from types import ModuleType
from typing import Any, Final, Protocol, TypeVar, runtime_checkable

from pydantic import ValidationError

from onething.errors import CatalogError
from onething.text import Model

Factory = Callable[[str, dict[str, Any]], Any]
"""`create(name, options)`; raises CatalogError for options that do not fit."""

_PLACE: Final = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_M = TypeVar("_M", bound=Model)


@runtime_checkable
class Closing(Protocol):
    """A plug-in that holds connections."""

    async def aclose(self) -> None:
        """Let go of them."""
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """Every plug-in of one kind by name; those from other distributions are imported when first built."""

    kind: str
    factories: Mapping[str, Factory]
    offered: Mapping[str, EntryPoint]

    @property
    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        return tuple(sorted({*self.factories, *self.offered}))

    def build(self, adapter: str, name: str, options: dict[str, Any], file: str) -> Any:
        """Build `name` with the plug-in `adapter`; raises CatalogError at `file` when there is none."""
        return self._factory(adapter, file)(name, options)

    def _factory(self, adapter: str, file: str) -> Factory:
        if adapter in self.factories:
            return self.factories[adapter]
        if adapter not in self.offered:
            known = ", ".join(self.names)
            raise CatalogError(file, f"no {self.kind} adapter is named {adapter!r}", f"name one of {known}")
        entry = self.offered[adapter]
        loaded = entry.load()
        factory: Factory | None = (
            getattr(loaded, "create", None) if isinstance(loaded, ModuleType) else loaded
        )
        if not callable(factory):
            where = f"entry point {entry.name} = {entry.value}"
            raise CatalogError(
                where, "it leads to nothing that builds an adapter", "define create(id, options)"
            )
        return factory


def find(kind: str, package: str, group: str) -> Found:
    """Scan `package`'s modules and the entry-point `group`; raises CatalogError for a name found twice."""
    factories: dict[str, Factory] = {}
    for module in iter_modules(import_module(package).__path__):
        factory = getattr(import_module(f"{package}.{module.name}"), "create", None)
        if factory is not None:
            factories[module.name] = factory
    offered: dict[str, EntryPoint] = {}
    for entry in entry_points(group=group):
        earlier = offered.get(entry.name)
        # An editable checkout on the path may show the same distribution twice.
        if entry.name in factories or (earlier is not None and earlier.value != entry.value):
            where = f"entry point {entry.name} = {entry.value}"
            raise CatalogError(where, f"two {kind} adapters are named {entry.name!r}", "rename one of them")
        offered[entry.name] = entry
    return Found(kind, factories, offered)


def fill(options: Any, places: Mapping[str, str], file: str) -> Any:
    """Put `places` into every `${name}` of `options`; raises CatalogError at `file` for one not given."""
    if isinstance(options, str):
        return _PLACE.sub(lambda match: _given(match[1], places, file), options)
    if isinstance(options, dict):
        return {key: fill(value, places, file) for key, value in options.items()}
    if isinstance(options, list):
        return [fill(value, places, file) for value in options]
    return options


def read_options(model: type[_M], options: dict[str, Any], file: str) -> _M:
    """Check `options` against the adapter's own schema; raises CatalogError naming keys, never values."""
    try:
        return model.model_validate(options)
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False, include_context=False)
        wrong = "; ".join(f"options.{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in found)
        fix = f"known options: {', '.join(model.model_fields)}"
        raise CatalogError(file, wrong, fix) from None


async def close_all(plugins: Mapping[str, object]) -> None:
    """Close every plug-in that holds connections."""
    for plugin in plugins.values():
        if isinstance(plugin, Closing):
            await plugin.aclose()


def _given(name: str, places: Mapping[str, str], file: str) -> str:
    if name not in places:
        raise CatalogError(file, f"${{{name}}} has no value", f"set the environment variable {name}")
    return places[name]
