"""Cases over HTTP: filings in, what the records say out; steering goes to the workflow as updates."""

import asyncio
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Final

from fastapi import APIRouter, Body, Depends, Header, Path, Query, Response
from pydantic import Field

from api import audit, gate_proof, stuck
from api.case_view import CaseView, TimelineLine, view_case, view_timeline
from api.case_work.area import area_of
from api.gate_proof import GateProof
from api.intake import Filing
from api.office import Office, TheOffice
from api.own_filing import file_for
from api.principal import Access, Caller, Purpose
from api.role import FILERS
from api.stuck import PaperDecision, ReceivedRequest, ResumeRequest
from onething.text import Locale, Model
from records.case import get_case
from records.worklist import CaseFilter, list_cases

router = APIRouter(tags=["cases"])
Filer = Annotated[Caller, Depends(Access(Purpose.FILE_CASE, FILERS))]
Follower = Annotated[Caller, Depends(Access(Purpose.FOLLOW_CASE))]
Steerer = Annotated[Caller, Depends(Access(Purpose.STEER_CASE))]
Number = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{6,48}$")]
Name = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,79}(\[[0-9]{1,3}\])?$")]
Key = Annotated[str, Header(alias="Idempotency-Key", pattern=r"^[\x21-\x7e]{1,200}$")]
_PATIENCE: Final = 2.0
_POLL: Final = 0.05
_NO_PROOF: Final = GateProof()


class CaseLine(Model):
    """One line of the worklist."""

    number: str
    bundle: str
    region: str | None
    state: str
    origin: str
    filing_mode: str
    window_id: str | None
    submitted_at: datetime
    received_on: date
    revision: int
    closed_at: datetime | None


class CaseFiled(Model):
    """The case that a filing became."""

    number: str
    new: bool
    """False when the same filing had been taken before."""


class ListQuery(Model):
    """What to list; every field given narrows."""

    bundle: Annotated[str | None, Field(max_length=80)] = None
    region: Annotated[str | None, Field(max_length=6)] = None
    state: Annotated[str | None, Field(max_length=40)] = None
    open: bool | None = None
    agency: Annotated[str | None, Field(max_length=80)] = None
    slot_state: Annotated[str | None, Field(max_length=40)] = None
    holder: Annotated[str | None, Field(max_length=40)] = None
    light: Annotated[str | None, Field(max_length=10)] = None
    due_by: date | None = None
    after: Annotated[
        str | None, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{5,15}(Z|\+00:00),[A-Za-z0-9-]{6,48}$")
    ] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50

    def filter(self) -> CaseFilter:
        """In the records' words; an instant that is no instant narrows nothing."""
        given = self.model_dump(exclude={"after"})
        at, _, number = (self.after or "").partition(",")
        try:
            after = (datetime.fromisoformat(at), number) if at else None
        except ValueError:
            after = None
        return CaseFilter(**given, after=after)


async def shown(office: Office, number: str, revision: int) -> CaseView:
    """The case once the records have come to `revision`, or as it stands after two seconds."""
    await arrived(office, number, revision)
    return await view_case(office, number)


async def arrived(office: Office, number: str, revision: int) -> None:
    """Wait until the records have come to `revision`, two seconds at most; raises NotKnown."""
    loop = asyncio.get_running_loop()
    until = loop.time() + _PATIENCE
    while loop.time() < until:
        if (await get_case(office.archive, number)).revision >= revision:
            break
        await asyncio.sleep(_POLL)


@router.post("/cases", status_code=201)
async def file(  # noqa: PLR0913, PLR0917 - what address and body say, what the door gives
    filing: Filing,
    key: Key,
    caller: Filer,
    office: TheOffice,
    response: Response,
    lang: Annotated[Locale, Query()] = Locale.ZH,
) -> CaseFiled:
    """File once: one transaction, then the workflow. The same key and body give the same case with 200.

    `lang` is the language of messages to whoever files for themselves and has chosen none yet.
    """
    filed = await file_for(office, caller, filing, key, lang)
    response.headers["location"] = f"/api/v1/cases/{filed.number}"
    if not filed.new:
        response.status_code = 200
    return CaseFiled(number=filed.number, new=filed.new)


@router.get("/cases")
async def list_open(
    wanted: Annotated[ListQuery, Query()], caller: Follower, office: TheOffice
) -> list[CaseLine]:
    """The cases of the caller's area, newest first.

    `after` takes the last line's `submitted_at,number` for the next page.
    """
    lines = await list_cases(office.archive, replace(wanted.filter(), area=area_of(caller)))
    return [CaseLine.model_validate(line, from_attributes=True) for line in lines]


@router.get("/cases/{number}")
async def get(number: Number, caller: Follower, office: TheOffice) -> CaseView:
    """One case with its items."""
    view = await view_case(office, number)
    await audit.note(office, caller, "read_case", number)
    return view


@router.get("/cases/{number}/timeline")
async def timeline(
    number: Number, caller: Follower, office: TheOffice, after: Annotated[int, Query(ge=0, le=10**9)] = 0
) -> list[TimelineLine]:
    """The case's story after line `after`."""
    lines = await view_timeline(office, number, after)
    await audit.note(office, caller, "read_timeline", number)
    return list(lines)


@router.post("/cases/{number}/slots/{slot}/resume")
async def resume(
    number: Number, slot: Name, request: ResumeRequest, caller: Steerer, office: TheOffice
) -> CaseView:
    """Take a stuck item in hand, in the same round and under the same key.

    Sending an uncertain submission again needs `confirmed`: the agency was asked and does not have it.
    """
    applied = await stuck.resume(office, caller, (number, slot), request)
    return await shown(office, number, applied.revision)


@router.post("/cases/{number}/slots/{slot}/received")
async def enter_received(
    number: Number, slot: Name, request: ReceivedRequest, caller: Steerer, office: TheOffice
) -> CaseView:
    """Say that the agency has a filing of which that was uncertain, and under which reference."""
    applied = await stuck.enter_received(office, caller, (number, slot), request.ref)
    return await shown(office, number, applied.revision)


@router.post("/cases/{number}/slots/{slot}/decision")
async def enter_decision(
    number: Number, slot: Name, request: PaperDecision, caller: Steerer, office: TheOffice
) -> CaseView:
    """Enter what the agency of a stuck item decided outside the system."""
    applied = await stuck.enter_decision(office, caller, (number, slot), request)
    return await shown(office, number, applied.revision)


@router.post("/cases/{number}/slots/{slot}/gates/{gate}", openapi_extra={"requestBody": {"required": True}})
async def open_gate(  # noqa: PLR0913, PLR0917 - what address and body say, what the door gives
    number: Number,
    slot: Name,
    gate: Name,
    caller: Steerer,
    office: TheOffice,
    request: Annotated[GateProof, Body()] = _NO_PROOF,
) -> CaseView:
    """Say that what a gate waits for has come about, and what was seen of it; refused without `proof`."""
    applied = await gate_proof.open_gate(office, caller, number, (slot, gate), request)
    return await shown(office, number, applied.revision)
