"""The workflow adds nothing: sampled orders and ends come to the same end in Temporal as in the reducer."""

import asyncio
import random
from dataclasses import dataclass
from typing import Any

import pytest
from temporalio.client import WorkflowHandle

from activities.agencies.mock import MockAgency, MockOptions
from activities.signatures import Act, AgencyReplied
from onething.adapter import AgencyEvent, Capabilities
from onething.case import initial_state, next_instant, step
from onething.case_definition import CaseInput, SlotDefinition
from onething.case_event import (
    Begun,
    CaseEvent,
    FilingLeft,
    ReceiptIssued,
    Replied,
    Stuck,
    Ticked,
    Withdrawn,
)
from onething.case_state import AT_AGENCY, CaseState, OperatorReason, SlotState
from tests.onething.graphs import Graph, graphs
from tests.onething.office import FILED_AT, Events, Play
from tests.onething.office import slot as any_slot

RUNS, SEED = 200, 20260302
NAMES = "abcde"
SAY = Events()
CALLS_BACK = Capabilities(query_by_key=False)
AT_ONCE = {
    SlotState.GRANTED: [],
    SlotState.REFUSED: ["refuse"],
    SlotState.DECLINED: ["decline"],
    SlotState.LAPSED: ["ask_correction"],
    SlotState.WITHDRAWN: ["never_answer"],
    SlotState.NEEDS_OPERATOR: ["crash"],
}
"""How an agency plays the end of a slot that waits for none."""
LATER = {end: ["crash"] if end is SlotState.NEEDS_OPERATOR else ["never_answer"] for end in AT_ONCE}
"""The others' ends come by callback, when all is quiet: the count of receipts is then no race."""
WORDS = {
    SlotState.GRANTED: SAY.granted,
    SlotState.REFUSED: SAY.refused,
    SlotState.DECLINED: SAY.declined,
    SlotState.LAPSED: SAY.correction,
}


@dataclass(frozen=True)
class Sample:
    """One run: an order, and the end meant for each of its slots."""

    graph: Graph
    ends: tuple[SlotState, ...]

    def slots(self) -> list[SlotDefinition]:
        return [
            any_slot(
                NAMES[one],
                [NAMES[before] for before in after],
                item=f"agency/{'later' if after else 'at_once'}_{self.ends[one]}",
                capabilities=CALLS_BACK,
            )
            for one, after in enumerate(self.graph)
        ]

    def end(self, name: str) -> SlotState:
        return self.ends[NAMES.index(name)]


def samples() -> list[Sample]:
    """A third of three, four and five slots each; grants twice as likely, or little would be filed."""
    chance = random.Random(SEED)  # noqa: S311 -- a sample, not a secret
    drawn = []
    for run in range(RUNS):
        graph = chance.choice(graphs(3 + run % 3))
        ends = tuple(chance.choice((*AT_ONCE, SlotState.GRANTED, SlotState.GRANTED)) for _ in graph)
        drawn.append(Sample(graph, ends))
    return drawn


@pytest.mark.slow
async def test_two_hundred_sampled_cases_end_in_temporal_as_they_do_in_the_reducer(bench):
    drawn = samples()
    behaviour = {f"at_once_{end}": steps for end, steps in AT_ONCE.items()}
    behaviour |= {f"later_{end}": steps for end, steps in LATER.items()}
    agency = MockAgency("agency", MockOptions(behaviour=behaviour, capabilities=CALLS_BACK))
    async with bench.serve(tuple(drawn[0].slots()), {"agency": agency}):
        handles = [await bench.start(await bench.file(*sample.slots())) for sample in drawn]
        states = await _played(bench, drawn, handles)
        for sample, handle, state in zip(drawn, handles, states, strict=True):
            assert _told(state) == _told(_in_the_reducer(sample)), sample
            if state.completed_at is None:
                await handle.terminate()
    found = {slot.state for state in states for slot in state.slots.values()}
    assert found == {*AT_ONCE, SlotState.BLOCKED, SlotState.WAITING}
    assert {len(state.receipts) for state in states} == {1, 2}


