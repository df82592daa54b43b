"""The wire contract's server side: in come requests of `agency-http.yaml`, out go events, problems."""

import base64
import binascii
import hmac
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from onething.play import Answer, Fault
from simulator.desk import Desk, FilingBody, Objection
from simulator.problem import LostReply, Refusal
from simulator.world import AgencyCard

router = APIRouter(prefix="/agencies/{agency}")

_STATUS: Final = {
    Objection.KEY_REUSED: 409,
    Objection.UNKNOWN_KEY: 404,
    Objection.NOT_QUERYABLE: 404,
    Objection.NOT_WITHDRAWABLE: 409,
    Objection.DECIDED: 409,
}


class Withdrawal(BaseModel):
    """Why a filing is taken back: a code, not a story."""

    reason: str = Field(default="", max_length=200)


def desk_of(request: Request) -> Desk:
    """The one desk of this process."""
    desk: Desk = request.app.state.desk
    return desk


def card_of(agency: str, desk: Annotated[Desk, Depends(desk_of)]) -> AgencyCard:
    """The agency in the path; raises Refusal."""
    card = desk.world.agencies.get(agency)
    if card is None:
        raise Refusal(404, "unknown_agency")
    return card


def check_token(request: Request) -> None:
    """Compare `Authorization: Bearer …` with the installation's token, where it has one; raises Refusal."""
    token: str | None = request.app.state.token
    given = request.headers.get("authorization", "")
    if token is not None and not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        raise Refusal(401, "unauthorized")


TheDesk = Annotated[Desk, Depends(desk_of)]
TheCard = Annotated[AgencyCard, Depends(card_of)]


@router.get("/health")
async def health(card: TheCard) -> dict[str, Any]:
    """Say that the agency is there."""
    return {"ok": True, "agency": card.agency}


@router.post("/filings", dependencies=[Depends(check_token)])
async def file(
    card: TheCard, desk: TheDesk, body: FilingBody, idempotency_key: Annotated[str, Header(max_length=200)]
) -> Response:
    """Take a filing under its key: 201 when it is new here, 200 when it lay here already."""
    done = desk.file(card, idempotency_key, body)
    if isinstance(done, Objection):
        raise _refusal(done)
    answer, new = done
    if answer.raises is Fault.UNAVAILABLE:
        raise Refusal(503, "closed", taken=False)
    if answer.raises is Fault.CRASHED:
        raise Refusal(500, "crashed")
    if answer.raises is Fault.REPLY_LOST:
        return LostReply()
    return _told(idempotency_key, answer, 201 if new else 200)


@router.get("/filings/{segment}", dependencies=[Depends(check_token)])
async def ask(card: TheCard, desk: TheDesk, segment: str) -> Response:
    """Tell everything known about a filing."""
    key = _key_of(segment)
    answer = desk.ask(card, key)
    if isinstance(answer, Objection):
        raise _refusal(answer)
    if answer.raises is not None:
        raise Refusal(503, "closed", taken=False)
    return _told(key, answer, 200)


@router.delete("/filings/{segment}", dependencies=[Depends(check_token)], status_code=204)
async def take_back(card: TheCard, desk: TheDesk, segment: str, body: Withdrawal | None = None) -> None:
    """Take an undecided filing back."""
    del body
    objection = desk.take_back(card, _key_of(segment))
    if objection is not None:
        raise _refusal(objection)


@router.post("/filings/{segment}/undoing", status_code=204)
async def undo(card: TheCard, desk: TheDesk, segment: str) -> None:
    """Have the agency's own clerk undo what was decided: not ours to ask for, but theirs to do."""
    objection = desk.undo(card, _key_of(segment))
    if objection is not None:
        raise _refusal(objection)


def _told(key: str, answer: Answer, status: int) -> JSONResponse:
    events = [event.model_dump(mode="json") for event in answer.told]
    return JSONResponse({"key": key, "events": events}, status)


def _refusal(objection: Objection) -> Refusal:
    return Refusal(_STATUS[objection], objection)


def _key_of(segment: str) -> str:
    """Read a key back out of its path segment (base64url without padding)."""
    try:
        return base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise Refusal(404, "unreadable_key") from None
