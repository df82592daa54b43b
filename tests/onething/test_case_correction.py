"""Corrections: one notice for the case, an answer that sends only its slot round again, and silence."""

from datetime import datetime, timedelta

import pytest

from onething.case import check_action
from onething.case_definition import OwedMaterial
from onething.case_event import Corrected, PaperBrought
from onething.case_record import OwedState, WorkOrderKind
from onething.case_state import ClockState, SlotState
from onething.errors import ActionRejected
from onething.legal_profile import LegalProfile, OnSilence
from onething.text import Text

DAY = timedelta(days=1)
WORD = Text(zh="词", en="word")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text + "+08:00")


def correct(play, *names: str, later: timedelta = timedelta()):
    return play.take(Corrected(payloads={name: f"new-{name}" for name in names}, actor="clerk"), later)


def why_not(play, action) -> str:
    with pytest.raises(ActionRejected) as caught:
        check_action(play.case, play.state, action, play.now)
    return str(caught.value.params["what"])


def test_what_lacks_is_told_once_when_every_slot_has_passed_its_first_look(office):
    play = office.begun(office.slot("a"), office.slot("b"), office.slot("c", after=["a"]))
    play.answer("a", play.tell.received(), play.tell.correction())
    assert play.state.notices == ()
    play.answer("b", play.tell.received(), play.tell.correction())
    assert [(notice.number, notice.slots) for notice in play.state.notices] == [(1, ("a", "b"))]
    assert play.slot("a").correction.due.due.due.isoformat() == "2026-03-23"
    assert "notice_given" in play.kinds()


def test_the_notice_waits_for_noon_of_the_day_on_which_the_earliest_window_ends(office):
    play = office.begun(office.slot("a"), office.slot("b"))
    play.answer("a", play.tell.received(), play.tell.correction())
    play.answer("b", play.tell.received())
    play.ring_until(at("2026-03-09T11:59:59"))
    assert play.state.notices == ()
    play.ring_until(at("2026-03-09T12:00:00"))
    assert [(notice.at, notice.slots) for notice in play.state.notices] == [(play.now, ("a",))]


def test_a_later_request_is_supplementary_a_breach_and_moves_no_other_limit(office):
    play = office.begun(office.slot("a"), office.slot("b"))
    play.answer("a", play.tell.received(), play.tell.correction())
    play.answer("b", play.tell.received(), play.tell.accepted())
    first = play.slot("a").correction.due
    play.answer("b", play.tell.correction(play.now + DAY), later=DAY)
    assert [(n.number, n.slots, n.breach) for n in play.state.notices] == [
        (1, ("a",), ()),
        (2, ("b",), ("b",)),
    ]
    assert play.state.notices[1].supplementary
    assert play.slot("a").correction.due == first
    assert play.slot("b").correction.due.due.due > first.due.due


def test_asking_again_for_the_same_is_no_breach(office):
    play = office.begun(office.slot("a"))
    play.answer("a", play.tell.received(), play.tell.correction())
    correct(play, "a", later=DAY)
    play.answer("a", play.tell.received(play.now), play.tell.correction(play.now))
    assert (play.slot("a").round, play.slot("a").corrections) == (2, 2)
    assert [notice.breach for notice in play.state.notices] == [(), ()]


def test_before_acceptance_no_clock_runs_and_the_completed_filing_has_a_day_of_its_own(office):
    play = office.begun(office.slot("a"), office.slot("b"))
    play.answer("a", play.tell.received(), play.tell.correction())
    play.answer("b", play.tell.received(), play.tell.accepted())
    slot = play.slot("a")
    assert (slot.clock, slot.statutory, slot.promised) == (ClockState.STOPPED, None, None)
    play.commands.clear()
    correct(play, "a", later=3 * DAY)
    assert play.submitted() == ["a"]
    assert play.case.payloads["a"] == "new-a"
    play.answer("a", play.tell.received(play.now))
    assert play.slot("a").statutory.due.due.isoformat() == "2026-04-02"
    assert play.slot("b").round == 1


