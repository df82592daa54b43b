"""A citizen's own mandates on the phone: in go clicks and a form, out come those given and held."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from api.identity import mandates
from api.identity.mandate import MandateId
from api.identity.mandate_problem import found_in
from api.identity.mandate_view import MandateRequest
from api.identity.page_mandate import asked_for, form_values, to, typed_in
from api.office import TheOffice
from api.phone.filing_frame import draw
from api.principal import Access, Caller, Purpose
from api.role import PERSONS, Role
from onething.errors import AnswersRejected

router = APIRouter(include_in_schema=False)
Side = Annotated[Caller, Depends(Access(Purpose.MANDATE, PERSONS))]
Citizen = Annotated[Caller, Depends(Access(Purpose.MANDATE, frozenset({Role.CITIZEN})))]


@router.get("/m/mandates", response_class=HTMLResponse)
async def show(caller: Side, office: TheOffice, request: Request) -> HTMLResponse:
    """Who acts for the caller, and for whom the caller acts."""
    found = await mandates.mine(office, caller)
    return draw(
        request,
        "identity/own_mandates.html",
        given=[one for one in found if one.given],
        held=[one for one in found if not one.given],
        may_give=caller.role is Role.CITIZEN and caller.person is not None,
        unproven=caller.role is Role.CITIZEN and caller.person is None,
    )


@router.get("/m/mandates/new", response_class=HTMLResponse)
async def ask(caller: Citizen, office: TheOffice, request: Request) -> HTMLResponse:
    """The form for a mandate of one's own."""
    values = await form_values(office, {}, (), {}, caller)
    return draw(request, "identity/own_mandate_form.html", **values)


@router.post("/m/mandates")
async def give(caller: Citizen, office: TheOffice, request: Request) -> Response:
    """Give a mandate."""
    typed, scope = await typed_in(request)
    try:
        body = asked_for(typed, scope, own=True)
        await mandates.make(office, caller, MandateRequest.model_validate(body))
    except (ValidationError, AnswersRejected) as error:
        wrong = found_in(error)
    else:
        return to(request, "/m/mandates")
    values = await form_values(office, typed, scope, wrong, caller)
    return draw(request, "identity/own_mandate_form.html", 422, **values)


@router.post("/m/mandates/{mandate}/revocation")
async def revoke(mandate: MandateId, caller: Side, office: TheOffice, request: Request) -> RedirectResponse:
    """End one: either side may."""
    await mandates.revoke(office, caller, mandate)
    return to(request, "/m/mandates")
