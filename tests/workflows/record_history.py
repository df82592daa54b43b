"""Record what a release does: each story's history and one story's commands, never overwriting.

Stories are recorded with what people do in them and in their own time, so that replay sees the days they saw.

`python tests/workflows/record_history.py v1` writes `history/v1/<life event>/<story>.json.gz` beside it,
opened (the people are invented) so that it packs well. A released version's histories are the promise that
its running cases can go on: when a change breaks their replay, mend the change (`workflow.patched`), never
the recording. `commands.json` may be deleted and recorded anew when queues, timeouts or retries are meant to
change: its difference is what a reviewer looks at.
"""

import asyncio
import gzip
import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Any, Final
from zlib import crc32

from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory

from console.act import perform
from console.skip_server import start_environment
from console.stage import Stage, Undrawn
from onething.calendar import load_calendar
from onething.catalog import load_catalog
from onething.definition import Scenario
from records.archive import open_archive
from runtime.keyring import KeyRing
from tests.workflows.conftest import TREE

RING: Final = KeyRing({"0a1b2c3d": bytes(range(32))}, bytes(range(32, 64)))
"""A key for tests only, published here: what it seals is invented."""

HISTORY: Final = Path(__file__).with_name("history")
STORIES: Final = sorted((TREE / "catalog" / "bundles").glob("*/scenarios/*.yaml"))
COMMANDS: Final = "commands.json"
COMMANDED: Final = "yichun_nine"
"""The story of a bereavement whose commands are kept too."""
TROUBLE: Final = ("bereavement", "troubled")
_PASSING: Final = frozenset({"at", "payload", "header", "seen", "outputs", "state"})
TROUBLED: Final = {
    "household_cancellation": ["accept", {"wait": "20d"}, "grant"],
    "medical_stop": ["lose_reply", "accept", {"wait": "2h"}, "grant"],
    "cremation": [{"unavailable": {"for": "1d"}}],
}
"""A slow agency, a lost reply and an outage: what smooth stories lack."""


def name_of(path: Path) -> tuple[str, str]:
    """The life event and the story that a scenario's file tells."""
    return path.parts[-3], path.stem


def stories(stage: Stage) -> dict[tuple[str, str], Scenario]:
    """Every story of every life event, and one full of trouble, by life event and name."""
    found = {name_of(path): stage.catalog.scenario(*name_of(path)) for path in STORIES}
    troubled = found["bereavement", COMMANDED].model_copy(update={"behaviour": TROUBLED})
    return {**found, TROUBLE: troubled}


def number_of(bundle: str, story: str) -> str:
    """The case number that a story is always recorded under."""
    return f"360900-A-20260302-{crc32(f'{bundle}/{story}'.encode()) % 10**6:06d}-0"


def commands(history: WorkflowHistory) -> list[dict[str, Any]]:
    """The activities that a history asked for, by id: queues, timeouts, retries and arguments, decoded."""
    found = []
    for event in history.events:
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            asked = event.activity_task_scheduled_event_attributes
            retry = asked.retry_policy
            found.append(
                {
                    "id": asked.activity_id,
                    "type": asked.activity_type.name,
                    "queue": asked.task_queue.name,
                    "start_to_close": asked.start_to_close_timeout.ToSeconds(),
                    "schedule_to_close": asked.schedule_to_close_timeout.ToSeconds(),
                    "schedule_to_start": asked.schedule_to_start_timeout.ToSeconds(),
                    "heartbeat": asked.heartbeat_timeout.ToSeconds(),
                    "retry": {
                        "first": retry.initial_interval.ToSeconds(),
                        "factor": retry.backoff_coefficient,
                        "longest": retry.maximum_interval.ToSeconds(),
                        "attempts": retry.maximum_attempts,
                        "never": sorted(retry.non_retryable_error_types),
                    },
                    "input": [_lasting(_opened(payload)) for payload in asked.input.payloads],
                }
            )
    return sorted(found, key=lambda command: str(command["id"]))


def _opened(payload: Payload) -> Any:
    return json.loads(Payload.FromString(RING.decrypt(payload.data)).data)


def _lasting(argument: dict[str, Any]) -> dict[str, Any]:
    """What does not change from run to run, however the agencies' answers interleave."""
    return {name: value for name, value in argument.items() if name not in _PASSING}


async def record(folder: Path) -> None:
    """Play every story once and keep its history."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        async with (
            start_environment(RING) as environment,
            open_archive(f"sqlite+aiosqlite:///{home / 'records.db'}", RING, home / "blobs") as archive,
        ):
            catalog = load_catalog(TREE / "catalog")
            calendar = load_calendar(TREE / "catalog" / "calendars")
            stage = Stage(environment, archive, catalog, calendar, Undrawn(), home / "keys")
            for (bundle, told_as), story in stories(stage).items():
                number = number_of(bundle, told_as)
                async with stage.play(story, bundle=bundle, number=number) as played:
                    await perform(played)
                    history = await played.history()
                _write(folder / bundle / f"{told_as}.json.gz", packed(history))
                if told_as == COMMANDED:
                    told = json.dumps(commands(history), ensure_ascii=False, indent=1)
                    _write(folder / COMMANDS, f"{told}\n".encode())


def packed(history: WorkflowHistory) -> bytes:
    """A history opened, without the name of the machine that wrote it; the same bytes each time."""
    opened = WorkflowHistory(history.workflow_id, [_unsealed(event) for event in history.events])
    text = re.sub(r'("identity": *")[^"]*"', r'\1recorder"', opened.to_json())
    return gzip.compress(text.encode(), mtime=0)


def _unsealed(message: Any) -> Any:
    """A copy of a message in which no payload is sealed."""
    copied = type(message)()
    copied.CopyFrom(message)
    _unseal(copied)
    return copied


def _unseal(message: Any) -> None:
    if isinstance(message, Payload):
        if message.metadata.get("encoding") == b"binary/encrypted":
            message.CopyFrom(Payload.FromString(RING.decrypt(message.data)))
        return
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        if field.message_type.GetOptions().map_entry:
            values = list(value.values()) if hasattr(value, "values") else []
            for one in values:
                if hasattr(one, "ListFields"):
                    _unseal(one)
        elif field.is_repeated:
            for one in value:
                _unseal(one)
        else:
            _unseal(value)


def _write(path: Path, content: bytes) -> None:
    """Write what is new; what was recorded before is never changed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        sys.stdout.write(f"kept as it was: {path}\n")
    else:
        sys.stdout.write(f"recorded: {path}\n")


if __name__ == "__main__":
    asyncio.run(record(HISTORY / sys.argv[1]))
