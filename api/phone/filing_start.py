"""The first pages of a person's filing: in go situations and consent, out come the next pages."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from api import audit, draft
from api.draft import DraftBody
from api.filling import fill, plan_of, region_of, words_of
from api.office import Office, TheOffice
from api.own import asked_of_persons
from api.own_filing import given_of
from api.page_form import Posted, read, situations_of
from api.page_notice import fields_by_agency, questions_by_register
from api.phone.filing_before import before
from api.phone.filing_frame import draw
from api.phone.filing_hand import (
    FILER,
    OWN,
    DraftPath,
    Filed,
    Hand,
    by_pointer,
    go,
    keep,
    sheet_of,
    take,
    to_case,
)
from api.phone.filing_task import NOTICE, START
from api.phone.filing_whom import WHOM, choose, has_nobody, principals
from api.principal import Caller
from forms.situation import check_situations
from onething.definition import Bundle
from onething.plan import PlanProblem
from records import draft as drafts

router = APIRouter(include_in_schema=False)
Filer = Annotated[Caller, Depends(FILER)]
_FIRST: Final = "events/"
"""How the page that begins a draft is named to the page behind it."""


@router.get("/m/events/{bundle_id}", response_class=HTMLResponse)
async def show_event(bundle_id: str, caller: Filer, office: TheOffice, request: Request) -> HTMLResponse:
    """The questions of a life event, before there is a draft."""
    bundle = office.catalog.bundle(bundle_id)
    if await has_nobody(office, caller, bundle):
        return _nobody(request, bundle)
    return await _start_page(request, office, caller, bundle, DraftBody())


@router.post("/m/events/{bundle_id}")
async def begin(bundle_id: str, caller: Filer, office: TheOffice, request: Request) -> Response:
    """Begin a draft with the situations answered."""
    bundle = office.catalog.bundle(bundle_id)
    if await has_nobody(office, caller, bundle):
        return _nobody(request, bundle)
    async with request.form() as form:
        posted = read(form)
    situations = situations_of(bundle, posted, {})
    body = DraftBody(**OWN).model_copy(update={"situations": situations})
    body, nobody = await choose(office, caller, bundle, body, posted.one(WHOM))
    stored = await draft.create(office, caller, bundle.bundle, body)
    hand = Hand(office, caller, bundle, stored, body)
    kept = f"{_FIRST}{bundle.bundle}"
    # The draft has an address of its own now: from here on nobody sends the first page again.
    return go(request, f"{hand.place}/{START if await _open(hand, nobody) else NOTICE}", kept)


@router.get("/m/drafts/{draft_id}", response_class=HTMLResponse)
async def show_tasks(draft_id: DraftPath, caller: Filer, office: TheOffice, request: Request) -> Response:
    """The list of tasks: what is done, what is begun, and until when it is kept."""
    hand = await take(office, caller, draft_id)
    if isinstance(hand, Filed):
        return to_case(request, hand)
    sheet = await sheet_of(hand)
    await audit.note(office, caller, "read_draft")
    return draw(
        request, "phone/filing/tasks.html", hand=hand, progress=sheet.progress, before=await before(hand)
    )


@router.post("/m/drafts/{draft_id}/drop")
async def drop(draft_id: DraftPath, caller: Filer, office: TheOffice, request: Request) -> Response:
    """Throw the draft away with everything typed and uploaded."""
    await drafts.delete_draft(office.archive, draft_id, caller.account, office.now())
    await audit.note(office, caller, "drop_draft")
    return go(request, "/m")


@router.get("/m/drafts/{draft_id}/start", response_class=HTMLResponse)
async def show_start(draft_id: DraftPath, caller: Filer, office: TheOffice, request: Request) -> Response:
    """The questions of the life event as answered so far; after the first page with what is open."""
    hand = await take(office, caller, draft_id)
    if isinstance(hand, Filed):
        return to_case(request, hand)
    if request.query_params.get("kept", "").startswith(_FIRST):
        return await _after_first(request, hand)
    return await _start_page(request, office, caller, hand.bundle, hand.body, hand.place)


@router.post("/m/drafts/{draft_id}/start")
async def keep_start(draft_id: DraftPath, caller: Filer, office: TheOffice, request: Request) -> Response:
    """Keep the situations, and ask what they have raised."""
    hand = await take(office, caller, draft_id)
    if isinstance(hand, Filed):
        return to_case(request, hand)
    async with request.form() as form:
        posted = read(form)
    situations = situations_of(hand.bundle, posted, hand.body.situations)
    body = hand.body.model_copy(update={"situations": situations})
    chosen = posted.one(WHOM) if WHOM in posted.every("shown") else body.mandate or ""
    body, nobody = await choose(office, caller, hand.bundle, body, chosen)
    return await _after_start(request, await keep(hand, body), posted, nobody)


@router.get("/m/drafts/{draft_id}/notice", response_class=HTMLResponse)
async def show_notice(draft_id: DraftPath, caller: Filer, office: TheOffice, request: Request) -> Response:
    """Who is asked what, and which agency receives which field."""
    hand = await take(office, caller, draft_id)
    if isinstance(hand, Filed):
        return to_case(request, hand)
    form = (await fill(office, hand.bundle, given_of(caller, hand.region, hand.body))).form
    return draw(
        request,
        "phone/filing/notice.html",
        hand=hand,
        before=await before(hand),
        registers=questions_by_register(form),
        agencies=fields_by_agency(office.catalog, form),
    )


@router.post("/m/drafts/{draft_id}/notice")
async def keep_notice(draft_id: DraftPath, caller: Filer, office: TheOffice, request: Request) -> Response:
    """Note whether registers may be asked; the form comes either way."""
    hand = await take(office, caller, draft_id)
    if isinstance(hand, Filed):
        return to_case(request, hand)
    async with request.form() as form:
        agreed = read(form).one("do") == "consent"
    held = hand.body.held.model_copy(update={"declined": not agreed})
    hand = await keep(hand, hand.body.model_copy(update={"notice_shown": agreed, "held": held}))
    sheet = await sheet_of(hand)
    return go(request, f"{hand.place}/{sheet.progress.after(NOTICE)}", NOTICE)


def _nobody(request: Request, bundle: Bundle) -> HTMLResponse:
    """That there is nobody for whom this could be filed, before anything is typed for it."""
    return draw(request, "phone/filing/nobody.html", 403, bundle=bundle)


async def _after_first(request: Request, hand: Hand) -> Response:
    """What the first page's answers have left open, told as if that page had answered itself."""
    hand_over = (hand.office, hand.caller, hand.bundle, hand.body)
    _, nobody = await choose(*hand_over, hand.body.mandate or "")
    given = given_of(hand.caller, hand.region, DraftBody(**OWN))
    blank = plan_of(hand.office, await fill(hand.office, hand.bundle, given), complain=False)
    shown = frozenset((WHOM, *(one.pointer for one in blank.questions)))
    return await _told(request, hand, await _open(hand, nobody), shown, 200)


