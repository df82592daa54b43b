"""Papers to hand out again: in go a case's number and which paper, out comes a sheet to print.

Nothing on it is new: a sheet is drawn from the case as it stands, and served on its applicant by name.
"""

from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from api import audit
from api.case import Number
from api.case_view import CaseView, view_case
from api.case_work.defect import defect_lines
from api.guide.served import served_on
from api.office import TheOffice
from api.page_view import locale_of, render
from api.principal import Access, Caller, Purpose
from api.standing import answered_of, standing_of
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
    standing = await standing_of(office, number)
    served = await served_on(office, caller, standing)
    if sheet is Sheet.DEFECT:
        values = _defect(view, notice)
        answered = await answered_of(office, standing)
        values["slots"] = tuple(defect_lines(office, standing, served.form, answered, (view, notice)))
    else:
        values = _owed(view)
    await audit.note(office, caller, "print_notice", number, (sheet.value, *served.fields))
    page = render(
        "case_work/print.html",
        locale_of(request),
        case=view,
        sheet=sheet.value,
        header=served.header,
        to=served.name,
        today=office.today(),
        address=f"{office.settings.public_url}/m",
        here=f"{request.url.path}?notice={notice}",
        **{"notice": None} | values,
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
    return {"notice": notice}


def _owed(view: CaseView) -> dict[str, Any]:
    slots = [slot for slot in view.slots if slot.owed]
    if not slots:
        raise NotKnown("notice", Sheet.OWED.value)
    return {"slots": slots}
