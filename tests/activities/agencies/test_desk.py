"""The desk's adapter without its desk, and how an installation puts agencies at one."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from activities.agencies import desk
from activities.agencies.registry import DESK, at_desks
from onething.adapter import Submission
from onething.errors import AgencyUnavailable, CallbackRejected, CatalogError

NOON = datetime(2026, 11, 3, 4, tzinfo=UTC)
AGENCIES = [SimpleNamespace(agency="police"), SimpleNamespace(agency="health")]


async def test_where_no_desk_is_kept_nothing_is_taken_and_health_says_so():
    adapter = desk.create("police", {})
    filing = Submission(key="c/s/1/submit", item="police/x", slot="s", round=1, payload={}, at=NOON)
    with pytest.raises(AgencyUnavailable):
        await adapter.submit(filing)
    with pytest.raises(AgencyUnavailable):
        await adapter.query("c/s/1/submit", NOON)
    assert not (await adapter.health()).ok


def test_a_desk_promises_everything():
    assert desk.create("police", {}).capabilities.model_dump() == {
        "idempotent_submit": True,
        "query_by_key": True,
        "settle_after": 0,
        "withdraw": True,
        "callbacks": True,
    }


def test_a_desk_has_no_address_to_set():
    with pytest.raises(CatalogError, match="base_url"):
        desk.create("police", {"base_url": "http://police.example"})


def test_a_callback_without_events_is_none():
    with pytest.raises(CallbackRejected):
        desk.create("police", {}).parse_callback(b'{"key": "c/s/1/submit", "events": []}')


@pytest.mark.parametrize(
    ("named", "found"), [((), []), (("health",), ["health"]), (("*",), ["police", "health"])]
)
def test_an_installation_puts_agencies_of_the_catalog_at_desks(named, found):
    chosen = at_desks(AGENCIES, named)
    assert list(chosen) == found
    assert {one.adapter for one in chosen.values()} <= {DESK}


def test_an_agency_that_is_not_there_stops_the_start():
    with pytest.raises(CatalogError, match=r"ONCE_DESKS.*no agency is named 'polise'"):
        at_desks(AGENCIES, ("polise",))
