"""A decision that is wrong is looked at again by its agency, corrected or taken back, and everybody told."""

from typing import Any

import pytest

from onething.adapter import Effect
from onething.case import check_action
from onething.case_definition import SlotEffect
from onething.case_event import (
    DECISION_REVOKED,
    DECISION_STANDS,
    RESULT_CORRECTED,
    CaseEvent,
    DecisionDoubted,
    SubmitItem,
    Unavailable,
    WorkOrderClosed,
)
from onething.case_record import WorkOrderKind
from onething.errors import ActionRejected
from onething.item import EffectFrom, Reversibility
from onething.outcome import outcome_lines
from onething.slot_course import reviews
from onething.text import Text
from tests.onething.office import Play

NAME = SlotEffect(
    fact="name(child)",
    item_fact="name(child)",
    title=Text(zh="登记姓名", en="name"),
    since=EffectFrom.DECISION,
)
NUMBER = SlotEffect(
    fact="no(child)", item_fact="no(child)", title=Text(zh="编号", en="number"), since=EffectFrom.DECISION
)
GIVEN = (Effect(fact="no(child)", value="K1"), Effect(fact="name(child)", value="安按"))
DOUBT = DecisionDoubted(slot="a", words="孩子的名字写错了", actor="clerk")
RIGHT = (Effect(fact="name(child)", value="安安"),)


@pytest.fixture
def begun(office):
    """Two items, the second resting on the first."""

    def make(**changes: Any) -> Play:
        return office.begun(
            office.slot("a", effects=(NUMBER, NAME), **changes), office.slot("b", after=("a",))
        )

    return make


def granted(case: Play, *names: str) -> Play:
    for name in names:
        given = case.tell.granted().model_copy(update={"effects": GIVEN if name == "a" else ()})
        case.answer(name, case.tell.received(), case.tell.accepted(), given)
    return case


def asked(case: Play, event: CaseEvent) -> None:
    check_action(case.case, case.state, event, case.now)
    case.take(event)


def closed(case: Play, result: str, effects: tuple[Effect, ...] = ()) -> None:
    order = next(one.order for one in case.state.work_orders if one.closed_at is None)
    asked(case, WorkOrderClosed(order=order, result=result, effects=effects, actor="desk"))


def kinds(case: Play) -> list[tuple[str | None, WorkOrderKind]]:
    return [(one.slot, one.kind) for one in case.state.work_orders]


def ended(case: Play) -> Play:
    while len(case.state.receipts) < case.state.receipt_asked:
        case.store_receipt()
    assert case.state.state == "completed"
    return case


def test_a_doubt_is_a_work_order_at_the_agency_that_decided_with_what_is_wrong(begun):
    case = granted(begun(), "a")
    asked(case, DOUBT)
    (order,) = case.state.work_orders
    assert (order.kind, order.owner, order.words) == ("review_decision", "agency", "孩子的名字写错了")
    assert order.due > case.now.date()
    with pytest.raises(ActionRejected) as again:
        asked(case, DOUBT)
    assert again.value.params["what"] == "its agency is looking at it already"


@pytest.mark.parametrize(
    ("event", "what"),
    [
        (DOUBT.model_copy(update={"slot": "b"}), "nothing was decided yet"),
        (DOUBT.model_copy(update={"words": " "}), "a doubt says what is wrong"),
    ],
)
def test_only_what_was_decided_is_doubted_and_in_words(begun, event, what):
    case = granted(begun(), "a")
    with pytest.raises(ActionRejected) as refused:
        asked(case, event)
    assert refused.value.params["what"] == what


def test_an_ended_case_has_its_result_corrected_and_a_receipt_that_says_so(begun):
    case = ended(granted(begun(), "a", "b"))
    asked(case, DOUBT)
    before = case.state.receipt_asked
    closed(case, RESULT_CORRECTED, RIGHT)
    slot = case.state.slots["a"]
    assert [(one.fact, one.value) for one in slot.effects] == [("no(child)", "K1"), ("name(child)", "安安")]
    assert case.state.receipt_asked == before + 1
    assert "登记姓名：安安" in [one.zh for one in outcome_lines(case.case.definition.slots[0], slot)]
    (line,) = reviews(slot, case.state)
    assert line.zh.endswith("更正了办理结果，以更正后的为准")


def test_whoever_decided_on_the_old_result_is_told_to_look(begun):
    case = ended(granted(begun(), "a", "b"))
    asked(case, DOUBT)
    closed(case, RESULT_CORRECTED, RIGHT)
    assert kinds(case)[1:] == [("b", WorkOrderKind.CORRECT_DECISION)]


def test_what_is_filed_afterwards_has_the_corrected_result(begun):
    case = granted(begun(), "a")
    asked(case, DOUBT)
    case.unavailable("b")
    closed(case, RESULT_CORRECTED, RIGHT)
    case.take(Unavailable(slot="b", round=1))
    sent = [one for one in case.commands if isinstance(one, SubmitItem) and one.slot == "b"]
    assert ("name(child)", "安安") in [(one.fact, one.value) for one in sent[-1].outputs]


def test_a_decision_that_stands_changes_nothing_and_is_said(begun):
    case = granted(begun(), "a")
    asked(case, DOUBT)
    closed(case, DECISION_STANDS)
    assert case.state.slots["a"].effects == GIVEN
    (line,) = reviews(case.state.slots["a"], case.state)
    assert "维持原决定" in line.zh


@pytest.mark.parametrize(
    ("reversibility", "more"),
    [
        (Reversibility.CORRECTION, []),
        (Reversibility.REPAYMENT, [("a", WorkOrderKind.DEMAND_REPAYMENT)]),
        (Reversibility.IRREVERSIBLE, [("a", WorkOrderKind.ASK_PERSON)]),
    ],
)
def test_taking_a_decision_back_calls_for_what_it_does_not_undo_itself(begun, reversibility, more):
    case = granted(begun(reversibility=reversibility), "a")
    asked(case, DOUBT)
    closed(case, DECISION_REVOKED)
    assert kinds(case)[1:] == more


@pytest.mark.parametrize(
    ("result", "effects"),
    [
        ("done", ()),
        (DECISION_STANDS, RIGHT),
        (RESULT_CORRECTED, (Effect(fact="income(child)", value=1),)),
    ],
)
def test_a_doubt_ends_only_as_its_kind_does_and_corrects_only_what_the_item_brings_about(
    begun, result, effects
):
    case = granted(begun(), "a")
    asked(case, DOUBT)
    with pytest.raises(ActionRejected):
        closed(case, result, effects)
    assert case.state.slots["a"].effects == GIVEN
