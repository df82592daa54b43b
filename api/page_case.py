"""A case's page: in goes its number, out comes where each item stands, and what the clerk may do about it."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api import afterwards, audit, stuck
from api.case import Name, Number
from api.case_view import CaseView, view_case, view_timeline
from api.family import read_family
from api.hold import RESULTS
from api.office import Office, TheOffice
from api.page_told import told_of
from api.page_view import locale_of, render
from api.principal import Access, Caller, Purpose
from api.stuck import SKIP_REASONS, ResumeRequest
from onething.case_event import GateOpened, OperatorAction
from onething.text import Locale
from records.case import get_case

router = APIRouter(include_in_schema=False)
Follower = Annotated[Caller, Depends(Access(Purpose.FOLLOW_CASE))]
Steerer = Annotated[Caller, Depends(Access(Purpose.STEER_CASE))]


@router.get("/cases/{number}", response_class=HTMLResponse)
async def show_case(number: Number, caller: Follower, office: TheOffice, request: Request) -> HTMLResponse:
    """One case; it refreshes itself while something is still to come."""
    view = await view_case(office, number)
    lines = await view_timeline(office, number)
    told = await told_of(office, number)
    await audit.note(office, caller, "read_case", number)
    page = render(
        "case.html",
        locale_of(request),
        case=view,
        lines=lines,
        told=told,
        family=await read_family(office, caller, view.family) if view.family else None,
        left=_days_left(office, view),
        today=office.today(),
        done=sum(slot.ended for slot in view.slots),
        refresh=None if view.ended else 5,
        results=RESULTS,
        skip_reasons=SKIP_REASONS,
    )
    return HTMLResponse(page)


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
    return back(number, request)


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
    return back(number, request)


@router.post("/cases/{number}/slots/{slot}/gates/{gate}")
async def open_gate(  # noqa: PLR0913, PLR0917 - what the address says, what the door gives
    number: Number, slot: Name, gate: Name, caller: Steerer, office: TheOffice, request: Request
) -> RedirectResponse:
    """Say that what a gate waits for has come about."""
    await get_case(office.archive, number)
    await audit.note(office, caller, "open_gate", number, (slot, gate))
    await afterwards.act(office, number, GateOpened(slot=slot, gate=gate, actor=caller.account))
    return back(number, request)


def _days_left(office: Office, view: CaseView) -> dict[str, int]:
    """Working days from tomorrow to each running item's promised day, both counted."""
    tomorrow = office.today() + timedelta(days=1)
    return {
        slot.slot: max(office.calendar.working_days(tomorrow, slot.promised.due), 0)
        for slot in view.slots
        if slot.promised is not None and not slot.ended and slot.promised.due >= tomorrow
    }


def back(number: str, request: Request) -> RedirectResponse:
    """To the case's page, in the language of the page before."""
    query = "?lang=en" if locale_of(request) is Locale.EN else ""
    return RedirectResponse(f"/cases/{number}{query}", 303)
