"""A story's own time: in goes how far it is from the server's, out comes a plugin for workers living in it.

Temporal's time-skipping server begins at the present and only ever goes forward; a story begins on the day it
was filed. What workers hear of time is moved by one constant span, so that days of rest, limits and receipts
are the story's. What they ask for (timers, timeouts, retries) is spans already.
"""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from temporalio.activity import Info
from temporalio.api.history.v1 import HistoryEvent
from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.client import WorkflowHistory
from temporalio.plugin import SimplePlugin
from temporalio.worker import (
    ActivityInboundInterceptor,
    ActivityOutboundInterceptor,
    Interceptor,
    WorkflowInstance,
    WorkflowInstanceDetails,
    WorkflowRunner,
)

_LOCAL_ACTIVITY: Final = "core_local_activity"
_TIMESTAMP: Final = "google.protobuf.Timestamp"
_SECOND: Final = 10**9


def story_clock(by: timedelta) -> SimplePlugin:
    """Move the time of workflows and activities by `by`."""

    def moved(runner: WorkflowRunner | None) -> WorkflowRunner:
        if runner is None:
            msg = "a story's clock wraps a runner"
            raise ValueError(msg)
        return _MovedRunner(runner, by)

    return SimplePlugin("story-clock", interceptors=[_MovedActivities(by)], workflow_runner=moved)


def in_story_time(history: WorkflowHistory, by: timedelta) -> WorkflowHistory:
    """The history as if the server had lived in the story's time, so that replay needs no plugin."""
    events = []
    for event in history.events:
        own = type(event)()
        own.CopyFrom(event)
        _move(own, by)
        _move_marker(own, by)
        events.append(own)
    return WorkflowHistory(history.workflow_id, events)


def _move(message: Any, by: timedelta) -> None:
    """Move every timestamp in a protobuf message; in its maps there are none."""
    for field, value in message.ListFields():
        kind = field.message_type
        if kind is None or kind.GetOptions().map_entry:
            continue
        for one in [value] if hasattr(value, "ListFields") else value:
            if kind.full_name == _TIMESTAMP:
                _add(one, by)
            else:
                _move(one, by)


def _move_marker(event: HistoryEvent, by: timedelta) -> None:
    """A local activity's times stand as JSON in its marker; replay sets the workflow's time by them."""
    marker = event.marker_recorded_event_attributes
    if marker.marker_name != _LOCAL_ACTIVITY:
        return
    for payload in marker.details["data"].payloads:
        told = json.loads(payload.data)
        for name in ("complete_time", "original_schedule_time"):
            moved = told[name]["seconds"] * _SECOND + told[name]["nanos"] + _nanoseconds(by)
            told[name] = dict(zip(("seconds", "nanos"), divmod(moved, _SECOND), strict=True))
        payload.data = json.dumps(told).encode()


def _add(stamp: Any, by: timedelta) -> None:
    stamp.FromNanoseconds(stamp.ToNanoseconds() + _nanoseconds(by))


def _nanoseconds(span: timedelta) -> int:
    return span // timedelta(microseconds=1) * 1000


class _MovedRunner(WorkflowRunner):
    """Runs workflows as another runner does, at another time."""

    def __init__(self, inner: WorkflowRunner, by: timedelta) -> None:
        self._inner, self._by = inner, by

    def prepare_workflow(self, defn: Any) -> None:
        self._inner.prepare_workflow(defn)

    def set_worker_level_failure_exception_types(self, types: Any) -> None:
        self._inner.set_worker_level_failure_exception_types(types)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        return _MovedInstance(self._inner.create_instance(det), self._by)


class _MovedInstance(WorkflowInstance):
    """One workflow; only what it is told of the time is changed."""

    def __init__(self, inner: WorkflowInstance, by: timedelta) -> None:
        self._inner, self._by = inner, by

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        if act.HasField("timestamp"):
            _add(act.timestamp, self._by)
        return self._inner.activate(act)

    def get_serialization_context(self, command_info: Any) -> Any:
        return self._inner.get_serialization_context(command_info)

    def get_external_store_context(self, command_info: Any) -> Any:
        return self._inner.get_external_store_context(command_info)

    def get_info(self) -> Any:
        return self._inner.get_info()

    def get_thread_id(self) -> int | None:
        return self._inner.get_thread_id()


class _MovedActivities(Interceptor):
    """Has every activity told the story's time."""

    def __init__(self, by: timedelta) -> None:
        self._by = by

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002 -- the SDK's name
        return _MovedInbound(next, self._by)


class _MovedInbound(ActivityInboundInterceptor):
    def __init__(self, inner: ActivityInboundInterceptor, by: timedelta) -> None:
        super().__init__(inner)
        self._by = by

    def init(self, outbound: ActivityOutboundInterceptor) -> None:
        super().init(_MovedOutbound(outbound, self._by))


class _MovedOutbound(ActivityOutboundInterceptor):
    """The time-skipping server says when the attempt before failed; when this one starts is what is meant."""

    def __init__(self, inner: ActivityOutboundInterceptor, by: timedelta) -> None:
        super().__init__(inner)
        self._by = by

    def info(self) -> Info:
        told = super().info()
        return replace(
            told,
            scheduled_time=told.scheduled_time + self._by,
            current_attempt_scheduled_time=told.started_time + self._by,
            started_time=told.started_time + self._by,
        )
