"""What gates, papers and lists of persons ask: in goes a slot and a resolution, out come their facts."""

from collections.abc import Iterable, Iterator

from forms.binding import ActiveSlot, BoundBox, BoundCondition
from forms.merge import MergedForm, Supply
from forms.reading import readings
from forms.resolve import MISSING, Resolution
from onething.condition import UNKNOWN, Consulted, evaluate, instances, weigh
from onething.fact import Fact, parse_fact

Place = tuple[Fact, int | None]
"""A fact, and which person of an array role it is about."""


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
        lacking = _lacking(condition, resolution)
        found = resolution.judged[place] = tuple(_undecided(condition, resolution)) if lacking else ()
    return found


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
        resolution.judged[place] = evaluate(condition.condition, resolution.facts) is True
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


def persons(bound: BoundBox, resolution: Resolution) -> tuple[int, ...]:
    """The persons, by index, who have a row in the agency's array: those whom `where` does not rule out."""
    if bound.each is None:
        return ()
    role = bound.each
    if bound.where is True:
        return tuple(range(resolution.size(role)))
    return tuple(
        index
        for index in range(resolution.size(role))
        if evaluate(bound.where, resolution.facts, {role: index}) is not False
    )


def _undecided(condition: BoundCondition, resolution: Resolution) -> Iterator[Place]:
    for scope in _scopes(condition, resolution):
        truth, found = weigh(condition.condition, resolution.facts, scope)
        if truth is UNKNOWN:
            yield from (place for place in _places(found, resolution) if resolution.bare(*place) is MISSING)


def _lacking(condition: BoundCondition, resolution: Resolution) -> bool:
    """Whether anything that a condition asks for is missing."""
    numbers, others = asks(condition, resolution.form)
    values = resolution.values()
    missing = any(values[number] is MISSING for number in numbers)
    return missing or any(_lacks(fact, resolution) for fact in others)


def _lacks(fact: Fact, resolution: Resolution) -> bool:
    """Whether nobody has told a fact, of the one person it is about or of some of many."""
    if not resolution.form.bundle.roles[fact.owner].many:
        return resolution.bare(fact) is MISSING
    return any(resolution.bare(fact, index) is MISSING for index in range(resolution.size(fact.owner)))


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
