"""Papers to hand out again: in go a case's number and which paper, out comes a sheet to print.

Nothing on it is new: a sheet is drawn from the case as it stands, and served on its applicant by name.
"""

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from api import audit
from api.case import Number
from api.case_view import CaseView, NoticeView, view_case
from api.case_work.defect import defect_lines
from api.guide.served import Served, served_on
from api.office import TheOffice
from api.page_view import locale_of, render
from api.principal import Access, Caller, Purpose
from api.standing import answered_of, standing_of
from onething.errors import NotKnown
from onething.receipt import ReceiptPerson

router = APIRouter(include_in_schema=False)
Follower = Annotated[Caller, Depends(Access(Purpose.FOLLOW_CASE))]


class Sheet(StrEnum):
    """Which paper."""

    DEFECT = "defect"


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
    told = _defect(view, notice)
    answered = await answered_of(office, standing)
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
        notice=told,
        subject=named_besides(served),
        slots=tuple(defect_lines(office, standing, served.form, answered, (view, notice))),
    )
    return HTMLResponse(page)


def sheets_of(view: CaseView) -> list[tuple[Sheet, int]]:
    """The papers that the case has, each notice of what is to be put right by its number."""
    return [(Sheet.DEFECT, one.number) for one in view.notices]


def named_besides(served: Served) -> ReceiptPerson | None:
    """Whom the case is about, where that is not whom the sheet is addressed to anyhow."""
    same = any(role.subject and role.login for role in served.form.bundle.roles.values())
    return None if same and served.name else served.header.subject


def _defect(view: CaseView, number: int) -> NoticeView:
    notice = next((one for one in view.notices if one.number == number), None)
    if notice is None:
        raise NotKnown("notice", str(number))
    return notice
