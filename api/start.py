"""Starting: in go committed cases, out come their workflows; what was missed is found by the reconciler."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Final

import structlog

from activities.record import snapshot_of
from activities.signatures import RecordCaseInput
from api.announcement import announce
from api.errors import EngineRefused, EngineUnavailable
from api.office import Office
from api.relay import relay
from api.standing import case_input
from onething.case import initial_state, step
from onething.case_definition import CaseInput
from onething.case_event import Begun
from records.case import get_case, mark_started, unstarted_cases
from records.draft import purge_drafts
from records.inbox import InboxEntry, unrelayed
from records.snapshot import apply_snapshot

EVERY_SECONDS: Final = 30.0
_OWN_START: Final = timedelta(seconds=5)
"""So long a case belongs to the request that filed it."""
_log = structlog.get_logger("api")


async def begin(office: Office, case: CaseInput) -> bool:
    """Start a case just committed; False when the engine cannot now and the reconciler will."""
    try:
        await _start(office, case)
    except (EngineUnavailable, EngineRefused) as error:
        _log.warning("start postponed", error=type(error).__name__)
        return False
    return True


async def reconcile(office: Office) -> None:
    """At once, whenever something is reported, and every 30 s: start, relay, throw expired drafts away.

    And once, as soon as the engine is there: tell open cases of holidays announced since they began.
    """
    older_than, told = timedelta(), False
    while True:
        try:
            await sweep(office, older_than)
            if not told:
                await announce(office)
                told = True
        except Exception as error:  # noqa: BLE001 - the task's edge: one bad round must not be the last
            _log.error("reconciler interrupted", error=type(error).__name__)
        older_than = _OWN_START
        with suppress(TimeoutError):
            await asyncio.wait_for(office.wake.wait(), EVERY_SECONDS)
        office.wake.clear()


async def sweep(office: Office, older_than: timedelta = timedelta()) -> int:
    """One round, never two at a time in this process; gives how many cases were started."""
    async with office.sweeping:
        return await _sweep(office, older_than)


async def _sweep(office: Office, older_than: timedelta) -> int:
    started = 0
    try:
        for number in await unstarted_cases(office.archive, office.now(), older_than):
            started += await _start_again(office, number)
        for entry in await unrelayed(office.archive):
            await _relay(office, entry)
    except EngineUnavailable:
        _log.warning("engine away")
    await purge_drafts(office.archive, office.now())
    return started


async def _start_again(office: Office, number: str) -> int:
    try:
        stored = await get_case(office.archive, number)
        await _start(office, await case_input(office, stored))
    except EngineUnavailable:
        raise
    except Exception as error:  # noqa: BLE001 - one case's edge: erased or damaged, it must not keep others
        _log.error("case cannot start", case=number, error=type(error).__name__)
        return 0
    return 1


async def _relay(office: Office, entry: InboxEntry) -> None:
    try:
        await relay(office, entry)
    except EngineUnavailable:
        raise
    except Exception as error:  # noqa: BLE001 - one callback's edge: it stays in the inbox and holds up no other
        _log.error("callback not relayed", agency=entry.agency, error=type(error).__name__)


async def _start(office: Office, case: CaseInput) -> None:
    """Start the workflow, then record the case's first state, which the workflow leaves to the door."""
    await office.engine.start(case)
    await mark_started(office.archive, case.number, office.now())
    begun = step(case, initial_state(case), Begun(), case.submitted_at)
    first = RecordCaseInput(state=begun.state, entries=begun.entries)
    await apply_snapshot(office.archive, snapshot_of(first))
