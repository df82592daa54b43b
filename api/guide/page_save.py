"""Saving while typing: in goes what a page holds, out comes one line that says it is kept, or why not.

The page's own script calls these; without a script the page's buttons do the same.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from api import audit, draft
from api.draft import DraftBody, DraftId
from api.errors import TooLarge, WrongMedia
from api.filling import plan_of
from api.guide.refusal import told_upload
from api.lookup import Held
from api.material import store
from api.office import Office, TheOffice
from api.page_form import read
from api.page_hand import Hand, fill_in
from api.page_step import save
from api.page_view import locale_of, render, word
from api.principal import Access, Caller, Purpose
from onething.counting import BEIJING
from onething.errors import NotKnown, RequestRejected
from onething.text import Text
from records import draft as drafts
from records.draft import Draft, DraftMovedOn
from records.material import Holder, materials_of

router = APIRouter(include_in_schema=False)
Filer = Annotated[Caller, Depends(Access(Purpose.FILE_CASE))]
PaperName = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,79}$")]


@router.post("/drafts/{draft_id}/save")
async def save_while_typing(
    draft_id: DraftId, caller: Filer, office: TheOffice, request: Request
) -> JSONResponse:
    """Keep what the page holds; gives the line to show and the new revision, or 409 for a stale page."""
    async with request.form(max_files=40, max_fields=1500) as form:
        posted = read(form)
    hand = await _hand(office, caller, draft_id, request, posted.one("tab"))
    try:
        hand = await save(hand, posted)
    except DraftMovedOn:
        words = word("guide_moved_on")
        # The page keeps the number it knows, and its next click shows both.
        return JSONResponse({"text": words.say(hand.locale), "revision": posted.one("revision")}, 409)
    at = f"{office.now().astimezone(BEIJING):%H:%M}"
    revision = hand.draft.revision if hand.draft else 0
    return JSONResponse({"text": word("guide_saved", at=at).say(hand.locale), "revision": revision})


@router.post("/drafts/{draft_id}/papers/{material}", response_class=HTMLResponse)
async def upload_at_once(
    draft_id: DraftId, material: PaperName, caller: Filer, office: TheOffice, request: Request
) -> HTMLResponse:
    """Keep one paper the moment it is chosen; gives what the page shows beside it, also when refused."""
    concept = office.catalog.materials.get(material)
    if concept is None:
        raise NotKnown("material", material)
    pointer, problems = f"/materials/{material}", []
    async with request.form(max_files=40, max_fields=1500) as form:
        posted = read(form)
        hand = await _hand(office, caller, draft_id, request, posted.one("tab"))
        try:
            for file in posted.files.values():
                await store(office, caller, draft_id, material, file)
        except (WrongMedia, TooLarge, RequestRejected) as error:
            problems = [told_upload(pointer, concept.title, error)]
    kept = await materials_of(office.archive, Holder(draft=draft_id))
    files = [one for one in kept if one.material == material]
    page = render(
        "guide/uploaded.html",
        hand.locale,
        draft=draft_id,
        pointer=pointer,
        found={pointer: problems},
        files=files,
    )
    return HTMLResponse(page, 422 if problems else 200)


@router.get("/drafts", response_class=HTMLResponse)
async def show_drafts(caller: Filer, office: TheOffice, request: Request) -> HTMLResponse:
    """The caller's own unfinished filings, the newest first."""
    found = await drafts.list_drafts(office.archive, caller.account, office.now())
    await audit.note(office, caller, "list_drafts")
    lines = [
        await _line(office, caller, one, request) for one in found if one.bundle in office.catalog.bundles
    ]
    return HTMLResponse(render("guide/drafts.html", locale_of(request), drafts=lines, kept=draft.KEPT.days))


@router.post("/drafts/{draft_id}/drop")
async def drop(draft_id: DraftId, caller: Filer, office: TheOffice, request: Request) -> Response:
    """Throw an unfinished filing away, with its papers."""
    await drafts.delete_draft(office.archive, draft_id, caller.account, office.now())
    await audit.note(office, caller, "drop_draft")
    query = "?lang=en" if request.query_params.get("lang") == "en" else ""
    return RedirectResponse(f"/drafts{query}", 303)


async def _hand(office: Office, caller: Caller, draft_id: str, request: Request, tab: str) -> Hand:
    stored, body = await draft.load(office, caller, draft_id)
    bundle = office.catalog.bundle(stored.bundle)
    return Hand(office, caller, bundle, locale_of(request), tab=tab).holding(stored, body)


async def _line(office: Office, caller: Caller, stored: Draft, request: Request) -> dict[str, object]:
    body = DraftBody.model_validate(stored.body)
    bundle = office.catalog.bundle(stored.bundle)
    hand = Hand(office, caller, bundle, locale_of(request)).holding(stored, body)
    plan = plan_of(office, await fill_in(hand, body), complain=False)
    filled = [one for section in plan.sections for block in section.blocks for one in block.fields]
    return {
        "id": stored.id,
        "bundle": bundle.bundle,
        "title": bundle.title,
        "subject": _subject(hand, body.held),
        "saved_at": stored.saved_at,
        "expires_at": stored.expires_at,
        "done": sum(
            one.value not in {None, ""} for one in filled if one.required and not isinstance(one.value, list)
        ),
        "count": sum(one.required for one in filled),
        "step": "form" if body.answers and body.notice_shown else "start",
    }


def _subject(hand: Hand, held: Held) -> Text:
    """Whom it is about: the name as typed or as the population register said, else the number's end."""
    role = next(name for name, one in hand.bundle.roles.items() if one.subject)
    own = hand.body.answers.get(role, {})
    number = str(own.get("id_number", ""))
    known = held.records.get("population", {}).get(number, {})
    name = str(own.get("name") or known.get("name") or "")
    if name:
        return Text(zh=name, en=name)
    return word("guide_number_end", end=number[-4:]) if number else word("guide_nobody_yet")
