"""Acts: each thing that people do in a story, at its moment, and stories that are told to be wrong."""

from dataclasses import dataclass
from typing import Any

import pytest

from console.act import perform
from onething.case_state import CaseState
from onething.errors import CatalogError
from records.receipt import receipts_of
from records.timeline import timeline_of

LONG = ["accept", {"wait": "10d"}, "grant"]


@dataclass
class Played:
    """A story after its end."""

    state: CaseState
    effects: dict[str, int]
    words: list[str]
    receipts: int

    def of(self, slot: str) -> tuple[str, int]:
        return self.state.slots[slot].state.value, self.state.slots[slot].round


@pytest.fixture
def play(stage, told):
    """Play the published case with these acts, behaviours and expectations."""

    async def played(*acts: dict[str, Any], **changes: Any) -> Played:
        expect = changes.pop("expect", {"state": "completed"})
        story = told(acts=acts, expect=expect, **changes)
        async with stage.play(story) as under_way:
            state = await perform(under_way)
            effects = under_way.effects()
        words = [line.kind for line in await timeline_of(stage.archive, state.number)]
        return Played(state, effects, words, len(await receipts_of(stage.archive, state.number)))

    return played


async def test_a_refused_item_is_applied_for_again_with_better_answers(play):
    again = {
        "do": "reapply",
        "slot": "housing_fund",
        "answers": {"applicant": {"phone": "13879500119"}},
        "when": {"slot": "housing_fund", "state": "refused", "after": "2d"},
    }
    behaviour = {"housing_fund": ["accept", "refuse", "accept", "grant"], "real_estate": LONG}
    played = await play(again, behaviour=behaviour)
    assert played.of("housing_fund") == ("granted", 2)
    assert played.effects["housing_fund"] == 1


async def test_a_receipt_in_hand_is_followed_by_one_for_each_change(play):
    hand_out = {"do": "hand_out", "when": {"receipts": 1}}
    behaviour = {"real_estate": LONG, "survivor_benefit": ["accept", {"wait": "3d"}, "grant"]}
    plain = await play(behaviour=behaviour)
    handed = await play(hand_out, behaviour=behaviour)
    assert handed.receipts == plain.receipts + 1


async def test_one_item_is_withdrawn_and_what_cannot_be_given_back_is_called_about(play):
    moment = {"slot": "real_estate", "state": "under_review", "after": "1h"}
    played = await play(
        {"do": "withdraw", "slot": "real_estate", "when": moment},
        {"do": "withdraw", "slot": "survivor_benefit"},
        {"do": "close_order", "order": "withdraw_filing:survivor_benefit:1", "reason": "told"},
        {
            "do": "close_order",
            "order": "withdraw_filing:survivor_benefit:1",
            "refused": "no such open work-order",
        },
        behaviour={"real_estate": LONG, "survivor_benefit": LONG},
        capabilities={"social_insurance": {"withdraw": False}},
    )
    assert played.of("real_estate") == ("withdrawn", 1)
    assert played.of("survivor_benefit") == ("granted", 1)
    orders = {order.kind: order.result for order in played.state.work_orders}
    assert orders["withdraw_filing"] == "told"


async def test_an_amended_case_drops_an_item_and_takes_another_up(play):
    change = {
        "do": "amend",
        "situations": {"has_housing_fund": False, "had_driving_licence": True},
        "when": {"receipts": 1, "after": "1d"},
    }
    played = await play(change, behaviour={"housing_fund": LONG, "real_estate": LONG})
    assert played.of("housing_fund") == ("not_applicable", 1)
    assert played.of("licence") == ("granted", 1)
    assert played.effects == {**dict.fromkeys(played.effects, 1)}
    assert "housing_fund" not in played.effects


async def test_a_stuck_item_is_retried_given_up_or_answered_for(play):
    stuck = {"idempotent_submit": False, "query_by_key": False}
    at = {"state": "needs_operator", "after": "3h"}
    answered = [{"kind": "received"}, {"kind": "accepted"}, {"kind": "granted"}]
    lost = ["lose_reply", "grant"]
    behaviour = {"household_cancellation": lost, "real_estate": lost, "housing_fund": lost}
    agencies = ("police", "real_estate", "housing_fund")
    played = await play(
        {"do": "resume", "slot": "household_cancellation", "action": "enter_answer", "events": answered,
         "when": {"slot": "household_cancellation", **at}},
        {"do": "resume", "slot": "housing_fund", "action": "skip", "refused": "skipping needs a reason"},
        {"do": "resume", "slot": "housing_fund", "action": "skip", "reason": "given_up"},
        {"do": "resume", "slot": "real_estate", "action": "retry", "when": {"slot": "real_estate", **at}},
        behaviour=behaviour,
        capabilities=dict.fromkeys(agencies, stuck),
    )  # fmt: skip
    assert played.of("household_cancellation") == ("granted", 1)
    assert played.of("housing_fund") == ("withdrawn", 1)
    assert played.of("real_estate") == ("granted", 1)


