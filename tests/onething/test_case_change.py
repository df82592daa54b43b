"""Changes to a case under way: slots added and dropped, newer definitions, holds, calendars, undoing."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from onething.adapter import CorrectionRequested, Effect, Reason
from onething.case import check_action
from onething.case_clock import holder
from onething.case_definition import HoldRule, SlotDefinition, SlotEffect
from onething.case_event import (
    Amended,
    CalendarAnnounced,
    Corrected,
    HoldEnded,
    HoldRaised,
    Migrated,
    Reapplied,
    Revoked,
    Unavailable,
    WorkOrderClosed,
)
from onething.case_record import WorkOrderKind
from onething.case_state import BundleState, SlotState
from onething.clock import MonthGate
from onething.definition import HoldEnd
from onething.errors import ActionRejected
from onething.item import EffectFrom, Reversibility
from onething.revocation import reversals
from onething.text import Text
from tests.onething.office import CALENDAR

DAY = timedelta(days=1)
WORD = Text(zh="词", en="word")
ALIVE = HoldRule(
    hold="alive", reasons=("person_alive",), text=WORD, fix=WORD, ends=(HoldEnd.CONTINUE, HoldEnd.TERMINATE)
)
MISMATCH = HoldRule(
    hold="mismatch", reasons=("identity_mismatch",), text=WORD, fix=WORD, ends=(HoldEnd.CONTINUE,)
)


def with_slots(play, *slots: SlotDefinition, **changes: Any):
    return play.case.definition.model_copy(update={"slots": slots, **changes})


def amended(play, *slots: SlotDefinition, **payloads: str):
    return Amended(definition=with_slots(play, *slots), payloads=payloads, actor="clerk")


def test_an_added_slot_starts_when_its_turn_comes(office):
    a = office.slot("a")
    play = office.begun(a)
    event = amended(play, a, office.slot("b"), office.slot("c", after=["a"]), b="blob-b", c="blob-c")
    check_action(play.case, play.state, event, play.now)
    play.take(event)
    assert play.states() == {"a": "submitting", "b": "submitting", "c": "waiting"}
    assert play.case.payloads == {"a": "blob-a", "b": "blob-b", "c": "blob-c"}
    assert play.submitted() == ["a", "b"]


def test_a_dropped_slot_is_no_longer_called_for_and_what_was_decided_stays(office):
    a, b, c = office.slot("a"), office.slot("b"), office.slot("c")
    play = office.begun(a, b, c).grant("b")
    play.answer("c", play.tell.received())
    play.take(amended(play, a))
    assert play.states() == {"a": "submitting", "b": "granted", "c": "received"}
    play.leave("c")
    assert play.slot("c").state is SlotState.NOT_APPLICABLE
    assert [slot.slot for slot in play.case.definition.slots] == ["a", "b", "c"]


def test_an_amendment_that_changes_a_filing_has_it_filed_anew(office):
    a, b = office.slot("a"), office.slot("b")
    play = office.begun(a, b).grant("b")
    play.answer("a", play.tell.received())
    play.take(amended(play, a, b, office.slot("c"), a="new-a", b="new-b", c="blob-c"))
    play.leave("a")
    assert (play.slot("a").round, play.case.payloads["a"]) == (2, "new-a")
    assert [order.slot for order in play.state.work_orders] == ["b"]


def test_an_amendment_that_makes_no_sense_is_refused(office):
    a = office.slot("a")
    play = office.begun(a)
    wrong = {
        "no filing": amended(play, a, office.slot("b")),
        "another item": amended(play, office.slot("a", item="agency/other")),
        "unknown before": amended(play, a, office.slot("b", after=["x"]), b="blob"),
        "circle": amended(
            play, a, office.slot("b", after=["c"]), office.slot("c", after=["b"]), b="b", c="c"
        ),
    }
    for event in wrong.values():
        with pytest.raises(ActionRejected):
            check_action(play.case, play.state, event, play.now)


def test_a_migration_keeps_answers_and_effects_and_changes_what_is_to_come(office):
    a, b = office.slot("a"), office.slot("b", after=["a"])
    play = office.begun(a, b).grant("a")
    before = play.slot("a")
    quick = b.model_copy(update={"promised": office.limit(1)})
    event = Migrated(definition=with_slots(play, a, quick, format=2), actor="clerk")
    check_action(play.case, play.state, event, play.now)
    play.take(event)
    assert play.slot("a") == before
    assert play.case.payloads == {"a": "blob-a", "b": "blob-b"}
    play.answer("b", play.tell.received())
    assert play.slot("b").promised.due.due.isoformat() == "2026-03-03"


def test_a_migration_that_would_drop_something_is_refused(office):
    a, b = office.slot("a"), office.slot("b")
    play = office.begun(a, b)
    for slots, changes in (
        ((a,), {}),
        ((a, office.slot("b", item="agency/other")), {}),
        ((a, b), {"format": 0}),
        ((a, b), {"bundle": "other"}),
        ((a, b, office.slot("c")), {}),
    ):
        event = Migrated(definition=with_slots(play, *slots, **changes), actor="clerk")
        with pytest.raises(ActionRejected):
            check_action(play.case, play.state, event, play.now)


def test_an_announced_year_counts_provisional_due_dates_again(office):
    play = office.begun(
        office.slot("a", statutory=office.limit(100), promised=office.limit(5)),
        calendar=CALENDAR.slice(2025, 2025),
    )
    play.answer("a", play.tell.received(), play.tell.accepted())
    before = play.slot("a").statutory.due
    assert before.provisional
    play.take(CalendarAnnounced(calendar=CALENDAR))
    after = play.slot("a").statutory.due
    assert after.due != before.due
    assert after.calendar_version != before.calendar_version


def test_while_a_case_is_held_nothing_is_filed_and_it_does_not_end(office):
    play = office.begun(office.slot("a"), office.slot("b", after=["a"]), office.slot("c"), holds=(ALIVE,))
    play.take(HoldRaised(hold="alive", actor="clerk"))
    play.grant("a")
    play.take(Unavailable(slot="c", round=1))
    assert play.states() == {"a": "granted", "b": "waiting", "c": "waiting"}
    play.commands.clear()
    play.take(HoldEnded(end=HoldEnd.CONTINUE, actor="clerk"))
    assert play.submitted() == ["b", "c"]


def test_an_agency_that_says_so_holds_the_case(office):
    play = office.begun(office.slot("a"), office.slot("b", after=["a"]), holds=(ALIVE, MISMATCH))
    said = CorrectionRequested(
        fields=("name",), reasons=(Reason(code="identity_mismatch", text=WORD),), **play.tell.named(play.now)
    )
    play.answer("a", play.tell.received(), said)
    assert (play.state.hold.hold, play.state.hold.slot, play.state.hold.fields) == (
        "mismatch",
        "a",
        ("name",),
    )
    play.take(Corrected(payloads={"a": "new"}, actor="clerk"))
    assert play.slot("a").state is SlotState.WAITING
    play.take(HoldEnded(end=HoldEnd.CONTINUE, actor="clerk"))
    assert (play.slot("a").state, play.slot("a").round) == (SlotState.SUBMITTING, 2)


def test_a_hold_ends_only_as_its_rule_says(office):
    play = office.begun(office.slot("a"), holds=(ALIVE, MISMATCH))
    stop = HoldEnded(end=HoldEnd.TERMINATE, actor="clerk")
    for event in (stop, HoldRaised(hold="unknown", actor="clerk")):
        with pytest.raises(ActionRejected):
            check_action(play.case, play.state, event, play.now)
    play.take(HoldRaised(hold="mismatch", actor="clerk"))
    for event in (stop, HoldRaised(hold="alive", actor="clerk")):
        with pytest.raises(ActionRejected):
            check_action(play.case, play.state, event, play.now)


def test_somebody_alive_stops_everything_and_has_undone_what_was_done_last_act_first(office):
    play = office.begun(
        office.slot("a", reversibility=Reversibility.CORRECTION),
        office.slot("b", reversibility=Reversibility.REPAYMENT),
        office.slot("c", reversibility=Reversibility.IRREVERSIBLE),
        office.slot("d"),
        office.slot("e", after=["d"]),
        holds=(ALIVE,),
    )
    for name in ("a", "b", "c"):
        play.now += DAY
        play.grant(name)
    play.answer("d", play.tell.received())
    undone = [(one.slot, one.kind, one.remains) for one in reversals(play.case, play.state)]
    play.take(HoldRaised(hold="alive", actor="clerk"))
    play.take(HoldEnded(end=HoldEnd.TERMINATE, actor="clerk"))
    resting, *undoing = play.state.work_orders
    assert (resting.slot, resting.kind) == ("d", WorkOrderKind.PAUSE_FILING)
    assert (resting.owner, resting.result) == ("agency", "hold_ended")
    orders = [(order.slot, order.kind) for order in undoing]
    assert orders == [
        ("c", WorkOrderKind.ASK_PERSON),
        ("b", WorkOrderKind.DEMAND_REPAYMENT),
        ("a", WorkOrderKind.UNDO),
    ]
    assert [(slot, kind) for slot, kind, _ in undone] == orders
    assert [slot for slot, _, remains in undone if remains] == ["c"]
    play.leave("d")
    assert play.states() == {
        "a": "granted",
        "b": "granted",
        "c": "granted",
        "d": "withdrawn",
        "e": "withdrawn",
    }
    play.store_receipt()
    play.store_receipt()
    assert play.state.state is BundleState.TERMINATED


def test_a_work_order_has_an_owner_and_a_day_and_its_result_is_told_on_a_new_receipt(office):
    play = office.begun(office.slot("a"), office.slot("b"), holds=(ALIVE,)).grant("a")
    play.answer("b", play.tell.received(), play.tell.correction())
    play.take(Corrected(payloads={"a": "new", "b": "new"}, actor="clerk"))
    (order,) = play.state.work_orders
    assert (order.order, order.owner, order.due.isoformat()) == (
        "correct_decision:a:1",
        "agency",
        "2026-03-09",
    )
    told = play.state.outcomes
    close = WorkOrderClosed(order=order.order, result="corrected", actor="clerk")
    check_action(play.case, play.state, close, play.now)
    play.take(close, DAY)
    assert (play.state.work_orders[0].closed_at, play.state.outcomes) == (play.now, told + 1)
    with pytest.raises(ActionRejected):
        check_action(play.case, play.state, close, play.now)


def test_a_month_gate_opens_by_itself_on_its_day(office):
    gate = office.gate("month").model_copy(update={"month": MonthGate(day=10)})
    play = office.begun(office.slot("a"), office.slot("b", after=["a"], gates=(gate,))).grant("a")
    opens = datetime.fromisoformat("2026-04-10T00:00:00+08:00")
    assert (play.slot("b").state, play.slot("b").blocked_by.until) == (SlotState.BLOCKED, opens)
    play.ring_until(opens - timedelta(seconds=1))
    assert play.slot("b").state is SlotState.BLOCKED
    play.ring_until(opens)
    assert play.slot("b").state is SlotState.SUBMITTING


def test_an_early_opening_of_a_month_gate_by_a_person_counts(office):
    gate = office.gate("month").model_copy(update={"month": MonthGate(day=10)})
    play = office.begun(office.slot("a"), office.slot("b", after=["a"], gates=(gate,))).grant("a")
    play.open_gate("b", "month")
    assert play.slot("b").state is SlotState.SUBMITTING


def ended(office, *names: str):
    play = office.begun(*(office.slot(name) for name in names)).grant(*names)
    play.store_receipt()
    play.store_receipt()
    assert play.state.state is BundleState.COMPLETED
    return play


def test_what_was_done_is_undone_after_the_end_last_act_first_on_new_receipts(office):
    play = ended(office, "a", "b")
    wrong = Revoked(reason="death_record_wrong", actor="clerk")
    check_action(play.case, play.state, wrong, play.now)
    play.take(wrong, DAY)
    assert [order.slot for order in play.state.work_orders] == ["b", "a"]
    assert play.receipts()[-1] == (2, "corrected")
    play.store_receipt()
    for order in play.state.work_orders:
        play.take(WorkOrderClosed(order=order.order, result="undone", actor="clerk"))
        play.store_receipt()
    assert [reason for _, reason in play.receipts()[-2:]] == ["corrected", "corrected"]
    assert play.state.state is BundleState.COMPLETED
    assert play.states() == {"a": "granted", "b": "granted"}


def test_a_case_is_revoked_once_and_only_for_something_done(office):
    play = ended(office, "a")
    wrong = Revoked(reason="death_record_wrong", actor="clerk")
    play.take(wrong)
    with pytest.raises(ActionRejected):
        check_action(play.case, play.state, wrong, play.now)
    nothing = office.begun(office.slot("a"))
    with pytest.raises(ActionRejected):
        check_action(nothing.case, nothing.state, wrong, nothing.now)


def test_nothing_else_is_asked_of_a_case_that_has_ended(office):
    play = ended(office, "a")
    for event in (HoldRaised(hold="alive", actor="clerk"), Corrected(payloads={"a": "new"}, actor="clerk")):
        with pytest.raises(ActionRejected):
            check_action(play.case, play.state, event, play.now)


@pytest.mark.parametrize(("amount", "orders"), [(0, []), (120000, [WorkOrderKind.DEMAND_REPAYMENT])])
def test_money_paid_too_much_is_demanded_back(office, amount, orders):
    overpaid = SlotEffect(
        fact="overpaid(deceased)",
        item_fact="overpaid(person)",
        title=WORD,
        since=EffectFrom.DECISION,
        opens=WorkOrderKind.DEMAND_REPAYMENT,
    )
    play = office.begun(office.slot("a", effects=(overpaid,)), office.slot("b"))
    granted = play.tell.granted().model_copy(
        update={"effects": (Effect(fact="overpaid(person)", value=amount),)}
    )
    play.answer("a", play.tell.received(), granted)
    assert [order.kind for order in play.state.work_orders] == orders


def test_whoever_has_a_filing_lets_it_rest_while_a_case_is_held_and_is_told_to_go_on(office):
    play = office.begun(office.slot("a"), office.slot("b"), office.slot("c", ["b"]), holds=(ALIVE,))
    play.answer("a", play.tell.received())
    play.take(HoldRaised(hold="alive", actor="clerk"))
    assert [(one.slot, one.kind, one.closed_at) for one in play.state.work_orders] == [
        ("a", WorkOrderKind.PAUSE_FILING, None)
    ]
    assert holder(play.slot("c"), held=True) == "window"
    assert holder(play.slot("c")) == "system"
    play.take(HoldEnded(end=HoldEnd.CONTINUE, actor="clerk"))
    assert play.state.work_orders[0].closed_at is not None
    assert [entry.slot for entry in play.entries if entry.kind == "filing_freed"] == ["a"]


@pytest.mark.parametrize("reopens", [True, False])
def test_a_wrong_product_reopens_the_one_item_that_delivered_it(office, reopens):
    play = office.begun(office.slot("device", reopens=reopens), office.slot("other"))
    play.grant("device", "other")
    again = Reapplied(slot="device", payload="better", actor="clerk")
    if not reopens:
        with pytest.raises(ActionRejected):
            check_action(play.case, play.state, again, play.now)
        return
    check_action(play.case, play.state, again, play.now)
    play.take(again)
    assert play.states() == {"device": "submitting", "other": "granted"}
    assert play.slot("device").round == 2
    assert play.case.payloads["device"] == "better"
    play.grant("device")
    assert play.states()["device"] == "granted"


def test_a_filing_that_arrives_while_a_case_is_held_is_asked_to_rest_too(office):
    play = office.begun(office.slot("a"), office.slot("b"), holds=(ALIVE,))
    play.take(HoldRaised(hold="alive", actor="clerk"))
    assert play.state.work_orders == ()
    play.answer("a", play.tell.received())
    assert [(one.slot, one.kind) for one in play.state.work_orders] == [("a", WorkOrderKind.PAUSE_FILING)]


def test_what_was_delivered_before_stays_to_be_undone_when_the_second_round_is_refused(office):
    play = office.begun(office.slot("device", reopens=True, reversibility=Reversibility.CORRECTION))
    effect = Effect(fact="device_no(person)", value="D-1")
    granted = play.tell.granted(play.now).model_copy(update={"effects": (effect,)})
    play.answer("device", play.tell.received(), granted)
    play.take(Reapplied(slot="device", actor="clerk"))
    play.answer("device", play.tell.received(play.now), play.tell.refused(play.now))
    assert play.states() == {"device": "refused"}
    (earlier,) = play.slot("device").earlier
    assert (earlier.round, earlier.effects) == (1, (effect,))
    (undone,) = reversals(play.case, play.state)
    assert undone.key.endswith("/device/1/submit")
