"""The plain page: in go a clerk's clicks, out come pages that work without any script."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from api import draft
from api.case_work.named_case import named_cases
from api.case_work.todo import todo_of
from api.case_work.worklist import MOST
from api.draft import DraftBody
from api.earlier import case_of_key
from api.guide.conflict import picked
from api.office import TheOffice
from api.page_form import Posted, read
from api.page_hand import new_tab
from api.page_script import SCRIPTS
from api.page_start import held_by_before, same_drafts, show_start, start_body
from api.page_step import Hand, Step, act, show
from api.page_view import FOLDER, locale_of, render
from api.principal import ANYBODY, Access, Caller, Purpose
from onething.errors import NotKnown
from onething.family import entries
from records.draft import count_drafts
from records.worklist import CaseFilter, list_cases

router = APIRouter(include_in_schema=False)
Anybody = Annotated[Caller, Depends(Access(Purpose.CATALOG, ANYBODY))]
Filer = Annotated[Caller, Depends(Access(Purpose.FILE_CASE))]
Follower = Annotated[Caller, Depends(Access(Purpose.FOLLOW_CASE))]
DraftQuery = Annotated[str, Query(pattern=r"^([0-9a-f]{32})?$")]
StaticName = Annotated[str, Path(pattern=r"^[a-z][a-z_]{0,30}\.(css|js|svg)$")]


@router.get("/", response_class=HTMLResponse)
async def home(caller: Follower, office: TheOffice, request: Request) -> HTMLResponse:
    """Life events to begin, and the window's newest cases."""
    # A window of one area shows its own cases; the one that serves everywhere shows all.
    own = caller.window.id if caller.window is not None and caller.area else None
    cases = await list_cases(office.archive, CaseFilter(limit=20, window_id=own))
    bundles = office.catalog.bundles.values()
    page = render(
        "home.html",
        locale_of(request),
        entries=tuple(entries(bundles)),
        leads={bundle.bundle: office.catalog.agency(bundle.lead_agency).title for bundle in bundles},
        cases=cases,
        names=await named_cases(office, caller, (one.number for one in cases)),
        todo=await todo_of(office, caller),
        most=MOST,
        drafts=await count_drafts(office.archive, caller.account, office.now()),
        titles={bundle.bundle: bundle.title for bundle in bundles},
    )
    return HTMLResponse(page)


@router.get("/static/{name}")
async def static(name: StaticName, caller: Anybody) -> FileResponse:
    """A style sheet or script: ours, or htmx as its package brings it."""
    del caller
    found = SCRIPTS.get(name, FOLDER / "static" / name)
    if not found.is_file():
        raise NotKnown("file", name)
    return FileResponse(found, headers={"cache-control": "public, max-age=300"})


@router.get("/bundles/{bundle_id}/new", response_class=HTMLResponse)
async def show_step(  # noqa: PLR0913, PLR0917 - what the address says, what the door gives
    bundle_id: str,
    caller: Filer,
    office: TheOffice,
    request: Request,
    of: Annotated[DraftQuery, Query(alias="draft")] = "",
    step: Step = Step.START,
) -> HTMLResponse:
    """One step of filing; without a draft, the first one."""
    bundle = office.catalog.bundle(bundle_id)
    hand = Hand(office, caller, bundle, locale_of(request), tab=new_tab())
    if of:
        stored, body = await draft.load(office, caller, of)
        _check_bundle(stored.bundle, bundle_id)
        hand = hand.holding(stored, body)
    return await show(hand, step if of else Step.START)


@router.post("/bundles/{bundle_id}/new")
async def post_step(bundle_id: str, caller: Filer, office: TheOffice, request: Request) -> Response:
    """Keep what was filled in, and go where the clerk wants to."""
    bundle = office.catalog.bundle(bundle_id)
    locale = locale_of(request)
    async with request.form(max_files=40, max_fields=1500) as form:
        posted = read(form)
        tab = posted.one("tab") or new_tab()
        draft_id = posted.one("draft")
        if draft_id:
            try:
                stored, body = await draft.load(office, caller, draft_id)
            except NotKnown:
                # Clicked twice: the first click filed it.
                number = await case_of_key(office.archive, f"{caller.account}:{draft_id}")
                if number is None:
                    raise
                place = f"/cases/{number}/acceptance-notice{_language(request)}"
                return RedirectResponse(place, 303)
            _check_bundle(stored.bundle, bundle_id)
        else:
            return await _begin(Hand(office, caller, bundle, locale, tab=tab), posted)
        hand = Hand(office, caller, bundle, locale, tab=tab).holding(stored, body)
        return await act(hand, picked(posted, body))


async def _begin(hand: Hand, posted: Posted) -> Response:
    """The first press: nothing is kept of an empty page, and what the same person has already is shown."""
    body = start_body(hand, posted)
    if not any((*body.answers.values(), *body.situations.values())):
        return await act(hand, posted)
    same = [] if posted.one("anew") == "true" else await same_drafts(hand, body)
    if same or await held_by_before(hand, body, posted):
        ticked, pressed = posted.one("notice") == "true", posted.one("do")
        return await show_start(replace(hand, body=body), same=same, ticked=ticked, pressed=pressed)
    stored = await draft.create(hand.office, hand.caller, hand.bundle.bundle, DraftBody())
    return await act(hand.holding(stored, DraftBody()), picked(posted, DraftBody()))


def _language(request: Request) -> str:
    return "?lang=en" if request.query_params.get("lang") == "en" else ""


def _check_bundle(held: str, wanted: str) -> None:
    if held != wanted:
        raise NotKnown("bundle", wanted)
