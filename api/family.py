"""Families over HTTP: an opaque id in, the cases of one family as one thing and their one receipt out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import RedirectResponse

from activities.receipt_family import FamilyRevision
from api import audit
from api.family_receipt import HTML, PDF, draw, receipt_of_family
from api.family_view import FamilyView, view_family
from api.identity.errors import MandateLacking
from api.office import Office, TheOffice
from api.principal import Access, Caller, Purpose
from api.receipt import OWN_SITE, PAGE_POLICY, Revision, hand_out
from api.scope import check_case
from onething.errors import NotAllowed, NotKnown
from records.family import cases_of, family_of
from records.receipt import receipt_of

router = APIRouter(tags=["families"])
FamilyId = Annotated[str, Path(pattern=r"^F[0-9A-F]{16}$")]
Follower = Annotated[Caller, Depends(Access(Purpose.FOLLOW_CASE))]
Giver = Annotated[Caller, Depends(Access(Purpose.HAND_OUT_RECEIPT))]


async def read_family(office: Office, caller: Caller, family: str) -> FamilyView:
    """The family's cases that the caller may see, each reading audited; raises NotKnown without one."""
    view = await view_family(office, family, await _seen(office, caller, family))
    if not view.cases:
        raise NotKnown("family", family)
    for case in view.cases:
        await audit.note(office, caller, "read_family", case.number)
    return view


@router.get("/families/{family}")
async def get_family(family: FamilyId, caller: Follower, office: TheOffice) -> FamilyView:
    """The cases of a family, the earliest first, with states and receipts."""
    return await read_family(office, caller, family)


@router.get("/families/{family}/receipt")
async def family_receipt(
    family: FamilyId, caller: Giver, office: TheOffice, request: Request
) -> RedirectResponse:
    """To the document, or to the paper for whoever asks for a PDF."""
    del caller, office
    ending = "pdf" if PDF in request.headers.get("accept", "") else "json"
    return RedirectResponse(f"/api/v1/families/{family}/receipt.{ending}", 307)


@router.get("/families/{family}/receipt.json")
async def family_receipt_json(
    family: FamilyId, caller: Giver, office: TheOffice, revision: Revision = None
) -> Response:
    """The canonical document (RFC 8785) over all cases of the family, as the printed hash is of."""
    receipt = await _whole_receipt(office, caller, family, revision)
    await _note(office, caller, receipt, "json")
    return Response(receipt.data, media_type="application/json", headers=_named(receipt, "json"))


@router.get(
    "/families/{family}/receipt.pdf",
    response_class=Response,
    responses={200: {"content": {PDF: {}}, "description": "The signed receipt over all cases"}},
)
async def family_receipt_pdf(
    family: FamilyId, caller: Giver, office: TheOffice, request: Request, revision: Revision = None
) -> Response:
    """One signed paper over all cases, handed out of each of them, too.

    As a page marked "PDF unavailable" where none can be made.
    """
    if request.headers.get("sec-fetch-site", "none") not in OWN_SITE:
        raise NotAllowed(what="cross-site request")
    receipt = await _whole_receipt(office, caller, family, revision)
    drawn = await draw(office, receipt)
    form = "pdf" if drawn.media == PDF else "html"
    await _note(office, caller, receipt, form)
    for phase in receipt.document.phases or ():
        stored = await receipt_of(office.archive, phase.case_number, phase.revision)
        await hand_out(office, caller, stored, form)
    policy = {"content-security-policy": PAGE_POLICY} if drawn.media == HTML else {}
    headers = policy or _named(receipt, "pdf")
    return Response(drawn.content, media_type=drawn.media, headers=headers)


async def _seen(office: Office, caller: Caller, family: str) -> tuple[str, ...]:
    """The family's cases that the caller may see by themselves; joining a family opens no other case."""
    seen = []
    for number in await cases_of(office.archive, family):
        try:
            await check_case(office, caller, number)
        except (NotKnown, MandateLacking):
            continue
        seen.append(number)
    return tuple(seen)


async def _whole_receipt(office: Office, caller: Caller, family: str, revision: int | None) -> FamilyRevision:
    """The receipt over all cases, for whoever may see all of them; raises NotKnown."""
    stored = await family_of(office.archive, family)
    if await _seen(office, caller, family) != await cases_of(office.archive, family):
        raise NotKnown("receipt", family)
    return await receipt_of_family(office, stored, revision)


async def _note(office: Office, caller: Caller, receipt: FamilyRevision, form: str) -> None:
    """Note of every case that its receipt was given out as part of the family's."""
    for phase in receipt.document.phases or ():
        fields = (f"revision:{phase.revision}", f"family:{receipt.document.revision.number}", form)
        await audit.note(office, caller, "give_family_receipt", phase.case_number, fields)


def _named(receipt: FamilyRevision, ending: str) -> dict[str, str]:
    document = receipt.document
    name = f"receipt-{document.case_number}-{document.revision.number}.{ending}"
    return {"content-disposition": f'inline; filename="{name}"'}
