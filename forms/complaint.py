"""Complaints: in goes one slot's projection, out come its problems, each where it can be mended."""

from collections.abc import Collection, Container, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final

from jsonschema_rs import ValidationError

from forms.condition import unsettled
from forms.merge import MergedForm, Supply, same_as_fact
from forms.project import Gap, Projection
from forms.reading import MISSING, Reading, readings
from forms.requirement import Demand, idle_depth
from forms.resolve import Resolution
from onething.box import ANY
from onething.fact import Fact, fact_of
from onething.problem import Problem


def complaints(projection: Projection, wrong: AbstractSet[int], told: Container[str] = ()) -> list[Problem]:
    """Return what keeps a slot's payload from fitting its agency's form; see `wrong_facts`.

    It is empty only if the agency's own form takes the payload, save what an earlier slot will bring and
    what stands at a pointer already `told`.
    """
    program = projection.program
    # Where a box is missing that the form always requires, it need not be asked whether the payload fits.
    # Nor where a box holds what was found wrong already: all the rest is looked at without it.
    for gap in projection.gaps:
        if gap.demand is _REQUIRED and len(gap.path) == 1:
            refused = True
            break
    else:
        spoilt = bool(wrong) and not wrong.isdisjoint(program.keys)
        refused = spoilt or not program.validator.is_valid(projection.payload)
    if not refused and not projection.gaps and not program.asked:
        return []
    check = _SlotCheck(projection, told)
    if refused:
        check.misfits(wrong)
    if program.asked:
        check.wanting()
    return check.problems


def wrong_facts(form: MergedForm, resolution: Resolution, told: Collection[str]) -> frozenset[int]:
    """Number the facts whose values were found wrong at these pointers, and those derived from them."""
    every, leaves = readings(form).all, _leaves(form)
    anywhere = leaves[_ANYWHERE]
    values, wrong, suspects = resolution.values(), set[int](), set[int]()
    for pointer in told:
        typed, others = leaves.get(pointer, anywhere)
        suspects |= others
        if typed is not None and values[typed] is not MISSING:
            wrong.add(typed)
    wrong.update(number for number in suspects if _leaf(form, resolution, every[number]) in told)
    return frozenset(wrong)


def blame(form: MergedForm, resolution: Resolution, fact: Fact, index: int | None = None) -> Iterator[str]:
    """Yield the pointers a person would have to fill for `fact` to have a value."""
    role = form.bundle.roles[fact.owner]
    if role.same_as:
        target = resolution.target(fact)
        if target is not None:
            yield from blame(form, resolution, *target)
            return
        if _unanswered(resolution, fact.owner):
            yield same_as_fact(fact.owner).pointer()
            return
    field = form.fields.get(fact)
    if field is not None and field.supply is Supply.OUTCOME:
        return
    if field is not None and field.supply is Supply.DERIVED and field.sources:
        for source in field.sources:
            place = index if source.owner == fact.owner else None
            if resolution.bare(source, place) is MISSING:
                yield from blame(form, resolution, source, place)
        return
    yield fact.pointer(index)


def origin(form: MergedForm, resolution: Resolution, fact: Fact, index: int | None = None) -> str:
    """The pointer at which a person can mend a fact: what it was derived from, or whom it is the same as."""
    field = form.fields.get(fact)
    role = form.bundle.roles[fact.owner]
    if role.same_as and (field is None or not field.constant):
        target = resolution.target(fact)
        if target is not None:
            return origin(form, resolution, *target)
        if _unanswered(resolution, fact.owner):
            return same_as_fact(fact.owner).pointer()
    if field is not None and field.sources and _derived(resolution, fact, index):
        source = field.sources[0]
        return origin(form, resolution, source, index if source.owner == fact.owner else None)
    return fact.pointer(index)


def roots(form: MergedForm, resolution: Resolution, fact: Fact, index: int | None = None) -> Iterator[str]:
    """Yield every pointer whose value has a part in a fact, what `origin` says first."""
    field = form.fields.get(fact)
    stands_alone = field is None or not field.sources or form.bundle.roles[fact.owner].same_as
    if field is None or stands_alone or not _derived(resolution, fact, index):
        yield origin(form, resolution, fact, index)
        return
    for source in field.sources:
        yield from roots(form, resolution, source, index if source.owner == fact.owner else None)


