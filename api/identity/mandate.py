"""Mandates over HTTP: in goes who may act for whom, out come mandates as either side sees them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response

from api.identity import mandates
from api.identity.mandate_view import AgentView, MandateRequest, MandateView
from api.office import TheOffice
from api.principal import Access, Caller, Purpose
from api.role import FILERS, PERSONS, Role

router = APIRouter(prefix="/api/v1", tags=["mandates"])
Giver = Annotated[Caller, Depends(Access(Purpose.MANDATE, frozenset({Role.CITIZEN, Role.CLERK})))]
Side = Annotated[Caller, Depends(Access(Purpose.MANDATE, PERSONS))]
Anyone = Annotated[Caller, Depends(Access(Purpose.MANDATE, FILERS))]
MandateId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


@router.get("/mandates")
async def list_mine(caller: Side, office: TheOffice) -> list[MandateView]:
    """The mandates that the caller gave or holds, newest first."""
    return list(await mandates.mine(office, caller))


@router.post("/mandates", status_code=201)
async def post(request: MandateRequest, caller: Giver, office: TheOffice, response: Response) -> MandateView:
    """Make one: a citizen their own, a clerk that of the person at the counter."""
    made = await mandates.make(office, caller, request)
    response.headers["location"] = f"/api/v1/mandates/{made.id}"
    return made


@router.get("/mandates/{mandate}")
async def get(mandate: MandateId, caller: Anyone, office: TheOffice) -> MandateView:
    """One of the caller's own mandates."""
    return await mandates.opened(office, caller, mandate)


@router.post("/mandates/{mandate}/revocation")
async def revoke(mandate: MandateId, caller: Anyone, office: TheOffice) -> MandateView:
    """End it at once; either side may, and doing it twice changes nothing."""
    return await mandates.revoke(office, caller, mandate)


@router.get("/representatives")
async def list_representatives(caller: Giver, office: TheOffice) -> list[AgentView]:
    """The staff representatives (代办员) whom one may choose."""
    del caller
    return list(await mandates.agents(office))
