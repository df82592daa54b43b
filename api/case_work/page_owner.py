"""Who answers for a case, as pages: in go clicks, out comes the case's page, or the question to whom."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api import audit
from api.case import Number
from api.case_work.handover import (
    REASONS,
    Answer,
    Clerk,
    HandoverRequest,
    Reason,
    answer,
    offer,
    responsibility_of,
    take,
    takers_of,
)
from api.case_work.sent import back
from api.office import TheOffice
from api.page_view import locale_of, render

router = APIRouter(include_in_schema=False)
_BETWEEN = "|"
_NOTE = 200


@router.post("/cases/{number}/owner")
async def take_case(number: Number, caller: Clerk, office: TheOffice, request: Request) -> RedirectResponse:
    """Answer for the case from now on; who came first stays."""
    await take(office, caller, number)
    return await back(office, number, request)


@router.get("/cases/{number}/handover", response_class=HTMLResponse)
async def ask_handover(number: Number, caller: Clerk, office: TheOffice, request: Request) -> HTMLResponse:
    """To whom the case may be offered, and why."""
    takers = await takers_of(office, caller, number)
    await audit.note(office, caller, "read_case", number, ("owner",))
    page = render(
        "case_work/handover.html",
        locale_of(request),
        number=number,
        who=await responsibility_of(office, caller, number),
        takers={f"{account or ''}{_BETWEEN}{window or ''}": one for (account, window), one in takers.items()},
        reasons={reason: REASONS[reason] for reason in Reason},
    )
    return HTMLResponse(page)


@router.post("/cases/{number}/handover")
async def offer_case(  # noqa: PLR0913, PLR0917 - what address and form say, what the door gives
    number: Number,
    caller: Clerk,
    office: TheOffice,
    request: Request,
    to: Annotated[str, Form(max_length=130)],
    reason: Annotated[Reason, Form()],
    note: Annotated[str, Form(max_length=400)] = "",
) -> RedirectResponse:
    """Offer the case; it stays with the giver until the other accepts."""
    account, _, window = to.partition(_BETWEEN)
    wanted = HandoverRequest(
        account=account or None, window=window or None, reason=reason, note=note.replace("\r\n", "\n")[:_NOTE]
    )
    await offer(office, caller, number, wanted)
    return await back(office, number, request)


@router.post("/cases/{number}/handover/answer")
async def answer_offer(
    number: Number,
    caller: Clerk,
    office: TheOffice,
    request: Request,
    said: Annotated[Answer, Form(alias="answer")],
) -> RedirectResponse:
    """Accept, decline, or take back."""
    await answer(office, caller, number, said)
    return await back(office, number, request)
