"""An agency's words in a story: in go mappings with times such as `now-2h`, out come agencies' events."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from pydantic import TypeAdapter

from onething.adapter import AgencyEvent, EventKind
from onething.behaviour import duration
from onething.clock import local_day

_EVENT: Final[TypeAdapter[AgencyEvent]] = TypeAdapter(AgencyEvent)
_RELATIVE: Final = re.compile(r"^now(?:([+-])(.+))?$")
_REASON: Final = {"code": "story", "text": {"zh": "部门说明", "en": "as the agency says"}}


def events_of(told: Iterable[Mapping[str, Any]], now: datetime, slot: str) -> tuple[AgencyEvent, ...]:
    """Read what a story has an agency say at `now`; raises pydantic's ValidationError for what is no event.

    Times are `now`, `now-2h`, `now+1d` or an instant. What a story leaves out follows from the rest: an id of
    its own for each event, the day of a pause from its time, the moment of acceptance likewise.
    """
    return tuple(_event(one, now, f"story-{slot}-{now:%Y%m%dT%H%M%S}-{n}") for n, one in enumerate(told))


def _event(told: Mapping[str, Any], now: datetime, name: str) -> AgencyEvent:
    event = {"event_id": name, "occurred_at": "now", **told}
    kind = event.get("kind")
    at = event["occurred_at"] = _instant(event["occurred_at"], now)
    if kind == EventKind.RECEIVED:
        event.setdefault("ref", name)
    elif kind == EventKind.ACCEPTED:
        event["at"] = _instant(event.get("at", at), now)
    elif kind == EventKind.PENDING:
        event["ready_at"] = _instant(event["ready_at"], now)
    elif kind == EventKind.SUSPENDED:
        event["since"] = event.get("since", local_day(at))
    elif kind == EventKind.RESUMED:
        event["at"] = event.get("at", local_day(at))
    elif kind in {EventKind.CORRECTION_REQUESTED, EventKind.DECLINED, EventKind.REFUSED}:
        event.setdefault("reasons", [_REASON])
    if kind == EventKind.REFUSED:
        event.setdefault("remedies", [_REASON["text"]])
    return _EVENT.validate_python(event)


def _instant(told: Any, now: datetime) -> Any:
    match = _RELATIVE.match(told) if isinstance(told, str) else None
    if match is None:
        return datetime.fromisoformat(told) if isinstance(told, str) else told
    span = duration(match[2]) if match[2] else duration("0s")
    return now - span if match[1] == "-" else now + span
