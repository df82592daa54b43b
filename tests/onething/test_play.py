from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from onething.adapter import EventKind
from onething.behaviour import Behaviour
from onething.errors import CatalogError
from onething.play import Fault, Filing, Office, play, recall
from onething.play_word import effect_templates

NOON = datetime(2026, 11, 3, 4, tzinfo=UTC)
OFFICE = Office(
    "police", effects={"cancelled(deceased)": True, "certificate_no(deceased)": "{yyyymmdd}{serial}"}
)
FRESH = Filing(key="c1/household/1/submit", round=1, first_seen_at=NOON)
LYING = replace(FRESH, received_at=NOON)


def kinds(answer):
    return [event.kind.value for event in answer.told]


def ask(steps, after=timedelta(), filing=LYING, office=OFFICE):
    return recall(Behaviour.read(steps), filing, NOON + after, office)


def file(steps, filing=FRESH, after=timedelta()):
    return play(Behaviour.read(steps), filing, NOON + after, OFFICE)


def test_without_a_word_the_agency_receives_accepts_and_grants_at_once_with_its_effects():
    answer = file([])

    assert kinds(answer) == ["received", "accepted", "granted"]
    assert {effect.fact for effect in answer.events[-1].effects} == set(OFFICE.effects)
    assert answer.ready_at is None
    assert answer.granted
    assert answer.decided


def test_the_same_filing_is_answered_in_the_same_words_and_ids_whenever_it_is_asked():
    early, late = ask([{"wait": "2h"}], timedelta(hours=2)), ask([{"wait": "2h"}], timedelta(days=9))

    assert early == late
    assert len({event.event_id for event in early.events}) == len(early.events)


def test_another_key_another_agency_and_a_second_filing_have_other_event_ids():
    first = file([]).events[0].event_id

    assert file([], replace(FRESH, key="c2/household/1/submit")).events[0].event_id != first
    assert file([], replace(FRESH, number=2)).events[0].event_id != first
    assert play(Behaviour(), FRESH, NOON, Office("health")).events[0].event_id != first


def test_what_takes_time_is_pending_until_then_and_told_at_its_own_time():
    steps = [{"accept": "1h"}, {"grant": "3d"}]

    before, between, after = ask(steps), ask(steps, timedelta(days=1)), ask(steps, timedelta(days=4))

    assert kinds(before) == ["received", "pending"]
    assert before.ready_at == NOON + timedelta(hours=1)
    assert kinds(between) == ["received", "accepted", "pending"]
    assert between.told[-1].ready_at == NOON + timedelta(days=3, hours=1)
    assert kinds(after) == ["received", "accepted", "granted"]
    assert after.events[-1].occurred_at == NOON + timedelta(days=3, hours=1)


def test_pace_makes_the_same_story_pass_faster():
    answer = ask([{"wait": "1d"}], timedelta(seconds=24), office=replace(OFFICE, pace=3600))

    assert kinds(answer) == ["received", "accepted", "granted"]


def test_a_refusal_always_carries_reasons_and_remedies():
    refused = file(["refuse"]).events[-1]

    assert refused.kind is EventKind.REFUSED
    assert refused.reasons
    assert len(refused.remedies) == 2


def test_a_correction_ends_the_round_and_the_next_round_plays_what_follows():
    steps = [{"ask_correction": {"fields": ["phone"]}}, {"grant": "1h"}]
    second = replace(LYING, round=2, key="c1/household/2/submit")

    assert kinds(ask(steps)) == ["received", "correction_requested"]
    assert kinds(ask(steps, filing=second)) == ["received", "accepted", "pending"]
    assert kinds(ask(steps, timedelta(hours=1), second)) == ["received", "accepted", "granted"]


def test_after_a_correction_that_followed_acceptance_the_agency_does_not_accept_again():
    steps = ["accept", "ask_correction", "grant"]

    assert kinds(ask(steps, filing=replace(LYING, round=2))) == ["received", "granted"]


def test_who_refused_refuses_again_but_who_asked_is_content_with_the_correction():
    third = replace(LYING, round=3)

    assert kinds(ask(["refuse"], filing=third))[-1] == "refused"
    assert kinds(ask(["ask_correction"], filing=third))[-1] == "granted"


