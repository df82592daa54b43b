"""What comes next: in goes a form with questions still open, out comes what their answers may ask besides.

A clerk who is told of a second requirement only after mending the first asks the family twice. So each open
question with few answers is answered in thought, all at once, one answer after another.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any, Final

from api.draft import DraftBody
from api.filling import Filling, plan_of
from api.office import Office
from onething.plan import Plan, PlanField, PlanProblem, Widget

_MISSING: Final = frozenset({"required", "minItems"})
_FEW: Final = 6
"""A question with more answers than this decides little."""


def may_follow(
    office: Office, filling: Filling, plan: Plan, uploaded: frozenset[str]
) -> tuple[PlanProblem, ...]:
    """What is not missing yet, and may be once the open questions are answered, by one finding a place."""
    told = {one.pointer for one in plan.problems} | {f"/{role}" for role in filling.answers}
    missing = {one.pointer for one in plan.problems if one.code == "required"}
    blocks = (block for section in plan.sections for block in section.blocks)
    shown = (field for block in blocks for field in block.fields)
    questions = {one.pointer: _answers_to(one) for one in shown if one.pointer in missing}
    questions = {pointer: answers for pointer, answers in questions.items() if answers}
    found: dict[str, PlanProblem] = {}
    for turn in range(max(map(len, questions.values()), default=0)):
        answers: dict[str, Any] = deepcopy(dict(filling.answers))
        for pointer, all_of_them in questions.items():
            _put(answers, pointer, all_of_them[turn % len(all_of_them)])
        for one in plan_of(office, replace(filling, answers=answers), uploaded).problems:
            if one.code in _MISSING and one.pointer not in told:
                found.setdefault(one.pointer, one)
    return tuple(found.values())


def with_rows(body: DraftBody, problems: tuple[PlanProblem, ...]) -> DraftBody:
    """The draft with an empty row for each person who is missing from a list, so that all of it is asked."""
    answers = dict(body.answers)
    for one in problems:
        rows = list(answers.get(one.pointer.strip("/"), []))
        answers[one.pointer.strip("/")] = rows + [
            {} for _ in range(len(rows), int(one.params.get("limit", 1)))
        ]
    return body.model_copy(update={"answers": answers})


def lacking_rows(plan: Plan) -> tuple[PlanProblem, ...]:
    """What is said of the lists with fewer persons than there have to be."""
    lists = {f"/{role}" for section in plan.sections for role in section.many}
    return tuple(one for one in plan.problems if one.code in _MISSING and one.pointer in lists)


def _answers_to(field: PlanField) -> tuple[Any, ...]:
    if field.widget is Widget.YES_NO:
        return (True, False)
    if field.widget is Widget.CHOICE and len(field.options) <= _FEW:
        return tuple(one.value for one in field.options)
    return ()


def _put(answers: dict[str, Any], pointer: str, value: Any) -> None:
    role, *rest = pointer.strip("/").split("/")
    if len(rest) == 1:
        group = answers.get(role)
        answers[role] = {**(group if isinstance(group, Mapping) else {}), rest[0]: value}
        return
    rows = answers.get(role)
    if isinstance(rows, list) and rest[0].isdecimal() and int(rest[0]) < len(rows):
        row = rows[int(rest[0])]
        rows[int(rest[0])] = {**(row if isinstance(row, Mapping) else {}), rest[1]: value}
