"""What gates, papers and lists of persons ask: in goes a slot and a resolution, out come their facts."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from forms.binding import ActiveSlot, BoundBox, BoundCondition
from forms.merge import MergedForm, Supply
from forms.reading import MISSING, readings
from forms.resolve import Resolution
from onething.condition import UNKNOWN, Condition, Consulted, instances, weigh
from onething.condition_program import Program, Read, compiled
from onething.fact import Fact, parse_fact

Place = tuple[Fact, int | None]
"""A fact, and which person of an array role it is about."""
_NOBODY: Final[Mapping[str, int]] = {}


def decisive(slot: ActiveSlot, resolution: Resolution) -> Iterator[Place]:
    """Yield the facts that decide the slot's conditions, or still may: what is asked of the family.

    A condition that is settled by one answer asks for no other: who gave up the inheritance need not agree.
    """
    for condition in slot.conditions:
        place = ("decisive", condition.key)
        if place not in resolution.judged:
            resolution.judged[place] = tuple(
                found
                for scope in _scopes(condition, resolution)
                for found in _places(weigh(condition.condition, resolution.facts, scope)[1], resolution)
            )
        yield from resolution.judged[place]


def undecided(slot: ActiveSlot, resolution: Resolution) -> Iterator[Place]:
    """Yield the facts without which a condition of the slot is neither true nor false."""
    for condition in slot.conditions:
        yield from unsettled(condition, resolution)


def unsettled(condition: BoundCondition, resolution: Resolution) -> tuple[Place, ...]:
    """Return the facts without which one condition is neither true nor false."""
    place = ("undecided", condition.key)
    found: tuple[Place, ...] | None = resolution.judged.get(place)
    if found is None:
        found = resolution.judged[place] = tuple(_undecided(condition, resolution))
    return found


def untold(condition: BoundCondition, resolution: Resolution) -> tuple[Place, ...]:
    """Return the facts that nobody has answered and on which one condition turns.

    One that asks whether a fact is there turns on it just as one that compares it with something.
    """
    truth, found = weigh(_comparing(condition.condition), resolution.facts)
    if truth is not UNKNOWN:
        return ()
    every = dict.fromkeys(_places(found, resolution))
    return tuple(place for place in every if resolution.bare(*place) is MISSING)


def consulted(slot: ActiveSlot, resolution: Resolution) -> Iterator[Place]:
    """Yield every fact the slot's conditions name, for each person they run over."""
    for condition in slot.conditions:
        place = ("consulted", condition.key)
        if place not in resolution.judged:
            resolution.judged[place] = tuple(
                found
                for scope in _scopes(condition, resolution)
                for found in _places(instances(condition.condition, resolution.facts, scope), resolution)
            )
        yield from resolution.judged[place]


def applies(condition: BoundCondition, resolution: Resolution) -> bool:
    """Whether a condition that is asked of nobody in particular is known to hold."""
    if isinstance(condition.condition, bool):
        return condition.condition
    place = ("applies", condition.key)
    if place not in resolution.judged:
        resolution.judged[place] = _judge(condition, resolution.form)(resolution, _NOBODY) is True
    return bool(resolution.judged[place])


def asks(condition: BoundCondition, form: MergedForm) -> tuple[tuple[int, ...], tuple[Fact, ...]]:
    """Return the facts a condition asks for: by number those of one person or thing, then the others."""
    known: dict[str, tuple[tuple[int, ...], tuple[Fact, ...]]] = form.compiled.setdefault("asks", {})
    if condition.key not in known:
        table = readings(form)
        single = {
            fact: number
            for fact in condition.facts
            if (number := table.numbers.get(fact)) is not None and table.all[number].single
        }
        others = tuple(fact for fact in condition.facts if fact not in single)
        known[condition.key] = (tuple(single.values()), others)
    return known[condition.key]


def program(condition: Condition | bool, form: MergedForm) -> Program[Resolution]:
    """Compile a condition over a form's facts."""
    numbers = readings(form).numbers

    def reader(reference: str) -> Read[Resolution]:
        if reference.startswith("count("):
            return _size(reference[6:-1])
        number = numbers.get(parse_fact(reference)) if "(" in reference else None
        if number is None:
            return lambda resolution, scope: resolution.facts(reference, scope)
        fact = parse_fact(reference)
        return _read(number, fact.owner, counted=form.fields[fact].counted)

    return compiled(condition, reader)


def persons(bound: BoundBox, where: Program[Resolution], resolution: Resolution) -> tuple[int, ...]:
    """The persons, by index, who have a row in the agency's array: those whom `where` does not rule out."""
    role = bound.each
    if role is None:
        return ()
    every = range(resolution.size(role))
    if bound.where is True:
        return tuple(every)
    return tuple(index for index in every if where(resolution, {role: index}) is not False)


def _size(role: str) -> Read[Resolution]:
    return lambda resolution, _scope: resolution.size(role)


def _read(number: int, owner: str, *, counted: bool) -> Read[Resolution]:
    def read(resolution: Resolution, scope: Mapping[str, int]) -> Any:
        value = resolution.value(number, scope.get(owner))
        return UNKNOWN if value is MISSING else value

    def read_number(resolution: Resolution, scope: Mapping[str, int]) -> Any:
        # A word where a number belongs is told by validation; conditions do not know it.
        value = resolution.value(number, scope.get(owner))
        return UNKNOWN if value is MISSING or isinstance(value, str) else value

    return read_number if counted else read


def _judge(condition: BoundCondition, form: MergedForm) -> Program[Resolution]:
    """Return a slot's condition compiled, at first use."""
    known: dict[str, Program[Resolution]] = form.compiled.setdefault("conditions", {})
    if condition.key not in known:
        known[condition.key] = program(condition.condition, form)
    return known[condition.key]


def _comparing(node: Any) -> Any:
    """The condition with a comparison in place of each `present`: not known until the fact is."""
    if isinstance(node, list):
        return [_comparing(part) for part in node]
    if not isinstance(node, Mapping):
        return node
    if "present" in node:
        return {"eq": [node["present"], node["present"]]}
    return {key: _comparing(part) for key, part in node.items()}


def _undecided(condition: BoundCondition, resolution: Resolution) -> Iterator[Place]:
    judge = _judge(condition, resolution.form)
    for scope in _scopes(condition, resolution):
        if judge(resolution, scope) is UNKNOWN:
            _, found = weigh(condition.condition, resolution.facts, scope)
            yield from (place for place in _places(found, resolution) if resolution.bare(*place) is MISSING)


def _scopes(condition: BoundCondition, resolution: Resolution) -> list[dict[str, int]]:
    """Return the persons one by one for whom it is asked, or a single scope naming none."""
    if condition.each is None:
        return [{}]
    return [{condition.each: index} for index in range(resolution.size(condition.each))]


def _places(found: Iterable[Consulted], resolution: Resolution) -> Iterator[Place]:
    for reference, scope in found:
        if "(" not in reference:
            continue
        fact = parse_fact(reference)
        field = resolution.form.fields.get(fact)
        awaited = field is not None and field.supply in {Supply.OUTCOME, Supply.LOGIN}
        if fact.owner in resolution.form.roles and not awaited:
            yield fact, scope.get(fact.owner)
