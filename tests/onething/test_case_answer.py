"""What an agency's answer makes of its slot, in whatever order the events come."""

from datetime import date, timedelta
from itertools import permutations
from typing import Any

import pytest

from onething.case_state import SlotState

HOUR = timedelta(hours=1)


def begun(office, **changes: Any):
    play = office.begun(office.slot("a", **changes), office.slot("b"))
    play.now += 9 * HOUR
    return play


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("received", SlotState.RECEIVED),
        ("accepted", SlotState.ACCEPTED),
        ("correction", SlotState.CORRECTION_REQUESTED),
        ("declined", SlotState.DECLINED),
        ("refused", SlotState.REFUSED),
        ("granted", SlotState.GRANTED),
        ("suspended", SlotState.RECEIVED),
        ("resumed", SlotState.RECEIVED),
    ],
)
def test_whoever_says_anything_about_a_filing_has_it(office, said, state):
    play = begun(office)
    play.answer("a", getattr(play.tell, said)())
    assert play.slot("a").state is state
    assert play.slot("a").received_at == office.filed_at


def test_pending_means_received_before_acceptance_and_review_after_it(office):
    play = begun(office)
    play.answer("a", play.tell.pending(play.now))
    assert play.slot("a").state is SlotState.RECEIVED
    play.answer("a", play.tell.accepted(), play.tell.pending(play.now))
    assert play.slot("a").state is SlotState.UNDER_REVIEW


def test_a_partial_grant_is_told_apart(office):
    play = begun(office)
    play.answer("a", play.tell.granted(partial=True))
    assert play.slot("a").state is SlotState.PARTLY_GRANTED


def test_a_refusal_keeps_reasons_and_remedies_and_a_decline_says_where_to(office):
    play = begun(office)
    play.answer("a", play.tell.refused())
    play.answer("b", play.tell.declined())
    assert play.slot("a").reasons
    assert play.slot("a").remedies
    assert play.slot("b").where_to is not None


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_any_order_of_arrival_comes_to_the_same_decided_slot(office, order):
    play = begun(office)
    events = [
        play.tell.received(),
        play.tell.accepted(office.filed_at + HOUR),
        play.tell.granted(office.filed_at + 2 * HOUR),
    ]
    for index in order:
        play.answer("a", events[index])
    slot = play.slot("a")
    assert (slot.state, slot.ref) == (SlotState.GRANTED, "ref-1")
    assert (slot.received_at, slot.accepted_at) == (office.filed_at, office.filed_at + HOUR)
    assert slot.decided_at == office.filed_at + 2 * HOUR
    assert "late_answer" not in play.kinds()


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_any_order_of_arrival_comes_to_the_same_open_slot(office, order):
    play = begun(office)
    events = [
        play.tell.received(),
        play.tell.accepted(office.filed_at + HOUR),
        play.tell.correction(office.filed_at + 2 * HOUR),
    ]
    for index in order:
        play.answer("a", events[index])
    slot = play.slot("a")
    assert (slot.state, slot.ref) == (SlotState.CORRECTION_REQUESTED, "ref-1")


def test_an_earlier_day_of_receipt_learnt_later_counts_the_due_dates_anew(office):
    play = office.begun(office.slot("b"), office.slot("a", ["b"])).grant("b")
    play.now += timedelta(days=2)
    play.answer("a", play.tell.accepted(play.now))
    assert play.slot("a").promised.due.due == date(2026, 3, 18)
    play.answer("a", play.tell.received(play.now - timedelta(days=1)))
    assert play.slot("a").promised.due.due == date(2026, 3, 17)
    assert play.slot("a").state is SlotState.ACCEPTED


@pytest.mark.parametrize(
    ("since", "day"),
    [("decision", "2026-03-02"), ("next_month", "2026-04-01"), ("application_month", "2026-03-01")],
)
def test_an_effect_counts_from_the_day_its_item_says(office, since, day):
    effect = {"fact": None, "item_fact": None, "title": {"zh": "停", "en": "stop"}, "since": since}
    play = begun(office, effects=[effect])
    play.answer("a", play.tell.granted())
    assert play.slot("a").effective_from == date.fromisoformat(day)


def test_an_extension_is_told_and_changes_no_state(office):
    play = begun(office)
    play.answer("a", play.tell.received(), play.tell.extended())
    assert play.slot("a").state is SlotState.RECEIVED
    assert play.kinds()[-1] == "extended"
