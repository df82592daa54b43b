"""Whatever a case asks for is served: every queue has a worker, every activity a case calls is registered."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio import activity
from temporalio.client import Client

from activities import signatures
from activities.agencies.registry import build, in_process
from activities.agency import AgencyActivities
from activities.receipt import ReceiptActivities
from activities.record import RecordActivities
from onething.catalog import load_catalog
from onething.errors import NotKnown
from runtime.settings import TREE
from worker import ALL, Tools, build_workers, queues

CATALOG = load_catalog(TREE / "catalog")
AGENCIES = list(CATALOG.agencies.values())


@pytest.fixture
async def workers():
    client = await Client.connect("127.0.0.1:1", lazy=True)
    with ThreadPoolExecutor(max_workers=1) as pool:
        adapters = build(AGENCIES, in_process(AGENCIES))
        tools = Tools(None, Path("keys"), adapters, AGENCIES, None, pool, timedelta(seconds=1))
        yield lambda role: build_workers(client, role, tools)


def registered(worker):
    return {activity._Definition.must_from_callable(one).name for one in worker.config()["activities"]}


def test_every_queue_named_in_the_catalog_is_served_by_all_and_by_its_agency():
    served = set(queues(ALL, AGENCIES))
    for agency in AGENCIES:
        assert agency.queue in served
        assert queues(f"agency:{agency.agency}", AGENCIES) == (agency.queue,)


def test_no_agency_shares_the_queues_of_the_house():
    assert {agency.queue for agency in AGENCIES}.isdisjoint(
        {signatures.WORKFLOW_QUEUE, signatures.RECEIPT_QUEUE}
    )


def test_a_role_that_does_not_exist_serves_nothing():
    assert queues("agency:nobody", AGENCIES) == ()


def test_every_activity_that_a_case_calls_is_defined_under_its_name():
    named = {
        activity._Definition.must_from_callable(method).name
        for method in (
            AgencyActivities.submit_item,
            AgencyActivities.query_item,
            ReceiptActivities.issue_receipt,
            RecordActivities.record_case,
            RecordActivities.recall_case,
        )
    }
    assert named == {
        signatures.SUBMIT_ITEM,
        signatures.QUERY_ITEM,
        signatures.ISSUE_RECEIPT,
        signatures.RECORD_CASE,
        signatures.RECALL_CASE,
    }


async def test_an_unknown_role_is_refused(workers):
    with pytest.raises(NotKnown):
        workers("agency:nobody")