def _told(state: CaseState) -> tuple[str, dict[str, str], int]:
    slots = {name: slot.state.value for name, slot in state.slots.items()}
    return state.state.value, slots, len(state.receipts)


# ---- in Temporal -------------------------------------------------------------------------------------


async def _played(
    bench: Any, drawn: list[Sample], handles: list[WorkflowHandle[Any, Any]]
) -> list[CaseState]:
    """Say what is to be said whenever all cases are quiet; then let the applicants' limits pass."""
    states = await _quiet(handles)
    while any(map(_due, states)):
        now = await bench.environment.get_current_time()
        for sample, handle, state in zip(drawn, handles, states, strict=True):
            for name in _due(state):
                await _say(handle, sample, name, now)
        states = await _quiet(handles)
    await bench.environment.sleep(60 * 86400)
    return await _quiet(handles)


async def _say(handle: WorkflowHandle[Any, Any], sample: Sample, name: str, now: Any) -> None:
    end = sample.end(name)
    if end is SlotState.WITHDRAWN:
        await handle.execute_update("act", Act(action=Withdrawn(slot=name, reason="wish", actor="clerk")))
    else:
        word = WORDS[end](now)
        await handle.signal("agency_replied", AgencyReplied(slot=name, round=1, events=(word,)))


async def _quiet(handles: list[WorkflowHandle[Any, Any]]) -> list[CaseState]:
    """The states once nothing is being filed, taken back or drawn in any case."""
    for _ in range(600):
        found = [CaseState.model_validate(await handle.query("state")) for handle in handles]
        if not any(_is_busy(state) for state in found):
            return found
        await asyncio.sleep(0)
    raise AssertionError("never quiet")


def _is_busy(state: CaseState) -> bool:
    moving = any(
        slot.state is SlotState.SUBMITTING or slot.leaving is not None for slot in state.slots.values()
    )
    return moving or not state.receipt_asked or state.receipt_asked > len(state.receipts)


def _due(state: CaseState) -> list[str]:
    """Slots whose end is to be brought about now."""
    return [name for name, slot in state.slots.items() if slot.state in AT_AGENCY]


# ---- in the reducer ----------------------------------------------------------------------------------


class _Alone:
    """The same run without any workflow."""

    def __init__(self, sample: Sample) -> None:
        self.sample = sample
        self.case: CaseInput = Play(sample.slots()).case
        self.state, self.now = initial_state(self.case), FILED_AT

    def take(self, event: CaseEvent) -> None:
        self.state = step(self.case, self.state, event, self.now).state

    def hear(self, name: str, *words: AgencyEvent) -> None:
        self.take(Replied(slot=name, round=1, events=words))

    def file(self) -> None:
        """Answer every filing under way, and store the receipts asked for."""
        while any(slot.state is SlotState.SUBMITTING for slot in self.state.slots.values()):
            for name, slot in self.state.slots.items():
                if slot.state is SlotState.SUBMITTING:
                    self._answer(name, self.sample.end(name))
        while self.state.receipt_asked > len(self.state.receipts):
            self.take(ReceiptIssued(revision=self.state.receipt_asked, sha256="0" * 64))

    def _answer(self, name: str, end: SlotState) -> None:
        if end is SlotState.NEEDS_OPERATOR:
            self.take(Stuck(slot=name, round=1, reason=OperatorReason.UNEXPECTED))
        elif end is SlotState.WITHDRAWN or self.sample.graph[NAMES.index(name)]:
            self.hear(name, SAY.received(self.now))
        else:
            self.hear(name, SAY.received(self.now), WORDS[end](self.now))


def _in_the_reducer(sample: Sample) -> CaseState:
    alone = _Alone(sample)
    alone.take(Begun())
    alone.file()
    while due := _due(alone.state):
        for name in due:
            end = sample.end(name)
            if end is SlotState.WITHDRAWN:
                alone.take(Withdrawn(slot=name, reason="wish", actor="clerk"))
                alone.take(FilingLeft(slot=name, round=1, gone=True))
            else:
                alone.hear(name, WORDS[end](alone.now))
        alone.file()
    while (instant := next_instant(alone.state, alone.now)) is not None:
        alone.now = instant
        alone.take(Ticked())
        alone.file()
    return alone.state
