"""Who acts for somebody in one case: in goes the case, out come its mandates, and one that is ended."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api.case import Number
from api.identity import mandates
from api.identity.mandate_view import MandateView
from api.office import Office, TheOffice
from api.phone.appointment import case_page
from api.phone.filing_frame import draw
from api.phone.follow_view import FollowView
from api.principal import Access, Caller, Purpose
from api.role import PERSONS

router = APIRouter(include_in_schema=False)
Side = Annotated[Caller, Depends(Access(Purpose.MANDATE, PERSONS))]
MandateId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


async def mandates_for(office: Office, caller: Caller, view: FollowView) -> tuple[MandateView, ...]:
    """The mandates that the caller gave and that let somebody act in this case."""
    return tuple(
        one
        for one in await mandates.mine(office, caller)
        if one.given and (one.case == view.number or (one.case is None and one.bundle in {None, view.bundle}))
    )


@router.get("/m/mandates/{mandate}/revocation", response_class=HTMLResponse)
async def ask_own(mandate: MandateId, caller: Side, office: TheOffice, request: Request) -> HTMLResponse:
    """Ask once before a mandate is ended, which cannot be taken back."""
    found = await mandates.opened(office, caller, mandate)
    return _question(request, found, "/m/mandates")


@router.get("/m/cases/{number}/mandates/{mandate}/revocation", response_class=HTMLResponse)
async def ask(
    number: Number, mandate: MandateId, caller: Side, office: TheOffice, request: Request
) -> HTMLResponse:
    """Ask it from the page of a case."""
    found = await mandates.opened(office, caller, mandate)
    return _question(request, found, f"/m/cases/{number}")


@router.post("/m/cases/{number}/mandates/{mandate}/revocation")
async def revoke(
    number: Number, mandate: MandateId, caller: Side, office: TheOffice, request: Request
) -> RedirectResponse:
    """End it at once; another's is not known, and doing it twice changes nothing."""
    await mandates.revoke(office, caller, mandate)
    return RedirectResponse(case_page(caller, number, request, done="revoked"), 303)


def _question(request: Request, mandate: MandateView, back: str) -> HTMLResponse:
    return draw(request, "phone/follow/revocation.html", mandate=mandate, back=back, action=request.url.path)
