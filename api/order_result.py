"""What a work-order came to: in go a chosen result and what was done in words, out come both, complete."""

from collections.abc import Collection
from enum import StrEnum
from typing import Any, Final

from api.desk.finding import finding, wrong
from onething import case_event
from onething.case_record import WorkOrderKind
from onething.errors import AnswersRejected
from onething.plan import PlanProblem
from onething.text import Text

LONGEST: Final = 500
"""Characters of what was done."""


class OrderResult(StrEnum):
    """What a work-order came to; a code, so that nothing personal travels with it."""

    DONE = "done"
    NOT_NEEDED = "not_needed"
    NOT_POSSIBLE = "not_possible"
    PLEDGE_TRUE = "pledge_true"
    PLEDGE_FALSE = "pledge_false"
    PLEDGE_UNCLEAR = "pledge_unclear"
    RESULT_CORRECTED = case_event.RESULT_CORRECTED
    DECISION_REVOKED = case_event.DECISION_REVOKED
    DECISION_STANDS = case_event.DECISION_STANDS


RESULTS: Final = {
    OrderResult.DONE: Text(zh="已处理", en="Done"),
    OrderResult.NOT_NEEDED: Text(zh="无需处理", en="Not needed"),
    OrderResult.NOT_POSSIBLE: Text(zh="无法处理", en="Not possible"),
    OrderResult.PLEDGE_TRUE: Text(zh="核查属实", en="The pledge is true"),
    OrderResult.PLEDGE_FALSE: Text(zh="核查不实", en="The pledge is untrue"),
    OrderResult.PLEDGE_UNCLEAR: Text(zh="无法核查", en="It cannot be checked"),
    OrderResult.RESULT_CORRECTED: Text(zh="确有错误，已更正结果", en="It was wrong, and is corrected"),
    OrderResult.DECISION_REVOKED: Text(zh="确有错误，已撤销原决定", en="It was wrong, and is taken back"),
    OrderResult.DECISION_STANDS: Text(zh="经核对无误，维持原决定", en="Nothing is wrong: it stands"),
}
OF_REVIEW: Final = (
    OrderResult.RESULT_CORRECTED,
    OrderResult.DECISION_REVOKED,
    OrderResult.DECISION_STANDS,
)
OF_PLEDGE: Final = (OrderResult.PLEDGE_TRUE, OrderResult.PLEDGE_FALSE, OrderResult.PLEDGE_UNCLEAR)


def results_for(kind: str) -> tuple[OrderResult, ...]:
    """What a work-order of this kind may come to: pledges and doubted decisions have results of their own."""
    if kind == WorkOrderKind.VERIFY_PLEDGE:
        return OF_PLEDGE
    if kind == WorkOrderKind.REVIEW_DECISION:
        return OF_REVIEW
    return tuple(one for one in OrderResult if one not in OF_PLEDGE + OF_REVIEW)


def complete(
    result: OrderResult | None, words: str, may_be: Collection[OrderResult] = frozenset(OrderResult)
) -> tuple[OrderResult, str]:
    """The result and the words; raises AnswersRejected naming `/result` and `/words` for what is missing."""
    said = words.strip()
    findings = []
    if result is None or result not in may_be:
        findings.append(finding("/result", "order_result_missing"))
    if not said:
        findings.append(finding("/words", "order_words_missing"))
    if len(said) > LONGEST:
        findings.append(finding("/words", "too_long", count=LONGEST))
    if findings or result is None:
        raise wrong(*findings)
    return result, said


def problems_of(error: AnswersRejected) -> tuple[PlanProblem, ...]:
    """What `complete` found, to be said beside the fields."""
    found: Any = error.params["problems"]
    return tuple(found)