def test_a_slot_refused_and_applied_for_again_may_be_granted():
    assert kinds(ask(["refuse", "grant"], filing=replace(LYING, round=2)))[-1] == "granted"


def test_suspension_resumption_and_extension_are_told_in_order():
    steps = [{"suspend": "1d"}, {"resume": {"after": "2d", "mode": "reset"}}, {"extend": {"amount": "5wd"}}]

    answer = ask(steps, timedelta(days=3))

    assert kinds(answer) == ["received", "accepted", "suspended", "resumed", "extended", "granted"]
    assert answer.events[2].since.isoformat() == "2026-11-04"
    assert answer.events[3].mode == "reset"
    assert answer.events[4].amount == "5wd"


def test_declining_names_reasons_and_where_to_go():
    declined = file(["decline"]).events[-1]

    assert declined.kind is EventKind.DECLINED
    assert declined.where_to is not None
    assert declined.reasons


def test_an_agency_that_never_answers_puts_off_day_by_day():
    first, later = ask(["never_answer"]), ask(["never_answer"], timedelta(days=2, hours=1))

    assert kinds(first) == ["received", "pending"]
    assert first.ready_at == NOON + timedelta(days=1)
    assert later.ready_at == NOON + timedelta(days=3)
    assert first.told[-1].event_id != later.told[-1].event_id


def test_answering_twice_repeats_the_same_event_under_the_same_id():
    answer = file(["answer_twice"])

    assert kinds(answer) == ["received", "accepted", "granted", "granted"]
    assert answer.events[-1] == answer.events[-2]


def test_an_outage_by_attempts_takes_nothing_and_ends():
    steps = [{"unavailable": 2}]

    for played in (0, 1):
        answer = file(steps, replace(FRESH, faults=played))
        assert (answer.raises, answer.taken, answer.counted) == (Fault.UNAVAILABLE, False, True)
    assert file(steps, replace(FRESH, faults=2)).raises is None


def test_an_outage_in_time_starts_at_the_first_attempt_and_hides_answers_too():
    steps = [{"unavailable": "3d"}]

    for answer in (file(steps), file(steps, after=timedelta(days=2))):
        assert (answer.raises, answer.taken, answer.counted) == (Fault.UNAVAILABLE, False, False)
    assert ask(steps, timedelta(days=1)).raises is Fault.UNAVAILABLE
    assert file(steps, after=timedelta(days=3)).raises is None


def test_a_lost_reply_leaves_the_filing_taken_and_the_next_attempt_is_answered():
    answer = file(["lose_reply"])

    assert (answer.raises, answer.taken, answer.counted) == (Fault.REPLY_LOST, True, True)
    assert answer.granted
    assert file(["lose_reply"], replace(LYING, faults=1)).raises is None


def test_a_crash_lasts_for_ever_unless_it_is_counted():
    assert file(["crash"], replace(FRESH, faults=99)).raises is Fault.CRASHED
    assert file([{"crash": 1}], replace(FRESH, faults=1)).raises is None


def test_nothing_happens_after_a_filing_was_taken_back():
    taken_back = replace(LYING, withdrawn_at=NOON + timedelta(hours=1))

    assert kinds(ask([{"wait": "1d"}], timedelta(days=9), taken_back)) == ["received", "accepted"]
    assert kinds(ask(["never_answer"], timedelta(days=9), taken_back)) == ["received"]


def test_effects_default_by_the_name_of_the_fact_and_follow_the_decision_day():
    templates = effect_templates(
        ["certificate_no(deceased)", "end_date(deceased)", "household_cancelled(deceased)"]
    )
    granted = ask([{"grant": "20h"}], timedelta(days=2), office=replace(OFFICE, effects=templates)).events[-1]
    values = {effect.fact: effect.value for effect in granted.effects}

    assert values["certificate_no(deceased)"].startswith("36090020261104")
    assert values["end_date(deceased)"] == "2026-11-04"
    assert values["household_cancelled(deceased)"] is True


def test_a_story_may_put_its_own_effects_into_a_grant():
    granted = file([{"grant": {"effects": {"amount(account)": 500}}}]).events[-1]

    assert [(effect.fact, effect.value) for effect in granted.effects] == [("amount(account)", 500)]


def test_a_template_with_an_unknown_place_is_refused_at_start():
    with pytest.raises(CatalogError):
        effect_templates({"certificate_no(deceased)": "{moon}"})