def _derived(resolution: Resolution, fact: Fact, index: int | None) -> bool:
    """Whether a fact that may be derived is, or is missing, so that only what it is derived from helps."""
    if resolution.bare(fact, index) is MISSING:
        return True
    resolved = resolution.get(fact, index)
    return resolved is not None and resolved.supply is Supply.DERIVED


_REQUIRED: Final = Demand.REQUIRED
"""A member is looked up in its enumeration at four times the cost, and this one for every box."""
_ANYWHERE: Final = ""
"""Stands for every pointer: where somebody of a list may have typed it."""


def _leaf(form: MergedForm, resolution: Resolution, reading: Reading) -> str | None:
    """Where a fact's value can be mended; None when it has none."""
    if resolution.value(reading.number) is MISSING:
        return None
    quick = resolution.mended(reading.number)
    if quick is not None:
        return quick
    resolved = resolution.get(reading.fact)
    if resolved is None or resolved.supply is not Supply.DERIVED or reading.constant:
        return None if resolved is None else resolved.leaf
    return origin(form, resolution, reading.fact)


def _leaves(form: MergedForm) -> dict[str, tuple[int | None, frozenset[int]]]:
    """By pointer, the fact that is only ever typed there, and the others that may be mended there.

    All are facts of one person or thing; worked out at first use.
    """
    if "leaves" not in form.compiled:
        typed: dict[str, int] = {}
        others: dict[str, set[int]] = {_ANYWHERE: set()}
        for reading in readings(form).all:
            if reading.single and not reading.follows and reading.derivation is None:
                typed[reading.place] = reading.number
            elif reading.single:
                for pointer in _possible(form, reading.fact):
                    others.setdefault(pointer, set()).add(reading.number)
        every = dict.fromkeys((*typed, *others))
        form.compiled["leaves"] = {
            pointer: (typed.get(pointer), frozenset(others.get(pointer, ()))) for pointer in every
        }
    leaves: dict[str, tuple[int | None, frozenset[int]]] = form.compiled["leaves"]
    return leaves


def _possible(form: MergedForm, fact: Fact) -> Iterator[str]:
    """Yield every pointer at which `origin` may say a fact of one person can be mended, or more."""
    roles, field = form.bundle.roles, form.fields.get(fact)
    yield _ANYWHERE if roles[fact.owner].many else fact.pointer()
    for role in roles[fact.owner].same_as:
        yield same_as_fact(fact.owner).pointer()
        yield from _possible(form, fact_of(fact.concept, (role, *fact.roles[1:])))
    if field is not None and field.sources:
        yield from _possible(form, field.sources[0])


