"""What becomes of somebody's own cases: in goes who calls and a case's number, out come pages and JSON."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from api import audit
from api.case import Number
from api.coming import Coming, coming_of
from api.office import TheOffice
from api.phone.filing_frame import draw
from api.phone.follow_list import own_cases
from api.phone.follow_mandate import mandates_for
from api.phone.follow_may import may_at
from api.phone.follow_view import FollowView, view_followed
from api.phone.owed_paper import owed_papers
from api.principal import Access, Caller, Purpose
from api.role import PERSONS
from api.standing import standing_of
from api.supervision.rating import rateable, ratings_of
from onething.case_record import OwedState

router = APIRouter(include_in_schema=False)
api = APIRouter(prefix="/api/v1", tags=["own cases"])
Done = Literal["corrected", "withdrawn", "rated", "paper", "revoked", "cancelled"]
Follower = Annotated[Caller, Depends(Access(Purpose.FOLLOW_CASE, PERSONS))]


@api.get("/own/cases/{number}")
async def get_own(number: Number, caller: Follower, office: TheOffice) -> FollowView:
    """Where one case stands: who holds each item, since when, due when, what next."""
    await audit.note(office, caller, "read_case", number)
    return await view_followed(office, number, await may_at(office, caller, number))


@api.get("/own/cases/{number}/coming")
async def get_coming(number: Number, caller: Follower, office: TheOffice) -> Coming:
    """How results reach the family, and for which items somebody still has to come in person."""
    await audit.note(office, caller, "read_case", number)
    return await coming_of(office, await standing_of(office, number))


@router.get("/m/cases", response_class=HTMLResponse)
async def show_cases(caller: Follower, office: TheOffice, request: Request) -> HTMLResponse:
    """My cases."""
    await audit.note(office, caller, "list_own_cases")
    cases = await own_cases(office, caller)
    return draw(request, "phone/follow/cases.html", cases=cases)


@router.get("/m/cases/{number}", response_class=HTMLResponse)
async def show_own(
    number: Number,
    caller: Follower,
    office: TheOffice,
    request: Request,
    done: Annotated[Done | None, Query()] = None,
) -> HTMLResponse:
    """Where is my case; after something was done, with a line that says so."""
    await audit.note(office, caller, "read_case", number)
    view = await view_followed(office, number, await may_at(office, caller, number))
    return draw(
        request,
        "phone/follow/case.html",
        case=view,
        owed=tuple(one for one in owed_papers(view.items) if one.paper.state != OwedState.MET.value),
        coming=await coming_of(office, await standing_of(office, number)),
        done=done,
        rated=await ratings_of(office, caller, number) if view.may.rate else {},
        may_rate=await rateable(office, caller, number) if view.may.rate else (),
        mandates=await mandates_for(office, caller, view),
    )
