"""The page of what an item waits for: it asks what proves that this has come about, then the item goes on."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from api import audit, gate_proof
from api.case import Name, Number
from api.case_work.sent import REMEMBERED, back
from api.gate_proof import PROOF_LIMIT, GateProof, waiting_at
from api.office import TheOffice
from api.page_case import Steerer
from api.page_view import locale_of, render
from api.slot_view import SlotView
from onething.text import Locale

router = APIRouter(include_in_schema=False, dependencies=REMEMBERED)


@router.get("/cases/{number}/slots/{slot}/gates/{gate}", response_class=HTMLResponse)
async def ask_gate(  # noqa: PLR0913, PLR0917 - what the address says, what the door gives
    number: Number, slot: Name, gate: Name, caller: Steerer, office: TheOffice, request: Request
) -> HTMLResponse:
    """What the item waits for, and the question what proves that it has come about."""
    view = await waiting_at(office, number, (slot, gate))
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
    proof: Annotated[str, Form(max_length=PROOF_LIMIT)] = "",
) -> Response:
    """Say that what a gate waits for has come about, and what was seen of it."""
    view = await waiting_at(office, number, (slot, gate))
    if not proof.strip():
        return _page(request, number, view, "required")
    await gate_proof.open_gate(office, caller, number, (slot, gate), GateProof(proof=proof))
    return await back(office, number, request)


def _page(request: Request, number: str, view: SlotView, problem: str) -> HTMLResponse:
    locale = locale_of(request)
    page = render(
        "case_work/gate.html",
        locale,
        number=number,
        slot=view,
        problem=problem,
        longest=PROOF_LIMIT,
        here=request.url.path + ("?lang=en" if locale is Locale.EN else ""),
    )
    return HTMLResponse(page, 422 if problem else 200)
