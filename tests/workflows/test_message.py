"""What agencies and people tell a running case: callbacks in any order, receipts, actions refused."""

from datetime import timedelta

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowUpdateFailedError

from onething.case_state import SlotState
from tests.onething.office import Events, gate, limit
from tests.workflows.bench import NEITHER, slot

SAY = Events()
FAR = limit(200)
NEVER = ["accept", "never_answer"]


class Counted:
    """Counts the questions that an agency is asked."""

    def __init__(self, agency) -> None:
        self.agency, self.capabilities, self.questions = agency, agency.capabilities, 0

    async def submit(self, submission):
        return await self.agency.submit(submission)

    async def query(self, key, at):
        self.questions += 1
        return await self.agency.query(key, at)


async def test_polling_for_weeks_leaves_no_trace_in_history(bench):
    behaviour = {"a": ["accept", {"wait": "21d"}, "grant"]}
    far = slot("a", promised=FAR, statutory=None)
    async with bench.play(far, behaviour=behaviour) as case:
        await case.until(lambda s: len(s.receipts) == 1)
        await case.pass_by(days=1)
        before = len(await case.events())
        await case.pass_by(days=18)
        assert len(await case.events()) == before
        assert (await case.end())["slots"] == {"a": "granted"}
        assert case.effects() == {"a": 1}


async def test_a_callback_decides_and_the_questions_stop(bench):
    counted = []

    def count(agency) -> Counted:
        counted.append(Counted(agency))
        return counted[-1]

    slots = (slot("a", promised=FAR, statutory=None), slot("b", promised=FAR, statutory=None))
    async with bench.play(*slots, behaviour={"a": NEVER, "b": NEVER}, adapt=count) as case:
        await case.until(lambda s: all(one.state is SlotState.UNDER_REVIEW for one in s.slots.values()))
        await case.pass_by(days=3)
        now = await bench.environment.get_current_time()
        await case.reply("a", SAY.granted(now))
        await case.until(lambda s: s.slots["a"].state is SlotState.GRANTED)
        asked = [agency.questions for agency in counted]
        await case.pass_by(days=5)
        later = [agency.questions for agency in counted]
        assert later[0] - asked[0] <= 1
        assert later[1] - asked[1] >= 4
        await case.reply("b", SAY.refused(now))
        assert (await case.end())["slots"] == {"a": "granted", "b": "refused"}


async def test_callbacks_count_once_in_whatever_order_they_come(bench):
    behaviour = {"a": NEVER, "b": NEVER}
    async with bench.play(slot("a", can=NEITHER), slot("b", can=NEITHER), behaviour=behaviour) as case:
        await case.until(lambda s: all(one.state is SlotState.UNDER_REVIEW for one in s.slots.values()))
        now = await bench.environment.get_current_time()
        granted, correction = SAY.granted(now), SAY.correction(now - timedelta(seconds=1))
        for _ in range(3):
            await case.reply("a", granted)
        await case.reply("a", correction)
        await case.reply("a", SAY.refused(now))
        await case.reply("z", SAY.granted(now))
        state = await case.until(lambda s: s.slots["a"].ended)
        assert state.slots["a"].state is SlotState.GRANTED
        assert state.outcomes == 1
        await case.reply("b", SAY.granted(now))
        assert (await case.end())["slots"] == {"a": "granted", "b": "granted"}


async def test_callbacks_that_come_in_one_go_start_one_question(bench):
    async with bench.play(slot("a", promised=FAR), behaviour={"a": NEVER}) as case:
        await case.until(lambda s: s.slots["a"].state is SlotState.UNDER_REVIEW)
        now = await bench.environment.get_current_time()
        for _ in range(5):
            await case.reply("a", SAY.pending(now + timedelta(days=1), now))
        await case.reply("a", SAY.granted(now))
        assert (await case.end())["slots"] == {"a": "granted"}


async def test_a_callback_from_beyond_time_is_for_a_person_and_wedges_nobody(bench):
    behaviour = {"a": NEVER}
    async with bench.play(slot("a", can=NEITHER), slot("b"), behaviour=behaviour) as case:
        await case.until(lambda s: s.slots["a"].state is SlotState.UNDER_REVIEW)
        await case.reply("a", SAY.accepted(SAY.granted().occurred_at.replace(year=9999)))
        await case.until(lambda s: s.slots["a"].state is SlotState.NEEDS_OPERATOR and s.slots["b"].ended)
        now = await bench.environment.get_current_time()
        await case.resume("a", SAY.refused(now))
        assert (await case.end())["slots"] == {"a": "refused", "b": "granted"}


async def test_a_handed_out_receipt_is_followed_by_one_for_the_next_outcome(bench):
    behaviour = {"a": NEVER, "b": NEVER}
    async with bench.play(slot("a", can=NEITHER), slot("b", can=NEITHER), behaviour=behaviour) as case:
        await case.until(lambda s: len(s.receipts) == 1)
        now = await bench.environment.get_current_time()
        await case.hand_out(1)
        await case.hand_out(99)
        await case.reply("a", SAY.granted(now))
        await case.until(lambda s: len(s.receipts) == 2)
        await case.reply("b", SAY.refused(now))
        assert (await case.end())["receipts"] == 3
        assert [(one.revision, one.reason) for one in bench.issued] == [
            (1, "accepted"),
            (2, "outcome_changed"),
            (3, "completed"),
        ]
        assert bench.issued[1].state.slots["a"].state is SlotState.GRANTED
        assert bench.issued[1].state.slots["b"].state is SlotState.UNDER_REVIEW


async def test_what_is_refused_leaves_no_history(bench):
    async with bench.play(slot("a"), slot("b", gates=(gate("g"),)), behaviour={"a": NEVER}) as case:
        await case.until(lambda s: len(s.receipts) == 1)
        await case.pass_by(seconds=5)
        before, revision = len(await case.events()), (await case.state()).revision
        for refused in (
            case.resume("a"),
            case.resume("z"),
            case.resume("b", SAY.granted()),
            case.open_gate("b", "h"),
            case.open_gate("a", "g"),
        ):
            with pytest.raises(WorkflowUpdateFailedError) as raised:
                await refused
            assert raised.value.cause.type == "action_rejected"
        # The test server keeps the workflow tasks that a full server drops; of the requests nothing stays.
        left = {EventType.Name(event.event_type) for event in (await case.events())[before:]}
        assert {name for name in left if "WORKFLOW_TASK" not in name} == set()
        assert (await case.state()).revision == revision


async def test_an_opened_gate_lets_its_slot_go_on_and_says_which_revision_to_wait_for(bench):
    async with bench.play(slot("a", gates=(gate("g"),)), slot("b")) as case:
        await case.until(lambda s: s.slots["b"].ended and len(s.receipts) == 1)
        revision = (await case.state()).revision
        applied = await case.open_gate("a", "g")
        assert applied["revision"] == revision + 1
        assert (await case.end())["slots"] == {"a": "granted", "b": "granted"}
