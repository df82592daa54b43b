"""Pauses and extensions as agencies tell them: what can be counted moves due dates, what cannot is told."""

from datetime import date, timedelta

import pytest

from onething.adapter import Extended, ResumeMode, Suspended
from onething.adapter import Resumed as ClockResumed
from onething.case_state import ClockState, Light
from onething.text import Text

DAY = timedelta(days=1)


@pytest.fixture
def accepted(office):
    play = office.begun(office.slot("a", promised=office.limit(10), statutory=office.limit(20)))
    play.answer("a", play.tell.received(), play.tell.accepted())
    return play


def dues(play) -> tuple[str, str]:
    slot = play.slot("a")
    return slot.promised.due.due.isoformat(), slot.statutory.due.due.isoformat()


def rejected(play) -> list[dict]:
    return [entry.params for entry in play.entries if entry.kind == "answer_rejected"]


def suspend(play, since: str, reason: str = "inspection"):
    return Suspended(since=date.fromisoformat(since), reason=reason, **play.tell.named(play.now))


def resume(play, at: str, mode: ResumeMode = ResumeMode.CONTINUE):
    return ClockResumed(at=date.fromisoformat(at), mode=mode, **play.tell.named(play.now))


def extend(play, amount: str = "5wd"):
    return Extended(
        amount=amount, approver="head", reason=Text(zh="词", en="word"), **play.tell.named(play.now)
    )


def test_a_wait_that_is_not_counted_moves_both_due_dates(accepted):
    assert dues(accepted) == ("2026-03-16", "2026-03-30")
    accepted.answer("a", suspend(accepted, "2026-03-04"), later=2 * DAY)
    assert accepted.slot("a").clock is ClockState.PAUSED
    accepted.answer("a", resume(accepted, "2026-03-06"), later=2 * DAY)
    assert dues(accepted) == ("2026-03-19", "2026-04-02")  # 4, 5 and 6 March stood still
    assert accepted.slot("a").clock is ClockState.RUNNING


def test_a_wait_that_the_profile_counts_in_moves_nothing(accepted):
    accepted.answer("a", suspend(accepted, "2026-03-04", "public_notice"), later=2 * DAY)
    assert accepted.slot("a").clock is ClockState.RUNNING
    accepted.answer("a", resume(accepted, "2026-03-10"), later=6 * DAY)
    assert dues(accepted) == ("2026-03-16", "2026-03-30")


def test_a_clock_may_begin_anew_after_a_wait(accepted):
    accepted.answer("a", suspend(accepted, "2026-03-04"), later=2 * DAY)
    accepted.answer("a", resume(accepted, "2026-03-06", ResumeMode.RESET), later=2 * DAY)
    assert dues(accepted) == ("2026-03-20", "2026-04-03")  # ten and twenty working days after Friday the 6th


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        (lambda play: [suspend(play, "2026-03-04"), suspend(play, "2026-03-05")], "pauses_overlap"),
        (
            lambda play: [
                suspend(play, "2026-03-04"),
                resume(play, "2026-03-06"),
                suspend(play, "2026-03-06"),
            ],
            "pauses_overlap",
        ),
        (lambda play: [suspend(play, "2026-03-04"), resume(play, "2026-03-03")], "pause_backwards"),
        (lambda play: [resume(play, "2026-03-03")], "not_paused"),
        (lambda play: [extend(play, "5")], "limit_without_unit"),
        (lambda play: [extend(play, "soon")], "limit_unreadable"),
        (lambda play: [extend(play, "11wd")], "extension_too_long"),
        (lambda play: [extend(play), extend(play)], "extended_before"),
    ],
)
def test_what_the_clock_cannot_count_is_told_and_changes_nothing(accepted, told, fault):
    *before, wrong = told(accepted)
    accepted.answer("a", *before)
    slot = accepted.slot("a")
    accepted.answer("a", wrong)
    after = accepted.slot("a")
    assert [params["fault"] for params in rejected(accepted)] == [fault]
    assert after.model_copy(update={"seen": slot.seen, "heard_at": slot.heard_at}) == slot


def test_one_extension_adds_to_the_due_date_it_met(accepted):
    accepted.answer("a", extend(accepted), later=DAY)
    assert dues(accepted) == ("2026-03-23", "2026-04-07")  # 4 to 6 April are Qingming


def test_an_extension_after_the_due_date_is_refused(accepted):
    accepted.ring_until(accepted.now + 29 * DAY)
    assert accepted.slot("a").overdue == ("promised", "statutory")
    accepted.answer("a", extend(accepted))
    assert [params["fault"] for params in rejected(accepted)] == ["extension_too_late"]
    assert accepted.slot("a").light is Light.RED


def test_the_agency_is_reminded_before_and_the_delay_told_after_each_due_date(accepted):
    accepted.ring_until(accepted.now + 40 * DAY)
    told = [(entry.kind, entry.params["limit"]) for entry in accepted.entries if "limit" in entry.params]
    assert told == [
        ("reminded", "promised"),
        ("overdue", "promised"),
        ("reminded", "statutory"),
        ("overdue", "statutory"),
    ]
