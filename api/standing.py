"""A case as it stands now: in goes its number, out come its definition, its state and what is sealed with it.

What changes a case is told to its workflow and kept here, and the two are not one transaction. So a change is
laid aside first, told, and then taken over; where the telling was cut short, the case's own story says
whether it was heard.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Connection, select, update

from activities.signatures import Applied
from api.office import Office
from api.sealing import JSON
from forms.resolve import Known
from onething.case import initial_state
from onething.case_definition import CaseInput
from onething.case_event import Action
from onething.case_state import CaseState
from onething.errors import ActionRejected
from onething.filing import CaseHeader, SlotFiling
from onething.register import Grade
from records.blob import Content, get_blob, put_blobs
from records.case import StoredCase, get_case
from records.database import serialize
from records.errors import CaseErased
from records.schema import case as table
from records.timeline import TimelineRow, timeline_of

_ASIDE: Final = "aside"
"""The input under which a change lies that is not known to have been heard."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A case now: its row, its definition and filings by reference, its state."""

    stored: StoredCase
    case: CaseInput
    state: CaseState

    @property
    def number(self) -> str:
        """The case's number."""
        return self.stored.number


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered last: situations, typed answers, and what others supplied."""

    situations: dict[str, Any]
    answers: dict[str, Any]
    known: dict[str, Known]


@dataclass(frozen=True, slots=True)
class Change:
    """What is told to the workflow, and what is kept when it has heard it.

    `contents` are sealed under their names; `action` is made of the blob ids these come to have; `line` says
    by which line of the case's story the change is known to have been heard.
    """

    contents: Mapping[str, Content]
    action: Callable[[Mapping[str, str]], Action]
    line: tuple[str, str | None]
    """The line's kind and slot."""
    slots: tuple[str, ...] | None = None
    """What the line says in `slots`; None where it says nothing."""


async def standing_of(office: Office, number: str) -> Standing:
    """The case as it stands; raises NotKnown, CaseErased."""
    stored = await settled(office, await get_case(office.archive, number))
    if stored.erased:
        raise CaseErased(number)
    case = await case_input(office, stored)
    state = CaseState.model_validate(stored.snapshot) if stored.snapshot is not None else initial_state(case)
    return Standing(stored, case, state)


async def case_input(office: Office, stored: StoredCase) -> CaseInput:
    """The case as it was pinned at submission; raises CaseErased."""
    document = await get_blob(office.archive, stored.number, stored.inputs["case"])
    payloads = {
        name.partition(":")[2]: ref for name, ref in stored.inputs.items() if name.startswith("payload:")
    }
    case = CaseInput.model_validate_json(document)
    return case.model_copy(update={"payloads": payloads, "header": stored.inputs["header"]})


async def answered_of(office: Office, standing: Standing) -> Answered:
    """Open what was answered last."""
    sealed = json.loads(await _open(office, standing, "answers"))
    known = {
        pointer: Known(one["value"], one["source"], Grade(one["grade"]), one["as_of"])
        for pointer, one in sealed["known"].items()
    }
    return Answered(sealed["situations"], sealed["answers"], known)


async def filings_of(office: Office, standing: Standing) -> dict[str, SlotFiling]:
    """Open each slot's newest filing."""
    return {
        slot: SlotFiling.model_validate_json(await get_blob(office.archive, standing.number, ref))
        for slot, ref in standing.case.payloads.items()
    }


async def header_of(office: Office, standing: Standing) -> CaseHeader:
    """Open what the receipt's head says."""
    return CaseHeader.model_validate_json(await _open(office, standing, "header"))


def sealed_answers(answered: Answered) -> Content:
    """The answers as they are sealed with a case."""
    known = {
        pointer: {"value": one.value, "source": one.source, "grade": one.grade, "as_of": one.as_of}
        for pointer, one in answered.known.items()
    }
    document = {
        "situations": answered.situations,
        "answers": answered.answers,
        "known": known,
        "corrections": [
            pointer
            for pointer, one in answered.known.items()
            if value_at(answered.answers, pointer) not in (None, "", one.value)
        ],
    }
    return Content(json.dumps(document, ensure_ascii=False, default=str).encode(), JSON)


def value_at(answers: Mapping[str, Any], pointer: str) -> Any:
    """What was typed at a pointer; None where nothing was."""
    place: Any = answers
    for part in pointer.strip("/").split("/"):
        if isinstance(place, list):
            place = place[int(part)] if part.isdecimal() and int(part) < len(place) else None
        else:
            place = place.get(part) if isinstance(place, Mapping) else None
    return place


async def enact(office: Office, standing: Standing, change: Change) -> Applied:
    """Lay the change aside, tell it, and take it over.

    Raises ActionRejected (then nothing has changed) and EngineUnavailable (then it may still be heard).
    """
    names = list(change.contents)
    refs = await put_blobs(office.archive, standing.number, [change.contents[name] for name in names])
    inputs = {name: ref.blob_id for name, ref in zip(names, refs, strict=True)}
    before = standing.stored.inputs
    aside = {
        "inputs": inputs,
        "line": change.line,
        "slots": change.slots,
        "after": standing.state.entries,
    }
    (ref,) = await put_blobs(office.archive, standing.number, [Content(json.dumps(aside).encode(), JSON)])
    waiting = {**before, _ASIDE: ref.blob_id}
    await _replace(office, standing.number, before, waiting)
    try:
        applied = await office.engine.act(standing.number, change.action(inputs))
    except ActionRejected:
        await _replace(office, standing.number, waiting, before)
        raise
    await _replace(office, standing.number, waiting, _taken_over(before, inputs))
    return applied


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


async def _open(office: Office, standing: Standing, name: str) -> bytes:
    return await get_blob(office.archive, standing.number, standing.stored.inputs[name])


async def _replace(office: Office, number: str, before: Mapping[str, str], after: Mapping[str, str]) -> None:
    """Point the case at other inputs, unless somebody else was faster; raises ActionRejected."""

    def write(connection: Connection) -> None:
        serialize(connection, f"inputs/{number}")
        row = select(table.c.inputs).where(table.c.number == number)
        if connection.execute(row).scalar() != dict(before):
            raise ActionRejected(what="changed meanwhile", slot="")
        connection.execute(update(table).where(table.c.number == number).values(inputs=dict(after)))

    await office.archive.database.write(write)
