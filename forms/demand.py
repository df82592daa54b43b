"""Demand: in goes a slot and its payload so far, out comes how its form treats each of its boxes."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import jsonschema_rs

from forms.merge import ActiveSlot, BoundBox
from forms.schema import compile_schema
from onething.box import ANY

Path = tuple[str | int, ...]


class Demand(StrEnum):
    """How an agency's form treats a box in the light of the other boxes."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    IDLE = "idle"
    """Belongs to a condition that does not hold."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """One `if/then/else` or `dependentRequired`: at an object level, who requires what."""

    level: tuple[str, ...]
    condition: jsonschema_rs.Validator
    then: frozenset[str]
    otherwise: frozenset[str]


_RULES: Final[dict[int, tuple[dict[str, Any], tuple[_Rule, ...]]]] = {}


def demands(slot: ActiveSlot, payload: dict[str, Any]) -> Iterator[tuple[BoundBox, Path, Demand]]:
    """Yield each sent box at each place it stands, with its demand; arrays as long as in the payload."""
    rules = _rules_of(slot.item.form)
    controlled = {(rule.level, name) for rule in rules for name in rule.then | rule.otherwise}
    for bound in slot.boxes:
        if bound.box.sent:
            for path in _spread(bound.box.path, payload):
                yield bound, path, _demand(bound, path, payload, rules, controlled)


def _demand(
    bound: BoundBox,
    path: Path,
    payload: dict[str, Any],
    rules: tuple[_Rule, ...],
    controlled: set[tuple[tuple[str, ...], str]],
) -> Demand:
    required_here = True
    for depth in range(len(path)):
        name = bound.box.path[depth]
        if name == ANY:
            continue
        level = bound.box.path[:depth]
        if depth == len(path) - 1 and bound.box.required:
            continue
        if (level, name) in controlled:
            if not _fires(rules, level, name, _at(payload, path[:depth])):
                return Demand.IDLE
        elif depth == len(path) - 1 or not _at(payload, path[: depth + 1]):
            required_here = False
    return Demand.REQUIRED if required_here else Demand.OPTIONAL


def _fires(rules: tuple[_Rule, ...], level: tuple[str, ...], name: str, instance: Any) -> bool:
    for rule in rules:
        if rule.level != level:
            continue
        names = rule.then if rule.condition.is_valid(instance) else rule.otherwise
        if name in names:
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


def _rules_of(form: dict[str, Any]) -> tuple[_Rule, ...]:
    found = _RULES.get(id(form))
    if found is None or found[0] is not form:
        found = (form, tuple(_rules(form, ())))
        _RULES[id(form)] = found
    return found[1]


def _rules(schema: dict[str, Any], level: tuple[str, ...]) -> Iterator[_Rule]:
    for part in (schema, *schema.get("allOf", ())):
        if "if" in part:
            yield _Rule(
                level,
                compile_schema(part["if"]),
                frozenset(part.get("then", {}).get("required", ())),
                frozenset(part.get("else", {}).get("required", ())),
            )
        for name, dependents in part.get("dependentRequired", {}).items():
            yield _Rule(level, compile_schema({"required": [name]}), frozenset(dependents), frozenset())
    for name, sub in schema.get("properties", {}).items():
        if sub.get("type") == "object":
            yield from _rules(sub, (*level, name))
        elif sub.get("type") == "array" and isinstance(sub.get("items"), dict):
            yield from _rules(sub["items"], (*level, name, ANY))
