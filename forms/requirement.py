"""Requirement: in goes an agency's form, out comes which of its boxes are required, and on what condition."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, NamedTuple

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
    holds: Callable[[Any], bool]
    """Whether the condition holds of what stands at the level."""
    reads: frozenset[str]
    """Every name in the condition: what it says may change with these boxes only."""
    then: frozenset[Name]
    otherwise: frozenset[Name]
    named: bool
    """Whether it depends on nothing else."""


Judged = dict[tuple[int, Path], bool]
"""What each rule's condition came to, by rule and place."""


@dataclass(frozen=True, slots=True)
class Step:
    """A property on the way to a box that is not required whatever else is filled in."""

    depth: int
    rules: tuple[tuple[Rule, bool, bool], ...]
    """Those that may require it, each with whether it does when it holds, and when it does not.

    None: it is optional.
    """


class Group(NamedTuple):
    """Boxes about which the same conditions decide: one alone if it stands in a list."""

    boxes: tuple[tuple[str, ...], ...]
    asking: tuple[Step, ...]
    """The properties on the way to each, about which the conditions decide."""


class Requirements:
    """What one form requires: by condition, and of its groups and lists without condition."""

    def __init__(self, form: dict[str, Any]) -> None:
        self.form = form
        self.rules = tuple(_rules(form, ()))
        self.always = frozenset(_required(form, ()))
        self._controlled = frozenset(name for rule in self.rules for name in rule.then | rule.otherwise)
        self._ways: dict[tuple[str, ...], tuple[Step, ...]] = {}
        self._asking: dict[tuple[str, ...], tuple[Step, ...]] = {}
        self._fixed: dict[tuple[str, ...], Demand | None] = {}
        self._outermost = _outermost(self.rules)

    def fixed(self, box: tuple[str, ...]) -> Demand | None:
        """Return a box's demand when it is the same in every payload."""
        if box not in self._fixed:
            way = self.way(box)
            plain = all(not step.rules for step in way)
            optional = Demand.OPTIONAL if plain and way and way[-1].depth == len(box) - 1 else None
            self._fixed[box] = optional if way else Demand.REQUIRED
        return self._fixed[box]

    def demand(
        self, box: tuple[str, ...], path: Path, payload: dict[str, Any], judged: Judged | None = None
    ) -> Demand:
        """Return how the form treats a box at a place of a payload; `judged` as in `idle_from`."""
        fixed = self.fixed(box)
        if fixed is not None:
            return fixed
        if self.idle_from(box, path, payload, judged) is not None:
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
        return idle_depth(self.asking(box), path, payload, {} if judged is None else judged)

    def unread(self, places: Iterable[Path]) -> bool:
        """Whether no condition reads what stands at these places, or anything beside it."""
        outermost = self._outermost
        return outermost is not None and all(place[0] not in outermost for place in places)

    def may_read(self, asking: tuple[Step, ...], names: Collection[str]) -> bool:
        """Whether a condition on a way may depend on boxes with such names on their own way."""
        return any(
            not rule.named or not rule.reads.isdisjoint(names) for step in asking for rule, _, _ in step.rules
        )

    def conditional(self, box: tuple[str, ...]) -> bool:
        """Whether some condition decides about a box, or about a group or list it stands in."""
        return bool(self.asking(box))

    def together(self, boxes: Iterable[tuple[str, ...]]) -> tuple[Group, ...]:
        """Group the boxes about which conditions decide; those outside lists by the same conditions."""
        groups: dict[Any, Group] = {}
        for box in boxes:
            asking = self.asking(box)
            if asking:
                same = (
                    box if ANY in box else tuple((step.depth, *map(_known_as, step.rules)) for step in asking)
                )
                before = groups[same].boxes if same in groups else ()
                groups[same] = Group((*before, box), asking)
        return tuple(groups.values())

    def independent(self, groups: Iterable[Group]) -> bool:
        """Whether these boxes all stand outermost, and none may decide about another."""
        places = [box for group in groups for box in group.boxes]
        return all(len(box) == 1 for box in places) and self.unread(places)

    def asking(self, box: tuple[str, ...]) -> tuple[Step, ...]:
        """Return those properties on the way to a box about which conditions decide."""
        if box not in self._asking:
            self._asking[box] = tuple(step for step in self.way(box) if step.rules)
        return self._asking[box]

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
            deciding = ((rule, name in rule.then, name in rule.otherwise) for rule in controlling)
            yield Step(depth, tuple(each for each in deciding if each[1] or each[2]))


