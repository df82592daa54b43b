"""Complaints: in goes one slot's projection, out come its problems, each where it can be mended."""

from collections.abc import Collection, Container, Iterator, Mapping
from typing import Any

from jsonschema_rs import ValidationError

from forms.binding import ActiveSlot
from forms.condition import undecided
from forms.merge import MergedForm, Supply, same_as_fact
from forms.project import Gap, Projection
from forms.relaxed import relaxed_validator
from forms.requirement import Demand
from forms.resolve import Resolution, readings
from forms.schema import slot_validator
from onething.box import ANY
from onething.fact import Fact
from onething.problem import Problem


def complaints(slot: ActiveSlot, projection: Projection, wrong: Collection[int]) -> Iterator[Problem]:
    """Yield what keeps a slot's payload from fitting its agency's form; see `wrong_facts`.

    Nothing is yielded only if the agency's own form takes the payload, save what an earlier slot will bring.
    """
    yield from _SlotCheck(slot, projection).problems(wrong)


def wrong_facts(form: MergedForm, resolution: Resolution, told: Container[str]) -> tuple[int, ...]:
    """Number the facts whose values were found wrong at these pointers, and those derived from them."""
    wrong = []
    every, values = readings(form), resolution.values()
    for reading in every.single:
        resolved = values[reading.number]
        if resolved is None:
            continue
        derived = resolved.supply is Supply.DERIVED
        leaf = origin(form, resolution, reading.fact) if derived and not reading.constant else resolved.leaf
        if leaf in told:
            wrong.append(reading.number)
    return tuple(wrong)


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
            if resolution.get(source, place) is None:
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
    resolved = resolution.get(fact, index)
    if field is not None and field.sources and (resolved is None or resolved.supply is Supply.DERIVED):
        source = field.sources[0]
        return origin(form, resolution, source, index if source.owner == fact.owner else None)
    return fact.pointer(index)


class _SlotCheck:
    """Validates one slot's payload and maps each finding back to the merged form."""

    def __init__(self, slot: ActiveSlot, projection: Projection) -> None:
        self.slot, self.projection = slot, projection
        self.resolution = projection.resolution
        self.form = projection.resolution.form

    def problems(self, wrong: Collection[int]) -> Iterator[Problem]:
        for gap in self.projection.gaps:
            if gap.unconvertible:
                leaf = origin(self.form, self.resolution, gap.fact, gap.person)
                yield Problem(leaf, "unconvertible", {"box": gap.path[-1]}, self.slot.name)
        validator = slot_validator(self.slot)
        if not validator.is_valid(self.projection.payload):
            lacks = self._lacks(wrong)
            if lacks is None:
                for error in validator.iter_errors(self.projection.payload):
                    yield from self._mapped(error)
            else:
                yield from lacks
        for fact, index in undecided(self.slot, self.resolution):
            for pointer in blame(self.form, self.resolution, fact, index):
                yield Problem(pointer, "required", {}, self.slot.name)

    def _lacks(self, wrong: Collection[int]) -> list[Problem] | None:
        """What is missing, when that and what is wrong already is all that is wrong; None when it is not.

        Listing every error of a form costs more than everything else; most forms in hand only lack answers.
        """
        program, payload = self.projection.program, self.projection.payload
        form, relaxed = program.requirements, relaxed_validator(self.slot.item.form)
        empty = [array for array, rows in self.projection.rows.items() if not rows]
        bare = any(form.demand(box, box, payload) is Demand.REQUIRED for box in (*program.nobody, *empty))
        if relaxed is None or bare:
            return None
        spoilt = {key for number in wrong for key in program.keys.get(number, ()) if key in payload}
        if not spoilt and all(gap.outcome for gap in self.projection.gaps):
            return None
        if not relaxed.is_valid({key: value for key, value in payload.items() if key not in spoilt}):
            return None
        found: list[Problem] = []
        for gap in self.projection.gaps:
            box = tuple(ANY if isinstance(part, int) else part for part in gap.path)
            if form.demand(box, gap.path, payload) is Demand.REQUIRED:
                found.extend(self._blamed(gap))
        return found if found or spoilt else None

    def _mapped(self, error: ValidationError) -> Iterator[Problem]:
        path = tuple(error.instance_path)
        if error.kind.name == "required":
            yield from self._missing((*path, error.kind.as_dict()["property"]))
            return
        yield Problem(self._group(path), error.kind.name, params(error), self.slot.name)

    def _missing(self, path: tuple[str | int, ...]) -> Iterator[Problem]:
        gaps = [gap for gap in self.projection.gaps if gap.path[: len(path)] == path]
        if not gaps:
            yield Problem(self._group(path), "required", {}, self.slot.name)
        for gap in gaps:
            yield from self._blamed(gap)

    def _blamed(self, gap: Gap) -> Iterator[Problem]:
        judged, place = self.resolution.judged, ("blame", gap.fact, gap.person)
        if place not in judged:
            judged[place] = tuple(blame(self.form, self.resolution, gap.fact, gap.person))
        pointers = judged[place]
        for pointer in pointers:
            yield Problem(pointer, "required", {}, self.slot.name)
        if not pointers and not gap.outcome and not gap.unconvertible:
            leaf = origin(self.form, self.resolution, gap.fact, gap.person)
            yield Problem(leaf, "unconvertible", {}, self.slot.name)

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


def params(error: ValidationError) -> dict[str, Any]:
    """The keyword's own parameters, such as a limit; never the value that was given."""
    return {key: value for key, value in error.kind.as_dict().items() if key in _SHOWN}


_SHOWN = frozenset({"limit", "format", "pattern", "options", "types", "expected_value", "multiple_of"})


def _unanswered(resolution: Resolution, role: str) -> bool:
    group = resolution.answers.get(role)
    return not isinstance(group, Mapping) or not group.get("same_as")
