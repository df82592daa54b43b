"""Paper: in goes a finished story, out come milliseconds for a signed receipt and for the bare page."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, Final

from activities.agencies.registry import build, in_process
from activities.receipt_document import build_document
from activities.rendering.pdf import render_bare, render_whole
from activities.rendering.qr import new_code
from activities.rendering.sign import ensure_key
from console.story import Filed, file_story
from onething.adapter import Submission
from onething.calendar import WorkCalendar
from onething.case import initial_state, step
from onething.case_event import Begun, Replied
from onething.case_state import CaseState
from onething.catalog import Catalog
from onething.receipt import ReceiptDocument

_TIMES: Final = 7


def measure(catalog: Catalog, calendar: WorkCalendar) -> dict[str, float]:
    """Draw both in turn; medians."""
    document = asyncio.run(_document(catalog, calendar))
    with TemporaryDirectory() as folder:
        signer = ensure_key(Path(folder))
        signed: list[float] = []
        bare: list[float] = []
        render_whole(document, signer)
        for _ in range(_TIMES):
            began = perf_counter()
            render_bare(document, signer)
            middle = perf_counter()
            render_whole(document, signer)
            bare.append(middle - began)
            signed.append(perf_counter() - middle)
    return {
        "receipt_ms": round(median(signed) * 1000, 1),
        "bare_render_ms": round(median(bare) * 1000, 1),
        "receipt_ratio": round(median(s / b for s, b in zip(signed, bare, strict=True)), 3),
    }


async def _document(catalog: Catalog, calendar: WorkCalendar) -> ReceiptDocument:
    """The default story's receipt, every item answered by the in-process agencies."""
    agencies = list(catalog.agencies.values())
    items = [version for versions in catalog.items.values() for version in versions]
    adapters = build(agencies, in_process(agencies, items))
    capabilities = {name: adapter.capabilities for name, adapter in adapters.items()}
    story = catalog.scenario("bereavement")
    world = (calendar, capabilities)
    filed = file_story(catalog, "bereavement", story, "360900-A-20260302-000000-0", world)
    now = datetime.now(UTC)
    state = await _granted(filed, adapters, now)
    return build_document(filed.prepared.header, state, (1, "completed", ()), now, new_code())


async def _granted(filed: Filed, adapters: dict[str, Any], now: datetime) -> CaseState:
    case = filed.prepared.case
    state = step(case, initial_state(case), Begun(), now).state
    for slot in case.definition.slots:
        submission = Submission(
            key=f"{case.number}/{slot.slot}/1/submit",
            item=slot.item,
            slot=slot.slot,
            round=1,
            payload=filed.prepared.filings[slot.slot].payload,
            at=now,
        )
        events = await adapters[slot.agency].submit(submission)
        state = step(case, state, Replied(slot=slot.slot, round=1, events=events), now).state
    return state
