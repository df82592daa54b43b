"""Every check of the contract over our own adapters; a stranger's is in test_stranger.py."""

import json
from datetime import UTC, datetime

import httpx2
import pytest

from activities.agencies import contract, http, mock
from activities.agencies.contract import CHECKS, Bench, ContractBroken
from onething.adapter import Capabilities, Pending, Submission
from onething.text import Text
from simulator.app import SimulatorOptions, create_app
from simulator.world import AgencyCard, World

NOON = datetime(2026, 11, 3, 4, tzinfo=UTC)
KEY = "c1/household/1/submit"
OPEN_KEY = "c1/slow/1/submit"
WEAK = {"idempotent_submit": False, "query_by_key": False, "withdraw": False}
RECEIVED = {"kind": "received", "event_id": "e1", "occurred_at": "2026-11-03T12:00:00+08:00", "ref": "R1"}
CALLBACK = json.dumps({"key": KEY, "events": [RECEIVED]}).encode()


def filing(key=KEY, slot="household"):
    return Submission(key=key, item="police/cancel", slot=slot, round=1, payload={"xm": "甲"}, at=NOON)


def bench(adapter, effects):
    return Bench(adapter, filing(), effects, filing(OPEN_KEY, "slow"), CALLBACK)


def mock_bench(tmp_path, **capabilities: bool):
    del tmp_path
    options = {"behaviour": {"slow": [{"wait": "9d"}]}, "capabilities": capabilities}
    adapter = mock.create("police", options)

    async def effects(key) -> int:
        return adapter.ledger.get(key, 0)

    return bench(adapter, effects)


def http_bench(tmp_path, **capabilities: bool):
    title = Text(zh="公安", en="police")
    card = AgencyCard("police", title, Capabilities(**capabilities), {}, {})
    app = create_app(
        SimulatorOptions(home=tmp_path, catalog=tmp_path, token="t0"),
        world=World({"police": card}, {}, {}),
        now=lambda: NOON,
    )
    app.state.desk.ledger.set_behaviour("police", "slow", [{"wait": "9d"}])
    options = http.HttpOptions(
        base_url="http://stand-in/agencies/police", token="t0", capabilities=card.capabilities
    )
    adapter = http.HttpAgency("police", options, httpx2.ASGITransport(app=app))

    async def effects(key) -> int:
        return app.state.desk.ledger.keys("police")[key]["effects"]

    return bench(adapter, effects)


@pytest.mark.parametrize("capabilities", [{}, WEAK], ids=["able", "weak"])
@pytest.mark.parametrize("make", [mock_bench, http_bench])
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
async def test_our_adapters_keep_the_contract(check, make, capabilities, tmp_path):
    await check(make(tmp_path, **capabilities))


class Forgetful(mock.MockAgency):
    """Claims to know a key again, and does not."""

    async def submit(self, submission):
        self._entries.clear()
        self._granted.clear()
        return await super().submit(submission)


class Unruly(mock.MockAgency):
    """Breaks what is left to break."""

    async def submit(self, submission):
        events = await super().submit(submission)
        return (Pending(event_id="p", occurred_at=NOON, ready_at=NOON), *events[1:])

    async def query(self, key, at):
        del key, at
        return ()

    async def withdraw(self, key, reason):
        del key, reason

    def parse_callback(self, body):
        del body


BREACHES = [
    (Forgetful, contract.takes_one_key_once),
    (Unruly, contract.answers_a_filing_with_events),
    (Unruly, contract.tells_the_same_again),
    (Unruly, contract.admits_an_unknown_key),
    (Unruly, contract.keeps_what_cannot_be_taken_back),
    (Unruly, contract.refuses_junk_callbacks),
]


@pytest.mark.parametrize(("unruly", "check"), BREACHES, ids=lambda value: value.__name__)
async def test_an_adapter_that_breaks_a_promise_is_caught(unruly, check):
    adapter = unruly("police", mock.MockOptions())

    async def effects(key) -> int:
        return adapter.ledger.get(key, 0)

    with pytest.raises(ContractBroken):
        await check(bench(adapter, effects))
