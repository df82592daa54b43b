"""A change laid aside: in go a case's inputs before and after, out come those that hold.

What changes a case is told to its workflow and kept here, and the two are not one transaction. So a change is
laid aside first, told, and then taken over; where the telling was cut short, the case's own story says
whether it was heard.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Connection, select, update

from api.office import Office
from onething.errors import ActionRejected
from records.blob import Content, get_blob, put_blobs
from records.case import StoredCase
from records.database import serialize
from records.receipt import JSON
from records.schema import case as table
from records.timeline import TimelineRow, timeline_of

_ASIDE: Final = "aside"
"""The input under which a change lies that is not known to have been heard."""


@dataclass(frozen=True, slots=True)
class Mark:
    """By which line of the case's story, told after line `after`, a change is known to have been heard."""

    kind: str
    slot: str | None
    after: int
    slots: tuple[str, ...] | None = None
    """What the line says in `slots`; None where it says nothing."""


@dataclass(frozen=True, slots=True)
class Aside:
    """A change that lies aside, with the case's inputs before it and until it is known to be heard."""

    number: str
    before: Mapping[str, str]
    waiting: Mapping[str, str]
    inputs: Mapping[str, str]
    """The blob ids of what is newer, by name."""


async def lay_aside(office: Office, stored: StoredCase, contents: Mapping[str, Content], mark: Mark) -> Aside:
    """Seal `contents` beside the case's inputs; raises ActionRejected when somebody else was faster."""
    refs = await put_blobs(office.archive, stored.number, list(contents.values()))
    inputs = {name: ref.blob_id for name, ref in zip(contents, refs, strict=True)}
    note = {"inputs": inputs, "line": (mark.kind, mark.slot), "slots": mark.slots, "after": mark.after}
    (ref,) = await put_blobs(office.archive, stored.number, [Content(json.dumps(note).encode(), JSON)])
    waiting = {**stored.inputs, _ASIDE: ref.blob_id}
    await _replace(office, stored.number, stored.inputs, waiting)
    return Aside(stored.number, stored.inputs, waiting, inputs)


async def take_over(office: Office, aside: Aside) -> None:
    """The change was heard; raises ActionRejected when somebody else was faster."""
    await _replace(office, aside.number, aside.waiting, _taken_over(aside.before, aside.inputs))


async def put_back(office: Office, aside: Aside) -> None:
    """The change was refused; raises as `take_over`."""
    await _replace(office, aside.number, aside.waiting, aside.before)


async def settled(office: Office, stored: StoredCase) -> StoredCase:
    """Take over a change laid aside, if the case's story tells that it was heard."""
    ref = stored.inputs.get(_ASIDE)
    if ref is None or stored.erased:
        return stored
    aside = json.loads(await get_blob(office.archive, stored.number, ref))
    lines = await timeline_of(office.archive, stored.number, aside["after"])
    if not any(_tells(line, aside) for line in lines):
        return stored
    inputs = _taken_over(stored.inputs, aside["inputs"])
    await _replace(office, stored.number, stored.inputs, inputs)
    return replace(stored, inputs=inputs)


def _taken_over(before: Mapping[str, str], newer: Mapping[str, str]) -> dict[str, str]:
    return {name: ref for name, ref in {**before, **newer}.items() if name != _ASIDE}


def _tells(line: TimelineRow, aside: Mapping[str, Any]) -> bool:
    said = [line.kind, line.slot] == list(aside["line"])
    return said and (aside["slots"] is None or line.params.get("slots") == aside["slots"])


async def _replace(office: Office, number: str, before: Mapping[str, str], after: Mapping[str, str]) -> None:
    """Point the case at other inputs, unless somebody else was faster; raises ActionRejected."""

    def write(connection: Connection) -> None:
        serialize(connection, f"inputs/{number}")
        row = select(table.c.inputs).where(table.c.number == number)
        if connection.execute(row).scalar() != dict(before):
            raise ActionRejected(what="changed meanwhile", slot="")
        connection.execute(update(table).where(table.c.number == number).values(inputs=dict(after)))

    await office.archive.database.write(write)
