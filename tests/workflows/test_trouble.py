"""Filing troubles on a real server: every filing takes effect exactly once, and one slot's is its own."""

from datetime import timedelta

import pytest
from temporalio.api.enums.v1 import EventType

from onething.case_state import OperatorReason, SlotState
from onething.errors import SubmissionUncertain
from tests.onething.office import Events
from tests.workflows.bench import ASKABLE, BOTH, NEITHER, REPEATABLE, slot

SAY = Events()


class Deaf:
    """Loses filings on their way in, as many as told, and passes everything else on."""

    def __init__(self, agency, losses) -> None:
        self.agency, self.losses, self.tries = agency, losses, 0
        self.capabilities = agency.capabilities

    async def submit(self, submission):
        self.tries += 1
        if self.tries <= self.losses:
            raise SubmissionUncertain(agency="deaf", detail="lost on its way")
        return await self.agency.submit(submission)

    async def query(self, key, at):
        return await self.agency.query(key, at)


@pytest.mark.parametrize(
    "can", [BOTH, REPEATABLE, ASKABLE, NEITHER], ids=["both", "repeatable", "askable", "neither"]
)
async def test_an_agency_down_for_three_days_is_tried_until_it_is_back(bench, can):
    started = await bench.environment.get_current_time()
    async with bench.play(slot("a", can=can), behaviour={"a": [{"unavailable": {"for": "3d"}}]}) as case:
        output = await case.end()
        assert output["slots"] == {"a": "granted"}
        assert case.effects() == {"a": 1}
        assert await bench.environment.get_current_time() - started > timedelta(days=3)
        assert len(await case.events()) < (100 if can.idempotent_submit else 1500)


@pytest.mark.slow
async def test_an_agency_down_for_more_than_a_week_is_for_a_person_who_may_try_again(bench):
    behaviour = {"a": [{"unavailable": {"for": "8d"}}]}
    async with bench.play(slot("a"), slot("b"), behaviour=behaviour) as case:
        state = await case.until(lambda s: s.slots["a"].state is SlotState.NEEDS_OPERATOR, step=86400)
        assert state.slots["a"].operator.reason is OperatorReason.AGENCY_UNAVAILABLE
        assert state.slots["b"].state is SlotState.GRANTED
        await case.pass_by(days=2)
        await case.resume("a")
        assert (await case.end())["slots"]["a"] == "granted"
        assert case.effects() == {"a": 1, "b": 1}


@pytest.mark.parametrize("can", [BOTH, ASKABLE, REPEATABLE], ids=["both", "askable", "repeatable"])
async def test_a_lost_reply_is_found_again_or_sent_again_without_a_second_effect(bench, can):
    async with bench.play(slot("a", can=can), behaviour={"a": ["lose_reply"]}) as case:
        assert (await case.end())["slots"] == {"a": "granted"}
        assert case.effects() == {"a": 1}


@pytest.mark.parametrize("can", [BOTH, ASKABLE, REPEATABLE], ids=["both", "askable", "repeatable"])
async def test_a_filing_lost_on_its_way_is_sent_again(bench, can):
    async with bench.play(slot("a", can=can), adapt=lambda agency: Deaf(agency, 2)) as case:
        assert (await case.end())["slots"] == {"a": "granted"}
        assert case.effects() == {"a": 1}


async def test_with_neither_a_lost_reply_is_for_a_person_who_enters_what_the_agency_says(bench):
    async with bench.play(slot("a", can=NEITHER), slot("b"), behaviour={"a": ["lose_reply"]}) as case:
        state = await case.until(lambda s: s.slots["a"].state is SlotState.NEEDS_OPERATOR)
        need = state.slots["a"].operator
        assert (need.reason, need.key) == (
            OperatorReason.UNCERTAIN_SUBMISSION,
            f"{case.case.number}/a/1/submit",
        )
        now = await bench.environment.get_current_time()
        await case.resume("a", SAY.received(now), SAY.granted(now))
        assert (await case.end())["slots"] == {"a": "granted", "b": "granted"}
        assert case.effects() == {"a": 1, "b": 1}


async def test_with_neither_a_filing_lost_on_its_way_is_sent_again_by_a_person_only(bench):
    async with bench.play(slot("a", can=NEITHER), adapt=lambda agency: Deaf(agency, 1)) as case:
        await case.until(lambda s: s.slots["a"].state is SlotState.NEEDS_OPERATOR)
        await case.pass_by(days=3)
        assert case.effects() == {}
        await case.resume("a")
        assert (await case.end())["slots"] == {"a": "granted"}
        assert case.effects() == {"a": 1}


async def test_an_answer_given_twice_counts_once(bench):
    async with bench.play(slot("a"), behaviour={"a": ["answer_twice"]}) as case:
        assert (await case.end())["slots"] == {"a": "granted"}
        assert case.effects() == {"a": 1}
        assert len((await case.state()).slots["a"].seen) == 3


async def test_a_crash_is_for_a_person_and_leaves_the_siblings_be(bench):
    async with bench.play(slot("a"), slot("b"), slot("c", "b"), behaviour={"a": [{"crash": 1}]}) as case:
        state = await case.until(
            lambda s: s.slots["a"].state is SlotState.NEEDS_OPERATOR and s.slots["c"].ended
        )
        assert state.slots["a"].operator.reason is OperatorReason.UNEXPECTED
        assert state.slots["a"].operator.detail == "MockCrashed"
        await case.resume("a")
        assert set((await case.end())["slots"].values()) == {"granted"}
        assert case.effects() == {"a": 1, "b": 1, "c": 1}


async def test_a_filing_whose_agency_has_decided_meanwhile_is_not_sent_any_more(bench):
    """Its replies are lost while it is retried; the decision comes by callback."""
    behaviour = {"a": [{"unavailable": {"for": "3d"}}]}
    async with bench.play(slot("a", can=REPEATABLE), slot("b"), behaviour=behaviour) as case:
        await case.until(lambda state: state.slots["b"].state is SlotState.GRANTED)
        now = await bench.environment.get_current_time()
        await case.reply("a", SAY.received(now), SAY.refused(now))
        assert (await case.end())["slots"] == {"a": "refused", "b": "granted"}
        assert case.effects().get("a", 0) == 0
        asked = EventType.EVENT_TYPE_ACTIVITY_TASK_CANCEL_REQUESTED
        assert [event.event_type for event in await case.events()].count(asked) >= 1
