"""A person's first page: in goes who looks, out come life events, their own drafts and their own cases."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from api.office import TheOffice
from api.phone.filing_frame import draw
from api.phone.filing_own import own_drafts
from api.phone.follow_view import own_cases
from api.principal import ANYBODY, Access, Caller, Purpose
from api.role import PERSONS
from onething.family import entries

router = APIRouter(include_in_schema=False)
Visitor = Annotated[Caller, Depends(Access(Purpose.CATALOG, ANYBODY | PERSONS))]
_SHOWN: Final = 3


@router.get("/m", response_class=HTMLResponse)
async def home(caller: Visitor, office: TheOffice, request: Request) -> HTMLResponse:
    """Life events for everybody; for whoever is signed in drafts and newest cases, what waits first."""
    person = caller.role in PERSONS
    bundles = office.catalog.bundles.values()
    return draw(
        request,
        "phone/filing/home.html",
        person=person,
        entries=tuple(entries(bundles)),
        drafts=await own_drafts(office, caller) if person else (),
        cases=(await own_cases(office, caller))[:_SHOWN] if person else (),
    )
