"""The correction page: in go the fields asked about, out comes what follows, and then the correction."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from api.case import Number
from api.case_work.sent import REMEMBERED, back
from api.correction_sheet import CorrectionSheet
from api.office import TheOffice
from api.page_case import Steerer
from api.page_view import locale_of, render

router = APIRouter(include_in_schema=False, dependencies=REMEMBERED)


@router.get("/cases/{number}/correction", response_class=HTMLResponse)
async def show_correction(
    number: Number, caller: Steerer, office: TheOffice, request: Request
) -> HTMLResponse:
    """What is asked, with what stands there now."""
    return await _page(request, await CorrectionSheet.show(office, caller, number))


@router.post("/cases/{number}/correction")
async def post_correction(number: Number, caller: Steerer, office: TheOffice, request: Request) -> Response:
    """Keep chosen files, show what would follow, and do it once the clerk has seen just that."""
    sheet = await CorrectionSheet.take(office, caller, number, request)
    return await back(office, number, request) if sheet is None else await _page(request, sheet)


async def _page(request: Request, sheet: CorrectionSheet) -> HTMLResponse:
    page = render("correction.html", locale_of(request), **await sheet.values())
    return HTMLResponse(page, 422 if sheet.problems else 200)
