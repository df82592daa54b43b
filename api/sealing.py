"""Sealing a filing: in goes a form that nothing is wrong with, out comes the one row that it becomes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from pydantic import BaseModel

from api import audit
from api.case_work.words import words_of
from api.filling import Filling
from api.principal import Caller, Role
from forms.intake import Prepared
from forms.merge import Supply
from forms.resolve import Resolved
from forms.validate import Validation
from onething.case_definition import CaseInput
from onething.fact import Fact
from onething.receipt import ReceiptPerson
from records.blob import Content
from records.case import NewCase
from records.family import Joining
from records.material import StoredMaterial
from records.party import Party

JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Ready:
    """A filing that nothing is wrong with."""

    filling: Filling
    validation: Validation
    materials: tuple[StoredMaterial, ...]
    received_on: date
    representative: ReceiptPerson | None = None
    """Who files under a mandate, masked."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What tells a filing from every other, and whose draft it uses up."""

    key: str
    body_sha256: str
    subject_blind: str
    draft_id: str | None
    joins: Joining | None = None
    """Earlier cases of the same family."""
    family: tuple[tuple[str, str], ...] = ()
    """By what later cases of the family find this one."""
    parties: tuple[Party, ...] = ()
    """Who may follow it."""


def new_case(caller: Caller, ready: Ready, prepared: Prepared, marks: Marks) -> NewCase:
    """Everything that makes a case, ready for its one transaction."""
    case = prepared.case
    inputs = {
        "answers": _sealed(_answers(ready)),
        "header": sealed(prepared.header),
        "case": sealed(case),
    }
    for name, one in prepared.filings.items():
        inputs[f"payload:{name}"] = sealed(one)
    return NewCase(
        number=case.number,
        bundle=case.definition.bundle,
        origin=case.origin.value,
        filing_mode=case.mode.value,
        submitted_at=case.submitted_at,
        received_on=case.received_on,
        idempotency_key=marks.key,
        body_sha256=marks.body_sha256,
        subject_blind=marks.subject_blind,
        region=case.region,
        window_id=caller.window.id if caller.window else None,
        inputs=inputs,
        lookups=(*_lookups(ready), *marks.family),
        draft_id=marks.draft_id,
        papers={one.material: one.blob_id for one in ready.materials},
        joins=marks.joins,
        parties=marks.parties,
        words=words_of(ready.validation.resolution),
        owner=caller.account if caller.role is Role.CLERK else None,
        audit=audit.entry(
            caller,
            "file_case",
            case.number,
            marks.subject_blind,
            tuple(sorted(_read(ready))),
        ),
    )


def sealed(document: BaseModel) -> Content:
    """A document as it is sealed with a case."""
    return Content(document.model_dump_json().encode(), JSON)


def pinned(case: CaseInput, inputs: Mapping[str, str]) -> CaseInput:
    """The case as its workflow is started: sealed parts by reference."""
    payloads = {name.partition(":")[2]: ref for name, ref in inputs.items() if name.startswith("payload:")}
    return case.model_copy(update={"payloads": payloads, "header": inputs["header"]})


def _answers(ready: Ready) -> dict[str, Any]:
    """What the family said and what others supplied; a typed value that differs is a correction."""
    resolution = ready.validation.resolution
    known = ready.filling.known
    used = _read(ready)
    return {
        "situations": ready.filling.form.situations,
        "answers": resolution.answers,
        "known": {
            pointer: {"value": one.value, "source": one.source, "grade": one.grade, "as_of": one.as_of}
            for pointer, one in known.items()
        },
        "on_record": sorted(ready.filling.form.on_record),
        "corrections": [
            pointer for pointer, one in used.items() if pointer in known and one.value != known[pointer].value
        ],
    }


def _read(ready: Ready) -> dict[str, Resolved]:
    """What the form's facts were read from, by pointer: typed, or supplied by others."""
    resolution, roles = ready.validation.resolution, ready.filling.bundle.roles
    found: dict[str, Resolved] = {}
    for fact in ready.filling.form.fields:
        many = roles[fact.owner].many
        for index in range(resolution.size(fact.owner)) if many else (None,):
            resolved = resolution.get(fact, index)
            if resolved is not None and resolved.supply is not Supply.DERIVED:
                found[resolved.leaf] = resolved
    return found


def _lookups(ready: Ready) -> list[tuple[str, str]]:
    resolution = ready.validation.resolution
    found = []
    for role, index in (("id_number", "id_number"), ("phone", "phone")):
        for name, each in ready.filling.bundle.roles.items():
            if each.subject or each.login:
                value = resolution.get(Fact(role, (name,)))
                if value is not None:
                    found.append((index, str(value.value)))
    return found


def _sealed(document: Mapping[str, Any]) -> Content:
    return Content(json.dumps(document, ensure_ascii=False, default=str).encode(), JSON)
