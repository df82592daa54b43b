"""Requirement: in goes an agency's form, out comes which of its boxes are required, and on what condition."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import jsonschema_rs

from forms.schema import compile_schema
from onething.box import ANY

Path = tuple[str | int, ...]
"""A place in a payload; in a form, `ANY` stands for every row."""


class Demand(StrEnum):
    """How an agency's form treats a box in the light of the other boxes."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    IDLE = "idle"
    """Belongs to a condition that does not hold."""


Name = tuple[tuple[str, ...], str]
"""A property: the path of its object, and its name there."""

_UNNAMED: Final = frozenset({
    "patternProperties", "additionalProperties", "propertyNames", "unevaluatedProperties",
    "minProperties", "maxProperties",
})  # fmt: skip
"""Keywords by which a condition may read properties that it does not name."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One `if/then/else` or `dependentRequired`: at an object level, who requires what at or below it."""

    level: tuple[str, ...]
    condition: jsonschema_rs.Validator
    reads: frozenset[str]
    """Every name in the condition: what it says may change with these boxes only."""
    then: frozenset[Name]
    otherwise: frozenset[Name]

    named: bool
    """Whether it depends on nothing else."""

    def may_read(self, path: Path) -> bool:
        """Whether the condition may depend on a place of the payload."""
        return not self.named or not self.reads.isdisjoint(map(str, path))


Judged = dict[tuple[int, Path], bool]
"""What each rule's condition came to, by rule and place."""


@dataclass(frozen=True, slots=True)
class Step:
    """A property on the way to a box that is not required whatever else is filled in."""

    depth: int
    rules: tuple[Rule, ...]
    """Those that may require it; none: it is optional."""
    name: Name


class Requirements:
    """What one form requires: by condition, and of its groups and lists without condition."""

    def __init__(self, form: dict[str, Any]) -> None:
        self.form = form
        self.rules = tuple(_rules(form, ()))
        self.always = frozenset(_required(form, ()))
        self._controlled = frozenset(name for rule in self.rules for name in rule.then | rule.otherwise)
        self._ways: dict[tuple[str, ...], tuple[Step, ...]] = {}
        self._fixed: dict[tuple[str, ...], Demand | None] = {}

    def fixed(self, box: tuple[str, ...]) -> Demand | None:
        """Return a box's demand when it is the same in every payload."""
        if box not in self._fixed:
            way = self.way(box)
            plain = all(not step.rules for step in way)
            optional = Demand.OPTIONAL if plain and way and way[-1].depth == len(box) - 1 else None
            self._fixed[box] = optional if way else Demand.REQUIRED
        return self._fixed[box]

    def demand(self, box: tuple[str, ...], path: Path, payload: dict[str, Any]) -> Demand:
        """Return how the form treats a box at a place of a payload."""
        fixed = self.fixed(box)
        if fixed is not None:
            return fixed
        if self.idle_from(box, path, payload) is not None:
            return Demand.IDLE
        last = len(box) - 1
        for step in self.way(box):
            if not step.rules and (step.depth == last or not at(payload, path[: step.depth + 1])):
                return Demand.OPTIONAL
        return Demand.REQUIRED

    def idle_from(
        self, box: tuple[str, ...], path: Path, payload: dict[str, Any], judged: Judged | None = None
    ) -> int | None:
        """Return how deep on the way to a box the property stands whose condition does not hold, if any.

        `judged` remembers what the conditions came to, as long as the payload stays as it is.
        """
        judged = {} if judged is None else judged
        for step in self.way(box):
            if step.rules and not any(_fires(rule, step.name, path, payload, judged) for rule in step.rules):
                return step.depth
        return None

    def conditional(self, box: tuple[str, ...]) -> bool:
        """Whether some condition decides about a box, or about a group or list it stands in."""
        return any(step.rules for step in self.way(box))

    def way(self, box: tuple[str, ...]) -> tuple[Step, ...]:
        """Return the properties on the way to a box that are not always required, outer ones first."""
        if box not in self._ways:
            self._ways[box] = tuple(self._steps(box))
        return self._ways[box]

    def _steps(self, box: tuple[str, ...]) -> Iterator[Step]:
        for depth, part in enumerate(box):
            name = (box[:depth], part)
            if part == ANY or name in self.always:
                continue
            controlling = self.rules if name in self._controlled else ()
            rules = tuple(rule for rule in controlling if name in rule.then or name in rule.otherwise)
            yield Step(depth, rules, name)


def requirements(form: dict[str, Any]) -> Requirements:
    """Return what a form requires, read once."""
    found = _CACHE.get(id(form))
    if found is None or found.form is not form:
        found = _CACHE[id(form)] = Requirements(form)
    return found


_CACHE: Final[dict[int, Requirements]] = {}


def at(payload: Any, path: Path) -> Any:
    """Return what stands at a place of a payload; an empty object where there is nothing."""
    for part in path:
        try:
            payload = payload[part]
        except (KeyError, IndexError, TypeError):
            return {}
    return payload


def _fires(rule: Rule, name: Name, path: Path, payload: dict[str, Any], judged: Judged) -> bool:
    place = (id(rule), path[: len(rule.level)])
    holds = judged.get(place)
    if holds is None:
        part = at(payload, place[1])
        if rule.named and isinstance(part, dict):
            part = {name: part[name] for name in rule.reads if name in part}
        holds = judged[place] = rule.condition.is_valid(part)
    return name in (rule.then if holds else rule.otherwise)


def _rules(schema: dict[str, Any], level: tuple[str, ...]) -> Iterator[Rule]:
    for part in (schema, *schema.get("allOf", ())):
        if "if" in part:
            then = frozenset(_required(part.get("then", {}), level))
            otherwise = frozenset(_required(part.get("else", {}), level))
            reads = frozenset(_names(part["if"]))
            named = reads.isdisjoint(_UNNAMED)
            yield Rule(level, compile_schema(part["if"]), reads, then, otherwise, named)
        for name, dependents in part.get("dependentRequired", {}).items():
            needed = frozenset((level, dependent) for dependent in dependents)
            test = compile_schema({"required": [name]})
            yield Rule(level, test, frozenset({name}), needed, frozenset(), named=True)
    for way, sub in _inner(schema):
        yield from _rules(sub, (*level, *way))


def _names(schema: Any) -> Iterator[str]:
    """Yield every key and string of a condition: more than it reads, never less."""
    if isinstance(schema, str):
        yield schema
    elif isinstance(schema, dict):
        for key, part in schema.items():
            yield key
            yield from _names(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _names(part)


def _required(schema: dict[str, Any], level: tuple[str, ...]) -> Iterator[Name]:
    """Yield what a schema requires without condition, in its groups and lists too."""
    for part in (schema, *schema.get("allOf", ())):
        for name in part.get("required", ()):
            yield level, name
        for way, sub in _inner(part):
            yield from _required(sub, (*level, *way))


def _inner(schema: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Yield the schemas of groups and of lists' elements, with the way there."""
    for name, sub in schema.get("properties", {}).items():
        if isinstance(sub, dict) and isinstance(sub.get("items"), dict):
            yield (name, ANY), sub["items"]
        elif isinstance(sub, dict):
            yield (name,), sub
