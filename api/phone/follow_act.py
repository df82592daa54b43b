"""What those whom a case concerns do to it: in go taps, out come pages that ask once, and then it is done."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api import withdrawal
from api.case import Number
from api.identity.acting import WITHDRAWING
from api.office import TheOffice
from api.phone.appointment import case_page
from api.phone.filing_frame import draw
from api.phone.follow_order import ORDERS_FOR_FAMILY
from api.phone.follow_view import view_followed
from api.principal import Access, Caller, Purpose
from api.role import PERSONS
from api.withdrawal import REASONS, WithdrawalReason, WithdrawalRequest
from onething.errors import NotKnown

router = APIRouter(include_in_schema=False)
Steerer = Annotated[Caller, Depends(Access(Purpose.STEER_CASE, PERSONS, WITHDRAWING))]
OptionalName = Annotated[str, Query(pattern=r"^([a-z][a-z0-9_]{0,79}(\[[0-9]{1,3}\])?)?$")]


@router.get("/m/cases/{number}/withdrawal", response_class=HTMLResponse)
async def ask_withdrawal(
    number: Number, caller: Steerer, office: TheOffice, request: Request, slot: OptionalName = ""
) -> HTMLResponse:
    """What would be taken back, before it is."""
    wanted = WithdrawalRequest(slot=slot or None, reason=WithdrawalReason.OTHER)
    foresight = await withdrawal.preview(office, caller, number, wanted)
    view = await view_followed(office, number)
    item = next((one for one in view.items if one.slot == slot), None)
    if slot and item is None:
        raise NotKnown("slot", slot)
    return draw(
        request,
        "phone/follow/withdrawal.html",
        case=view,
        item=item,
        foresight=foresight,
        reasons=REASONS,
        order_words=ORDERS_FOR_FAMILY,
    )


@router.post("/m/cases/{number}/withdrawal")
async def withdraw(  # noqa: PLR0913, PLR0917 - what address and form say, what the door gives
    number: Number,
    caller: Steerer,
    office: TheOffice,
    request: Request,
    reason: Annotated[WithdrawalReason, Form()],
    slot: Annotated[str, Form(max_length=90)] = "",
) -> RedirectResponse:
    """Take back one item or the case."""
    await withdrawal.withdraw(office, caller, number, WithdrawalRequest(slot=slot or None, reason=reason))
    return RedirectResponse(case_page(caller, number, request, done="withdrawn"), 303)
