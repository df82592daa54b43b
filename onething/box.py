"""The boxes of an agency's form: in goes its JSON Schema, out come its leaves with their bindings."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from onething.errors import ConditionError
from onething.item import Binding, FilledBy

ANY: Final = "*"
"""Stands for every element in a box's path through an array."""
ANNOTATION: Final = "x-once"
_ONCE: Final = Binding(by=FilledBy.FAMILY)
"""Outside every array: a box stands once."""


@dataclass(frozen=True, slots=True)
class Box:
    """One box of an agency's form: where it stands, how it is bound, and whether it is sent."""

    path: tuple[str, ...]
    title: str
    schema: dict[str, Any]
    binding: Binding
    each: str | None
    """The item role whose persons repeat the box."""
    where: dict[str, Any] | bool
    """For which of these persons: those of whom the condition does not fail."""
    required: bool
    """Required whenever its object is there; conditional requirements stand in the schema's `if`."""

    @property
    def name(self) -> str:
        """The agency's own name, dotted through groups and arrays."""
        return ".".join(part for part in self.path if part != ANY)

    @property
    def sent(self) -> bool:
        """Whether a filing carries it; read-only boxes are filled at the agency."""
        return not self.schema.get("readOnly", False)

    @property
    def constant(self) -> bool:
        """Whether the agency's form leaves no choice."""
        return "const" in self.schema and self.binding.fact is None

    @property
    def by_family(self) -> bool:
        """Whether the family fills it on paper."""
        return self.binding.by is FilledBy.FAMILY


def boxes(form: dict[str, Any]) -> Iterator[Box]:
    """Yield the form's boxes in its own order; raises ConditionError for a property without annotation."""
    yield from _walk(form, (), _ONCE)


def _walk(schema: dict[str, Any], path: tuple[str, ...], array: Binding) -> Iterator[Box]:
    required = frozenset(schema.get("required", ()))
    for name, sub in schema.get("properties", {}).items():
        here = (*path, name)
        annotation = sub.get(ANNOTATION, {})
        if sub.get("type") == "object" and "properties" in sub:
            yield from _walk(sub, here, array)
        elif "each" in annotation:
            yield from _walk(sub.get("items", {}), (*here, ANY), Binding.model_validate(annotation))
        elif not annotation or "title" not in sub:
            raise ConditionError(path="/".join(here), what="a box needs title and x-once")
        else:
            binding = Binding.model_validate(annotation)
            yield Box(here, sub["title"], sub, binding, array.each, array.where, name in required)
