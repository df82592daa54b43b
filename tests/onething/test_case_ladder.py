"""What starts what: a rung after a refusal, a benefit after any grant, a gate that silence opens."""

from datetime import datetime, timedelta

import pytest

from onething.adapter import Capabilities
from onething.case_definition import SlotEffect
from onething.case_event import Reapplied, Ticked, Withdrawn
from onething.case_record import WorkOrderKind
from onething.case_state import BundleState
from onething.clock import local_day
from onething.duration import Duration, Unit
from onething.item import EffectFrom
from onething.slot_course import state_words
from onething.text import Text

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


def test_a_filing_that_cannot_be_taken_back_is_called_about_once_and_goes_on_there(office):
    """An agency whose system gives nothing back."""
    play = office.begun(
        office.slot("top"),
        office.slot("middle", instead_of=("top",), capabilities=Capabilities(withdraw=False)),
    )
    play.answer("top", play.tell.refused())
    play.answer("middle", play.tell.received(), play.tell.accepted())
    play.take(Reapplied(slot="top", actor="clerk"))
    play.grant("top")
    play.take(Ticked())
    kinds = [(one.slot, one.kind) for one in play.state.work_orders]
    assert kinds == [("middle", WorkOrderKind.WITHDRAW_FILING)]
    assert play.states()["middle"] == "accepted"


@pytest.mark.parametrize("first", ["top", "middle"])
def test_two_rungs_granted_end_the_lower_one_by_a_work_order(office, first):
    play = ladder(office)
    play.answer("top", play.tell.refused())
    play.answer("middle", play.tell.received(), play.tell.accepted())
    play.take(Reapplied(slot="top", actor="clerk"))
    if first == "middle":
        play.grant("middle")
        play.grant("top")
    else:
        play.grant("top")
        play.answer("middle", play.tell.granted(play.now))
    assert [(one.slot, one.kind) for one in play.state.work_orders] == [
        ("middle", WorkOrderKind.END_DECISION)
    ]
    assert play.state.work_orders[0].owner == "agency"


@pytest.mark.parametrize("rung", ["top", "middle"])
def test_what_the_family_takes_back_offers_nothing_in_its_place(office, rung):
    play = ladder(office)
    if rung == "middle":
        play.answer("top", play.tell.refused())
    play.take(Withdrawn(slot=rung, reason="not_wanted", actor="clerk"))
    if play.slot(rung).leaving:
        play.leave(rung)
    assert play.states()[rung] == "withdrawn"
    below = {"top": "middle", "middle": "bottom"}[rung]
    assert play.slot(below).blocked_by.slot == rung
    assert play.submitted() == (["top"] if rung == "top" else ["top", "middle"])
    play.take(Reapplied(slot=rung, actor="clerk"))
    play.answer(rung, play.tell.received(play.now), play.tell.refused(play.now))
    assert play.slot(below).state.value == "submitting"


def test_a_rung_that_waits_for_consent_is_not_needed_once_a_higher_one_is_granted(office):
    play = office.begun(
        office.slot("top"), office.slot("middle", instead_of=("top",), gates=[office.gate("consent")])
    )
    play.answer("top", play.tell.refused())
    assert play.slot("middle").blocked_by.gate == "consent"
    play.take(Reapplied(slot="top", actor="clerk"))
    play.grant("top")
    assert play.states() == {"top": "granted", "middle": "not_applicable"}
    play.store_receipt()
    play.store_receipt()
    assert play.state.state is BundleState.COMPLETED


def test_what_counts_from_the_month_of_application_counts_from_the_whole_cases(office):
    """However late its turn came: the family applied with the case."""
    effect = SlotEffect(
        fact=None,
        item_fact=None,
        title=Text(zh="补贴", en="subsidy"),
        since=EffectFrom.APPLICATION_MONTH,
    )
    play = office.begun(office.slot("a"), office.slot("b", instead_of=("a",), effects=(effect,)))
    play.now += timedelta(days=40)
    play.answer("a", play.tell.received(play.now), play.tell.refused(play.now))
    play.grant("b")
    assert play.slot("b").effective_from.isoformat() == "2026-03-01"


@pytest.mark.parametrize(("alone", "said"), [("linked", "已放弃"), (None, "已撤回")])
def test_what_was_to_go_on_by_itself_is_declined_alone_and_withdrawn_with_the_whole_case(office, alone, said):
    """The second of them waits for the first and is not on offer yet."""
    later = office.slot("later", ["linked"], gates=[declinable(office)])
    linked = office.slot("linked", ["status"], gates=[declinable(office)])
    play = office.begun(office.slot("status"), linked, later)
    play.grant("status")
    play.take(Withdrawn(slot=alone, reason="not_wanted", actor="clerk"))
    assert state_words(linked, play.slot("linked")).zh == said
    if alone is None:
        assert state_words(later, play.slot("later")).zh == "已撤回"
        return
    play.take(Withdrawn(slot=None, reason="not_wanted", actor="clerk"))
    assert state_words(linked, play.slot("linked")).zh == said


def test_what_was_declined_and_is_applied_for_after_all_is_declined_no_more(office):
    linked = office.slot("linked", ["status"], gates=[declinable(office)])
    play = office.begun(office.slot("status"), linked)
    play.grant("status")
    play.take(Withdrawn(slot="linked", reason="not_wanted", actor="clerk"))
    assert play.slot("linked").declined
    play.take(Reapplied(slot="linked", actor="clerk"))
    assert not play.slot("linked").declined
