"""`kill -9` in the middle: whatever dies, every case ends after the restart with each effect once."""

import asyncio
import threading
from datetime import UTC, datetime

import httpx2
import pytest
from temporalio.api.enums.v1 import PendingActivityState

from activities.signatures import SUBMIT_ITEM
from console import records
from console.filing import FilingRefused
from runtime.keyring import KeyRing
from runtime.temporal import connect
from tests.stack.town import BUNDLE, Town, until

pytestmark = pytest.mark.slow

NINE = 9


def all_well(town: Town, numbers: list[str], seconds: float = 120.0) -> None:
    town.until_ended(numbers, seconds)
    assert town.harm() == ()
    assert town.effects(numbers) == NINE * len(numbers)


async def under_way(town: Town, numbers: list[str]) -> int:
    """How many filings a worker holds in its hands now, as Temporal tells it."""
    settings = town.stack.settings
    client = await connect(settings, KeyRing.load_or_create(settings.keys_dir))
    told = [await client.get_workflow_handle(number).describe() for number in numbers]
    return sum(
        pending.activity_type.name == SUBMIT_ITEM
        and pending.state == PendingActivityState.PENDING_ACTIVITY_STATE_STARTED
        for one in told
        for pending in one.raw_description.pending_activities
    )


def test_the_worker_killed_with_filings_on_their_way(town):
    town.play_everywhere("accept", {"wait": "1s"}, "grant")
    town.hold("worker")
    numbers = [town.file(town.family()) for _ in range(3)]
    town.hold("simulator")  # what is sent now lies in the socket and is taken later, unheard
    town.wake("worker")
    until("filings are under way", lambda: asyncio.run(under_way(town, numbers)) >= 5, every=0.3)
    town.kill("worker")
    town.wake()
    until("they are taken, though nobody hears of it", lambda: filings(town, numbers) > 0)
    town.stack.wait_healthy("worker")
    all_well(town, numbers)


def test_the_api_killed_between_the_commit_and_the_start(town):
    filing = town.counter.fill_in(BUNDLE, town.family())
    known = open_cases(town)
    town.hold("temporal")
    told: list[Exception] = []
    family = threading.Thread(target=submit, args=(town, filing, told))
    family.start()
    until("the case is committed", lambda: bool(open_cases(town) - known), every=0.02)
    (number,) = open_cases(town) - known
    assert not town.counter.case(number)["started"]
    town.kill("api")
    family.join()
    assert isinstance(told[0], httpx2.RequestError)  # nobody was told a number
    town.kill("temporal")  # with whatever had reached it

    town.stack.wait_healthy()
    town.promised.append(number)
    all_well(town, [number])
    assert town.counter.submit(filing, "window-1") == number
    other = {**filing, "region": "360902"}
    with pytest.raises(FilingRefused) as refused:
        town.counter.submit(other, "window-1")
    assert refused.value.status == 409


def test_temporal_away_for_longer_than_the_door_waits_only_postpones_the_start(town):
    filing = town.counter.fill_in(BUNDLE, town.family())
    town.hold("temporal")
    number = town.counter.submit(filing, "window-2")
    town.promised.append(number)
    assert not town.counter.case(number)["started"]
    assert town.counter.submit(filing, "window-2") == number
    town.wake()
    all_well(town, [number])


def test_the_agencies_killed_in_the_middle_of_five_cases(town):
    numbers = town.file_all(5)
    until("the first effects", lambda: town.effects(numbers) > 0, every=0.02)
    assert town.effects(numbers) < NINE * len(numbers)
    town.kill("simulator")
    all_well(town, numbers)


def test_a_lost_reply_of_an_agency_that_can_be_neither_asked_nor_repeated_is_for_a_person(town):
    number = town.file(town.family(veteran=True))
    town.until_ended([number])
    assert town.slot(number, "veterans")["state"] == "granted"

    town.play("veterans", {"lose_reply": 1})
    number = town.file(town.family(veteran=True))
    until("a person is called", lambda: town.slot(number, "veterans")["state"] == "needs_operator")
    assert town.slot(number, "veterans")["operator"]["reason"] == "uncertain_submission"
    until("the others end", lambda: town.effects([number]) == NINE + 1)
    now = datetime.now(UTC).isoformat()
    answer = [
        {"kind": "received", "event_id": "paper-1", "occurred_at": now, "ref": "优抚-17"},
        {"kind": "granted", "event_id": "paper-2", "occurred_at": now},
    ]
    town.counter.api.post(
        f"/api/v1/cases/{number}/slots/veterans/resume", json={"action": "enter_answer", "events": answer}
    ).raise_for_status()
    town.until_ended([number])
    assert town.slot(number, "veterans")["state"] == "granted"
    assert town.harm() == ()
    veterans = town.counter.agencies.get("/ledger/veterans", params={"prefix": number}).json()["keys"]
    assert [(told["attempts"], told["effects"]) for told in veterans.values()] == [(1, 1)]


def test_every_process_killed_once_while_five_cases_run(environment):
    town = environment
    town.play_everywhere("accept", {"wait": "2s"}, "grant")
    numbers = town.file_all(5)
    for name in ("worker", "simulator", "api", "temporal"):
        assert open_cases(town) & set(numbers)
        town.kill(name)
        town.stack.wait_healthy(name)
    all_well(town, numbers)
    assert records.check() == records.IN_STEP


def filings(town: Town, numbers: list[str]) -> int:
    """How many filings lie at the agencies for these cases."""
    return sum(town.counter.ledger(number)["filings"] for number in numbers)


def open_cases(town: Town) -> set[str]:
    answer = town.counter.api.get("/api/v1/cases", params={"open": True, "limit": 200})
    return {line["number"] for line in answer.raise_for_status().json()}


def submit(town: Town, filing: dict[str, object], told: list[Exception]) -> None:
    """File as a window does, and keep how it went wrong."""
    try:
        town.counter.submit(filing, "window-1")
    except (httpx2.RequestError, FilingRefused) as error:
        told.append(error)
