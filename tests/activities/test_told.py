"""Who must hear of what: every word of a story is decided about, and every notice has its sentence."""

from typing import Any

import pytest

from activities.told import TOLD, UNTOLD, Audience, Channel, notices_of, rule_for
from onething.case_record import OwedPaper, OwedState
from onething.case_state import TimelineEntry
from onething.wording import TIMELINE
from tests.onething.office import FILED_AT, WORD, Play, slot

FROM_THE_DOOR = {
    "second_filing",
    "mandate_entered",
    "supervisor_letter",
    "appointment_booked",
    "appointment_moved",
    "appointment_cancelled",
    "appointment_near",
}
RULES = [(kind, rule) for kind, rules in TOLD.items() for rule in rules]


@pytest.fixture
def state():
    return Play([slot("a")]).begin().state


def line(kind, name=None, **params: Any):
    return TimelineEntry(seq=7, at=FILED_AT, kind=kind, slot=name, params=params)


def test_every_word_of_a_story_is_told_or_left_to_the_page():
    assert set(TOLD) - FROM_THE_DOOR | UNTOLD == set(TIMELINE)
    assert not set(TOLD) & UNTOLD


@pytest.mark.parametrize(("kind", "rule"), RULES)
def test_every_notice_speaks_both_languages(kind, rule):
    assert rule.text.zh.strip(), kind
    assert rule.text.en.strip(), kind


@pytest.mark.parametrize("kind", [kind for kind, rules in TOLD.items() if len(rules) > 1])
def test_of_several_rules_one_fits(kind):
    limits = [limit for rule in TOLD[kind] for limit in rule.limits]
    assert all(rule.limits for rule in TOLD[kind][:-1])
    assert len(limits) == len(set(limits))


@pytest.mark.parametrize(
    ("entry", "recipient", "channel"),
    [
        (line("notice_given", number=1), "applicant", "http"),
        (line("accepted", "a"), "applicant", "http"),
        (line("reminded", "a", limit="promised"), "agency", "http"),
        (line("overdue", "a", limit="statutory"), "supervisor", "window"),
        (line("overdue", "a", limit="answer"), "window", "window"),
        (line("needs_operator", "a", reason="unexpected"), "window", "window"),
        (line("completed"), "applicant", "http"),
    ],
)
def test_each_word_goes_to_whom_the_table_says(state, entry, recipient, channel):
    (notice,) = notices_of(state, [entry], courier=True)
    assert (notice.recipient, notice.channel, notice.slot) == (recipient, channel, entry.slot)
    assert notice.key == f"{state.number}/7"
    assert [one.channel for one in notices_of(state, [entry], courier=False)] == [Channel.WINDOW]


def test_the_agency_reminded_is_the_slots_own(state):
    state = state.model_copy(
        update={"slots": {"a": state.slots["a"].model_copy(update={"agency": "police"})}}
    )
    (notice,) = notices_of(state, [line("reminded", "a", limit="promised")], courier=True)
    assert notice.recipient == "police"


def test_what_nobody_must_hear_of_queues_nothing(state):
    assert notices_of(state, [line("received", "a")], courier=True) == ()
    assert rule_for("reminded", {"limit": "answer"}) is None
    assert {rule.audience for _, rule in RULES} == set(Audience)


def test_the_same_word_to_the_same_person_is_one_notice(state):
    lines = [line("accepted", "a"), line("needs_operator", "a"), line("accepted", "b"), line("accepted", "a")]
    lines = [entry.model_copy(update={"seq": seq}) for seq, entry in enumerate(lines, start=3)]
    accepted, stuck = notices_of(state, lines, courier=True)
    assert (accepted.key, accepted.slot, accepted.content["slots"]) == (f"{state.number}/3", None, ["a", "b"])
    assert (stuck.key, stuck.slot) == (f"{state.number}/4", "a")


def test_a_lapse_for_want_of_a_paper_is_told_in_other_words_than_one_for_want_of_an_answer(state):
    (answer,) = notices_of(state, [line("lapsed", "a")], courier=True)
    paper = OwedPaper(material="photo", title=WORD, state=OwedState.MISSED)
    late = state.slots["a"].model_copy(update={"owed": (paper,)})
    (owed,) = notices_of(state.model_copy(update={"slots": {"a": late}}), [line("lapsed", "a")], courier=True)
    assert "未补正" in rule_for(answer.kind, answer.content["params"]).text.zh
    assert "承诺补交的材料逾期未交" in rule_for(owed.kind, owed.content["params"]).text.zh