def requirements(form: dict[str, Any]) -> Requirements:
    """Return what a form requires, read once."""
    found = _CACHE.get(id(form))
    if found is None or found.form is not form:
        found = _CACHE[id(form)] = Requirements(form)
    return found


_CACHE: Final[dict[int, Requirements]] = {}


def idle_depth(asking: tuple[Step, ...], path: Path, payload: dict[str, Any], judged: Judged) -> int | None:
    """Return how deep the first property on a way stands whose condition does not hold, if any."""
    for step in asking:
        for rule, when_held, when_failed in step.rules:
            place = (id(rule), path[: len(rule.level)] if rule.level else ())
            held = judged.get(place)
            if held is None:
                held = judged[place] = rule.holds(at(payload, place[1]) if rule.level else payload)
            if when_held if held else when_failed:
                break
        else:
            return step.depth
    return None


def at(payload: Any, path: Path) -> Any:
    """Return what stands at a place of a payload; an empty object where there is nothing."""
    for part in path:
        if type(payload) is dict and part not in payload:
            return {}  # What is told by an error costs ten times as much.
        try:
            payload = payload[part]
        except (KeyError, IndexError, TypeError):
            return {}
    return payload


def _known_as(deciding: tuple[Rule, bool, bool]) -> tuple[int, bool, bool]:
    return id(deciding[0]), deciding[1], deciding[2]


def _outermost(rules: tuple[Rule, ...]) -> frozenset[str] | None:
    """Every outermost name below which some condition reads; None when they cannot be told."""
    if any(not rule.level and not rule.named for rule in rules):
        return None
    return frozenset().union(*(rule.level[:1] or rule.reads for rule in rules))


def _test(schema: Any, reads: frozenset[str]) -> Callable[[Any], bool]:
    """Return how a condition is judged: most ask for one word, a tenth of the time of a validator."""
    keywords = schema.keys() if isinstance(schema, dict) else set()
    if keywords == {"required"}:
        wanted = tuple(schema["required"])
        return lambda part: not isinstance(part, dict) or all(name in part for name in wanted)
    if keywords == {"properties", "required"} and list(schema["properties"]) == schema["required"]:
        words = {name: _words(sub) for name, sub in schema["properties"].items()}
        plain = [(name, allowed) for name, allowed in words.items() if allowed is not None]
        if plain and len(plain) == len(words):
            return _one_of(*plain[0]) if len(plain) == 1 else _each_of(tuple(plain))
    validator = compile_schema(schema)
    if not reads.isdisjoint(_UNNAMED):
        return validator.is_valid
    return lambda part: validator.is_valid(
        {name: part[name] for name in reads if name in part} if isinstance(part, dict) else part
    )


def _one_of(name: str, words: frozenset[str | bool]) -> Callable[[Any], bool]:
    def holds(part: Any) -> bool:
        if not isinstance(part, dict):
            return True  # Neither `properties` nor `required` says anything about other types.
        value = part.get(name)
        return isinstance(value, (str, bool)) and value in words  # To Python, but not here, True is 1.

    return holds


def _each_of(wanted: tuple[tuple[str, frozenset[str | bool]], ...]) -> Callable[[Any], bool]:
    tests = tuple(_one_of(name, words) for name, words in wanted)
    return lambda part: all(test(part) for test in tests)


def _words(schema: Any) -> frozenset[str | bool] | None:
    """The words, or yes and no, that a schema allows, when it says nothing else."""
    if not isinstance(schema, dict) or schema.keys() not in ({"const"}, {"enum"}):
        return None
    words = [schema["const"]] if "const" in schema else schema["enum"]
    return frozenset(words) if all(isinstance(word, (str, bool)) for word in words) else None


def _rules(schema: dict[str, Any], level: tuple[str, ...]) -> Iterator[Rule]:
    for part in (schema, *schema.get("allOf", ())):
        if "if" in part:
            then = frozenset(_required(part.get("then", {}), level))
            otherwise = frozenset(_required(part.get("else", {}), level))
            reads = frozenset(_names(part["if"]))
            holds = _test(part["if"], reads)
            yield Rule(level, holds, reads, then, otherwise, named=reads.isdisjoint(_UNNAMED))
        for name, dependents in part.get("dependentRequired", {}).items():
            needed = frozenset((level, dependent) for dependent in dependents)
            holds = _test({"required": [name]}, frozenset({name}))
            yield Rule(level, holds, frozenset({name}), needed, frozenset(), named=True)
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
