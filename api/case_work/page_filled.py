"""What was filled in, to be read again at the counter: in goes a case's number, out comes a page."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from api import audit
from api.case import Number
from api.guide.said import say_value
from api.office import TheOffice
from api.page_view import locale_of, render
from api.principal import Access, Caller, Purpose
from api.standing import answered_of, form_of, standing_of
from forms.plan import Draft, plan
from onething.plan import PlanField, PlanSection
from onething.text import Text

router = APIRouter(include_in_schema=False)
Follower = Annotated[Caller, Depends(Access(Purpose.FOLLOW_CASE))]
Line = tuple[PlanField, Text]


@router.get("/cases/{number}/filled", response_class=HTMLResponse)
async def show_filled(number: Number, caller: Follower, office: TheOffice, request: Request) -> HTMLResponse:
    """Everything that was answered, as it stands now, and where each answer is from."""
    standing = await standing_of(office, number)
    answered = await answered_of(office, standing)
    form = form_of(office, standing, answered)
    draft = Draft(answered.situations, answered.answers, answered.known)
    drawn = plan(office.catalog, form.bundle, draft, form)
    sections = [(one.title, _blocks(one)) for one in drawn.sections]
    said = [line for _, blocks in sections for _, lines in blocks for line in lines]
    fields = tuple(dict.fromkeys(one.pointer for one, _ in said))
    await audit.note(office, caller, "read_filled", number, fields)
    page = render(
        "case_work/filled.html",
        locale_of(request),
        number=number,
        title=drawn.title,
        questions=_lines(drawn.questions),
        sections=[one for one in sections if one[1]],
    )
    return HTMLResponse(page)


def _blocks(section: PlanSection) -> list[tuple[Text, list[Line]]]:
    blocks = [(block.title, _lines(block.fields)) for block in section.blocks]
    return [(title, lines) for title, lines in blocks if lines]


def _lines(fields: tuple[PlanField, ...]) -> list[Line]:
    """The fields in which something stands."""
    said = [(one, say_value(one, one.value)) for one in fields]
    return [(one, words) for one, words in said if words is not None]
