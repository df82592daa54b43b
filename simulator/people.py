"""The stand-in registers over HTTP: in goes a question about a person, out comes what stories told."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from onething.play_word import CHINA
from onething.register import Ambiguous, Found, LookupRequest, NotFound, Purpose, RegisterAnswer, select
from simulator.filing import TheDesk, check_token
from simulator.problem import Refusal

router = APIRouter()


class Asked(BaseModel):
    """One fact asked for, under the asker's own name for it."""

    name: str
    concept: str
    other_id_number: str | None = None


class Question(BaseModel):
    """What `POST /lookup` carries; a register of its own refuses questions without purpose and actor."""

    model_config = ConfigDict(frozen=True)

    id_number: str
    asked: tuple[Asked, ...] = Field(max_length=100)
    purpose: Purpose
    actor: str = Field(min_length=1)
    draft: str = Field(min_length=1)


class Opening(BaseModel):
    """Whether the register answers."""

    available: bool


@router.get("/registers/{register}/health")
async def health(register: str, desk: TheDesk) -> Response:
    """Say whether the register is switched on."""
    closed = desk.ledger.closed(register)
    return JSONResponse({"ok": not closed, "register": register}, 503 if closed else 200)


@router.post("/registers/{register}/lookup", dependencies=[Depends(check_token)])
async def look_up(register: str, question: Question, desk: TheDesk, request: Request) -> RegisterAnswer:
    """Answer found, not_found or ambiguous; 503 while the register is switched off."""
    if desk.ledger.closed(register):
        raise Refusal(503, "closed")
    record = desk.ledger.person(register, question.id_number)
    if record is None:
        return NotFound()
    if isinstance(record, list):
        return Ambiguous(records=len(record))
    now: datetime = request.app.state.now()
    # Registers are copied over night: what they say is as of the day's beginning.
    as_of = now.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    values = select(record, _request(register, question))
    return Found(values=values, source=desk.world.registers.get(register, register), as_of=as_of)


@router.post("/registers/{register}/people", status_code=204)
async def load(register: str, people: dict[str, Any], desk: TheDesk) -> None:
    """Store people's records by id number; several records for one number make it ambiguous."""
    with desk.ledger.together():
        for number, record in people.items():
            desk.ledger.set_person(register, number, record)


@router.put("/registers/{register}/state", status_code=204)
async def switch(register: str, opening: Opening, desk: TheDesk) -> None:
    """Switch the register off or on."""
    desk.ledger.close_register(register, closed=not opening.available)


def _request(register: str, question: Question) -> LookupRequest:
    """Put the question in the kernel's words, each fact under the asker's own name."""
    others = {one.name: one.other_id_number for one in question.asked if one.other_id_number}
    return LookupRequest(
        register_=register,
        id_number=question.id_number,
        concepts=tuple(one.name for one in question.asked),
        others=others,
        purpose=question.purpose,
        actor=question.actor,
        draft=question.draft,
        notice_shown=True,
    )
