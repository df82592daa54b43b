"""Escalations as pages: in go a supervisor's words and decisions, out come what presses and one item."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import Field, ValidationError

from api import audit
from api.case import Name, Number
from api.desk.told import letters_about
from api.errors import Malformed
from api.office import Office, TheOffice
from api.open_order import orders_in_words
from api.page_told import settle_reminders, told_to_supervisor
from api.page_view import locale_of, render
from api.problem import told
from api.slot_view import view_slot
from api.standing import standing_of
from api.step_record import steps_lacked, steps_on_record
from api.stuck import SKIP_REASONS
from api.supervision.escalation import Override, Way, note, override, write_letter
from api.supervision.held import held_lines, held_of
from api.supervision.naming import agency_text, next_text, reason_text, region_text, slot_title
from api.supervision.page_home import Supervisor
from api.supervision.page_inspection import problems_of
from onething.case_state import OperatorReason, SlotCase
from onething.clock import local_day
from onething.errors import AnswersRejected, NotKnown
from onething.text import Locale, Model, Text
from records.escalation import pressing
from records.hand import hand_of
from records.supervision_note import NoteKind, notes_of
from records.worklist_slot import SlotLine

router = APIRouter(include_in_schema=False)
NoticeId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
Words = Annotated[str, Form(max_length=2000)]
_ITEM: Final = "/supervision/cases/{number}/slots/{slot}"
_DAY: Final = 86400


class PressingLine(Model):
    """One item on the list: what it is, with whom, how old."""

    number: str
    slot: str
    title: Text
    agency: Text
    region: Text
    reason: Text | None
    due: Text | None
    days: int


@router.get("/supervision/escalations", response_class=HTMLResponse)
async def show_escalations(caller: Supervisor, office: TheOffice, request: Request) -> HTMLResponse:
    """What waits for a person, what is late and which work-orders are open in the area, the oldest first."""
    found = await pressing(office.archive, caller.area)
    await audit.note(office, caller, "read_worklist", fields=("escalations",))
    page = render(
        "supervision/escalations.html",
        locale_of(request),
        stuck=[_stuck(office, line) for line in found.stuck],
        late=[_late(office, line) for line in found.late],
        orders=orders_in_words(office, found.orders),
        held=await held_lines(office, caller.area),
        told=await told_to_supervisor(office, caller),
    )
    return HTMLResponse(page)


@router.post("/supervision/reminders/settle")
async def post_settle(
    caller: Supervisor,
    office: TheOffice,
    request: Request,
    notice: Annotated[list[NoticeId] | None, Form()] = None,
) -> RedirectResponse:
    """Note that what the ticked reminders ask for was seen to."""
    await settle_reminders(office, caller, notice or ())
    return RedirectResponse("/supervision/escalations" + _language(request), 303)


@router.get(_ITEM, response_class=HTMLResponse)
async def show_item(
    number: Number, slot: Name, caller: Supervisor, office: TheOffice, request: Request
) -> HTMLResponse:
    """One item: where it stands, what supervisors wrote, and what can be done; nothing of a person."""
    await audit.note(office, caller, "read_slot", number, (slot,))
    return await _item(office, (number, slot), request)


@router.post(_ITEM + "/note")
async def post_note(  # noqa: PLR0913, PLR0917 - what address and form say, what the door gives
    number: Number, slot: Name, caller: Supervisor, office: TheOffice, request: Request, words: Words = ""
) -> Response:
    """Write a note."""
    try:
        await note(office, caller, (number, slot), words)
    except AnswersRejected as error:
        return await _item(office, (number, slot), request, problems_of(error), {"note": words})
    return _back(number, slot, request)


@router.post(_ITEM + "/letter")
async def post_letter(  # noqa: PLR0913, PLR0917 - what address and form say, what the door gives
    number: Number, slot: Name, caller: Supervisor, office: TheOffice, request: Request, words: Words = ""
) -> Response:
    """Write to the agency."""
    try:
        await write_letter(office, caller, (number, slot), words)
    except AnswersRejected as error:
        return await _item(office, (number, slot), request, problems_of(error), {"letter": words})
    return _back(number, slot, request)


@router.post(_ITEM + "/override")
async def post_override(
    number: Number, slot: Name, caller: Supervisor, office: TheOffice, request: Request
) -> Response:
    """Take a stuck item in hand."""
    async with request.form(max_files=0, max_fields=20) as form:
        given: dict[str, Any] = {
            name: str(value) for name, value in form.items() if name in Override.model_fields and value
        }
    try:
        wanted = Override.model_validate(given)
    except ValidationError as error:
        names = sorted({str(one["loc"][0]) for one in error.errors() if one["loc"]})
        problems = tuple(told(f"/{name}", "required", _FIELDS.get(name)) for name in names)
        raise Malformed(what=", ".join(names), problems=problems) from None
    try:
        await override(office, caller, (number, slot), wanted)
    except AnswersRejected as error:
        return await _item(office, (number, slot), request, problems_of(error), given)
    return _back(number, slot, request)


async def _item(
    office: Office,
    place: tuple[str, str],
    request: Request,
    problems: list[Text] | None = None,
    given: dict[str, str] | None = None,
) -> HTMLResponse:
    number, slot = place
    standing = await standing_of(office, number)
    definition = next((one for one in standing.case.definition.slots if one.slot == slot), None)
    if definition is None or slot not in standing.state.slots:
        raise NotKnown("slot", slot)
    need = standing.state.slots[slot].operator
    kept = [one for one in await notes_of(office.archive, place) if one.kind != NoteKind.LETTER]
    page = render(
        "supervision/item.html",
        locale_of(request),
        number=number,
        bundle=standing.case.definition.title,
        one=view_slot(standing.case, standing.state, definition, office.now()),
        held=held_of(office, standing),
        steps_taken=steps_on_record(definition, standing.state.slots[slot]),
        lacked=steps_lacked(definition, standing.state.slots[slot]),
        late=_late_by(office, standing.state.slots[slot]),
        need=need,
        reason=reason_text(need.reason.value) if need else None,
        next=next_text(need.reason.value) if need else None,
        uncertain=need is not None and need.reason is OperatorReason.UNCERTAIN_SUBMISSION,
        notes=kept,
        letters=await letters_about(office, place, standing.state.slots[slot].agency),
        ways=[way.value for way in Way],
        skip_reasons=SKIP_REASONS,
        problems=problems or [],
        given=dict.fromkeys(("note", "letter", "reason", "way", "words", "skip_reason"), "") | (given or {}),
    )
    return HTMLResponse(page, 422 if problems else 200)


def _late_by(office: Office, slot: SlotCase) -> dict[str, int]:
    """By how many days each due date that has passed has, until the decision where there is one."""
    last = local_day(slot.decided_at) if slot.decided_at is not None else office.today()
    due = {"promised": slot.promised, "statutory": slot.statutory}
    return {
        name: (last - one.due.due).days
        for name, one in due.items()
        if one is not None and name in slot.overdue
    }


def _stuck(office: Office, line: SlotLine) -> PressingLine:
    return _line(office, line, reason_text(line.reason or hand_of(line.state, line.holder)), None)


def _late(office: Office, line: SlotLine) -> PressingLine:
    days = [day for day in (line.due_promised, line.due_statutory) if day is not None]
    due = min(days) if days else None
    text = Text(zh=f"{due:%Y-%m-%d}", en=f"{due:%Y-%m-%d}") if due else None
    return _line(office, line, None, text, (office.today() - due).days if due else 0)


def _line(
    office: Office, line: SlotLine, reason: Text | None, due: Text | None, days: int | None = None
) -> PressingLine:
    waited = max(int((office.now() - (line.since or line.updated_at)).total_seconds()), 0) // _DAY
    return PressingLine(
        number=line.case,
        slot=line.slot,
        title=slot_title(office, line.bundle, line.slot),
        agency=agency_text(office, line.agency),
        region=region_text(office, line.region or line.case[:6]),
        reason=reason,
        due=due,
        days=max(waited if days is None else days, 0),
    )


def _back(number: str, slot: str, request: Request) -> RedirectResponse:
    return RedirectResponse(f"/supervision/cases/{number}/slots/{slot}{_language(request)}", 303)


def _language(request: Request) -> str:
    return "?lang=en" if locale_of(request) is Locale.EN else ""


_FIELDS: Final = {
    "reason": Text(zh="直接处理的理由", en="Why it is taken in hand"),
    "way": Text(zh="处理方式", en="What is done"),
    "skip_reason": Text(zh="不再办理的原因", en="Why it is given up"),
    "words": Text(zh="部门的理由", en="The agency's reason"),
}
