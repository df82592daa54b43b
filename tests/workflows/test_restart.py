"""Workers that die in the middle of a filing: whoever takes over brings about no second effect."""

import asyncio
from contextlib import AsyncExitStack, suppress

import pytest

from onething.case_state import OperatorReason, SlotState
from tests.onething.office import Events
from tests.workflows.bench import ASKABLE, BOTH, NEITHER, REPEATABLE, Running, slot

SAY = Events()


class Doomed:
    """Takes the filing, and then its worker dies before it can say so."""

    def __init__(self, agency) -> None:
        self.agency, self.capabilities = agency, agency.capabilities
        self.taken = asyncio.Event()

    async def submit(self, submission):
        await self.agency.submit(submission)
        self.taken.set()
        await asyncio.Event().wait()

    async def query(self, key, at):
        return await self.agency.query(key, at)


async def killed_in_the_middle(bench, stack, can):
    """A case whose first agency worker was cancelled without grace while filing; the second one serves."""
    one = slot("a", can=can)
    mocks = bench.agencies((one,), {})
    doomed = Doomed(mocks["a"])
    case = await bench.file(one)
    await stack.enter_async_context(bench.office_worker())
    await stack.enter_async_context(bench.receipt_worker())
    first = asyncio.create_task(bench.agency_worker("agency-a", {"a": doomed}).run())
    running = Running(bench, case, await bench.start(case), mocks)
    await doomed.taken.wait()
    first.cancel()
    with suppress(asyncio.CancelledError):
        await first
    await stack.enter_async_context(bench.agency_worker("agency-a", mocks))
    return running


@pytest.mark.parametrize("can", [BOTH, ASKABLE, REPEATABLE], ids=["both", "askable", "repeatable"])
async def test_a_worker_killed_between_filing_and_saying_so_leaves_one_effect(bench, can):
    async with AsyncExitStack() as stack:
        case = await killed_in_the_middle(bench, stack, can)
        assert (await case.end())["slots"] == {"a": "granted"}
        assert case.effects() == {"a": 1}


async def test_with_neither_a_killed_filing_is_uncertain_and_for_a_person(bench):
    async with AsyncExitStack() as stack:
        case = await killed_in_the_middle(bench, stack, NEITHER)
        state = await case.until(lambda s: s.slots["a"].state is SlotState.NEEDS_OPERATOR)
        assert state.slots["a"].operator.reason is OperatorReason.UNCERTAIN_SUBMISSION
        now = await bench.environment.get_current_time()
        await case.resume("a", SAY.received(now), SAY.granted(now))
        assert (await case.end())["slots"] == {"a": "granted"}
        assert case.effects() == {"a": 1}


async def test_a_workflow_worker_that_dies_is_replaced_by_one_that_knows_everything(bench):
    slots = (slot("a"), slot("b", "a"), slot("c", "b"))
    mocks = bench.agencies(slots, {"b": ["accept", {"wait": "2d"}, "grant"]})
    case = await bench.file(*slots)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(bench.receipt_worker())
        for one in slots:
            await stack.enter_async_context(bench.agency_worker(one.queue, mocks))
        # Without a cache each task is a whole replay, and no task waits for the memory of the dead.
        first = asyncio.create_task(bench.office_worker(cached=0).run())
        running = Running(bench, case, await bench.start(case), mocks)
        await running.until(lambda s: s.slots["b"].state is SlotState.UNDER_REVIEW)
        first.cancel()
        with suppress(asyncio.CancelledError):
            await first
        await stack.enter_async_context(bench.office_worker(cached=0))
        assert set((await running.end())["slots"].values()) == {"granted"}
        assert running.effects() == {"a": 1, "b": 1, "c": 1}
