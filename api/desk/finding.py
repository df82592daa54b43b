"""What is wrong with an act: in goes a code and its values, out comes a finding in words that mend it."""

from typing import Any

from api.page_view import word
from onething.errors import ActionRejected, AnswersRejected
from onething.plan import PlanProblem


def finding(pointer: str, code: str, **values: Any) -> PlanProblem:
    """Word a finding; `pointer` names the field of the act, empty for the act as a whole."""
    return PlanProblem(pointer=pointer, code=code, text=word(f"desk_wrong_{code}", **values), params=values)


def wrong(*findings: PlanProblem) -> AnswersRejected:
    """Fields of an act are missing or wrong."""
    return AnswersRejected(problems=findings)


def refused(slot: str, one: PlanProblem) -> ActionRejected:
    """The filing is not in a state for the act."""
    return ActionRejected(what=one.code, slot=slot, problems=(one,))
