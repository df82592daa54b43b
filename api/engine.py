"""The workflow engine as the door sees it: in go cases and messages by number, out come acknowledgements.

The connection is made at first use and kept, so the door opens and answers while Temporal is away.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final, Protocol
from uuid import uuid4

from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import (
    SearchAttributeKey,
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from activities import signatures
from activities.signatures import Act, AgencyReplied, Announce, Applied, HandOut
from api.errors import EngineRefused, EngineUnavailable
from onething.case_definition import CaseInput
from onething.case_event import Action
from onething.errors import ActionRejected, NotKnown, OneThingError

_CONNECT_SECONDS: Final = 3.0
_CALL: Final = timedelta(seconds=5)
_UPDATE_SECONDS: Final = 10.0
_AWAY: Final = frozenset(
    {RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED}
)
_STATE: Final = SearchAttributeKey.for_keyword(signatures.STATE_ATTRIBUTE)
_BUNDLE: Final = SearchAttributeKey.for_keyword(signatures.BUNDLE_ATTRIBUTE)
_REGION: Final = SearchAttributeKey.for_keyword(signatures.REGION_ATTRIBUTE)


class Engine(Protocol):
    """What the door asks of the workflow engine."""

    async def start(self, case: CaseInput) -> None:
        """Start the case's workflow, once however often asked; raises EngineUnavailable, EngineRefused."""
        ...

    async def replied(self, number: str, reply: AgencyReplied) -> None:
        """Relay an agency's callback; raises as `start`, and NotKnown when no workflow takes it."""
        ...

    async def handed_out(self, number: str, revision: HandOut) -> None:
        """Tell that a person holds a receipt revision; raises as `replied`."""
        ...

    async def act(self, number: str, action: Action) -> Applied:
        """Do what a person asks of the case; raises ActionRejected too."""
        ...

    async def take_up(self, ended: CaseInput, action: Action) -> Applied:
        """Do what a person asks of a case that has ended; raises as `act`."""
        ...

    async def replied_late(self, ended: CaseInput, reply: AgencyReplied) -> None:
        """Relay a callback to a case that has ended; raises EngineUnavailable, EngineRefused."""
        ...

    async def announce(self, number: str, calendar: Announce) -> None:
        """Tell that a year's holidays are known; raises as `replied`."""
        ...

    async def reachable(self) -> bool:
        """Whether the engine answers now."""
        ...


class TemporalEngine:
    """The engine over a Temporal client."""

    def __init__(self, connect: Callable[[], Awaitable[Client]]) -> None:
        """Use the client that `connect` gives, at first need."""
        self._connect = connect
        self._client: Client | None = None
        self._lock = asyncio.Lock()

    async def start(self, case: CaseInput) -> None:
        """Start under the case's number; one that runs or has run already is left alone."""
        client = await self._ready()
        try:
            await client.start_workflow(
                signatures.WORKFLOW,
                case,
                id=case.number,
                task_queue=signatures.WORKFLOW_QUEUE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                search_attributes=_attributes(case),
                rpc_timeout=_CALL,
            )
        except WorkflowAlreadyStartedError:
            return  # it has come to its end already
        except RPCError as error:
            raise _trouble(error) from None

    async def replied(self, number: str, reply: AgencyReplied) -> None:
        """Signal `agency_replied`."""
        await self._signal(number, "agency_replied", reply)

    async def handed_out(self, number: str, revision: HandOut) -> None:
        """Signal `hand_out`."""
        await self._signal(number, "hand_out", revision)

    async def act(self, number: str, action: Action) -> Applied:
        """Update `act`."""
        return await self._update(number, "act", Act(action=action))

    async def take_up(self, ended: CaseInput, action: Action) -> Applied:
        """Start the case again from its end, with update `act`; one that runs already takes the update."""
        client = await self._ready()
        start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
            signatures.WORKFLOW,
            ended,
            id=ended.number,
            task_queue=signatures.WORKFLOW_QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            search_attributes=_attributes(ended),
        )
        update = client.execute_update_with_start_workflow(
            "act", Act(action=action), start_workflow_operation=start, id=str(uuid4()), result_type=Applied
        )
        return await _answered(update, ended.number)

    async def replied_late(self, ended: CaseInput, reply: AgencyReplied) -> None:
        """Start the case again from its end with signal `agency_replied`."""
        client = await self._ready()
        try:
            await client.start_workflow(
                signatures.WORKFLOW,
                ended,
                id=ended.number,
                task_queue=signatures.WORKFLOW_QUEUE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                search_attributes=_attributes(ended),
                start_signal="agency_replied",
                start_signal_args=[reply],
                rpc_timeout=_CALL,
            )
        except RPCError as error:
            raise _trouble(error) from None

    async def announce(self, number: str, calendar: Announce) -> None:
        """Signal `announce_calendar`."""
        await self._signal(number, "announce_calendar", calendar)

    async def reachable(self) -> bool:
        """Ask the server for its health."""
        try:
            client = await self._ready()
            return await client.service_client.check_health(timeout=timedelta(seconds=2))
        except (EngineUnavailable, RPCError):
            return False

    async def _ready(self) -> Client:
        async with self._lock:
            if self._client is None:
                try:
                    self._client = await asyncio.wait_for(self._connect(), _CONNECT_SECONDS)
                except (RuntimeError, TimeoutError):
                    # The SDK says RuntimeError for every failed first connection.
                    raise EngineUnavailable from None
            return self._client

    async def _signal(self, number: str, name: str, message: Any) -> None:
        client = await self._ready()
        try:
            await client.get_workflow_handle(number).signal(name, message, rpc_timeout=_CALL)
        except RPCError as error:
            raise _missing(error, number) from None

    async def _update(self, number: str, name: str, message: Any) -> Applied:
        client = await self._ready()
        handle = client.get_workflow_handle(number)
        # One id for each request: whatever of this call is sent twice is applied once.
        update = handle.execute_update(name, message, id=str(uuid4()), result_type=Applied)
        return await _answered(update, number)


async def _answered(update: Awaitable[Applied], number: str) -> Applied:
    try:
        return await asyncio.wait_for(update, _UPDATE_SECONDS)
    except WorkflowUpdateFailedError as error:
        raise _rejection(error.cause) from None
    except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError):
        # The request itself is kept and applied once a worker is there; the screen shows when.
        raise EngineUnavailable from None
    except RPCError as error:
        raise _missing(error, number) from None


def _attributes(case: CaseInput) -> TypedSearchAttributes:
    """By which operators find the case: nothing personal."""
    return TypedSearchAttributes(
        [
            SearchAttributePair(_STATE, "running"),
            SearchAttributePair(_BUNDLE, case.definition.bundle),
            SearchAttributePair(_REGION, case.region),
        ]
    )


def _missing(error: RPCError, number: str) -> OneThingError:
    return NotKnown("case", number) if error.status is RPCStatusCode.NOT_FOUND else _trouble(error)


def _trouble(error: RPCError) -> EngineUnavailable | EngineRefused:
    """Whether the engine is away for all, or only this message is not to its liking."""
    return EngineUnavailable() if error.status in _AWAY else EngineRefused(status=error.status.name)


def _rejection(cause: BaseException | None) -> ActionRejected:
    params = cause.details[0] if isinstance(cause, ApplicationError) and cause.details else {}
    given = params if isinstance(params, dict) else {}
    return ActionRejected(what=str(given.get("what", "")), slot=str(given.get("slot", "")))
