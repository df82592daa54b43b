"""A case's page: in goes its number, out comes where each item stands, and what a clerk may do."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api import stuck
from api.case import Name, Number
from api.case_work.case_file import case_file_of
from api.case_work.case_page import TypedOrder, case_values
from api.case_work.sent import REMEMBERED, Sent, back
from api.office import Office, TheOffice
from api.page_view import locale_of, render
from api.principal import Access, Caller, Purpose
from api.stuck import ResumeRequest
from onething.case_event import OperatorAction

router = APIRouter(include_in_schema=False, dependencies=REMEMBERED)
Follower = Annotated[Caller, Depends(Access(Purpose.FOLLOW_CASE))]
Steerer = Annotated[Caller, Depends(Access(Purpose.STEER_CASE))]


@router.get("/cases/{number}", response_class=HTMLResponse)
async def show_case(
    number: Number, caller: Follower, office: TheOffice, request: Request, sent: Sent = None
) -> HTMLResponse:
    """One case; it tells what happens while something is still to come."""
    return HTMLResponse(await draw_case(office, caller, number, request, sent=sent))


async def draw_case(  # noqa: PLR0913 - what one page is drawn from
    office: Office,
    caller: Caller,
    number: str,
    request: Request,
    *,
    sent: int | None = None,
    order: TypedOrder | None = None,
) -> str:
    """Draw the case's page; with a work-order whose closing lacks something, with what was typed of it."""
    values = await case_values(office, caller, number, sent)
    values |= {"case_file": case_file_of(request) is not None, "typed_order": order}
    return render("case.html", locale_of(request), **values)


@router.get("/cases/{number}/live", response_class=HTMLResponse)
async def show_live(
    number: Number, caller: Follower, office: TheOffice, request: Request, sent: Sent = None
) -> HTMLResponse:
    """The part of the page that changes, for a page that has heard that it has."""
    values = await case_values(office, caller, number, sent)
    values |= {"case_file": case_file_of(request) is not None, "typed_order": None}
    return HTMLResponse(render("case_work/live.html", locale_of(request), **values))


@router.post("/cases/{number}/slots/{slot}/resume")
async def resume(  # noqa: PLR0913, PLR0917 - what address and form say, what the door gives
    number: Number,
    slot: Name,
    caller: Steerer,
    office: TheOffice,
    request: Request,
    confirmed: Annotated[str, Form(max_length=10)] = "",
) -> RedirectResponse:
    """Try a stuck item again; an uncertain one only when it is ticked that the agency does not have it."""
    again = ResumeRequest(action=OperatorAction.RETRY, confirmed=confirmed == "yes")
    await stuck.resume(office, caller, (number, slot), again)
    return await back(office, number, request)


@router.post("/cases/{number}/slots/{slot}/received")
async def enter_received(  # noqa: PLR0913, PLR0917 - what address and form say, what the door gives
    number: Number,
    slot: Name,
    caller: Steerer,
    office: TheOffice,
    request: Request,
    ref: Annotated[str, Form()] = "",
) -> RedirectResponse:
    """Say that the agency has the filing, and under which reference."""
    await stuck.enter_received(office, caller, (number, slot), ref)
    return await back(office, number, request)
