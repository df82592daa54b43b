"""The supervisor's page: in goes nothing but who asks, out come what waits for a person and what is late."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.office import TheOffice
from api.page_told import told_to_supervisor
from api.page_view import locale_of, render
from api.role import Role
from api.worklist import Supervisor, WorklistQuery, late, orders, stuck

router = APIRouter(include_in_schema=False)


@router.get("/worklists", response_class=HTMLResponse)
async def show_worklists(caller: Supervisor, office: TheOffice, request: Request) -> HTMLResponse:
    """What waits for a person first, then work-orders, then red items, then yellow ones.

    A clerk's lines lead to cases, a supervisor's to items.
    """
    wanted = WorklistQuery()
    supervises = caller.role is Role.SUPERVISOR
    page = render(
        "worklists.html",
        locale_of(request),
        stuck=await stuck(office, caller, wanted),
        orders=await orders(office, caller),
        late=await late(office, caller, wanted),
        told=await told_to_supervisor(office, caller),
        today=office.today(),
        supervises=supervises,
        frame="supervision/frame.html" if supervises else "base.html",
    )
    return HTMLResponse(page)
