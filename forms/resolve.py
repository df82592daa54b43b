"""Resolution: in go answers, registers' values and outcomes, out comes each fact's value and its source."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from forms.derivation import derive
from forms.merge import MergedForm, Supply
from forms.reading import MISSING, Reading, came_to, read, reading_of, readings
from onething.concept import Derivation
from onething.condition import UNKNOWN
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
"""Makes a named tuple at half the cost of naming its parts."""
_UNREAD: Final = object()


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
        self._bare: list[Any] | None = None
        self._inferred: set[int] = set()
        self._found: list[Any] = [_UNREAD] * len(self._readings.all)
        self._about: dict[tuple[int, int | None], Any] = {}
        self._rows: dict[tuple[int, int], Resolved | None] = {}
        self._elsewhere: dict[str, str] = {}
        self._where: dict[str, Any] = {}

    def size(self, role: str) -> int:
        """How many persons an array role has."""
        group = self.answers.get(role)
        return len(group) if isinstance(group, list) else 0

    def row(self, role: str | None, index: int) -> Mapping[str, Any]:
        """What was answered about one person of a list."""
        group = self.answers.get(role or "")
        found = group[index] if isinstance(group, list) and index < len(group) else None
        return found if type(found) is dict or isinstance(found, Mapping) else {}

    def values(self) -> list[Any]:
        """Every fact's bare value, by its number; MISSING where nobody supplied it, and in lists of persons.

        Filling forms asks for nothing but values; who supplied each is told one by one, by `get`.
        """
        if self._bare is not None:
            return self._bare
        table = self._readings
        bare = self._bare = [MISSING] * len(table.all)
        for owner, numbers in table.typed:
            group = self.answers.get(owner)
            if type(group) is dict or isinstance(group, Mapping):
                read(group, numbers, bare)
        _supply(self.outputs, table.named, bare)
        _supply(self.known, table.placed, bare)
        for number, value in self._constants():
            if bare[number] is MISSING:
                bare[number] = value
        for number, targets, derivation, reading in table.late:
            if targets and (where := self._stands(reading.owner)) is not None:
                bare[number] = self.value(targets[where[0]], where[1])
            elif bare[number] is MISSING and derivation is not None:
                bare[number] = self._computed(reading, derivation, bare)
                self._inferred.add(number)
        return bare

    def value(self, number: int, index: int | None = None) -> Any:
        """One fact's bare value, by its number, of one person of a list if `index` says so; or MISSING."""
        reading = self._readings.all[number]
        if index is None and reading.single:
            return (self._bare or self.values())[number]
        place = (number, index)
        found = self._about.get(place, _UNREAD)
        if found is _UNREAD:
            found = self._about[place] = self._of_person(reading, index)
        return found

    def get(self, fact: Fact, index: int | None = None) -> Resolved | None:
        """The fact's value, or None when nobody has supplied it."""
        number = self._readings.numbers.get(fact)
        if number is None:
            return self._find(reading_of(self.form, fact, self._readings.numbers), index)
        found: Any
        if index is None:
            found = self._found[number]
            if found is _UNREAD:
                found = self._found[number] = self._find(self._readings.all[number], None)
            return found  # type: ignore[no-any-return]
        place = (number, index)
        if place not in self._rows:
            self._rows[place] = self._find(self._readings.all[number], index)
        return self._rows[place]

    def bare(self, fact: Fact, index: int | None = None) -> Any:
        """The fact's value without its provenance; MISSING when nobody has supplied it."""
        number = self._readings.numbers.get(fact)
        if number is not None:
            return self.value(number, index)
        resolved = self.get(fact, index)
        return MISSING if resolved is None else resolved.value

    def mended(self, number: int) -> str | None:
        """The pointer at which one person's fact is mended: its own, or that of what it is derived from.

        None when nobody has supplied it, or when only `forms.complaint.origin` can tell.
        """
        reading = self._readings.all[number]
        if number < 0 or (self._bare or self.values())[number] is MISSING:
            return None
        if reading.follows:
            where = self._stands(reading.owner)
            alone = where is not None and where[1] is None
            return self.mended(reading.targets[where[0]]) if where and alone and reading.targets else None
        if reading.constant or number not in self._inferred:
            return reading.place
        return None if reading.inputs is None else self.mended(reading.inputs[0])

    def facts(self, reference: str, scope: Mapping[str, int]) -> Any:
        """Answer a condition's references over this resolution (`onething.condition.Facts`)."""
        if reference.startswith("count("):
            return self.size(reference[6:-1])
        if reference.startswith("situation."):
            return self._situation(reference.removeprefix("situation."))
        fact = parse_fact(reference)
        value = self.bare(fact, scope.get(fact.owner))
        if isinstance(value, str) and (field := self.form.fields.get(fact)) is not None and field.counted:
            return UNKNOWN  # a word where a number belongs cannot be compared
        return UNKNOWN if value is MISSING else value

    def target(self, fact: Fact) -> tuple[Fact, int | None] | None:
        """Where a fact of a `same as` role really stands; None when the role is somebody else."""
        where = self._stands(fact.owner)
        return None if where is None else (fact_of(fact.concept, (where[0], *fact.roles[1:])), where[1])

    def elsewhere(self, role: str) -> str:
        """The role, and person of it, that a `same as` role is said to be; empty when it is somebody else."""
        found = self._elsewhere.get(role)
        if found is None:
            choice = self._typed(role, None, "same_as")
            found = choice if isinstance(choice, str) and choice != OTHER else ""
            self._elsewhere[role] = found
        return found

    def _stands(self, role: str) -> tuple[str, int | None] | None:
        """Which role, and which person of it, a `same as` role stands for; None when it is somebody else."""
        found = self._where.get(role, _UNREAD)
        if found is _UNREAD:
            found = self._where[role] = self._place(role)
        return found  # type: ignore[no-any-return]

    def _place(self, owner: str) -> tuple[str, int | None] | None:
        role, _, index = self.elsewhere(owner).partition("/")
        if role not in self.form.bundle.roles[owner].same_as:
            return None
        if not self.form.bundle.roles[role].many:
            return None if index else (role, None)
        return (role, int(index)) if index.isdecimal() and int(index) < self.size(role) else None

    def _constants(self) -> list[tuple[int, Any]]:
        """The bare values of what the situations decide: the same in every resolution of the form."""
        found: list[tuple[int, Any]] | None = self.form.compiled.get("constants")
        if found is None:
            settled = ((reading.number, self._settled(reading)) for reading in self._readings.constant)
            found = [(number, resolved.value) for number, resolved in settled if resolved is not None]
            self.form.compiled["constants"] = found
        return found

    def _settled(self, reading: Reading) -> Resolved | None:
        """What a constant comes to when nobody says otherwise."""
        if not reading.settled and reading.derivation is not None:
            reading.settled.append(self._derived(reading, reading.derivation, None, reading.place))
        return reading.settled[0] if reading.settled else None

    def _computed(self, reading: Reading, derivation: Derivation, bare: list[Any]) -> Any:
        """The bare value of what is derived, once the facts before it have theirs."""
        if reading.inputs is None:
            resolved = self.get(reading.fact)
            return MISSING if resolved is None else resolved.value
        return came_to(derivation, [bare[number] for number in reading.inputs])

    def _of_person(self, reading: Reading, index: int | None) -> Any:
        """The bare value about one person of a list; found as `get` does, without saying where from."""
        derived = reading.derivation is not None
        if index is None or reading.follows or (derived and reading.beside is None):
            resolved = self.get(reading.fact, index)
            return MISSING if resolved is None else resolved.value
        value = self._typed(reading.owner, index, reading.key)
        if value is not None:
            return value
        known = self.outputs.get(reading.named) or self.known.get(reading.fact.pointer(index))
        if known is not None:
            return known.value
        if reading.derivation is None or reading.beside is None:
            return MISSING
        values = [self.value(number, index if own else None) for number, own in reading.beside]
        return came_to(reading.derivation, values)

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
        if reading.constant and index is None:
            return self._settled(reading)
        return self._derived(reading, reading.derivation, index, place)

    def _typed(self, role: str, index: int | None, key: str) -> Any:
        group = self.answers.get(role)
        if index is not None:
            group = group[index] if isinstance(group, list) and index < len(group) else None
        if type(group) is not dict and not isinstance(group, Mapping):
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


def _supply(supplied: Mapping[str, Known], numbers: Mapping[str, int], bare: list[Any]) -> None:
    for name, known in supplied.items():
        number = numbers.get(name)
        if number is not None and bare[number] is MISSING:
            bare[number] = known.value
