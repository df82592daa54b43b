"""The receipt's words: each outcome told with what a family can do about it."""

from datetime import timedelta
from typing import Any

import pytest

from activities.receipt_document import Beside, build_document
from activities.rendering.canonical import canonical
from onething.adapter import Effect
from onething.case_definition import OwedMaterial
from onething.case_event import Stuck
from onething.case_state import OperatorReason
from onething.filing import REMEDY_LAWSUIT, REMEDY_REVIEW
from onething.receipt import ReceiptGrounds
from onething.text import Text
from tests.activities.conftest import heading
from tests.onething.office import FILED_AT, Play, gate, slot

CODE = "abcdefghijklmnopqrstuvwxyz"


def told(play, reason="accepted", number=1, earlier=(), **changes: Any):
    header = heading(play.case, **changes)
    return build_document(header, play.state, (number, reason, earlier), FILED_AT + timedelta(hours=1), CODE)


def slot_of(document, name):
    return next(one for one in document.slots if one.slot_id == name)


@pytest.fixture
def play() -> Play:
    return Play([slot("a"), slot("b", ["a"]), slot("c", gates=[gate("g")])]).begin()


def test_a_running_case_is_told_with_its_due_dates_and_the_sentence_that_explains_them(play):
    play.answer("a", play.tell.received(), play.tell.accepted())
    document = told(play)
    one = slot_of(document, "a")
    assert (document.state.code, document.completed_at, document.rating_url) == ("running", None, None)
    assert document.accepted_at == FILED_AT
    assert (one.state.code, one.reference, one.dates.received) == ("accepted", "ref-1", FILED_AT.date())
    assert one.promised.day == play.slot("a").promised.due.due
    assert one.promised.explanation == play.slot("a").promised.due.explanation


def test_a_completed_case_says_so_although_its_receipt_comes_first(play):
    document = told(play, "completed", 2, ("0" * 64,))
    assert (document.state.code, document.revision.number) == ("completed", 2)
    assert document.revision.earlier == ("0" * 64,)
    assert document.completed_at == document.issued_at
    assert document.rating_url is None


def test_a_refusal_carries_its_reasons_and_always_remedies(play):
    play.answer("a", play.tell.declined())
    refusal = slot_of(told(play), "a").refusal
    assert refusal.reasons
    assert refusal.where_to is not None
    assert refusal.remedies == (REMEDY_REVIEW, REMEDY_LAWSUIT)


def test_a_refusal_by_no_authority_tells_what_that_one_leaves_to_do():
    own = (Text(zh="可以向慈善会申请复核", en="You may ask the federation to look at it again"),)
    play = Play([slot("a").model_copy(update={"remedies": own})]).begin()
    play.answer("a", play.tell.declined())
    assert slot_of(told(play), "a").refusal.remedies == own


def test_what_is_blocked_says_by_what_and_how_to_go_on(play):
    play.answer("a", play.tell.refused())
    behind = slot_of(told(play), "b").blocked
    assert "a" in behind.by.zh
    assert behind.fix.zh
    assert slot_of(told(play), "c").blocked is not None


def test_a_correction_says_what_is_wrong_and_where_to_put_it_right(play):
    play.answer("a", play.tell.received(), play.tell.correction())
    correction = slot_of(told(play), "a").correction
    assert "12345" in correction.zh
    assert "12345" in correction.en


def test_an_item_that_lapsed_for_want_of_a_paper_names_the_paper_and_no_correction():
    owed = OwedMaterial(material="photo", title=Text(zh="合影照片", en="photograph"))
    play = Play([slot("a", owed=(owed,))]).begin()
    play.answer("a", play.tell.received(), play.tell.accepted())
    play.ring_until(FILED_AT + timedelta(days=60))
    correction = slot_of(told(play), "a").correction
    assert "承诺补交的材料（合影照片）逾期未交" in correction.zh
    assert "补正" not in correction.zh
    assert "photograph" in correction.en


def test_an_effect_is_told_with_its_value_and_from_which_month(play):
    effect = {
        "fact": "amount(deceased)",
        "item_fact": "amount(person)",
        "title": {"zh": "补助", "en": "grant"},
        "since": "next_month",
    }
    play = Play([slot("a", effects=[effect])]).begin()
    assert slot_of(told(play), "a").effects == ()
    granted = play.tell.granted().model_copy(
        update={"effects": (Effect(fact="amount(person)", value=120000),), "already": True}
    )
    play.answer("a", granted)
    one = slot_of(told(play), "a")
    assert one.effects[0].zh == "补助：120000"
    assert "不重复办理" in one.effects[1].zh
    assert one.start_month == "2026-04"


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        ("female", "女", "Female"),
        (True, "是", "yes"),
        (False, "否", "no"),
        ("2026-11-23", "2026年11月23日", "2026-11-23"),
        ("2026-11-23T02:05", "2026年11月23日 02:05", "2026-11-23 02:05"),
        ("2026-11-22T18:05:00+00:00", "2026年11月23日 02:05", "2026-11-23 02:05"),
        ("2026-13-99", "2026-13-99", "2026-13-99"),
        ("A-1-2", "A-1-2", "A-1-2"),
    ],
)
def test_a_result_is_written_as_people_write_it(value, zh, en):
    effect = {
        "fact": "sex(child)",
        "item_fact": "sex(person)",
        "title": {"zh": "登记", "en": "Entered"},
        "since": "decision",
        "options": {"female": {"zh": "女", "en": "Female"}},
    }
    play = Play([slot("a", effects=[effect])]).begin()
    found = (Effect(fact="sex(person)", value=value),)
    play.answer("a", play.tell.granted().model_copy(update={"effects": found}))
    assert slot_of(told(play), "a").effects == (Text(zh=f"登记：{zh}", en=f"Entered: {en}"),)


def test_a_slot_in_a_persons_hands_is_told_without_its_inner_reasons(play):
    play.take(Stuck(slot="a", round=1, reason=OperatorReason.UNEXPECTED, detail="ValueError"))
    one = slot_of(told(play), "a")
    assert one.state.code == "needs_operator"
    assert "ValueError" not in one.model_dump_json()


def test_the_same_case_is_the_same_bytes(play):
    assert canonical(told(play)) == canonical(told(play))


def test_only_a_decided_item_tells_how_it_stood_by_the_rules(play):
    grounds = ReceiptGrounds(standing=Text(zh="测算", en="by the rules"))
    play.answer("a", play.tell.received(), play.tell.accepted())
    assert slot_of(told(play, grounds={"a": grounds}), "a").grounds is None
    play.answer("a", play.tell.refused())
    document = told(play, grounds={"a": grounds})
    assert slot_of(document, "a").grounds == grounds
    assert slot_of(document, "b").grounds is None


def test_who_answers_for_the_case_and_what_was_given_out_stand_on_it_and_else_leave_no_trace(play):
    play.grant("a")
    bare = canonical(told(play))
    assert b'"owner"' not in bare
    assert b'"results"' not in bare
    beside = Beside(
        Text(zh="王窗口", en="王窗口"), {"a": (Text(zh="结果文件 1（PDF）", en="Result file 1 (PDF)"),)}
    )
    at = FILED_AT + timedelta(hours=1)
    document = build_document(heading(play.case), play.state, (1, "accepted", ()), at, CODE, beside)
    assert document.owner.zh == "王窗口"
    assert [one.zh for one in slot_of(document, "a").results] == ["结果文件 1（PDF）"]
    assert slot_of(document, "b").results is None
