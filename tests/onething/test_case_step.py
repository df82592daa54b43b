"""Steps inside an item: signed by as many as it takes, and a public notice for as long as it stands."""

from datetime import timedelta
from typing import Any

import pytest

from onething.adapter import StepDone, StepOutcome
from onething.case_definition import SlotLimit, SlotStep
from onething.case_state import SlotState
from onething.duration import Unit
from onething.item import ClockStart, StepKind
from onething.text import Text
from tests.onething.office import Play

WORD = Text(zh="词", en="word")
CHAIN = (
    SlotStep(step="visit", title=WORD, agency_title=WORD, kind=StepKind.HOME_VISIT, officers=2),
    SlotStep(step="notice", title=WORD, agency_title=WORD, kind=StepKind.PUBLIC_NOTICE, days=7),
)


@pytest.fixture
def play(office):
    under_way = office.begun(office.slot("a", steps=CHAIN))
    under_way.answer("a", under_way.tell.received(), under_way.tell.accepted())
    return under_way


def done(play: Play, step: str, **changes: Any) -> StepDone:
    return StepDone(step=step, **{**play.tell.named(play.now), **changes})


def test_a_step_is_told_and_shows_that_the_agency_looks_into_it(play):
    play.answer("a", done(play, "visit", officers=("甲", "乙")))
    assert play.slot("a").state is SlotState.UNDER_REVIEW
    assert [(one.step, one.officers) for one in play.slot("a").steps] == [("visit", ("甲", "乙"))]
    assert play.entries[-1].kind == "step_done"
    assert play.entries[-1].params == {"step": "visit"}


@pytest.mark.parametrize("officers", [(), ("甲",), ("甲", "甲")])
def test_a_home_visit_that_two_officers_did_not_sign_is_none(play, officers):
    play.answer("a", done(play, "visit", officers=officers))
    assert play.slot("a").steps == ()
    assert play.entries[-1].params["fault"] == "too_few_officers"


def test_a_step_that_is_not_in_the_chain_changes_nothing(play):
    before = play.slot("a").state
    play.answer("a", done(play, "dance"))
    assert play.slot("a").steps == ()
    assert play.slot("a").state is before
    assert play.entries[-1].kind == "answer_rejected"


@pytest.mark.parametrize(("days", "counts"), [(7, True), (6, False), (0, False)])
def test_a_public_notice_stands_its_seven_days(play, days, counts):
    since = play.now.date()
    play.now += timedelta(days=days)
    play.answer("a", done(play, "notice", since=since))
    assert bool(play.slot("a").steps) is counts


def test_an_objection_is_told_on_any_day_and_a_new_notice_follows(play):
    since = play.now.date()
    play.answer("a", done(play, "notice", since=since, outcome=StepOutcome.DISPUTED), later=timedelta(days=2))
    assert play.entries[-1].kind == "step_disputed"
    since = play.now.date()
    play.now += timedelta(days=7)
    play.answer("a", done(play, "notice", since=since))
    assert [one.outcome for one in play.slot("a").steps] == [StepOutcome.DISPUTED, StepOutcome.DONE]


def test_a_grant_without_visit_and_notice_is_told_to_a_supervisor(play):
    play.answer("a", done(play, "visit", officers=("甲", "乙")))
    play.answer("a", play.tell.granted(play.now))
    missing = next(entry for entry in play.entries if entry.kind == "steps_missing")
    assert missing.params == {"steps": ["notice"]}


def test_a_grant_after_every_step_lacks_nothing(play):
    since = play.now.date()
    play.answer("a", done(play, "visit", officers=("甲", "乙")))
    play.now += timedelta(days=7)
    play.answer("a", done(play, "notice", since=since), play.tell.granted(play.now))
    assert "steps_missing" not in play.kinds()


def test_a_limit_of_hours_runs_from_the_step_that_starts_it(office):
    hours = SlotLimit(
        amount=4, unit=Unit.HOUR, starts=ClockStart.EVENT, event="visit", cite="law", verified=True
    )
    play = office.begun(office.slot("a", steps=CHAIN, promised=hours))
    play.answer("a", play.tell.received(), play.tell.accepted())
    assert play.slot("a").promised is None
    play.now += timedelta(hours=5)
    done_at = play.now
    play.answer("a", done(play, "visit", officers=("甲", "乙")))
    assert play.slot("a").promised.due.due_at == done_at + timedelta(hours=4)
    play.ring_until(done_at + timedelta(hours=5))
    assert play.slot("a").overdue == ("promised",)
