"""What becomes of somebody's own cases: in goes who calls and a case's number, out come pages and JSON."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from api import audit
from api.case import Number
from api.office import TheOffice
from api.page_view import locale_of, render
from api.phone.follow_view import FollowView, own_cases, view_followed
from api.principal import Access, Caller, Purpose
from api.role import PERSONS

router = APIRouter(include_in_schema=False)
api = APIRouter(prefix="/api/v1", tags=["own cases"])
Follower = Annotated[Caller, Depends(Access(Purpose.FOLLOW_CASE, PERSONS))]


@api.get("/own/cases/{number}")
async def get_own(number: Number, caller: Follower, office: TheOffice) -> FollowView:
    """Where one case stands: who holds each item, since when, due when, what next."""
    await audit.note(office, caller, "read_case", number)
    return await view_followed(office, number)


@router.get("/m/cases", response_class=HTMLResponse)
async def show_cases(caller: Follower, office: TheOffice, request: Request) -> HTMLResponse:
    """My cases."""
    await audit.note(office, caller, "list_own_cases")
    cases = await own_cases(office, caller)
    return HTMLResponse(render("phone/follow/cases.html", locale_of(request), cases=cases))


@router.get("/m/cases/{number}", response_class=HTMLResponse)
async def show_own(number: Number, caller: Follower, office: TheOffice, request: Request) -> HTMLResponse:
    """Where is my case."""
    await audit.note(office, caller, "read_case", number)
    page = render(
        "phone/follow/case.html",
        locale_of(request),
        case=await view_followed(office, number),
        disclosed="",
        rated=None,
    )
    return HTMLResponse(page)