def test_after_acceptance_the_clock_stands_still_from_the_request_to_the_answer(office):
    play = office.begun(office.slot("a"))
    play.answer("a", play.tell.received(), play.tell.accepted())
    due = play.slot("a").statutory.due.due
    play.answer("a", play.tell.correction(play.now + DAY), later=DAY)
    assert play.slot("a").clock is ClockState.PAUSED
    correct(play, "a", later=2 * DAY)
    play.answer("a", play.tell.received(play.now))
    slot = play.slot("a")
    assert [(p.first.isoformat(), p.last.isoformat()) for p in slot.pauses] == [("2026-03-03", "2026-03-05")]
    assert slot.accepted_at == office.filed_at
    assert (due.isoformat(), slot.statutory.due.due.isoformat()) == ("2026-03-30", "2026-04-02")
    assert (slot.clock, slot.state) == (ClockState.RUNNING, SlotState.UNDER_REVIEW)


def test_silence_of_the_agency_is_acceptance_from_the_day_of_receipt(office):
    play = office.begun(office.slot("a", statutory=office.limit(20, starts="accepted")))
    play.answer("a", play.tell.received())
    play.ring_until(at("2026-03-09T23:59:59"))
    assert play.slot("a").state is SlotState.RECEIVED
    play.ring_until(at("2026-03-10T00:00:00"))
    slot = play.slot("a")
    assert (slot.state, slot.deemed, slot.accepted_at) == (SlotState.ACCEPTED, True, office.filed_at)
    assert slot.statutory.due.due.isoformat() == "2026-03-30"


def test_a_word_spoken_in_time_and_heard_late_undoes_the_acceptance_by_silence(office):
    play = office.begun(office.slot("a", statutory=office.limit(20, starts="accepted")))
    play.answer("a", play.tell.received())
    play.ring_until(at("2026-03-10T00:00:00"))
    spoken = at("2026-03-05T10:00:00")
    play.answer("a", play.tell.accepted(spoken))
    slot = play.slot("a")
    assert (slot.deemed, slot.accepted_at) == (False, spoken)
    assert slot.statutory.due.due.isoformat() == "2026-04-02"


def test_a_request_made_in_time_and_heard_late_stands_before_acceptance(office):
    play = office.begun(office.slot("a"))
    play.answer("a", play.tell.received())
    play.ring_until(at("2026-03-10T00:00:00"))
    play.answer("a", play.tell.correction(at("2026-03-05T10:00:00")))
    slot = play.slot("a")
    assert (slot.state, slot.accepted_at, slot.deemed) == (SlotState.CORRECTION_REQUESTED, None, False)
    assert slot.correction.breach is False


def test_silence_of_the_applicant_is_a_lapse_after_a_reminder(office):
    play = office.begun(office.slot("a"), office.slot("b", after=["a"]))
    play.answer("a", play.tell.received(), play.tell.correction())
    play.ring_until(at("2026-03-24T00:00:00"))
    assert play.states() == {"a": "lapsed", "b": "blocked"}
    assert [kind for kind in play.kinds() if kind in {"applicant_reminded", "lapsed"}] == [
        "applicant_reminded",
        "lapsed",
    ]
    assert [c.slot for c in play.commands if c.kind == "withdraw"] == ["a"]


def test_a_profile_may_keep_a_silent_filing_open(office):
    stays = LegalProfile(on_silence=OnSilence.STAY)
    play = office.begun(office.slot("a", profile="stays"), profiles={"stays": stays})
    play.answer("a", play.tell.received(), play.tell.correction())
    play.ring_until(at("2026-04-24T00:00:00"))
    assert play.slot("a").state is SlotState.CORRECTION_REQUESTED
    assert play.slot("a").overdue == ("answer",)
    assert play.kinds().count("overdue") == 1


def test_a_shared_fact_is_filed_anew_where_undecided_and_opens_a_work_order_where_decided(office):
    play = office.begun(office.slot("a"), office.slot("b"), office.slot("c"), office.slot("d", after=["b"]))
    play.answer("a", play.tell.received(), play.tell.correction())
    play.answer("b", play.tell.received(), play.tell.accepted())
    play.grant("c")
    correct(play, "a", "b", "c", "d")
    assert play.submitted()[-1] == "a"
    assert [c.slot for c in play.commands if c.kind == "withdraw"] == ["b"]
    assert [(order.kind, order.slot) for order in play.state.work_orders] == [
        (WorkOrderKind.CORRECT_DECISION, "c")
    ]
    play.leave("b")
    assert (play.slot("b").round, play.submitted()[-1]) == (2, "b")
    assert play.case.payloads["d"] == "new-d"


