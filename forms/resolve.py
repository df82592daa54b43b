"""Resolution: in go answers, registers' values and outcomes, out comes each fact's value and its source."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from forms.derivation import derive
from forms.merge import Field, MergedForm, Supply
from onething.condition import UNKNOWN
from onething.definition import Derivation
from onething.fact import Fact, fact_of, parse_fact
from onething.register import Grade


@dataclass(frozen=True, slots=True)
class Known:
    """A value somebody else supplied: a register, the login, an earlier slot."""

    value: Any
    source: str
    grade: Grade = Grade.ISSUED
    as_of: str | None = None


class Resolved(NamedTuple):
    """A fact's value with its provenance; `leaf` is the pointer it was read at, or would be asked at."""

    value: Any
    supply: Supply
    source: str
    grade: Grade
    leaf: str
    as_of: str | None = None


OTHER: Final = "other"
"""The answer that a role is none of those it may be the same as."""
_MAKE: Final = tuple.__new__
"""Makes a named tuple at half the cost of naming its parts; for the one loop over every field."""
_UNREAD: Final = object()
_NOTHING: Final[Mapping[str, Any]] = {}


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
    constant: bool
    """Whether it is derived from nothing that anybody answers in the form."""
    settled: list[Resolved | None]
    """What a constant came to, once it was computed."""


@dataclass(frozen=True, slots=True)
class Readings:
    """Every fact of a merged form with how it is read, by number."""

    numbers: dict[Fact, int]
    all: tuple[Reading, ...]
    direct: tuple[tuple[str, tuple[Reading, ...]], ...]
    """By role, those of one person that are typed or supplied and nothing else."""
    late: tuple[Reading, ...]
    """The others of one person: they are computed from these."""
    single: tuple[Reading, ...]
    """Both, in the form's order."""


