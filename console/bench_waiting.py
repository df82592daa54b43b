"""Cases that wait: in goes how many, out comes what one more costs beside them and what the worker weighs.

Two embedded servers, each with one worker process as `once up` runs them; agencies play inside the worker.
One server is empty, the other has the waiting cases; one more case is timed on both in turn, so that whatever
else the machine does at that moment falls on both.
"""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from statistics import median
from time import monotonic, perf_counter
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import exists, func, select
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHandle

from activities import signatures
from activities.agencies.registry import Override, build, in_process
from console.bench_shape import reshaped
from console.footprint import processor_seconds, pss_mb
from console.process import Child
from console.seal import seal
from console.story import file_story
from console.supervisor import Stack, children
from forms.intake import Prepared
from onething.calendar import load_calendar
from onething.case_state import AT_AGENCY
from onething.catalog import Catalog
from onething.clock import local_day
from records.archive import Archive, open_archive
from records.schema import receipt, slot_case
from runtime.keyring import KeyRing
from runtime.settings import Settings
from runtime.temporal import connect

ASKED: Final = "asked"
"""The worker's argument: its agencies can be asked by key."""
SLOTS: Final = 2
"""Slots of a case, waiting or not: those of the published nine whose limits are the longest."""
WHOLE: Final = 250
"""The last of those that wait have all nine slots, so that the worker is weighed with whole cases at hand."""
_STORY: Final = "yichun_nine"
_WAITING: Final = "waiting"
_BRIEF: Final = "brief"
_FOR_EVER: Final = ("accept", "never_answer")
_SAMPLES: Final = 15
_WARM_UP: Final = 6
_RUSHES: Final = 3
_IN_FLIGHT: Final = 120
"""Cases begun and not yet at rest: fewer than the worker keeps at hand, so that none is read up again."""
_AT_ONCE: Final = 20
_GLANCE: Final = 0.1
_WHILE: Final = 20
"""Seconds over which is looked at how busy server and worker are."""
_BUSY: Final = 0.5
"""Seconds of processor time in a second, above which something is surely under way."""
_AS_CALM: Final = 0.8
"""Used in one while no less than this part of what was used in the one before: it gets no calmer."""
_PATIENCE: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Hall:
    """Where cases are filed, and the kinds of them."""

    client: Client
    archive: Archive
    waiting: Prepared
    whole: Prepared
    brief: Prepared


def measure(catalog: Catalog, cases: int, *, asked: bool = False) -> dict[str, Any]:
    """Park `cases` on one of two servers and time one more case on both; and what the worker weighs then.

    Agencies that call back are not asked, so that a parked case is one timer and nothing else. `asked`
    ones are asked every few hours as well: each parked slot then keeps a question that is put off.
    """
    roles, table = ("temporal", "worker"), _table(asked=asked)
    with Stack(roles=roles, table=table) as free, Stack(roles=roles, table=table) as full:
        return asyncio.run(_measure(free, full, catalog, cases, asked=asked))


def stand_ins(catalog: Catalog, *, asked: bool) -> dict[str, Override]:
    """Every agency inside the process: they accept what is to wait and say no more, and grant the rest."""
    agencies = list(catalog.agencies.values())
    items = [version for versions in catalog.items.values() for version in versions]
    plays = in_process(agencies, items, {_WAITING: list(_FOR_EVER)})
    return {name: _calling_back(play, asked=asked) for name, play in plays.items()}


def _calling_back(play: Override, *, asked: bool) -> Override:
    options = dict(play.options or {})
    options["capabilities"] = {**options.get("capabilities", {}), "callbacks": True, "query_by_key": asked}
    return play.model_copy(update={"options": options})


def _table(*, asked: bool) -> Callable[[Settings, Sequence[str]], Sequence[Child]]:
    words = (ASKED,) if asked else ()

    def table(settings: Settings, roles: Sequence[str]) -> Sequence[Child]:
        argv = (sys.executable, "-P", "-m", "console.bench_worker", *words)
        return [
            child if child.name != "worker" else replace(child, argv=argv)
            for child in children(settings, roles)
        ]

    return table


