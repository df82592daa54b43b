"""What an item waits for has come about: in goes what proves it, out comes the item going on.

Money is paid out behind some of these conditions, so a page of its own asks what was seen; the answer is
sealed with the case and stands in its story.
"""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import afterwards, audit
from api.case import Name, Number
from api.case_view import view_case
from api.case_work.sent import REMEMBERED, back
from api.office import Office, TheOffice
from api.page_case import Steerer
from api.page_view import locale_of, render
from api.principal import Caller
from api.slot_view import SlotView
from onething.case_event import GateOpened
from onething.errors import ActionRejected, NotKnown
from onething.text import Locale
from records.supervision_note import NoteKind, keep_note

router = APIRouter(include_in_schema=False, dependencies=REMEMBERED)
_LONGEST = 500


@router.get("/cases/{number}/slots/{slot}/gates/{gate}", response_class=HTMLResponse)
async def ask_gate(  # noqa: PLR0913, PLR0917 - what the address says, what the door gives
    number: Number, slot: Name, gate: Name, caller: Steerer, office: TheOffice, request: Request
) -> HTMLResponse:
    """What the item waits for, and the question what proves that it has come about."""
    view = await _waiting(office, number, (slot, gate))
    await audit.note(office, caller, "read_case", number, (slot, gate))
    return _page(request, number, view, "")


@router.post("/cases/{number}/slots/{slot}/gates/{gate}")
async def open_gate(  # noqa: PLR0913, PLR0917 - what address and form say, what the door gives
    number: Number,
    slot: Name,
    gate: Name,
    caller: Steerer,
    office: TheOffice,
    request: Request,
    proof: Annotated[str, Form(max_length=_LONGEST)] = "",
) -> Response:
    """Say that what a gate waits for has come about, and what was seen of it."""
    view = await _waiting(office, number, (slot, gate))
    if not proof.strip():
        return _page(request, number, view, "required")
    return await _open(office, caller, request, (number, slot, gate), proof.strip())


async def _open(
    office: Office, caller: Caller, request: Request, place: tuple[str, str, str], proof: str
) -> RedirectResponse:
    number, slot, gate = place
    entry = audit.at(audit.entry(caller, "open_gate", number, fields=(slot, gate)), office.now())
    await keep_note(office.archive, (number, slot), (NoteKind.PROOF, proof), entry)
    await afterwards.act(office, number, GateOpened(slot=slot, gate=gate, actor=caller.account))
    return await back(office, number, request)


async def _waiting(office: Office, number: str, place: tuple[str, str]) -> SlotView:
    """The item that waits at this gate; raises NotKnown, and ActionRejected where it waits no more."""
    slot, gate = place
    view = next((one for one in (await view_case(office, number)).slots if one.slot == slot), None)
    if view is None:
        raise NotKnown("slot", slot)
    if view.blocked is None or view.blocked.gate != gate:
        raise ActionRejected(what="the slot waits at no such gate", slot=slot)
    return view


def _page(request: Request, number: str, view: SlotView, problem: str) -> HTMLResponse:
    locale = locale_of(request)
    page = render(
        "case_work/gate.html",
        locale,
        number=number,
        slot=view,
        problem=problem,
        longest=_LONGEST,
        here=request.url.path + ("?lang=en" if locale is Locale.EN else ""),
    )
    return HTMLResponse(page, 422 if problem else 200)
