"""Demand: in goes a slot and its payload so far, out comes how its form treats each of its boxes."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import jsonschema_rs

from forms.binding import ActiveSlot, BoundBox
from forms.project import Projection
from forms.schema import compile_schema
from onething.box import ANY

Path = tuple[str | int, ...]


class Demand(StrEnum):
    """How an agency's form treats a box in the light of the other boxes."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    IDLE = "idle"
    """Belongs to a condition that does not hold."""


Name = tuple[tuple[str, ...], str]
"""A property: the path of its object, and its name there."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """One `if/then/else` or `dependentRequired`: at an object level, who requires what at or below it."""

    level: tuple[str, ...]
    condition: jsonschema_rs.Validator
    then: frozenset[Name]
    otherwise: frozenset[Name]


@dataclass(frozen=True, slots=True)
class _Rules:
    """What a form requires: by condition, and of its groups and lists without condition."""

    conditional: tuple[_Rule, ...]
    controlled: frozenset[Name]
    groups: frozenset[Name]


_RULES: Final[dict[int, tuple[dict[str, Any], _Rules]]] = {}


def demands(slot: ActiveSlot, projection: Projection) -> Iterator[tuple[BoundBox, int | None, Demand]]:
    """Yield each sent box for each person it stands for, with its demand."""
    payload = projection.payload
    rules = _rules_of(slot.item.form)
    for bound in slot.sent:
        for path in _spread(bound.box.path, payload):
            yield bound, projection.person(path), _demand(bound, path, payload, rules)


def _demand(bound: BoundBox, path: Path, payload: dict[str, Any], rules: _Rules) -> Demand:
    required_here = True
    last = len(path) - 1
    for depth, name in enumerate(bound.box.path):
        level = bound.box.path[:depth]
        if name == ANY or (bound.box.required if depth == last else (level, name) in rules.groups):
            continue
        if (level, name) in rules.controlled:
            if not _fires(rules, (level, name), path, payload):
                return Demand.IDLE
        elif depth == last or not _at(payload, path[: depth + 1]):
            required_here = False
    return Demand.REQUIRED if required_here else Demand.OPTIONAL


def _fires(rules: _Rules, name: Name, path: Path, payload: dict[str, Any]) -> bool:
    for rule in rules.conditional:
        if name in rule.then or name in rule.otherwise:
            holds = rule.condition.is_valid(_at(payload, path[: len(rule.level)]))
            if name in (rule.then if holds else rule.otherwise):
                return True
    return False


def _at(payload: Any, path: Path) -> Any:
    for part in path:
        try:
            payload = payload[part]
        except (KeyError, IndexError, TypeError):
            return {}
    return payload


def _spread(path: tuple[str, ...], payload: Any) -> Iterator[Path]:
    if ANY not in path:
        yield path
        return
    place = path.index(ANY)
    rows = _at(payload, path[:place])
    for index in range(len(rows) if isinstance(rows, list) else 0):
        yield tuple(index if part == ANY else part for part in path)


def _rules_of(form: dict[str, Any]) -> _Rules:
    found = _RULES.get(id(form))
    if found is None or found[0] is not form:
        conditional = tuple(_rules(form, ()))
        controlled = frozenset(name for rule in conditional for name in rule.then | rule.otherwise)
        found = (form, _Rules(conditional, controlled, frozenset(_required(form, ()))))
        _RULES[id(form)] = found
    return found[1]


def _rules(schema: dict[str, Any], level: tuple[str, ...]) -> Iterator[_Rule]:
    for part in (schema, *schema.get("allOf", ())):
        if "if" in part:
            yield _Rule(
                level,
                compile_schema(part["if"]),
                frozenset(_required(part.get("then", {}), level)),
                frozenset(_required(part.get("else", {}), level)),
            )
        for name, dependents in part.get("dependentRequired", {}).items():
            needed = frozenset((level, dependent) for dependent in dependents)
            yield _Rule(level, compile_schema({"required": [name]}), needed, frozenset())
    for name, sub in _inner(schema):
        yield from _rules(sub, (*level, *name))


def _required(schema: dict[str, Any], level: tuple[str, ...]) -> Iterator[Name]:
    """Yield what a schema requires without condition, in its groups and lists too."""
    for part in (schema, *schema.get("allOf", ())):
        for name in part.get("required", ()):
            yield level, name
        for inner, sub in _inner(part):
            yield from _required(sub, (*level, *inner))


def _inner(schema: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Yield the schemas of groups and of lists' elements, with the way there."""
    for name, sub in schema.get("properties", {}).items():
        if isinstance(sub, dict) and isinstance(sub.get("items"), dict):
            yield (name, ANY), sub["items"]
        elif isinstance(sub, dict):
            yield (name,), sub
