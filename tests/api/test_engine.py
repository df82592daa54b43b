"""The engine over a real Temporal server that skips time, with a stub where the case's workflow stands."""

import sys
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from temporalio import workflow
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities import signatures
from activities.signatures import Act, AgencyReplied, Announce, Applied, HandOut
from api.engine import TemporalEngine
from api.errors import EngineRefused, EngineUnavailable
from onething.calendar import StandIn, WorkCalendar
from onething.case_definition import CaseDefinition, CaseInput, Origin
from onething.case_event import GateOpened, OperatorAction, Resumed
from onething.errors import ActionRejected, NotKnown
from onething.text import Text
from runtime.keyring import KeyRing
from runtime.temporal import plugin

SERVER = Path(sys.executable).parent / "temporal-test-server"
NUMBER = "360900-A-20260303-000001-X"


@workflow.defn(name=signatures.WORKFLOW, sandboxed=False)
class StandInCase:
    """Ends once a receipt was handed out; takes gates, rejects every resumption."""

    def __init__(self) -> None:
        self.done = False
        self.replies = 0

    @workflow.run
    async def run(self, case: CaseInput) -> int:
        """Wait for the hand-out."""
        del case
        await workflow.wait_condition(lambda: self.done)
        return self.replies

    @workflow.signal
    def agency_replied(self, reply: AgencyReplied) -> None:
        """Count."""
        del reply
        self.replies += 1

    @workflow.signal
    def hand_out(self, handed: HandOut) -> None:
        """End."""
        del handed
        self.done = True

    @workflow.signal
    def announce_calendar(self, announced: Announce) -> None:
        """Count it as a reply."""
        del announced
        self.replies += 1

    @workflow.update
    def act(self, request: Act) -> Applied:
        """Take it."""
        del request
        return Applied(revision=7)

    @act.validator
    def check_act(self, request: Act) -> None:
        """Reject a resumption, as the case's own validator does."""
        if isinstance(request.action, Resumed):
            params = {"what": "the slot needs no operator", "slot": request.action.slot}
            raise ApplicationError("action_rejected", params, type="action_rejected", non_retryable=True)


@pytest.fixture
def case():
    text = Text(zh="事", en="event")
    calendar = WorkCalendar(years=(), otherwise=StandIn(version="1", source="test", holidays=()))
    definition = CaseDefinition(
        bundle="bereavement", title=text, lead_agency=text, slots=(), calendar=calendar
    )
    return CaseInput(
        number=NUMBER,
        region="360900",
        origin=Origin.WINDOW,
        received_on=date(2026, 3, 3),
        submitted_at="2026-03-03T10:05:00+08:00",
        definition=definition,
    )


@pytest.fixture
async def client():
    """A client of a fresh server that knows the case's search attributes."""
    ring = KeyRing({"00000001": b"k" * 32}, b"s" * 32)
    async with await WorkflowEnvironment.start_time_skipping(test_server_existing_path=str(SERVER)) as env:
        await _add_attributes(env.client)
        yield Client(env.client.service_client, namespace=env.client.namespace, plugins=[plugin(ring)])


async def _add_attributes(client: Client) -> None:
    names = (signatures.STATE_ATTRIBUTE, signatures.BUNDLE_ATTRIBUTE, signatures.REGION_ATTRIBUTE)
    keyword = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD
    request = AddSearchAttributesRequest(search_attributes=dict.fromkeys(names, keyword))
    await client.operator_service.add_search_attributes(request)


