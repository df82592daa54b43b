"""Notices that the window prints when it has taken a case: in goes a number, out come sheets of A4.

The acceptance notice says what was taken, which items it went to and by when they are promised; the notice of
owed papers what is still to be brought, by when, and what follows otherwise. What a window prints is
addressed to the applicant by name (`api/guide/served.py`); no number stands on either.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from api import audit
from api.case import Number
from api.case_view import CaseView, DueView, view_case
from api.guide.served import Served, served_on
from api.office import Office, TheOffice
from api.page_view import locale_of, render, word
from api.principal import Access, Caller, Purpose
from api.role import FILERS
from api.standing import Standing, standing_of
from api.upon_filing import charges_of
from forms.pledge import ITSELF
from onething.case_record import OwedState
from onething.filing import CaseHeader
from onething.item import StepKind
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
    within: str
    """How long there is from acceptance."""
    consequence: Text


@router.get("/cases/{number}/acceptance-notice", response_class=HTMLResponse)
async def show_acceptance(
    number: Number, caller: Follower, office: TheOffice, request: Request
) -> HTMLResponse:
    """The sheet that the family takes home: 收件 until every item is accepted, then 受理."""
    view, standing, served = await _opened(office, caller, number)
    page = render(
        "guide/acceptance.html",
        locale_of(request),
        case=view,
        header=served.header,
        to=served.name,
        accepted=is_accepted(view),
        taken=sum(slot.state not in _NOT_TAKEN for slot in view.slots),
        received=_received(served.header),
        pledged=_pledged(office, standing),
        owed=_owed(view),
        charges=tuple(charges_of(standing.case.definition.slots)),
        counting=_counting(standing),
        today=office.today(),
        address=f"{office.settings.public_url}/status",
    )
    return HTMLResponse(page)


@router.get("/cases/{number}/owed-notice", response_class=HTMLResponse)
async def show_owed(number: Number, caller: Follower, office: TheOffice, request: Request) -> HTMLResponse:
    """What is still to be brought; a sheet that says so when nothing is."""
    view, _, served = await _opened(office, caller, number)
    page = render(
        "guide/owed.html",
        locale_of(request),
        case=view,
        header=served.header,
        to=served.name,
        owed=_owed(view),
        accepted=_is_accepted_with_gap(view),
        today=office.today(),
    )
    return HTMLResponse(page)


def is_accepted(view: CaseView) -> bool:
    """Whether every item that goes on has been accepted (受理): until then a case has only been received."""
    going = [slot for slot in view.slots if slot.state not in _NOT_TAKEN]
    return bool(going) and all(slot.accepted_at or slot.ended for slot in going)


def _is_accepted_with_gap(view: CaseView) -> bool:
    """Whether every item that waits for a paper has been accepted without it (容缺受理)."""
    waiting = [slot for slot in view.slots if any(paper.state != OwedState.MET for paper in slot.owed)]
    return all(slot.accepted_at for slot in waiting) if waiting else is_accepted(view)


def _counting(standing: Standing) -> tuple[Text, ...]:
    """What the limits leave out; of public notices, as the procedures of its own items have it."""
    case = standing.case.definition
    counts = {
        case.profile(slot).counts(StepKind.PUBLIC_NOTICE.value)
        for slot in case.slots
        if any(step.kind is StepKind.PUBLIC_NOTICE for step in slot.steps)
    }
    if counts == {False}:
        return (word("guide_counting_notice_apart"),)
    more = {True: "guide_counting_notice_within", False: "guide_counting_notice_both"}
    return (word("guide_counting"), *((word(more[counts == {True}]),) if counts else ()))


async def _opened(office: Office, caller: Caller, number: str) -> tuple[CaseView, Standing, Served]:
    view = await view_case(office, number)
    standing = await standing_of(office, number)
    served = await served_on(office, caller, standing)
    await audit.note(office, caller, "print_notice", number, served.fields)
    return view, standing, served


def _received(header: CaseHeader) -> tuple[Text, ...]:
    """Each paper that was brought, once."""
    brought = [
        paper.title
        for papers in header.materials.values()
        for paper in papers
        if paper.source is PaperSource.RECEIVED
    ]
    return _once(brought)


def _pledged(office: Office, standing: Standing) -> dict[str, tuple[Text, ...]]:
    """The proofs that pledges stand for, and the statements of the applicant's own that stand for none."""
    proofs: list[Text] = []
    statements: list[Text] = []
    known = office.catalog.materials
    for slot in standing.case.definition.slots:
        for paper in slot.pledged:
            concept = known.get(paper.material)
            own = concept is not None and concept.shared_by == ITSELF
            (statements if own else proofs).append(paper.title)
    return {"guide_papers_pledged": _once(proofs), "guide_papers_stated": _once(statements)}


def _once(titles: Iterable[Text]) -> tuple[Text, ...]:
    return tuple({title.zh: title for title in titles}.values())


def _owed(view: CaseView) -> tuple[OwedLine, ...]:
    return tuple(
        OwedLine(paper.title, slot.title, slot.agency, paper.due, paper.within, paper.consequence)
        for slot in view.slots
        for paper in slot.owed
        if paper.state != OwedState.MET
    )
