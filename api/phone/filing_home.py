"""A person's first page: in goes who looks, out come life events, their own drafts and their own cases."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from api.office import TheOffice
from api.phone.filing_drafts import NOTHING, unfinished_of
from api.phone.filing_frame import draw
from api.phone.filing_whom import covered
from api.phone.follow_list import own_cases
from api.principal import ANYBODY, Access, Caller, Purpose
from api.role import PERSONS, Role
from onething.family import entries

router = APIRouter(include_in_schema=False)
Visitor = Annotated[Caller, Depends(Access(Purpose.CATALOG, ANYBODY | PERSONS))]
_SHOWN: Final = 3


@router.get("/m", response_class=HTMLResponse)
async def home(caller: Visitor, office: TheOffice, request: Request) -> HTMLResponse:
    """Life events for everybody; for whoever is signed in drafts and newest cases, what waits first."""
    person = caller.role in PERSONS
    bundles = list(office.catalog.bundles.values())
    # Whoever files for others only sees what somebody has asked them to file.
    whom = await covered(office, caller) if person else {}
    if caller.role is Role.REPRESENTATIVE:
        bundles = [one for one in bundles if whom[one.bundle]]
    return draw(
        request,
        "phone/filing/home.html",
        person=person,
        entries=tuple(entries(bundles)),
        whom=whom,
        for_others=caller.role is Role.REPRESENTATIVE,
        unfinished=await unfinished_of(office, caller) if person else NOTHING,
        cases=(await own_cases(office, caller))[:_SHOWN] if person else (),
    )