async def test_a_case_is_started_once_spoken_to_and_left_alone_after_its_end(client, case):
    async def connected() -> Client:
        return client

    engine = TemporalEngine(connected)
    assert await engine.reachable()
    async with Worker(client, task_queue=signatures.WORKFLOW_QUEUE, workflows=[StandInCase]):
        await engine.start(case)
        await engine.start(case)
        await engine.replied(NUMBER, AgencyReplied(slot="a", round=1, events=()))
        applied = await engine.act(NUMBER, GateOpened(slot="a", gate="g", actor="dev-clerk"))
        assert applied.revision == 7
        await engine.announce(NUMBER, Announce(calendar=case.definition.calendar))
        with pytest.raises(ActionRejected) as found:
            await engine.act(NUMBER, Resumed(slot="a", actor="dev-clerk", action=OperatorAction.RETRY))
        assert found.value.params == {"what": "the slot needs no operator", "slot": "a"}
        await engine.handed_out(NUMBER, HandOut(revision=1))
        assert await client.get_workflow_handle(NUMBER).result() == 2
        ended = case.model_copy(update={"ended": {"number": NUMBER}})
        taken_up = await engine.take_up(ended, GateOpened(slot="a", gate="g", actor="dev-clerk"))
        assert taken_up.revision == 7
        await engine.replied_late(ended, AgencyReplied(slot="a", round=1, events=()))
        await engine.handed_out(NUMBER, HandOut(revision=1))
        assert await client.get_workflow_handle(NUMBER).result() == 1
        retry = Resumed(slot="a", actor="dev-clerk", action=OperatorAction.RETRY)
        with pytest.raises(ActionRejected):
            await engine.take_up(ended, retry)
        await engine.handed_out(NUMBER, HandOut(revision=1))
        assert await client.get_workflow_handle(NUMBER).result() == 0
        await engine.start(case)
        with pytest.raises(NotKnown):
            await engine.replied(NUMBER, AgencyReplied(slot="a", round=1, events=()))
        with pytest.raises(NotKnown):
            await engine.handed_out("360900-A-20260303-000002-X", HandOut(revision=1))


async def test_a_server_that_is_away_is_said_to_be_away_and_looked_for_again(case):
    tries = []

    async def nobody() -> Client:
        tries.append(1)
        raise RuntimeError("Failed client connect")

    engine = TemporalEngine(nobody)
    assert not await engine.reachable()
    with pytest.raises(EngineUnavailable):
        await engine.start(case)
    assert len(tries) == 2


class Failing:
    """A client whose every call to the server fails in one way."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.ids: list[str] = []

    async def start_workflow(self, *_given: Any, **_options: Any) -> None:
        raise self.error

    def get_workflow_handle(self, _number: str) -> "Failing":
        return self

    async def signal(self, *_given: Any, **_options: Any) -> None:
        raise self.error

    async def execute_update(self, *_given: Any, **options: Any) -> None:
        self.ids.append(options["id"])
        raise self.error


def engine_of(client):
    async def connected() -> Any:
        return client

    return TemporalEngine(connected)


def rpc(status):
    return RPCError("words of the server", status, b"")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (RPCStatusCode.UNAVAILABLE, EngineUnavailable),
        (RPCStatusCode.DEADLINE_EXCEEDED, EngineUnavailable),
        (RPCStatusCode.CANCELLED, EngineUnavailable),
        (RPCStatusCode.INVALID_ARGUMENT, EngineRefused),
        (RPCStatusCode.PERMISSION_DENIED, EngineRefused),
        (RPCStatusCode.RESOURCE_EXHAUSTED, EngineRefused),
    ],
)
async def test_the_engine_is_away_only_when_it_does_not_answer(case, status, expected):
    engine = engine_of(Failing(rpc(status)))
    with pytest.raises(expected):
        await engine.start(case)
    with pytest.raises(expected):
        await engine.replied(NUMBER, AgencyReplied(slot="a", round=1, events=()))
    with pytest.raises(expected):
        await engine.act(NUMBER, GateOpened(slot="a", gate="g", actor="dev-clerk"))


async def test_an_update_that_is_not_answered_in_time_may_be_asked_again_and_has_an_id_of_its_own():
    client = Failing(WorkflowUpdateRPCTimeoutOrCancelledError())
    engine = engine_of(client)
    for _ in range(2):
        with pytest.raises(EngineUnavailable) as found:
            await engine.act(NUMBER, GateOpened(slot="a", gate="g", actor="dev-clerk"))
    assert found.value.http_status == 503
    assert len({UUID(one) for one in client.ids}) == 2
