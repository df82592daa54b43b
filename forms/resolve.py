"""Resolution: in go answers, registers' values and outcomes, out comes each fact's value and its source."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from forms.derivation import derive
from forms.merge import MergedForm, Supply
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


@dataclass(frozen=True, slots=True)
class Resolved:
    """A fact's value with its provenance; `leaf` is the pointer it was read at, or would be asked at."""

    value: Any
    supply: Supply
    source: str
    grade: Grade
    leaf: str
    as_of: str | None = None


OTHER: Final = "other"
"""The answer that a role is none of those it may be the same as."""


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
        self.missing: dict[str, Fact] = {}
        """Leaves somebody asked for that nobody has supplied, by pointer, in the order of asking."""
        self.used: dict[str, Resolved] = {}
        """Leaves that were read, by pointer."""
        self._memo: dict[tuple[Fact, int | None], Resolved | None] = {}

    def size(self, role: str) -> int:
        """How many persons an array role has."""
        group = self.answers.get(role)
        return len(group) if isinstance(group, list) else 0

    def get(self, fact: Fact, index: int | None = None) -> Resolved | None:
        """The fact's value, or None when nobody has supplied it (see `missing`)."""
        place = (fact, index)
        if place not in self._memo:
            self._memo[place] = self._find(fact, index)
        return self._memo[place]

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
        choice = _read(self.answers, role, None, "same_as")
        return choice if isinstance(choice, str) and choice != OTHER else ""

    def _find(self, fact: Fact, index: int | None) -> Resolved | None:
        role = self.form.bundle.roles[fact.owner]
        field = self.form.fields.get(fact)
        personal = field is None or not field.constant
        if role.same_as and personal and (target := self.target(fact)) is not None:
            return self.get(*target)
        pointer = fact.pointer(index)
        found = self._typed(fact, index, pointer) or self._supplied(fact, pointer)
        if found is not None:
            self.used[pointer] = found
            return found
        derived = self._derived(fact, index, pointer)
        if derived is None and not self._derivable(fact):
            self.missing[pointer] = fact
        return derived

    def _typed(self, fact: Fact, index: int | None, pointer: str) -> Resolved | None:
        value = _read(self.answers, fact.owner, index, fact.key)
        if value is None:
            return None
        field = self.form.fields.get(fact)
        statement = field is not None and field.supply is Supply.STATEMENT
        supply = Supply.STATEMENT if statement else Supply.TYPED
        return Resolved(value, supply, "applicant", Grade.DECLARED, pointer)

    def _supplied(self, fact: Fact, pointer: str) -> Resolved | None:
        known = self.outputs.get(str(fact))
        supply = Supply.OUTCOME
        if known is None:
            known = self.known.get(pointer)
            supply = Supply.LOGIN if known is not None and known.source == Supply.LOGIN else Supply.REGISTER
        if known is None:
            return None
        return Resolved(known.value, supply, known.source, known.grade, pointer, known.as_of)

    def _derivable(self, fact: Fact) -> bool:
        field = self.form.fields.get(fact)
        return field is not None and field.concept.derive is not None

    def _derived(self, fact: Fact, index: int | None, pointer: str) -> Resolved | None:
        field = self.form.fields.get(fact)
        if field is None or field.concept.derive is None:
            return None
        values: list[Any] = []
        grade = Grade.ISSUED
        for source in field.concept.derive.of:
            if source.startswith("situation."):
                values.append(self._situation(source.removeprefix("situation.")))
                continue
            part = parse_fact(source) if "(" in source else fact_of(source, (fact.owner,))
            resolved = self.get(part, index if part.owner == fact.owner else None)
            if resolved is None:
                return None
            values.append(resolved.value)
            grade = max(grade, resolved.grade)
        if any(value is UNKNOWN for value in values):
            return None
        try:
            value = derive(field.concept.derive, values)
        except (ValueError, TypeError):
            return None
        return Resolved(value, Supply.DERIVED, "derived", grade, pointer)

    def _situation(self, name: str) -> Any:
        name, _, option = name.partition(".")
        value = self.form.situations.get(name, UNKNOWN)
        return option in value if option and isinstance(value, list) else value


def _read(answers: Mapping[str, Any], role: str, index: int | None, key: str) -> Any:
    group = answers.get(role)
    if index is not None:
        group = group[index] if isinstance(group, list) and index < len(group) else None
    if not isinstance(group, Mapping):
        return None
    value = group.get(key)
    return None if value == "" else value