class Resolution:
    """Looks facts up, best supplier first; each fact is computed once."""

    def __init__(
        self,
        form: MergedForm,
        answers: Mapping[str, Any],
        known: Mapping[str, Known] | None = None,
        outputs: Mapping[str, Known] | None = None,
    ) -> None:
        """`known` is keyed by JSON Pointer into the merged form, `outputs` by fact."""
        self.form, self.answers = form, answers
        self.known, self.outputs = known or {}, outputs or {}
        self.judged: dict[Any, Any] = {}
        """What conditions came to, each judged once however many slots have it."""
        self._readings = readings(form)
        self._values: list[Any] = [_UNREAD] * len(self._readings.all)
        self._rows: dict[tuple[int, int], Resolved | None] = {}
        self._elsewhere: dict[str, str] = {}
        self._complete = False

    def size(self, role: str) -> int:
        """How many persons an array role has."""
        group = self.answers.get(role)
        return len(group) if isinstance(group, list) else 0

    def values(self) -> list[Resolved | None]:
        """Every fact of roles that are one person or thing, by its number (`forms.program.Step`)."""
        values = self._values
        if self._complete:
            return values
        self._complete = True
        for owner, direct in self._readings.direct:
            group = self.answers.get(owner)
            typed = group if isinstance(group, Mapping) else _NOTHING
            for reading in direct:
                value = typed.get(reading.key)
                if value is None or value == "":
                    values[reading.number] = self._supplied(reading.named, reading.place)
                else:
                    values[reading.number] = _MAKE(
                        Resolved, (value, reading.supply, "applicant", Grade.DECLARED, reading.place, None)
                    )
        for reading in self._readings.late:
            if values[reading.number] is _UNREAD:
                values[reading.number] = self._find(reading, None)
        return values

    def get(self, fact: Fact, index: int | None = None) -> Resolved | None:
        """The fact's value, or None when nobody has supplied it."""
        number = self._readings.numbers.get(fact)
        if number is None:
            return self._find(_reading(self.form, fact, -1), index)
        found: Any
        if index is None:
            found = self._values[number]
            if found is _UNREAD:
                found = self._values[number] = self._find(self._readings.all[number], None)
            return found  # type: ignore[no-any-return]
        place = (number, index)
        if place not in self._rows:
            self._rows[place] = self._find(self._readings.all[number], index)
        return self._rows[place]

    def facts(self, reference: str, scope: Mapping[str, int]) -> Any:
        """Answer a condition's references over this resolution (`onething.condition.Facts`)."""
        if reference.startswith("count("):
            return self.size(reference[6:-1])
        if reference.startswith("situation."):
            return self._situation(reference.removeprefix("situation."))
        fact = parse_fact(reference)
        resolved = self.get(fact, scope.get(fact.owner))
        return UNKNOWN if resolved is None else resolved.value

    def target(self, fact: Fact) -> tuple[Fact, int | None] | None:
        """Where a fact of a `same as` role really stands; None when the role is somebody else."""
        role, _, index = self.elsewhere(fact.owner).partition("/")
        if role not in self.form.bundle.roles[fact.owner].same_as:
            return None
        target = fact_of(fact.concept, (role, *fact.roles[1:]))
        if not self.form.bundle.roles[role].many:
            return None if index else (target, None)
        return (target, int(index)) if index.isdecimal() and int(index) < self.size(role) else None

    def elsewhere(self, role: str) -> str:
        """The role, and person of it, that a `same as` role is said to be; empty when it is somebody else."""
        found = self._elsewhere.get(role)
        if found is None:
            choice = self._typed(role, None, "same_as")
            found = choice if isinstance(choice, str) and choice != OTHER else ""
            self._elsewhere[role] = found
        return found

    def _find(self, reading: Reading, index: int | None) -> Resolved | None:
        if reading.follows and (target := self.target(reading.fact)) is not None:
            return self.get(*target)
        place = reading.place if index is None else reading.fact.pointer(index)
        value = self._typed(reading.owner, index, reading.key)
        if value is not None:
            return Resolved(value, reading.supply, "applicant", Grade.DECLARED, place)
        supplied = self._supplied(reading.named, place)
        if supplied is not None or reading.derivation is None:
            return supplied
        if not reading.constant or index is not None:
            return self._derived(reading, reading.derivation, index, place)
        if not reading.settled:
            reading.settled.append(self._derived(reading, reading.derivation, index, place))
        return reading.settled[0]

    def _typed(self, role: str, index: int | None, key: str) -> Any:
        group = self.answers.get(role)
        if index is not None:
            group = group[index] if isinstance(group, list) and index < len(group) else None
        if not isinstance(group, Mapping):
            return None
        value = group.get(key)
        return None if value == "" else value

    def _supplied(self, named: str, place: str) -> Resolved | None:
        known = self.outputs.get(named)
        supply = Supply.OUTCOME
        if known is None:
            known = self.known.get(place)
            if known is None:
                return None
            supply = Supply.LOGIN if known.source == Supply.LOGIN else Supply.REGISTER
        return _MAKE(Resolved, (known.value, supply, known.source, known.grade, place, known.as_of))

    def _derived(
        self, reading: Reading, derivation: Derivation, index: int | None, place: str
    ) -> Resolved | None:
        values: list[Any] = []
        grade = Grade.ISSUED
        for source in reading.sources:
            if isinstance(source, str):
                values.append(self._situation(source))
                continue
            resolved = self.get(source, index if source.owner == reading.owner else None)
            if resolved is None:
                return None
            values.append(resolved.value)
            grade = max(grade, resolved.grade)
        if any(value is UNKNOWN for value in values):
            return None
        try:
            value = derive(derivation, values)
        except (ValueError, TypeError):
            return None
        return Resolved(value, Supply.DERIVED, "derived", grade, place)

    def _situation(self, name: str) -> Any:
        name, _, option = name.partition(".")
        value = self.form.situations.get(name, UNKNOWN)
        return option in value if option and isinstance(value, list) else value


def readings(form: MergedForm) -> Readings:
    """Return how every fact of the form is read, worked out at first use."""
    if "readings" not in form.compiled:
        every = tuple(_reading(form, fact, number) for number, fact in enumerate(form.fields))
        single = [reading for reading in every if not form.bundle.roles[reading.owner].many]
        direct: dict[str, list[Reading]] = {}
        for reading in single:
            if not reading.follows and reading.derivation is None:
                direct.setdefault(reading.owner, []).append(reading)
        form.compiled["readings"] = Readings(
            numbers={reading.fact: reading.number for reading in every},
            all=every,
            direct=tuple((owner, tuple(group)) for owner, group in direct.items()),
            late=tuple(r for r in single if r.follows or r.derivation is not None),
            single=tuple(single),
        )
    found: Readings = form.compiled["readings"]
    return found


def _reading(form: MergedForm, fact: Fact, number: int) -> Reading:
    field = form.fields.get(fact)
    personal = field is None or not field.constant
    return Reading(
        fact=fact,
        number=number,
        owner=fact.owner,
        key=fact.key,
        place=fact.pointer(),
        named=str(fact),
        supply=Supply.STATEMENT if field and field.supply is Supply.STATEMENT else Supply.TYPED,
        follows=bool(form.bundle.roles[fact.owner].same_as) and personal,
        derivation=field.concept.derive if field else None,
        sources=tuple(_sources(field)) if field else (),
        constant=field is not None and field.constant,
        settled=[],
    )


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
