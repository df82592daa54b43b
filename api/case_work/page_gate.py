"""The page of what an item waits for: it asks for the fields that say so, or for what proves it."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from api import audit, gate_proof
from api.case import Name, Number
from api.case_work.sent import REMEMBERED, back
from api.correction_sheet import CorrectionSheet
from api.gate_proof import PROOF_LIMIT, GateProof, Wanted, waiting_at, wanted_at
from api.office import Office, TheOffice
from api.page_case import Steerer
from api.page_view import locale_of, render
from api.principal import Caller
from api.slot_view import SlotView
from onething.text import Locale

router = APIRouter(include_in_schema=False, dependencies=REMEMBERED)


@router.get("/cases/{number}/slots/{slot}/gates/{gate}", response_class=HTMLResponse)
async def ask_gate(  # noqa: PLR0913, PLR0917 - what the address says, what the door gives
    number: Number, slot: Name, gate: Name, caller: Steerer, office: TheOffice, request: Request
) -> HTMLResponse:
    """What the item waits for: fields that nobody has filled, or the question what proves it."""
    view = await waiting_at(office, number, (slot, gate))
    await audit.note(office, caller, "read_case", number, (slot, gate))
    wanted = await wanted_at(office, number, (slot, gate))
    values = await _sheet(office, caller, number) if wanted.problems else {}
    return _page(request, number, view, wanted, **values)


@router.post("/cases/{number}/slots/{slot}/gates/{gate}")
async def open_gate(  # noqa: PLR0913, PLR0917 - what address and form say, what the door gives
    number: Number,
    slot: Name,
    gate: Name,
    caller: Steerer,
    office: TheOffice,
    request: Request,
    proof: Annotated[str, Form(max_length=PROOF_LIMIT)] = "",
) -> Response:
    """Say that what a gate waits for has come about, and what was seen of it; words are no answer."""
    view = await waiting_at(office, number, (slot, gate))
    wanted = await wanted_at(office, number, (slot, gate))
    if wanted.problems:
        values = await _sheet(office, caller, number, wanted)
        return _page(request, number, view, wanted, status=422, **values)
    if not (proof.strip() or wanted.met):
        return _page(request, number, view, wanted, status=422, problem="required")
    await gate_proof.open_gate(office, caller, number, (slot, gate), GateProof(proof=proof))
    return await back(office, number, request)


async def _sheet(office: Office, caller: Caller, number: str, wanted: Wanted | None = None) -> dict[str, Any]:
    """The fields to be filled, as the correction page draws them, with what was wrong."""
    sheet = await CorrectionSheet.show(office, caller, number)
    sheet.problems = wanted.problems if wanted is not None else ()
    return {name: one for name, one in (await sheet.values()).items() if name != "number"}


def _page(
    request: Request, number: str, view: SlotView, wanted: Wanted, *, status: int = 200, **values: Any
) -> HTMLResponse:
    locale = locale_of(request)
    page = render(
        "case_work/gate.html",
        locale,
        **{"problem": "", "asked": None, "problems": (), **values},
        number=number,
        slot=view,
        met=wanted.met,
        longest=PROOF_LIMIT,
        here=request.url.path + ("?lang=en" if locale is Locale.EN else ""),
    )
    return HTMLResponse(page, status)
