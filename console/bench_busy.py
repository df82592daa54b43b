"""A busy case: in goes a running server, out come the events of fifteen slots, five of them filed thrice.

The dearest way there: every word of an agency and of a person comes alone, after the last one was recorded,
each agency is also asked by key, and every receipt is handed out at once, so that each decision draws one.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from time import monotonic, perf_counter
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import select
from temporalio.client import WorkflowHandle

from activities import signatures
from activities.agencies.registry import build, in_process
from activities.signatures import Act, AgencyReplied, HandOut
from console.bench_case import Ground, our_queue, our_side
from console.bench_shape import reshaped
from console.seal import seal
from console.story import file_story
from forms.intake import Prepared
from onething.adapter import Accepted, AgencyEvent, Capabilities, CorrectionRequested, Granted, Reason
from onething.case_definition import CaseInput
from onething.case_event import Corrected
from onething.case_state import CaseState, SlotState
from onething.clock import local_day
from onething.text import Text
from records.blob import put_blob
from records.schema import case as stored

SLOTS: Final = 15
BUSY: Final = 5
ROUNDS: Final = 3
NAMES: Final = tuple(f"slot[{place}]" for place in range(SLOTS))
_GLANCE: Final = 0.005
_PATIENCE: Final = 60.0
_WHY: Final = (Reason(code="incomplete", text=Text(zh="材料不全", en="Something lacks")),)


async def measure(ground: Ground) -> dict[str, Any]:
    """Play the case once: the number of its events does not depend on the machine."""
    agencies = list(ground.catalog.agencies.values())
    adapters = build(agencies, in_process(agencies, (), {"*": ["never_answer"]}))
    began = perf_counter()
    async with our_side(ground, adapters):
        office = await _open(ground)
        await office.settled()
        for name in NAMES:
            await office.hear(name, office.asks() if name in NAMES[:BUSY] else office.accepts())
        for round_ in range(2, ROUNDS + 1):
            for name in NAMES[:BUSY]:
                await office.correct(name, round_)
                await office.hear(name, office.accepts())
                if round_ < ROUNDS:
                    await office.hear(name, office.asks())
        for name in NAMES:
            await office.hear(name, office.grants())
        await office.handle.result(rpc_timeout=timedelta(seconds=_PATIENCE))
        history = await office.handle.fetch_history()
    return {
        "busy_case_events": len(history.events),
        "busy_case_kilobytes": round(sum(event.ByteSize() for event in history.events) / 1000),
        "busy_case_seconds": round(perf_counter() - began, 1),
    }


@dataclass(slots=True)
class Office:
    """The case and everybody who speaks to it."""

    ground: Ground
    handle: WorkflowHandle[Any, Any]
    case: CaseInput
    prepared: Prepared
    state: CaseState
    ids: Iterator[int] = field(default_factory=lambda: count(1))

    async def hear(self, slot: str, word: AgencyEvent) -> None:
        """An agency's callback, and the wait until it is recorded."""
        reply = AgencyReplied(slot=slot, round=self.state.slots[slot].round, events=(word,))
        await self.handle.signal("agency_replied", reply)
        await self.settled()

    async def correct(self, slot: str, round_: int) -> None:
        """The applicant's answer to a correction: the filing anew."""
        filing = self.prepared.filings[slot]
        changed = filing.model_copy(update={"payload": {**filing.payload, "remark": f"round {round_}"}})
        blob = await put_blob(
            self.ground.archive, self.case.number, changed.model_dump_json().encode(), "application/json"
        )
        action = Corrected(payloads={slot: blob.blob_id}, actor="clerk")
        await self.handle.execute_update("act", Act(action=action))
        await self.settled()

    async def settled(self) -> None:
        """Wait until the case is at rest and recorded, handing out each receipt as it comes."""
        seen, deadline = self.state.revision, monotonic() + _PATIENCE
        while True:
            recorded = await self._recorded()
            if recorded > seen:
                self.state = CaseState.model_validate(await self.handle.query("state"))
                if recorded == self.state.revision and _is_quiet(self.state):
                    break
            if monotonic() > deadline:
                raise TimeoutError(self.case.number)
            await asyncio.sleep(_GLANCE)
        newest = len(self.state.receipts)
        if newest > self.state.handed_out and not self.state.completed_at:
            await self.handle.signal("hand_out", HandOut(revision=newest))
            await self.settled()

    async def _recorded(self) -> int:
        wanted = select(stored.c.revision).where(stored.c.number == self.case.number)
        revision: int = await self.ground.archive.database.read(lambda c: c.execute(wanted).scalar_one())
        return revision

    def asks(self) -> CorrectionRequested:
        """Something lacks."""
        return CorrectionRequested(reasons=_WHY, materials=("id_card",), **self._named())

    def accepts(self) -> Accepted:
        """The filing is accepted."""
        return Accepted(at=datetime.now(UTC), **self._named())

    def grants(self) -> Granted:
        """The filing is granted."""
        return Granted(**self._named())

    def _named(self) -> dict[str, Any]:
        return {"event_id": f"busy-{next(self.ids)}", "occurred_at": datetime.now(UTC)}


async def _open(ground: Ground) -> Office:
    """File fifteen independent slots: the published nine, and the first six of them once more."""
    story = ground.catalog.scenario("bereavement", "yichun_nine")
    world = (ground.calendar, dict.fromkeys(ground.catalog.agencies, Capabilities()))
    filed = file_story(ground.catalog, "bereavement", story, "bench", world)
    nine = [slot.slot for slot in filed.prepared.case.definition.slots]
    changes = {
        name: {"queue": our_queue(place), "capabilities": Capabilities()} for place, name in enumerate(NAMES)
    }
    slots = {name: nine[place % len(nine)] for place, name in enumerate(NAMES)}
    shaped = reshaped(filed.prepared, slots, changes)
    now = datetime.now(UTC)
    today = shaped.case.model_copy(update={"received_on": local_day(now), "submitted_at": now})
    prepared = Prepared(today, shaped.filings, shaped.header)
    number = f"360900-A-20260302-{uuid4().int % 10**12:012d}-0"
    case = await seal(ground.archive, prepared, number)
    handle = await ground.client.start_workflow(
        signatures.WORKFLOW, case, id=number, task_queue=signatures.WORKFLOW_QUEUE
    )
    return Office(ground, handle, case, prepared, CaseState.model_validate(await handle.query("state")))


def _is_quiet(state: CaseState) -> bool:
    filing = any(slot.state is SlotState.SUBMITTING for slot in state.slots.values())
    return not filing and state.receipt_asked == len(state.receipts)