async def _measure(free: Stack, full: Stack, catalog: Catalog, cases: int, *, asked: bool) -> dict[str, Any]:
    kinds = _kinds(catalog, asked=asked)
    async with _opened(free, kinds) as empty, _opened(full, kinds) as crowded:
        both = (empty, crowded)
        await _one_more(both, _WARM_UP)
        light = _weight(full)
        began = perf_counter()
        last = await _park(crowded, cases)
        parking = perf_counter() - began
        resting, idle = await _calm(full)
        heavy = _weight(full)
        await _one_more(both, _WARM_UP)
        alone, beside = await _one_more(both, _SAMPLES)
        free_rush, full_rush = await _rush(both)
        timers, questions = await _at_rest(last)
    return {
        "waiting_cases": cases,
        "waiting_slots_per_case": SLOTS,
        "waiting_parking_seconds": round(parking, 1),
        "waiting_calm_seconds": resting,
        "waiting_processor_share": round(idle, 3),
        "waiting_timers_per_case": timers,
        "waiting_questions_per_case": questions,
        "one_more_empty_ms": round(alone * 1000, 1),
        "one_more_waiting_ms": round(beside * 1000, 1),
        "waiting_ratio": round(beside / alone, 3),
        "rush_empty_ms": round(free_rush * 1000, 1),
        "rush_waiting_ms": round(full_rush * 1000, 1),
        "rush_ratio": round(full_rush / free_rush, 3),
        "worker_empty_mb": light,
        "worker_rss_mb": max(heavy, _weight(full)),
    }


@asynccontextmanager
async def _opened(stack: Stack, kinds: tuple[Prepared, Prepared, Prepared]) -> AsyncIterator[Hall]:
    settings = stack.settings
    ring = KeyRing.load_or_create(settings.keys_dir)
    client = await connect(settings, ring)
    async with open_archive(settings.database_url, ring, settings.blobs_dir) as archive:
        yield Hall(client, archive, *kinds)


def _kinds(catalog: Catalog, *, asked: bool) -> tuple[Prepared, Prepared, Prepared]:
    """Two slots, then nine, of agencies that never decide; and the same two of agencies that grant."""
    agencies = build(catalog.agencies.values(), stand_ins(catalog, asked=asked))
    world = (
        load_calendar(catalog.folder / "calendars"),
        {name: adapter.capabilities for name, adapter in agencies.items()},
    )
    filed = file_story(catalog, "bereavement", catalog.scenario("bereavement", _STORY), "bench", world)
    slots = sorted(filed.prepared.case.definition.slots, key=lambda slot: -slot.promised.amount)

    def shaped(kind: str, count: int) -> Prepared:
        chosen = {f"{kind}[{place}]": slot.slot for place, slot in enumerate(slots[:count])}
        return reshaped(filed.prepared, chosen)

    return shaped(_WAITING, SLOTS), shaped(_WAITING, len(slots)), shaped(_BRIEF, SLOTS)


async def _start(hall: Hall, kind: Prepared) -> Callable[[], Any]:
    """Seal a case received now, as the door does; what is given starts it."""
    now = datetime.now(UTC)
    number = f"360900-A-20260302-{uuid4().int % 10**12:012d}-0"
    case = kind.case.model_copy(update={"received_on": local_day(now), "submitted_at": now})
    sealed = await seal(hall.archive, Prepared(case, kind.filings, kind.header), number)

    async def start() -> WorkflowHandle[Any, Any]:
        return await hall.client.start_workflow(
            signatures.WORKFLOW, sealed, id=number, task_queue=signatures.WORKFLOW_QUEUE
        )

    return start


async def _one_more(halls: tuple[Hall, ...], times: int) -> tuple[float, ...]:
    """Median seconds from starting a case to its end, one after the other, in each hall in turn."""
    spent: dict[int, list[float]] = {place: [] for place in range(len(halls))}
    for turn in range(times):
        for place in sorted(spent, reverse=turn % 2 == 1):
            start = await _start(halls[place], halls[place].brief)
            began = perf_counter()
            await (await start()).result(rpc_timeout=_PATIENCE)
            spent[place].append(perf_counter() - began)
    return tuple(median(seconds) for seconds in spent.values())


