"""Notices that the window prints when it has taken a case: in goes a number, out come sheets of A4.

The acceptance notice says what was taken, which items it went to and by when they are promised; the notice of
owed papers what is still to be brought, by when, and what follows otherwise. Names and numbers are masked as
on the receipt, for sheets are carried about.
"""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from api import audit
from api.case import Number
from api.case_view import CaseView, DueView, view_case
from api.office import Office, TheOffice
from api.page_view import locale_of, render
from api.principal import Access, Caller, Purpose
from api.role import FILERS
from api.standing import header_of, standing_of
from onething.case_record import OwedState
from onething.filing import CaseHeader
from onething.receipt import PaperSource
from onething.text import Text

router = APIRouter(include_in_schema=False)
Follower = Annotated[Caller, Depends(Access(Purpose.FOLLOW_CASE, FILERS))]


_NOT_TAKEN: Final = frozenset({"declined", "withdrawn", "lapsed", "not_applicable"})
"""States of items of which nobody can say that they were accepted."""


@dataclass(frozen=True, slots=True)
class OwedLine:
    """One paper still to be brought: for which item, by when, and what follows otherwise."""

    title: Text
    item: Text
    agency: Text
    due: DueView | None
    consequence: Text


@router.get("/cases/{number}/acceptance-notice", response_class=HTMLResponse)
async def show_acceptance(
    number: Number, caller: Follower, office: TheOffice, request: Request
) -> HTMLResponse:
    """The sheet that the family takes home: 收件 until every item is accepted, then 受理."""
    view, header = await _opened(office, caller, number)
    page = render(
        "guide/acceptance.html",
        locale_of(request),
        case=view,
        header=header,
        accepted=is_accepted(view),
        taken=sum(slot.state not in _NOT_TAKEN for slot in view.slots),
        papers=_papers(header),
        owed=_owed(view),
        today=office.today(),
        address=f"{office.settings.public_url}/status",
    )
    return HTMLResponse(page)


@router.get("/cases/{number}/owed-notice", response_class=HTMLResponse)
async def show_owed(number: Number, caller: Follower, office: TheOffice, request: Request) -> HTMLResponse:
    """What is still to be brought; a sheet that says so when nothing is."""
    view, header = await _opened(office, caller, number)
    page = render(
        "guide/owed.html",
        locale_of(request),
        case=view,
        header=header,
        owed=_owed(view),
        today=office.today(),
    )
    return HTMLResponse(page)


def is_accepted(view: CaseView) -> bool:
    """Whether every item that goes on has been accepted (受理): until then a case has only been received."""
    going = [slot for slot in view.slots if slot.state not in _NOT_TAKEN]
    return bool(going) and all(slot.accepted_at or slot.ended for slot in going)


async def _opened(office: Office, caller: Caller, number: str) -> tuple[CaseView, CaseHeader]:
    view = await view_case(office, number)
    header = await header_of(office, await standing_of(office, number))
    await audit.note(office, caller, "print_notice", number)
    return view, header


def _papers(header: CaseHeader) -> dict[PaperSource, tuple[Text, ...]]:
    """Each paper once, by how it came."""
    found: dict[PaperSource, dict[str, Text]] = {}
    for papers in header.materials.values():
        for paper in papers:
            found.setdefault(paper.source, {})[paper.title.zh] = paper.title
    return {source: tuple(titles.values()) for source, titles in found.items()}


def _owed(view: CaseView) -> tuple[OwedLine, ...]:
    return tuple(
        OwedLine(paper.title, slot.title, slot.agency, paper.due, paper.consequence)
        for slot in view.slots
        for paper in slot.owed
        if paper.state != OwedState.MET
    )
