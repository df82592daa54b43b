"""Readings: in goes a merged form, out comes how each of its facts is read, worked out once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from forms.derivation import derive
from forms.merge import Field, MergedForm, Supply
from onething.concept import Derivation
from onething.fact import Fact, fact_of, parse_fact

MISSING: Final = object()
"""Stands among bare values for what nobody has supplied."""


class Reading(NamedTuple):
    """How one fact is read: where it is typed, what it follows and what it is derived from."""

    fact: Fact
    number: int
    owner: str
    key: str
    place: str
    named: str
    supply: Supply
    """What it is when somebody typed it."""
    follows: bool
    """Whether its role may be the same as another, whose fact it then is."""
    derivation: Derivation | None
    sources: tuple[Fact | str, ...]
    """What it is derived from: facts, and situations by name."""
    inputs: tuple[int, ...] | None
    """The same by number; None unless all are facts of one person or thing."""
    beside: tuple[tuple[int, bool], ...] | None
    """The same by number, each with whether it is the same person's; None unless all are facts."""
    targets: dict[str, int]
    """By the roles that its role may be the same as, the number of the fact it then is."""
    constant: bool
    """Whether it is derived from nothing that anybody answers in the form."""
    single: bool
    """Whether its role is one person or thing."""
    settled: list[Any]
    """What a constant came to, once it was computed."""


@dataclass(frozen=True, slots=True)
class Readings:
    """Every fact of a merged form with how it is read, by number."""

    numbers: dict[Fact, int]
    all: tuple[Reading, ...]
    typed: tuple[tuple[str, dict[str, int]], ...]
    """By role of one person, the numbers of what may be typed there, by key."""
    named: dict[str, int]
    """The same by the fact's text, as outcomes name it."""
    placed: dict[str, int]
    """The same by pointer, as registers name it."""
    late: tuple[tuple[int, dict[str, int], Derivation | None, Reading], ...]
    """Those of one person that are computed from others, each after what it is computed from."""
    constant: tuple[Reading, ...]
    """Those of one person that the situations decide, or nothing."""


def readings(form: MergedForm) -> Readings:
    """Return how every fact of the form is read, worked out at first use."""
    if "readings" not in form.compiled:
        numbers = {fact: number for number, fact in enumerate(form.fields)}
        every = tuple(reading_of(form, fact, numbers) for fact in numbers)
        single = [reading for reading in every if reading.single]
        typed: dict[str, dict[str, int]] = {}
        for reading in single:
            typed.setdefault(reading.owner, {})[reading.key] = reading.number
        form.compiled["readings"] = Readings(
            numbers=numbers,
            all=every,
            typed=tuple(typed.items()),
            named={reading.named: reading.number for reading in single},
            placed={reading.place: reading.number for reading in single},
            late=tuple((r.number, r.targets, r.derivation, r) for r in _late(every) if not r.constant),
            constant=tuple(r for r in single if r.constant),
        )
    found: Readings = form.compiled["readings"]
    return found


def _late(every: tuple[Reading, ...]) -> Iterator[Reading]:
    """Yield what is computed from other facts after these facts; the question who somebody is never is."""
    seen: set[int] = set()

    def visit(reading: Reading) -> Iterator[Reading]:
        if reading.number in seen:
            return
        seen.add(reading.number)
        for number in (*reading.targets.values(), *(reading.inputs or ())):
            yield from visit(every[number])
        if reading.single and (reading.targets or reading.derivation is not None):
            yield reading

    for reading in every:
        yield from visit(reading)


def reading_of(form: MergedForm, fact: Fact, numbers: Mapping[Fact, int]) -> Reading:
    """Return how one fact is read, of the form's fields or not (its number is then -1)."""
    field = form.fields.get(fact)
    role = form.bundle.roles[fact.owner]
    follows = bool(role.same_as) and (field is None or not field.constant)
    sources = tuple(_sources(field)) if field else ()
    others = {name: fact_of(fact.concept, (name, *fact.roles[1:])) for name in role.same_as if follows}
    return Reading(
        fact=fact,
        number=numbers.get(fact, -1),
        owner=fact.owner,
        key=fact.key,
        place=fact.pointer(),
        named=str(fact),
        supply=Supply.STATEMENT if field and field.supply is Supply.STATEMENT else Supply.TYPED,
        follows=follows,
        derivation=field.concept.derive if field else None,
        sources=sources,
        inputs=_inputs(form, sources, numbers),
        beside=_beside(fact, sources, numbers),
        targets={name: numbers[other] for name, other in others.items() if other in numbers},
        constant=field is not None and field.constant,
        single=not role.many,
        settled=[],
    )


def read(group: Mapping[str, Any], numbers: Mapping[str, int], bare: list[Any]) -> None:
    """Put what was typed about one person among the bare values, by number."""
    for key, value in group.items():
        if key in numbers and value is not None and value != "":
            bare[numbers[key]] = value


def came_to(derivation: Derivation, values: list[Any]) -> Any:
    """Compute a derived fact's bare value; MISSING when the others lack or do not allow it."""
    if MISSING in values:
        return MISSING
    try:
        return derive(derivation, values)
    except (ValueError, TypeError):
        return MISSING


def _inputs(
    form: MergedForm, sources: tuple[Fact | str, ...], numbers: Mapping[Fact, int]
) -> tuple[int, ...] | None:
    if any(
        isinstance(each, str) or each not in numbers or form.bundle.roles[each.owner].many for each in sources
    ):
        return None
    return tuple(numbers[source] for source in sources if isinstance(source, Fact)) or None


def _beside(
    fact: Fact, sources: tuple[Fact | str, ...], numbers: Mapping[Fact, int]
) -> tuple[tuple[int, bool], ...] | None:
    facts = [source for source in sources if isinstance(source, Fact) and source in numbers]
    if not facts or len(facts) < len(sources):
        return None
    return tuple((numbers[source], source.owner == fact.owner) for source in facts)


def _sources(field: Field) -> list[Fact | str]:
    derivation = field.concept.derive
    return [
        source.removeprefix("situation.")
        if source.startswith("situation.")
        else parse_fact(source)
        if "(" in source
        else fact_of(source, (field.fact.owner,))
        for source in (derivation.of if derivation else ())
    ]
