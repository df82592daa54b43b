"""What starts what: a rung after a refusal, a benefit after any grant, a gate that silence opens."""

from datetime import datetime, timedelta

import pytest

from onething.case_event import Reapplied, Withdrawn
from onething.case_state import BundleState
from onething.clock import local_day
from onething.duration import Duration, Unit

FIVE_DAYS = Duration(amount=5, unit=Unit.WORKING_DAY)


def ladder(office):
    return office.begun(
        office.slot("top"),
        office.slot("middle", instead_of=("top",)),
        office.slot("bottom", instead_of=("top", "middle")),
        office.slot("linked", after_any=("top", "middle")),
    )


def declinable(office):
    return office.gate("opt_out").model_copy(update={"opt_out": FIVE_DAYS})


def test_a_granted_rung_makes_those_below_needless_and_starts_what_is_linked(office):
    play = ladder(office)
    assert play.submitted() == ["top"]
    play.grant("top")
    assert play.states() == {
        "top": "granted",
        "middle": "not_applicable",
        "bottom": "not_applicable",
        "linked": "submitting",
    }
    assert play.kinds().count("not_needed") == 2


def test_a_refused_rung_offers_the_next_with_the_same_data(office):
    play = ladder(office)
    play.answer("top", play.tell.refused())
    assert play.submitted() == ["top", "middle"]
    assert play.states()["linked"] == "waiting"
    play.grant("middle")
    assert play.states() == {
        "top": "refused",
        "middle": "granted",
        "bottom": "not_applicable",
        "linked": "submitting",
    }


def test_at_the_foot_of_the_ladder_what_is_linked_can_never_start_and_says_behind_what(office):
    play = ladder(office)
    play.answer("top", play.tell.refused())
    play.answer("middle", play.tell.declined())
    play.answer("bottom", play.tell.refused())
    assert play.states() == {
        "top": "refused",
        "middle": "declined",
        "bottom": "refused",
        "linked": "blocked",
    }
    assert play.slot("linked").blocked_by.slot == "middle"
    play.store_receipt()
    play.store_receipt()
    assert play.state.state is BundleState.COMPLETED


def test_a_rung_applied_for_again_takes_the_lower_filing_back_once_it_is_granted(office):
    play = ladder(office)
    play.answer("top", play.tell.refused())
    play.answer("middle", play.tell.received(), play.tell.accepted())
    play.take(Reapplied(slot="top", actor="clerk"))
    play.grant("top")
    assert play.slot("middle").leaving is not None
    play.leave("middle")
    assert play.states()["middle"] == "not_applicable"


def test_what_is_linked_goes_on_when_any_slot_before_it_comes_to_be_granted_after_all(office):
    play = ladder(office)
    play.answer("top", play.tell.refused())
    play.answer("middle", play.tell.refused())
    assert play.states()["linked"] == "blocked"
    play.take(Reapplied(slot="top", actor="clerk"))
    assert play.states()["linked"] == "waiting"
    play.grant("top")
    assert play.states()["linked"] == "submitting"


@pytest.mark.parametrize("silent", [True, False])
def test_a_benefit_without_application_starts_by_itself_unless_the_person_declines(office, silent):
    play = office.begun(office.slot("status"), office.slot("linked", ["status"], gates=[declinable(office)]))
    play.grant("status")
    gate = play.slot("linked").blocked_by
    assert gate.gate == "opt_out"
    assert local_day(gate.until) == datetime(2026, 3, 10).date()  # noqa: DTZ001 - 2 March and five working days
    if silent:
        play.ring_until(play.now + timedelta(days=10))
        assert play.submitted() == ["status", "linked"]
    else:
        play.take(Withdrawn(slot="linked", reason="declined", actor="clerk"))
        play.ring_until(play.now + timedelta(days=10))
        assert play.states()["linked"] == "withdrawn"
        assert play.submitted() == ["status"]


def test_a_person_who_confirms_has_the_benefit_at_once(office):
    play = office.begun(office.slot("status"), office.slot("linked", ["status"], gates=[declinable(office)]))
    play.grant("status")
    play.open_gate("linked", "opt_out")
    assert play.submitted() == ["status", "linked"]
