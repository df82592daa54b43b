"""A slot's rounds on a real server: a filing still being tried never stands in its next round's way."""

from onething.case_event import Reapplied
from onething.case_state import SlotState
from tests.onething.office import Events
from tests.workflows.bench import BOTH, slot

SAY = Events()
DAY_OUT = {"unavailable": {"for": "1d"}}


async def test_a_slot_applied_for_again_while_its_first_filing_is_still_tried_is_filed(bench):
    behaviour = {"a": [DAY_OUT], "b": ["never_answer"]}
    async with bench.play(slot("a", can=BOTH), slot("b", can=BOTH), behaviour=behaviour) as case:
        now = await bench.environment.get_current_time()
        await case.reply("a", SAY.refused(now))
        await case.until(lambda state: state.slots["a"].state is SlotState.REFUSED)
        await case.act(Reapplied(slot="a", actor="clerk"))
        await case.pass_by(days=9)
        one = await case.slot("a")
        assert (one.state, one.round) == (SlotState.GRANTED, 2)
