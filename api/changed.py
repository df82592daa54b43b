"""Answers laid over those a case has: in goes what a clerk changes, out comes what to go on with."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from api.answer import shape_answers
from api.filling import words_of
from api.office import Office
from api.problem import rejected, told
from api.standing import Answered, Standing, header_of, value_at
from forms.intake import Prepared, Submission, prepare
from forms.merge import MergedForm
from forms.plan_field import tell
from forms.validate import Validation, validate
from onething.adapter import MaterialReference
from onething.case_definition import CaseInput
from onething.case_record import OwedState
from onething.errors import AnswersRejected
from onething.filing import CaseHeader, SlotFiling
from onething.plan import PlanProblem
from onething.problem import Problem
from onething.text import Text
from records.material import Holder, StoredMaterial, materials_of

Place = tuple[str, str]
"""A role and the key of one of its facts, whichever person of a list it is about."""
PAPER: Final = Text(zh="这份材料", en="This paper")


def lay_over(
    form: MergedForm, answered: Answered, given: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """The answers with what is given in their place, and the pointers at which something changes.

    A row of a list is laid over the row at its place, further rows are added, and null takes an answer away.
    Raises AnswersRejected for what has not the shape of answers.
    """
    shaped, misshapen = shape_answers(form.bundle, given)
    if misshapen:
        raise rejected(tell(form, one) for one in misshapen)
    answers = dict(answered.answers)
    changed: list[str] = []
    for role, group in shaped.items():
        if isinstance(group, list):
            rows = [dict(row) for row in answers.get(role, [])]
            for index, row in enumerate(group):
                here = rows[index] if index < len(rows) else {}
                rows[index : index + 1] = [_laid(here, row, f"/{role}/{index}", answered, changed)]
            answers[role] = rows
        else:
            answers[role] = _laid(answers.get(role, {}), group, f"/{role}", answered, changed)
    return {role: group for role, group in answers.items() if group}, changed


def refuse_unasked(form: MergedForm, changed: Collection[str], allowed: Collection[Place]) -> None:
    """Raise AnswersRejected, naming each field that changes although nobody asked about it."""
    unasked = [pointer for pointer in changed if place_of(pointer) not in allowed]
    if unasked:
        raise rejected(tell(form, Problem(pointer, "not_asked")) for pointer in unasked)


def place_of(pointer: str) -> Place:
    """The role and key that a pointer names."""
    parts = pointer.strip("/").split("/")
    return parts[0], parts[-1]


def checked(
    form: MergedForm, answered: Answered, answers: Mapping[str, Any], extra: Collection[PlanProblem] = ()
) -> Validation:
    """Validate the answers as if they were filed now; raises AnswersRejected with everything wrong."""
    validation = validate(form, answers, answered.known)
    problems = (*extra, *words_of(form, validation.problems))
    if problems:
        raise rejected({(one.pointer, one.code): one for one in problems}.values())
    return validation


async def prepared(
    office: Office,
    standing: Standing,
    form: MergedForm,
    validation: Validation,
    materials: Mapping[str, MaterialReference],
) -> Prepared:
    """The case prepared again as it was submitted, from a form that nothing is wrong with.

    Raises AnswersRejected for a paper that was to follow and may not any more.
    """
    header, case = await header_of(office, standing), standing.case
    submission = Submission(
        number=case.number,
        region=case.region,
        origin=case.origin,
        mode=case.mode,
        received_on=case.received_on,
        submitted_at=case.submitted_at,
        window=header.window,
        public_url=header.public_url,
        materials=materials,
        owed=frozenset(_owed(standing)) - materials.keys(),
        grounds=header.grounds,
        representative=header.representative,
    )
    world = (office.calendar, office.capabilities)
    try:
        return prepare(office.catalog, form, validation, submission, world)
    except AnswersRejected as error:
        raise _worded(office, error) from None


async def reheaded(
    office: Office, standing: Standing, after: Prepared, case: CaseInput | None = None
) -> CaseHeader:
    """What the receipt's head says from now on: people and papers as prepared, `case` or the one pinned.

    Papers of items that are no longer prepared stay named.
    """
    old = await header_of(office, standing)
    bare = {"payloads": {}, "header": ""}
    return after.header.model_copy(
        update={
            "case": (case or standing.case).model_copy(update=bare),
            "materials": {**old.materials, **after.header.materials},
        }
    )


async def papers_of(
    office: Office, standing: Standing, filings: Mapping[str, SlotFiling], brought: Collection[str]
) -> dict[str, MaterialReference]:
    """The papers to file with: those filed before, those owed and brought since, and the uploads `brought`.

    Raises AnswersRejected for an upload that is not this case's.
    """
    there = {one.id: one for one in await materials_of(office.archive, Holder(case=standing.number))}
    strange = [one for one in brought if one not in there]
    if strange:
        raise rejected([told("/materials", "unknown_upload", PAPER)])
    found = {paper.material: paper for filing in filings.values() for paper in filing.materials}
    met = {
        paper.material
        for slot in standing.state.slots.values()
        for paper in slot.owed
        if paper.state is OwedState.MET
    }
    found |= {one.material: reference(one) for one in there.values() if one.material in met and one.sha256}
    return found | {there[one].material: reference(there[one]) for one in brought}


def reference(one: StoredMaterial) -> MaterialReference:
    """An upload as agencies are told of it."""
    return MaterialReference(
        material=one.material, blob_id=one.blob_id, sha256=one.sha256, size=one.size, mime=one.mime
    )


def _worded(office: Office, error: AnswersRejected) -> AnswersRejected:
    """The form engine's own refusal of papers in words."""
    titles = office.catalog.materials
    problems: tuple[Problem, ...] = tuple(error.params["problems"])  # type: ignore[arg-type]
    return rejected(
        told(one.pointer, one.code, titles[one.pointer.rsplit("/", 1)[-1]].title) for one in problems
    )


def _laid(
    here: Mapping[str, Any], given: Mapping[str, Any], place: str, answered: Answered, changed: list[str]
) -> dict[str, Any]:
    kept = dict(here)
    for key, value in given.items():
        pointer = f"{place}/{key}"
        if value in (None, ""):
            if kept.pop(key, None) is not None:
                changed.append(pointer)
            continue
        if value == _present(answered, pointer):
            continue
        kept[key] = value
        changed.append(pointer)
    return kept


def _present(answered: Answered, pointer: str) -> Any:
    """What stands at a pointer now: typed, or supplied by others."""
    typed = value_at(answered.answers, pointer)
    if typed is not None:
        return typed
    known = answered.known.get(pointer)
    return known.value if known else None


def _owed(standing: Standing) -> Iterator[str]:
    for slot in standing.state.slots.values():
        yield from (paper.material for paper in slot.owed if paper.state is OwedState.OWED)