@pytest.mark.parametrize("kept", [True, False])
def test_a_paper_owed_is_brought_in_time_or_the_filing_counts_as_withdrawn(office, kept):
    owed = OwedMaterial(material="photo", title=WORD)
    play = office.begun(office.slot("a", owed=(owed,), promised=office.limit(10)))
    play.answer("a", play.tell.received(), play.tell.accepted())
    (paper,) = play.slot("a").owed
    assert paper.due.due.isoformat() == "2026-03-12"  # two working days before the promise, 16 March
    if kept:
        play.take(PaperBrought(slot="a", material="photo", actor="clerk"), DAY)
        assert play.slot("a").owed[0].state is OwedState.MET
        assert [order.kind for order in play.state.work_orders] == [WorkOrderKind.DELIVER_PAPER]
    play.ring_until(at("2026-03-13T00:00:00"))
    assert play.slot("a").state is (SlotState.ACCEPTED if kept else SlotState.LAPSED)


def test_an_open_promise_keeps_the_case_running(office):
    play = office.begun(office.slot("a", owed=(OwedMaterial(material="photo", title=WORD),)))
    play.answer("a", play.tell.received(), play.tell.accepted(), play.tell.granted())
    play.store_receipt()
    assert play.state.state == "running"
    play.take(PaperBrought(slot="a", material="photo", actor="clerk"))
    assert play.state.state == "running", "the receipt still says that the paper is owed"
    play.store_receipt()
    assert play.receipts() == [(1, "accepted"), (2, "completed")]
    assert play.state.state == "completed"


def test_a_case_of_before_completes_with_the_receipt_it_has(office):
    play = office.begun(office.slot("a", owed=(OwedMaterial(material="photo", title=WORD),)), format=1)
    play.answer("a", play.tell.received(), play.tell.accepted(), play.tell.granted())
    play.store_receipt()
    play.take(PaperBrought(slot="a", material="photo", actor="clerk"))
    assert play.receipts() == [(1, "accepted")]
    assert play.state.state == "completed"


@pytest.mark.parametrize(("format_", "due"), [(1, "2026-03-03"), (2, "2026-03-30")])
def test_once_an_item_is_granted_its_paper_keeps_the_limit_the_family_was_told(office, format_, due):
    owed = OwedMaterial(material="photo", title=WORD)
    play = office.begun(office.slot("a", owed=(owed,), promised=office.limit(1)), format=format_)
    play.answer("a", play.tell.received())
    play.answer("a", play.tell.accepted(), play.tell.granted())
    (paper,) = play.slot("a").owed
    assert paper.due.due.isoformat() == due


def test_a_paper_due_before_the_promise_ends_gets_its_own_limit_back_with_the_grant(office):
    owed = OwedMaterial(material="photo", title=WORD)
    play = office.begun(office.slot("a", owed=(owed,), promised=office.limit(10)))
    play.answer("a", play.tell.received(), play.tell.accepted())
    assert play.slot("a").owed[0].due.due.isoformat() == "2026-03-12"
    play.answer("a", play.tell.granted(play.now + DAY), later=DAY)
    (paper,) = play.slot("a").owed
    assert paper.due.due.isoformat() == "2026-03-30"
    assert not paper.reminded


def test_what_a_gate_waits_to_be_told_goes_in_with_the_filing_and_opens_it(office):
    slots = [office.slot("a", gates=[office.gate("g")]), office.slot("b", ["a"]), office.slot("c")]
    play = office.begun(*slots)
    told = Corrected(payloads={"a": "named"}, opened={"a": "g"}, actor="clerk")
    play.take(told)
    assert play.states() == {"a": "submitting", "b": "waiting", "c": "submitting"}
    assert play.case.payloads["a"] == "named"
    assert play.slot("a").round == 1
    assert play.kinds()[-2:] == ["corrected", "gate_opened"]
    assert why_not(play, told) == "the slot does not wait for this gate"


def test_what_is_told_for_now_leaves_the_gate_shut_and_changes_no_other_filing_unasked(office):
    play = office.begun(office.slot("a", gates=[office.gate("g")]), office.slot("b", ["a"]), office.slot("c"))
    correct(play, "a")
    assert play.states() == {"a": "blocked", "b": "waiting", "c": "submitting"}
    assert play.case.payloads["a"] == "new-a"
    for names in (("b",), ("c",), ("a", "c")):
        unasked = Corrected(payloads=dict.fromkeys(names, "other"), actor="clerk")
        assert why_not(play, unasked) == "nobody asked for a correction"