async def _rush(halls: tuple[Hall, ...]) -> tuple[float, ...]:
    """Seconds a case when many are started at once: the work itself, without the hand-overs' waiting."""
    spent: dict[int, list[float]] = {place: [] for place in range(len(halls))}
    for turn in range(_RUSHES):
        for place in sorted(spent, reverse=turn % 2 == 1):
            starts = [await _start(halls[place], halls[place].brief) for _ in range(_AT_ONCE)]
            began = perf_counter()
            handles = await asyncio.gather(*(start() for start in starts))
            await asyncio.gather(*(handle.result(rpc_timeout=_PATIENCE) for handle in handles))
            spent[place].append((perf_counter() - began) / _AT_ONCE)
    return tuple(median(seconds) for seconds in spent.values())


async def _park(hall: Hall, cases: int) -> WorkflowHandle[Any, Any]:
    """Start `cases` and stay until all are at rest; gives the last one."""
    begun, deadline = 0, monotonic() + _PATIENCE.total_seconds()
    rest = await _resting(hall.archive)
    while rest < cases:
        room = min(_AT_ONCE, cases - begun, rest + _IN_FLIGHT - begun)
        if room > 0:
            kinds = [hall.whole if begun + n >= cases - WHOLE else hall.waiting for n in range(room)]
            handles = await asyncio.gather(*(_file(hall, kind) for kind in kinds))
            begun += room
        else:
            await asyncio.sleep(_GLANCE)
        now = await _resting(hall.archive)
        if now > rest:
            deadline = monotonic() + _PATIENCE.total_seconds()
        if monotonic() > deadline:
            raise TimeoutError(f"{now} of {cases} cases came to rest")
        rest = now
    return handles[-1]


async def _file(hall: Hall, kind: Prepared) -> WorkflowHandle[Any, Any]:
    start = await _start(hall, kind)
    handle: WorkflowHandle[Any, Any] = await start()
    return handle


async def _resting(archive: Archive) -> int:
    """Waiting cases whose slots are all recorded as lying at their agencies, the first receipt stored."""
    at_agency = slot_case.c.state.in_([state.value for state in AT_AGENCY])
    elsewhere = select(slot_case.c.case).where(~at_agency)
    first = select(func.count()).where(receipt.c.revision == 1, receipt.c.case.not_in(elsewhere))
    counted = first.where(exists().where(slot_case.c.case == receipt.c.case))
    return await archive.database.read(lambda connection: connection.execute(counted).scalar_one())


async def _calm(stack: Stack) -> tuple[int, float]:
    """Seconds until server and worker get no calmer: both go on after the last case rests; and what they use.

    Ten thousand cases keep the server a little busy for ever, so rest is not the same as doing nothing.
    """
    pids, seconds, used = (stack.pid("temporal"), stack.pid("worker")), 0, 1.0
    while seconds < _PATIENCE.total_seconds():
        before = processor_seconds(pids)
        await asyncio.sleep(_WHILE)
        seconds += _WHILE
        now = (processor_seconds(pids) - before) / _WHILE
        if now < _BUSY and now > used * _AS_CALM:
            return seconds, now
        used = now
    raise TimeoutError("the server with the waiting cases did not come to rest")


async def _at_rest(handle: WorkflowHandle[Any, Any]) -> tuple[int, int]:
    """Timers that run in a parked case, and questions to agencies that are put off."""
    kinds = Counter(event.event_type for event in (await handle.fetch_history()).events)
    over = kinds[EventType.EVENT_TYPE_TIMER_FIRED] + kinds[EventType.EVENT_TYPE_TIMER_CANCELED]
    pending = (await handle.describe()).raw_description.pending_activities
    return kinds[EventType.EVENT_TYPE_TIMER_STARTED] - over, len(pending)


def _weight(stack: Stack) -> float:
    """Megabytes of the worker with its renderer, as PSS."""
    return pss_mb({"worker": stack.pid("worker")})["worker"]
