"""A case as it stands now: in goes its number, out come definition, state and what is sealed with it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from api.aside import settled
from api.office import Office
from forms.merge import MergedForm
from forms.resolve import Known
from onething.case import initial_state
from onething.case_definition import CaseInput
from onething.case_state import CaseState
from onething.filing import CaseHeader, SlotFiling
from onething.item_material import OnRecord
from onething.register import Grade
from records.blob import Content, get_blob
from records.case import StoredCase, get_case
from records.errors import CaseErased
from records.receipt import JSON


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
    on_record: frozenset[OnRecord] = frozenset()
    """What stood for papers at the filing, and stands for them still."""


async def standing_of(office: Office, number: str) -> Standing:
    """The case as it stands; raises NotKnown, CaseErased."""
    stored = await settled(office, await get_case(office.archive, number))
    if stored.erased:
        raise CaseErased(number)
    case = _counted_now(office, await case_input(office, stored))
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
    on_record = frozenset(map(OnRecord, sealed.get("on_record", ())))
    return Answered(sealed["situations"], sealed["answers"], known, on_record)


async def filings_of(office: Office, standing: Standing) -> dict[str, SlotFiling]:
    """Open each slot's newest filing."""
    return {
        slot: SlotFiling.model_validate_json(await get_blob(office.archive, standing.number, ref))
        for slot, ref in standing.case.payloads.items()
    }


async def header_of(office: Office, standing: Standing) -> CaseHeader:
    """Open what the receipt's head says."""
    return CaseHeader.model_validate_json(await _open(office, standing, "header"))


def form_of(office: Office, standing: Standing, answered: Answered) -> MergedForm:
    """The merged form as it was filed."""
    bundle = office.catalog.bundle(standing.case.definition.bundle)
    form = office.form(bundle, answered.situations, standing.case.received_on, standing.case.region)
    return replace(form, on_record=answered.on_record) if answered.on_record else form


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
        "on_record": sorted(answered.on_record),
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


def _counted_now(office: Office, case: CaseInput) -> CaseInput:
    """The case with every year that is announced by now, as its workflow is told of them at each start."""
    year = case.received_on.year
    calendar = office.calendar.slice(year - 1, year + 2)
    return case.model_copy(update={"definition": case.definition.model_copy(update={"calendar": calendar})})


async def _open(office: Office, standing: Standing, name: str) -> bytes:
    return await get_blob(office.archive, standing.number, standing.stored.inputs[name])