class _SlotCheck:
    """Validates one slot's payload and maps each finding back to the merged form."""

    __slots__ = ("form", "problems", "projection", "resolution", "slot", "told")

    def __init__(self, projection: Projection, told: Container[str]) -> None:
        self.slot, self.projection, self.told = projection.program.slot, projection, told
        self.resolution = projection.resolution
        self.form = projection.resolution.form
        self.problems: list[Problem] = []
        for gap in projection.gaps:
            if gap.unconvertible:
                leaf = gap.mend or origin(self.form, self.resolution, gap.fact, gap.person)
                self._tell(leaf, "unconvertible", {"box": gap.path[-1]})

    def misfits(self, wrong: AbstractSet[int]) -> None:
        """Tell what the agency's own form refuses."""
        lacks = self._lacks(wrong)
        if lacks is None:
            for error in self.projection.program.validator.iter_errors(self.projection.payload):
                self._mapped(error)
            return
        for gap in lacks:
            if gap.mend is None or gap.mend not in self.told:
                self._blame(gap)

    def wanting(self) -> None:
        """Tell what the slot's conditions cannot be decided without."""
        values = self.resolution.values()
        for condition, numbers, others in self.projection.program.asked:
            if not others and MISSING not in [values[number] for number in numbers]:
                continue
            for fact, index in unsettled(condition, self.resolution):
                for pointer in blame(self.form, self.resolution, fact, index):
                    self._tell(pointer, "required", {})

    def _tell(self, pointer: str, code: str, params: dict[str, Any]) -> None:
        if pointer not in self.told:
            self.problems.append(Problem(pointer, code, params, self.slot.name))

    def _lacks(self, wrong: AbstractSet[int]) -> list[Gap] | None:
        """What is missing, when that and what is wrong already is all that is wrong; None when it is not.

        Listing every error of a form costs more than everything else; most forms in hand only lack answers.
        """
        projection, program = self.projection, self.projection.program
        payload, form, judged = projection.payload, program.requirements, projection.judged
        if (program.absent or program.nobody or projection.rows) and self._bare():
            return None
        keys, left = program.keys, payload.copy()
        for number in keys.keys() & wrong:
            for key in keys[number]:
                left.pop(key, None)
        spoilt = len(left) != len(payload)
        if not spoilt and all(gap.outcome for gap in projection.gaps):
            return None
        if program.relaxed is None or not program.relaxed.is_valid(left):
            return None
        lacks = [
            gap
            for gap in projection.gaps
            if (gap.demand or form.demand(gap.box, gap.path, payload, judged)) is _REQUIRED
        ]
        return lacks if spoilt or any(self._told_of(gap) for gap in lacks) else None

    def _bare(self) -> bool:
        """Whether something is required, here, about somebody who is not there."""
        projection, program = self.projection, self.projection.program
        payload, form, judged = projection.payload, program.requirements, projection.judged
        for group in program.absent:
            if idle_depth(group.asking, group.boxes[0], payload, judged) is None:
                return True
        for box in program.nobody:
            if form.demand(box, box, payload, judged) is _REQUIRED:
                return True
        for box, rows in projection.rows.items():
            if not rows and form.demand(box, box, payload, judged) is _REQUIRED:
                return True
        return False

    def _told_of(self, gap: Gap) -> bool:
        """Whether a gap is complained about, here or already."""
        return not (gap.outcome or gap.unconvertible) or bool(self._pointers(gap))

    def _pointers(self, gap: Gap) -> tuple[str, ...]:
        if gap.mend is not None:
            return (gap.mend,)
        judged, place = self.resolution.judged, ("blame", gap.fact, gap.person)
        pointers: tuple[str, ...] | None = judged.get(place)
        if pointers is None:
            pointers = judged[place] = tuple(blame(self.form, self.resolution, gap.fact, gap.person))
        return pointers

    def _mapped(self, error: ValidationError) -> None:
        path, kind = tuple(error.instance_path), error.kind
        if kind.name == "required":
            self._missing((*path, kind.as_dict()["property"]))
            return
        self._tell(self._group(path), kind.name, shown(kind.as_dict()))

    def _missing(self, path: tuple[str | int, ...]) -> None:
        gaps = [gap for gap in self.projection.gaps if gap.path[: len(path)] == path]
        if not gaps:
            self._tell(self._group(path), "required", {})
        for gap in gaps:
            self._blame(gap)

    def _blame(self, gap: Gap) -> None:
        pointers = self._pointers(gap)
        for pointer in pointers:
            self._tell(pointer, "required", {})
        if not pointers and not gap.outcome and not gap.unconvertible:
            judged, place = self.resolution.judged, ("origin", gap.fact, gap.person)
            causes: tuple[str, ...] | None = judged.get(place)
            if causes is None:
                causes = judged[place] = tuple(roots(self.form, self.resolution, gap.fact, gap.person))
            # What comes of two facts fails by either: the one that is right is not flagged for the other.
            if not any(pointer in self.told for pointer in causes):
                self._tell(causes[0], "unconvertible", {})

    def _group(self, path: tuple[str | int, ...]) -> str:
        """The pointer for a finding at a place: the leaf behind its box, its array, or the situations."""
        index = self.projection.person(path)
        generic = tuple(ANY if isinstance(part, int) else part for part in path)
        for bound in self.slot.boxes:
            if bound.box.path[: len(generic)] == generic:
                if bound.each is not None and index is None:
                    return f"/{bound.each}"
                if bound.fact is not None and bound.fact.owner in self.form.roles:
                    place = index if bound.fact.owner == bound.each else None
                    return origin(self.form, self.resolution, bound.fact, place)
        return "/situations"


def shown(params: Mapping[str, Any]) -> dict[str, Any]:
    """A keyword's own parameters, such as a limit; never the value that was given."""
    return {key: value for key, value in params.items() if key in _SHOWN}


_SHOWN = frozenset({"limit", "format", "pattern", "options", "types", "expected_value", "multiple_of"})


def _unanswered(resolution: Resolution, role: str) -> bool:
    group = resolution.answers.get(role)
    return not isinstance(group, Mapping) or not group.get("same_as")
