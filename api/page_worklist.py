"""The supervisor's page: in goes nothing but who asks, out come what is stuck and what is late."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.office import TheOffice
from api.page_told import told_to_supervisor
from api.page_view import locale_of, render
from api.role import Role
from api.worklist import Supervisor, WorklistQuery, late, stuck

router = APIRouter(include_in_schema=False)


@router.get("/worklists", response_class=HTMLResponse)
async def show_worklists(caller: Supervisor, office: TheOffice, request: Request) -> HTMLResponse:
    """Stuck items, red ones, yellow ones; a clerk's lead to cases, a supervisor's to items."""
    wanted = WorklistQuery()
    supervises = caller.role is Role.SUPERVISOR
    page = render(
        "worklists.html",
        locale_of(request),
        stuck=await stuck(office, caller, wanted),
        late=await late(office, caller, wanted),
        told=await told_to_supervisor(office, caller),
        today=office.today(),
        supervises=supervises,
        frame="supervision/frame.html" if supervises else "base.html",
    )
    return HTMLResponse(page)
