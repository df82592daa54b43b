"""Papers to hand out again: in go a case's number and which paper, out comes a sheet to print.

Nothing on it is new: a sheet is drawn from the case as it stands, its persons masked as on the receipt.
"""

from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from api import audit
from api.case import Number
from api.case_view import CaseView, view_case
from api.office import TheOffice
from api.page_view import locale_of, render
from api.principal import Access, Caller, Purpose
from api.standing import header_of, standing_of
from onething.errors import NotKnown

router = APIRouter(include_in_schema=False)
Follower = Annotated[Caller, Depends(Access(Purpose.FOLLOW_CASE))]


class Sheet(StrEnum):
    """Which paper."""

    DEFECT = "defect"
    OWED = "owed"


@router.get("/cases/{number}/print/{sheet}", response_class=HTMLResponse)
async def print_sheet(  # noqa: PLR0913, PLR0917 - what the address says, what the door gives
    number: Number,
    sheet: Sheet,
    caller: Follower,
    office: TheOffice,
    request: Request,
    notice: Annotated[int, Query(ge=1, le=1000)] = 1,
) -> HTMLResponse:
    """One sheet; raises NotKnown for a paper that the case has not."""
    view = await view_case(office, number)
    header = await header_of(office, await standing_of(office, number))
    values = _VALUES[sheet](view, notice)
    await audit.note(office, caller, "print_notice", number, (sheet.value,))
    page = render(
        "case_work/print.html",
        locale_of(request),
        case=view,
        sheet=sheet.value,
        header=header,
        today=office.today(),
        here=f"{request.url.path}?notice={notice}",
        **{"slots": (), "notice": None} | values,
    )
    return HTMLResponse(page)


def sheets_of(view: CaseView) -> list[tuple[Sheet, int]]:
    """The papers that the case has, each notice of what is to be put right by its number."""
    found = [(Sheet.DEFECT, one.number) for one in view.notices]
    return found + ([(Sheet.OWED, 1)] if any(slot.owed for slot in view.slots) else [])


def _defect(view: CaseView, number: int) -> dict[str, Any]:
    notice = next((one for one in view.notices if one.number == number), None)
    if notice is None:
        raise NotKnown("notice", str(number))
    return {"notice": notice, "slots": [slot for slot in view.slots if slot.slot in notice.slots]}


def _owed(view: CaseView, _: int) -> dict[str, Any]:
    slots = [slot for slot in view.slots if slot.owed]
    if not slots:
        raise NotKnown("notice", Sheet.OWED.value)
    return {"slots": slots}


_VALUES = {Sheet.DEFECT: _defect, Sheet.OWED: _owed}