async def _after_start(
    request: Request, hand: Hand, posted: Posted, nobody: tuple[PlanProblem, ...]
) -> Response:
    """On to the notice; back to the questions while some are open, which need not be anybody's fault."""
    problems = await _open(hand, nobody)
    if not problems:
        return go(request, f"{hand.place}/{NOTICE}", START)
    return await _told(request, hand, problems, frozenset(posted.every("shown")), 422)


async def _open(hand: Hand, nobody: tuple[PlanProblem, ...]) -> tuple[PlanProblem, ...]:
    """What is open or wrong among the questions of the life event."""
    found = check_situations(hand.bundle, hand.body.situations)
    filling = await fill(hand.office, hand.bundle, given_of(hand.caller, hand.region, hand.body))
    return (*nobody, *words_of(filling.form, tuple(found)))


async def _told(
    request: Request, hand: Hand, problems: tuple[PlanProblem, ...], shown: frozenset[str], status: int
) -> Response:
    """The questions with what is open: what the page had not asked yet is asked, not missed.

    While something that it did ask is wrong, that is told alone, with `status`.
    """
    wrong = tuple(one for one in problems if one.code != "required" or one.pointer in shown)
    page = (request, hand.office, hand.caller, hand.bundle, hand.body, hand.place)
    return await _start_page(*page, wrong or problems, status if wrong else 200, wrong=bool(wrong))


async def _start_page(  # noqa: PLR0913, PLR0917 - what there is, and what is wrong with it
    request: Request,
    office: Office,
    caller: Caller,
    bundle: Bundle,
    body: DraftBody,
    place: str = "",
    problems: tuple[PlanProblem, ...] = (),
    status: int = 200,
    *,
    wrong: bool = False,
) -> HTMLResponse:
    given = given_of(caller, region_of(office, caller), body.model_copy(update={"answers": {}}))
    plan = plan_of(office, await fill(office, bundle, given), complain=False)
    return draw(
        request,
        "phone/filing/start.html",
        status,
        bundle=bundle,
        questions=asked_of_persons(bundle, plan.questions),
        principals=await principals(office, caller, bundle),
        mandate=body.mandate,
        own=caller.person is not None,
        action=f"{place}/start" if place else f"/m/events/{bundle.bundle}",
        tasks=place,
        problems=problems,
        found=by_pointer(problems),
        wrong=wrong,
    )
