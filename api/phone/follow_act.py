"""What those whom a case concerns do to it: in go taps, out come pages that ask once, and then it is done."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api import withdrawal
from api.case import Number, arrived
from api.identity.acting import WITHDRAWING
from api.office import TheOffice
from api.phone.appointment import case_page
from api.phone.filing_frame import draw
from api.phone.follow_view import view_followed
from api.principal import Access, Caller, Purpose
from api.role import PERSONS
from api.withdrawal import REASONS
from api.withdrawal_pick import PickedWithdrawal, WhichSlot, considered
from onething.errors import NotKnown
from onething.family_order import ORDERS_FOR_FAMILY

router = APIRouter(include_in_schema=False)
Steerer = Annotated[Caller, Depends(Access(Purpose.STEER_CASE, PERSONS, WITHDRAWING))]


@router.get("/m/cases/{number}/withdrawal", response_class=HTMLResponse)
async def ask_withdrawal(
    number: Number, caller: Steerer, office: TheOffice, request: Request, slot: WhichSlot = ""
) -> HTMLResponse:
    """What would be taken back, before it is."""
    foresight = await withdrawal.preview(office, caller, number, considered(slot))
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
async def withdraw(
    number: Number, caller: Steerer, office: TheOffice, request: Request, wanted: PickedWithdrawal
) -> RedirectResponse:
    """Take back one item or the case."""
    applied = await withdrawal.withdraw(office, caller, number, wanted)
    await arrived(office, number, applied.revision)
    return RedirectResponse(case_page(caller, number, request, done="withdrawn"), 303)
