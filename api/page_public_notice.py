"""A public notice to put up: in goes an item of a case, out comes a sheet with what the public may read.

Names are masked, and nothing else personal stands in it than what the step of the item's chain may show.
An item whose chain has no public notice, such as one about a child, has no sheet.
Source: 最低生活保障审核确认办法, article 24.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from api import audit
from api.case import Name, Number
from api.errors import Malformed
from api.office import TheOffice
from api.page_view import locale_of, render
from api.principal import Access, Caller, Purpose
from api.problem import told
from api.standing import answered_of, form_of, standing_of
from forms.binding import ActiveSlot
from forms.merge import MergedForm
from forms.resolve import Resolution
from onething.case_definition import SlotDefinition, SlotStep
from onething.case_state import SlotCase
from onething.errors import NotKnown
from onething.fact import parse_fact
from onething.item import ItemStep, StepKind
from onething.receipt import mask_name
from onething.text import Text

router = APIRouter(include_in_schema=False)
_YEAR: Final = timedelta(days=365)
_BEGINS: Final = Text(zh="公示开始的日期", en="The day the notice begins")
Follower = Annotated[Caller, Depends(Access(Purpose.FOLLOW_CASE))]


@router.get("/cases/{number}/slots/{slot}/public-notice", response_class=HTMLResponse)
async def show_public_notice(  # noqa: PLR0913, PLR0917 - what the address says, what the door gives
    number: Number,
    slot: Name,
    caller: Follower,
    office: TheOffice,
    request: Request,
    since: Annotated[date | None, Query(alias="from")] = None,
) -> HTMLResponse:
    """The sheet for a notice that begins `from` a day, today without one.

    404 where none is put up, 422 for a day more than a year away.
    """
    standing = await standing_of(office, number)
    definition = next((one for one in standing.case.definition.slots if one.slot == slot), None)
    step = _notice_of(definition) if definition is not None else None
    if definition is None or step is None:
        raise NotKnown("public notice", slot)
    await audit.note(office, caller, "print_public_notice", number, (slot,))
    answered = await answered_of(office, standing)
    form = form_of(office, standing, answered)
    resolution = Resolution(form, answered.answers, answered.known)
    first = _begun(standing.state.slots[slot], step) or _near(since, office.today())
    page = render(
        "public_notice.html",
        locale_of(request),
        number=number,
        definition=definition,
        step=step,
        rows=tuple(_shown(form, form.slot(slot), step, resolution)),
        first=first,
        last=first + timedelta(days=step.days),
    )
    return HTMLResponse(page)


def _notice_of(definition: SlotDefinition) -> SlotStep | None:
    return next((step for step in definition.steps if step.kind is StepKind.PUBLIC_NOTICE), None)


def _begun(slot: SlotCase, step: SlotStep) -> date | None:
    """The day the newest notice began, where its agency has told of it."""
    told = [record.since for record in slot.steps if record.step == step.step and record.since is not None]
    return told[-1] if told else None


def _near(since: date | None, today: date) -> date:
    """The day asked for, today without one; raises Malformed when it is more than a year away."""
    if since is None:
        return today
    first, last = today - _YEAR, today + _YEAR
    if first <= since <= last:
        return since
    code, limit = ("minimum", first) if since < first else ("maximum", last)
    finding = told("/from", code, _BEGINS, limit=limit.isoformat())
    raise Malformed(what=finding.pointer, problems=(finding,))


def _shown(
    form: MergedForm, slot: ActiveSlot, step: SlotStep, resolution: Resolution
) -> Iterator[tuple[Text, str]]:
    """Yield each row's title with its value; names masked."""
    named: ItemStep | None = next((one for one in slot.item.steps if one.step == step.step), None)
    for text in named.shows if named is not None else ():
        fact = parse_fact(text).rebind(slot.slot.roles)
        found = resolution.get(fact)
        if found is not None:
            yield form.fields[fact].concept.title, _public(fact.concept, found.value)


def _public(concept: str, value: Any) -> str:
    return mask_name(str(value)) if concept == "name" else str(value)
