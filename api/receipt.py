"""Receipts over HTTP: a case number or a printed code in, the stored document out; giving one is recorded."""

import asyncio
import json
import re
from typing import Annotated, Any, Final

import structlog
from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import HTMLResponse

from activities.signatures import HandOut
from api import audit
from api.case import Number
from api.errors import EngineRefused, EngineUnavailable
from api.family_receipt import receipt_of_family
from api.office import Office, TheOffice
from api.page_view import render
from api.principal import ANYBODY, Access, Caller, Purpose
from api.role import FILERS
from api.standing import standing_of
from onething.case import FINAL
from onething.errors import NotAllowed, NotKnown
from onething.text import Locale
from records.blob import get_blob
from records.family import family_by_code, family_of
from records.receipt import StoredReceipt, case_by_code, receipt_of

router = APIRouter(tags=["receipts"])
public = APIRouter(tags=["receipts"])
Giver = Annotated[Caller, Depends(Access(Purpose.HAND_OUT_RECEIPT, FILERS))]
Anybody = Annotated[Caller, Depends(Access(Purpose.CHECK_RECEIPT, ANYBODY))]
Revision = Annotated[int | None, Query(ge=1, le=9999)]
Code = Annotated[str, Path(max_length=200)]
_CODE: Final = re.compile(r"[a-z2-7]{26}")
"""128 bits in base32."""
PDF: Final = "application/pdf"
OWN_SITE: Final = frozenset({"same-origin", "none"})
PAGE_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; base-uri 'none'"
)
"""The page carries its own style sheet, so that it can be saved and printed whole."""
_PATIENCE: Final = 5.0
_POLL: Final = 0.1
"""Seconds: how long somebody who asks for a receipt waits for a newer one, and how often it is looked for."""
_log = structlog.get_logger("api")


@router.get(
    "/cases/{number}/receipt.pdf",
    response_class=Response,
    responses={200: {"content": {PDF: {}}, "description": "The signed receipt"}},
)
async def receipt_pdf(
    number: Number, caller: Giver, office: TheOffice, request: Request, revision: Revision = None
) -> Response:
    """The newest receipt, or one revision; handing it out is told to the case and audited.

    Another site's page cannot have it handed out: nobody would hold the paper. Where this installation could
    make no PDF, the same document comes as a page marked "PDF unavailable".
    """
    if request.headers.get("sec-fetch-site", "none") not in OWN_SITE:
        raise NotAllowed(what="cross-site request")
    stored = await (receipt_of(office.archive, number, revision) if revision else newest(office, number))
    if stored.pdf_blob is not None:
        data = await get_blob(office.archive, number, stored.pdf_blob)
        await hand_out(office, caller, stored, "pdf")
        return Response(data, media_type=PDF, headers=_named(stored, "pdf"))
    if office.page_of is None:
        raise NotKnown("receipt", f"{number}/{stored.revision}.pdf")
    document = await get_blob(office.archive, number, stored.json_blob)
    page = await asyncio.to_thread(office.page_of, document)
    await hand_out(office, caller, stored, "html")
    return HTMLResponse(page, headers={"content-security-policy": PAGE_POLICY})


@router.get("/cases/{number}/receipt.json")
async def receipt_json(
    number: Number, caller: Giver, office: TheOffice, revision: Revision = None
) -> Response:
    """The canonical document (RFC 8785) byte for byte, as its printed hash is of; for programs to read."""
    stored = await receipt_of(office.archive, number, revision)
    data = await get_blob(office.archive, number, stored.json_blob)
    await audit.note(office, caller, "read_receipt", number, (f"revision:{stored.revision}", "json"))
    return Response(data, media_type="application/json", headers=_named(stored, "json"))


@public.get("/v/{code}", response_class=HTMLResponse)
async def check(
    code: Code,
    caller: Anybody,
    office: TheOffice,
    request: Request,
    lang: Annotated[Locale, Query()] = Locale.ZH,
) -> HTMLResponse:
    """What the paper with this code says now: items and outcomes, nobody's name or number.

    A code that no receipt carries, well-formed or not, gets a page that says so and how to go on.
    """
    try:
        document, sha256 = await _paper(office, caller, _checked(code))
    except NotKnown:
        if "text/html" not in request.headers.get("accept", ""):
            raise NotKnown("receipt", "/v/…") from None
        return HTMLResponse(render("check_unknown.html", lang), status_code=404)
    return HTMLResponse(render("check.html", lang, document=document, sha256=sha256))


async def _paper(office: Office, caller: Caller, code: str) -> tuple[dict[str, Any], str]:
    """The document that carries the code, of a case or of a family's cases, and its hash; raises NotKnown."""
    try:
        number = await case_by_code(office.archive, code)
    except NotKnown:
        family = await family_of(office.archive, await family_by_code(office.archive, code))
        receipt = await receipt_of_family(office, family)
        for phase in receipt.document.phases or ():
            await audit.note(office, caller, "check_receipt", phase.case_number)
        return json.loads(receipt.data), receipt.sha256
    stored = await receipt_of(office.archive, number)
    document: dict[str, Any] = json.loads(await get_blob(office.archive, number, stored.json_blob))
    await audit.note(office, caller, "check_receipt", number)
    return document, stored.sha256


def _checked(code: str) -> str:
    """The code as it is printed, whatever case it was typed in; raises NotKnown for what can be none."""
    typed = code.strip().lower()
    if _CODE.fullmatch(typed) is None:
        raise NotKnown("receipt", "code")
    return typed


async def newest(office: Office, number: str) -> StoredReceipt:
    """The newest revision; what has changed since it was drawn is drawn first, as for one that was given out.

    When that takes longer than a person waits, the one that is there is given, and the next one follows.
    """
    stored = await receipt_of(office.archive, number)
    standing = await standing_of(office, number)
    state = standing.state
    outdated = state.receipt_asked == stored.revision and state.receipt_revision_of < state.outcomes
    if state.state in FINAL or len(state.receipts) != stored.revision or not outdated:
        return stored
    await _told(office, stored)
    loop = asyncio.get_running_loop()
    until = loop.time() + _PATIENCE
    while stored.revision == state.receipt_asked and loop.time() < until:
        await asyncio.sleep(_POLL)
        stored = await receipt_of(office.archive, number)
    return stored


async def hand_out(office: Office, caller: Caller, stored: StoredReceipt, form: str) -> None:
    """Note who was given which revision; the paper is not kept from the family when the engine is away."""
    await audit.note(office, caller, "hand_out_receipt", stored.case, (f"revision:{stored.revision}", form))
    await _told(office, stored)


async def _told(office: Office, stored: StoredReceipt) -> None:
    try:
        await office.engine.handed_out(stored.case, HandOut(revision=stored.revision))
    except NotKnown:
        return  # the case has ended: nothing more will be issued of itself
    except (EngineUnavailable, EngineRefused):
        _log.warning("hand-out not told", case=stored.case)


def _named(stored: StoredReceipt, ending: str) -> dict[str, str]:
    name = f"receipt-{stored.case}-{stored.revision}.{ending}"
    return {"content-disposition": f'inline; filename="{name}"'}
