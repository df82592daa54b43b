"""Validation: in go answers, out come problems in the merged form; what passes fails at no agency's door."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from jsonschema_rs import ValidationError

from forms.binding import ActiveSlot
from forms.complaint import complaints, shown, wrong_facts
from forms.conflict import conflicts
from forms.merge import MergedForm, same_as_fact
from forms.order import facts_out_of_order
from forms.person import persons_lacking, persons_of_other_sex, persons_twice, persons_unnamed
from forms.program import slot_programs
from forms.project import Projection, filled
from forms.project import pointer as to_pointer
from forms.resolve import OTHER, Known, Resolution
from forms.schema import form_validator, slot_validator
from forms.tense import days_amiss
from onething.errors import ProjectionRejected
from onething.problem import Problem


@dataclass(frozen=True, slots=True)
class Validation:
    """What validating found, and every active slot's payload as it would be sent."""

    problems: tuple[Problem, ...]
    hidden: tuple[str, ...]
    """Pointers of answers that the situations hide: kept in the draft, left out of the submission."""
    projections: dict[str, Projection]
    resolution: Resolution

    @property
    def ok(self) -> bool:
        """Whether the form may be submitted."""
        return not self.problems


def validate(
    form: MergedForm, answers: Mapping[str, Any], known: Mapping[str, Known] | None = None
) -> Validation:
    """Check the answers, project every active slot and check each payload against its agency's own schema."""
    kept, hidden, problems = prune(form, answers)
    found = {problem.pointer: problem for problem in problems}
    for error in form_validator(form).iter_errors(kept):
        for problem in _form_problems(error):
            found.setdefault(problem.pointer, problem)
    resolution = Resolution(form, kept, known)
    for problem in _wrong_persons(form, resolution):
        found.setdefault(problem.pointer, problem)
    for problem in days_amiss(form, kept):
        found.setdefault(problem.pointer, problem)
    for check in _CHECKS:
        for problem in check(form, resolution):
            found.setdefault(problem.pointer, problem)
    wrong = wrong_facts(form, resolution, found) if found else frozenset()
    projections: dict[str, Projection] = {}
    for program in slot_programs(form):
        projection = projections[program.name] = filled(program, resolution)
        for problem in complaints(projection, wrong, found):
            found.setdefault(problem.pointer, problem)
    ordered = sorted(found.values(), key=lambda problem: _order(form, problem.pointer))
    return Validation(tuple(ordered), tuple(hidden), projections, resolution)


_CHECKS: Final = (
    persons_twice,
    persons_lacking,
    persons_unnamed,
    persons_of_other_sex,
    facts_out_of_order,
    conflicts,
)


def check_payload(slot: ActiveSlot, payload: dict[str, Any]) -> None:
    """Raise ProjectionRejected when a finished payload does not fit the agency's own form."""
    problems = [
        f"{to_pointer(tuple(error.instance_path))}: {error.kind.name}"
        for error in slot_validator(slot).iter_errors(payload)
    ]
    if problems:
        raise ProjectionRejected(slot=slot.name, problems=problems)


def prune(form: MergedForm, answers: Mapping[str, Any]) -> tuple[dict[str, Any], list[str], list[Problem]]:
    """Drop empty answers and those the situations hide; report what no life event's form knows."""
    kept: dict[str, Any] = {}
    hidden: list[str] = []
    problems: list[Problem] = []
    into = hidden, problems
    every, roles = _keys(form), form.bundle.roles
    for role, group in answers.items():
        if role not in roles:
            problems.append(Problem(f"/{role}", "unknown_field", {"name": role}))
            continue
        found = group
        if type(group) is dict or isinstance(group, Mapping):
            found = _known_keys(form, role, f"/{role}", group, into)
        elif isinstance(group, list) and roles[role].many:
            found = [
                _known_keys(form, role, f"/{role}/{index}", row, into)
                if type(row) is dict or isinstance(row, Mapping)
                else row
                for index, row in enumerate(group)
            ]
        if role in every:
            kept[role] = found
    return kept, hidden, problems


def _form_problems(error: ValidationError) -> list[Problem]:
    pointer, kind = to_pointer(tuple(error.instance_path)), error.kind
    name, params = kind.name, kind.as_dict()
    if name == "additionalProperties":
        unexpected = params["unexpected"]
        return [Problem(f"{pointer}/{each}", "unknown_field", {"name": each}) for each in unexpected]
    return [Problem(pointer, name, shown(params))]


def _keys(form: MergedForm) -> dict[str, frozenset[str]]:
    """By role, the names of what the form asks of it."""
    if "keys" not in form.compiled:
        keys: dict[str, set[str]] = {}
        for fact in form.fields:
            keys.setdefault(fact.owner, set()).add(fact.key)
        form.compiled["keys"] = {role: frozenset(names) for role, names in keys.items()}
    found: dict[str, frozenset[str]] = form.compiled["keys"]
    return found


def _known_keys(
    form: MergedForm, role: str, place: str, group: Mapping[str, Any], into: tuple[list[str], list[Problem]]
) -> dict[str, Any]:
    hidden, problems = into
    keys = _keys(form).get(role, frozenset())
    # Who is said to be somebody already named, or not yet said to be another, has no answers of their own.
    elsewhere = form.bundle.roles[role].same_as and group.get("same_as") != OTHER
    if not elsewhere and keys.issuperset(group):
        return {key: value for key, value in group.items() if value is not None and value != ""}
    kept: dict[str, Any] = {}
    for key, value in group.items():
        if key in keys:
            if elsewhere and key != "same_as":
                hidden.append(f"{place}/{key}")
            elif value is not None and value != "":
                kept[key] = value
        elif key.partition("_to_")[0] in form.concepts or key == "same_as":
            hidden.append(f"{place}/{key}")
        else:
            problems.append(Problem(f"{place}/{key}", "unknown_field", {"name": key}))
    return kept


def _wrong_persons(form: MergedForm, resolution: Resolution) -> Iterator[Problem]:
    """Roles said to be the same as a person of a list that is not that long."""
    if "same_as" not in form.compiled:
        form.compiled["same_as"] = {
            name: same_as_fact(name) for name, role in form.roles.items() if role.same_as
        }
    for name, question in form.compiled["same_as"].items():
        if resolution.elsewhere(name) and resolution.target(question) is None:
            yield Problem(question.pointer(), "enum", {})


def _order(form: MergedForm, pointer: str) -> tuple[int, int, str]:
    if "order" not in form.compiled:
        form.compiled["order"] = {fact.pointer(): place for place, fact in enumerate(form.fields)}
    order: dict[str, int] = form.compiled["order"]
    if pointer in order:
        return order[pointer], -1, pointer
    parts = pointer.split("/")
    index = next((int(part) for part in parts if part.isdigit()), -1)
    generic = "/".join(part for part in parts if not part.isdigit())
    return order.get(generic, -1), index, pointer