async def test_a_held_case_files_nothing_until_the_hold_ends(play):
    played = await play(
        {
            "do": "hold",
            "hold": "reported_alive",
            "when": {"slot": "survivor_benefit", "state": "under_review"},
        },
        {
            "do": "hold",
            "hold": "reported_alive",
            "refused": "the case is held already",
            "when": {"held": True},
        },
        {"do": "end_hold", "end": "continue", "when": {"held": True, "after": "20d"}},
        behaviour={"survivor_benefit": LONG},
    )
    pension = played.state.slots["pension_account"]
    survivor = played.state.slots["survivor_benefit"]
    assert (pension.submitted_at - survivor.decided_at).days == 10
    assert [word for word in played.words if word in {"held", "hold_ended"}] == ["held", "hold_ended"]


async def test_a_callback_counts_once_and_only_for_its_round(play):
    refused = {"kind": "refused", "event_id": "late"}
    granted = {"kind": "granted", "occurred_at": "now-1h", "event_id": "e"}
    played = await play(
        {"do": "callback", "slot": "real_estate", "round": 7, "events": [refused],
         "when": {"slot": "real_estate", "state": "under_review", "after": "2d"}},
        {"do": "callback", "slot": "real_estate", "events": [granted, granted]},
        behaviour={"real_estate": LONG, "survivor_benefit": LONG},
    )  # fmt: skip
    real_estate = played.state.slots["real_estate"]
    assert real_estate.state == "granted"
    assert (real_estate.decided_at - played.state.begun_at).days == 1
    assert "late_answer" not in played.words


async def test_a_year_that_is_announced_is_counted_again(play, told):
    base = told()
    ((number, record),) = base.registers["death"].items()
    died = {**base.registers, "death": {number: {**record, "death_time": "2025-12-20T08:00"}}}
    played = await play(
        {"do": "announce_year", "year": 2026, "when": {"slot": "survivor_benefit", "state": "under_review"}},
        filed_at="2025-12-29T10:00:00+08:00",
        years_known=(2024, 2025),
        registers=died,
        behaviour={"survivor_benefit": LONG},
    )
    due = played.state.slots["survivor_benefit"].promised.due
    # 30 and 31 December, then 4 January (a Sunday worked instead, 国办发明电〔2025〕7号) to 20 January.
    assert (due.due.isoformat(), due.provisional) == ("2026-01-20", False)
    assert "calendar_announced" in played.words


async def test_a_case_goes_on_under_the_present_definition_and_with_other_workers(play):
    moment = {"slot": "real_estate", "state": "under_review", "after": "1d"}
    played = await play(
        {"do": "migrate", "when": moment}, {"do": "restart_worker"}, behaviour={"real_estate": LONG}
    )
    assert played.of("real_estate") == ("granted", 1)
    assert set(played.effects.values()) == {1}
    assert "migrated" in played.words


async def test_acts_come_in_order_each_not_before_its_time(play):
    played = await play(
        {"do": "restart_worker", "when": {"after": "5d"}},
        {"do": "withdraw", "slot": "real_estate", "when": {"after": "1d"}},
        behaviour={"real_estate": LONG},
    )
    withdrawn = played.state.slots["real_estate"].decided_at - played.state.begun_at
    assert withdrawn.days == 5


async def test_a_story_may_leave_its_case_open(play):
    stuck = {"idempotent_submit": False, "query_by_key": False}
    played = await play(
        behaviour={"real_estate": ["lose_reply", "grant"]},
        capabilities={"real_estate": stuck},
        expect={"state": "running", "slots": {"real_estate": "needs_operator", "housing_fund": "granted"}},
    )
    assert played.state.state == "running"


# ---- wrong stories ---------------------------------------------------------------------------------

PHONE = {"applicant": {"phone": "13879500119"}}
NEVER = {"slot": "real_estate", "round": 2}


@pytest.mark.parametrize(
    ("act", "wrong"),
    [
        (
            {"do": "withdraw", "slot": "licence"},
            "act 1 .withdraw. is refused. Fix: action_rejected: no such slot",
        ),
        ({"do": "hand_out", "when": NEVER}, "the moment of act 1 .hand_out. never comes about"),
        ({"do": "restart_worker", "refused": "action_rejected"}, "is taken"),
        ({"do": "correct", "answers": PHONE, "refused": "not_known"}, "refused otherwise"),
        (
            {"do": "correct", "answers": {"applicant": {"phone": None}}},
            "is refused. Fix: answers_rejected: .*/applicant/phone",
        ),
    ],
    ids=["refused", "never", "taken", "otherwise", "answers"],
)
async def test_what_is_not_answered_as_the_story_says_is_an_error_that_names_it(play, act, wrong):
    with pytest.raises(CatalogError, match=wrong) as raised:
        await play(act, behaviour={"real_estate": LONG})
    assert raised.value.file.endswith("yichun_nine.yaml")


async def test_what_is_refused_leaves_no_trace(play):
    played = await play(
        {"do": "correct", "answers": PHONE, "refused": "action_rejected", "when": {"receipts": 1}},
        {"do": "correct", "answers": {"applicant": {"phone": None}}, "refused": "answers_rejected"},
        {"do": "bring_paper", "slot": "real_estate", "material": "will", "refused": "this paper is not owed"},
        {
            "do": "open_gate",
            "slot": "real_estate",
            "gate": "g",
            "refused": "the slot does not wait for this gate",
        },
        behaviour={"real_estate": LONG},
    )
    assert played.of("real_estate") == ("granted", 1)
    assert "corrected" not in played.words
