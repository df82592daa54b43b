"""The floor of the benchmark: nine activities on six queues and a stored result, on bare Temporal."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from sqlite3 import Connection, connect
from threading import Lock
from typing import Any, Final

from temporalio import activity, workflow

QUEUE: Final = "floor"
SLOTS: Final = 9
QUEUES: Final = 6


@dataclass(frozen=True, slots=True)
class Task:
    """One filing of the floor: its number and a payload of the usual size."""

    slot: int
    payload: dict[str, Any]


def queue_of(slot: int, prefix: str = QUEUE) -> str:
    """The six agency queues, in turn."""
    return f"{prefix}-agency-{slot % QUEUES}"


@workflow.defn(name="Floor")
class Floor:
    """Nine slots at once, then one stored JSON: no definition, no encryption, no records, no clocks."""

    @workflow.run
    async def run(self, tasks: list[Task]) -> int:
        """Run every slot, then store what came back."""
        answers = await asyncio.gather(
            *(
                workflow.execute_activity(
                    "floor_submit",
                    task,
                    result_type=dict[str, Any],
                    task_queue=queue_of(task.slot),
                    start_to_close_timeout=timedelta(seconds=30),
                )
                for task in tasks
            )
        )
        stored: int = await workflow.execute_activity(
            "floor_store",
            list(answers),
            result_type=int,
            task_queue=f"{QUEUE}-receipt",
            start_to_close_timeout=timedelta(seconds=60),
        )
        return stored


class FloorActivities:
    """Answer at once; store one row, committed with the durability of the real thing."""

    def __init__(self, file: Path) -> None:
        """Store into a fresh SQLite file."""
        self.lock = Lock()
        self.connection: Connection = connect(file, check_same_thread=False)
        self.connection.execute("PRAGMA journal_mode=wal")
        self.connection.execute("PRAGMA synchronous=full")
        self.connection.execute("CREATE TABLE receipt (body TEXT)")

    @activity.defn(name="floor_submit")
    async def submit(self, task: Task) -> dict[str, Any]:
        """Answer as an agency that grants at once."""
        return {"slot": task.slot, "state": "granted", "ref": f"R{task.slot}"}

    @activity.defn(name="floor_store")
    async def store(self, answers: list[dict[str, Any]]) -> int:
        """Store the answers as one JSON row."""
        await asyncio.to_thread(self._store, str(answers))
        return len(answers)

    def _store(self, body: str) -> None:
        with self.lock, self.connection:
            self.connection.execute("INSERT INTO receipt VALUES (?)", (body,))
