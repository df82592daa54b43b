"""A family's page: its id in, its cases phase by phase and the one receipt over all of them out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from api.family import FamilyId, read_family
from api.office import TheOffice
from api.page_view import locale_of, render
from api.principal import Access, Caller, Purpose

router = APIRouter(include_in_schema=False)
Follower = Annotated[Caller, Depends(Access(Purpose.FOLLOW_CASE))]


@router.get("/families/{family}", response_class=HTMLResponse)
async def show_family(
    family: FamilyId, caller: Follower, office: TheOffice, request: Request
) -> HTMLResponse:
    """One family, each case as a phase."""
    view = await read_family(office, caller, family)
    return HTMLResponse(render("family.html", locale_of(request), family=view))
