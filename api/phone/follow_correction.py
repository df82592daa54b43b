"""Corrections on the phone: in go the fields and papers asked for, out comes what follows; then it is done.

The same rules as at the window (`api.correction`). What registers said of others is not shown: the field is
empty, and stays as it is unless something is typed.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import correction
from api.asked import AskedView
from api.case import Number, arrived
from api.changed import PAPER
from api.correction import CorrectionRequest, ForeseenCorrection
from api.correction_sheet import CorrectionSheet
from api.identity.acting import CORRECTING
from api.material import MaterialView, keep_with_case
from api.office import TheOffice
from api.phone.appointment import case_page
from api.phone.filing_frame import draw
from api.principal import Access, Caller, Purpose
from api.problem import rejected, told
from api.role import PERSONS
from onething.family_order import ORDERS_FOR_FAMILY

api = APIRouter(prefix="/api/v1", tags=["own cases"])
router = APIRouter(include_in_schema=False)
Steerer = Annotated[Caller, Depends(Access(Purpose.STEER_CASE, PERSONS, CORRECTING))]


@api.get("/own/cases/{number}/corrections")
async def get_corrections(number: Number, caller: Steerer, office: TheOffice) -> AskedView:
    """What is asked of the family; values that others supplied about somebody else are withheld."""
    return await correction.read_asked(office, caller, number)


@api.post("/own/cases/{number}/corrections/preview")
async def preview_correction(
    number: Number, request: CorrectionRequest, caller: Steerer, office: TheOffice
) -> ForeseenCorrection:
    """Which items would be filed anew, and which decided ones would get a work-order; changes nothing."""
    return await correction.preview(office, caller, number, request)


@api.post("/own/cases/{number}/corrections", status_code=204)
async def send_correction(
    number: Number, request: CorrectionRequest, caller: Steerer, office: TheOffice
) -> None:
    """Put right what was asked about; another field is refused by name, and then nothing has changed."""
    applied = await correction.correct(office, caller, number, request)
    await arrived(office, number, applied.revision)


@api.post("/own/cases/{number}/materials", status_code=201)
async def upload_paper(
    number: Number,
    material: Annotated[str, Form(max_length=80)],
    file: UploadFile,
    caller: Steerer,
    office: TheOffice,
) -> MaterialView:
    """Store one paper that is asked for with the case; it reaches the agency with the correction."""
    asked = await correction.read_asked(office, caller, number)
    if material not in {one.material for one in asked.materials}:
        known = office.catalog.materials.get(material)
        title = known.title if known else PAPER
        raise rejected([told("/materials", "not_asked", title)])
    return await keep_with_case(office, caller, number, material, file)


@router.get("/m/cases/{number}/correction", response_class=HTMLResponse)
async def show_correction(
    number: Number, caller: Steerer, office: TheOffice, request: Request
) -> HTMLResponse:
    """What is asked, with what stands there now."""
    return await _page(request, await CorrectionSheet.show(office, caller, number))


@router.post("/m/cases/{number}/correction")
async def post_correction(number: Number, caller: Steerer, office: TheOffice, request: Request) -> Response:
    """Keep chosen files, show what would follow, and do it once just that was seen."""
    sheet = await CorrectionSheet.take(office, caller, number, request)
    if sheet is None:
        return RedirectResponse(case_page(caller, number, request, done="corrected"), 303)
    return await _page(request, sheet)


async def _page(request: Request, sheet: CorrectionSheet) -> HTMLResponse:
    # What a page says that answers its own form is what follows, not that it was kept.
    values = {"wrong": True, **await sheet.values(), "order_words": ORDERS_FOR_FAMILY}
    return draw(request, "phone/follow/correction.html", 422 if sheet.problems else 200, **values)
