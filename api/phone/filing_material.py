"""Papers on one page: in goes a photo or file as it is chosen, out comes the list of what is missing."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from api.draft import DraftBody
from api.guide.refusal import told_upload
from api.material import store
from api.office import TheOffice
from api.page_form import Posted, read
from api.paper_choice import LATER, NAMED, NONE, open_papers, owed_within
from api.phone.filing_frame import draw
from api.phone.filing_hand import FILER, DraftPath, Filed, Hand, by_pointer, go, keep, sheet_of, take, to_case
from api.phone.filing_task import PAPERS
from api.principal import Caller
from onething.errors import RequestRejected
from onething.item_material import MaterialSource
from onething.plan import PlanProblem
from records.material import StoredMaterial

router = APIRouter(include_in_schema=False)
Filer = Annotated[Caller, Depends(FILER)]


@router.get("/m/drafts/{draft_id}/materials")
async def show_papers(draft_id: DraftPath, caller: Filer, office: TheOffice, request: Request) -> Response:
    """The papers to hand in, those already there, and those that agencies share."""
    hand = await take(office, caller, draft_id)
    if isinstance(hand, Filed):
        return to_case(request, hand)
    return await _page(request, hand)


@router.post("/m/drafts/{draft_id}/materials")
async def keep_papers(draft_id: DraftPath, caller: Filer, office: TheOffice, request: Request) -> Response:
    """Keep what was chosen and what is to follow; tell of a file that cannot be taken."""
    hand = await take(office, caller, draft_id)
    if isinstance(hand, Filed):
        return to_case(request, hand)
    async with request.form(max_files=10, max_fields=200) as form:
        posted = read(form)
        problems = await _stored(hand, posted)
    body = _decided(hand, posted)
    if body != hand.body:
        hand = await keep(hand, body)
    if problems:
        return await _page(request, hand, problems, 422)
    if posted.one("do") != "next":
        return go(request, f"{hand.place}/{PAPERS}", PAPERS)
    sheet = await sheet_of(hand)
    pages = sheet.progress.pages
    missing = tuple(one for one in sheet.progress.problems if pages[one.pointer] == PAPERS)
    if missing:
        return await _page(request, hand, missing, 422)
    return go(request, f"{hand.place}/{sheet.progress.after(PAPERS)}")


def _decided(hand: Hand, posted: Posted) -> DraftBody:
    """The draft with what was said of the papers that may follow: they come later, or there are none."""
    asked = [one for one in posted.every("asked") if one in hand.office.catalog.materials]
    said = {one: posted.one(f"{NAMED}{one}") for one in asked}
    before = dict.fromkeys(hand.body.owed, LATER) | dict.fromkeys(hand.body.without, NONE)
    kept = before | said
    owed, without = (tuple(sorted(one for one in kept if kept[one] == word)) for word in (LATER, NONE))
    return hand.body.model_copy(update={"owed": owed, "without": without})


async def _stored(hand: Hand, posted: Posted) -> tuple[PlanProblem, ...]:
    """Keep every chosen file; the findings are about those that cannot be taken."""
    problems = []
    for name, file in posted.files.items():
        material = name.removeprefix("/materials/")
        if material not in hand.office.catalog.materials:
            continue
        try:
            await store(hand.office, hand.caller, hand.draft.id, material, file)
        except RequestRejected as error:
            problems.append(told_upload(name, hand.office.catalog.materials[material].title, error))
    return tuple(problems)


async def _page(
    request: Request, hand: Hand, problems: tuple[PlanProblem, ...] = (), status: int = 200
) -> Response:
    sheet = await sheet_of(hand)
    papers: dict[str, list[StoredMaterial]] = {}
    for one in sheet.papers:
        papers.setdefault(one.material, []).append(one)
    keys = [one.key for one in sheet.progress.tasks]
    return draw(
        request,
        "phone/filing/materials.html",
        status,
        hand=hand,
        own=[one for one in sheet.plan.materials if one.source == MaterialSource.SELF],
        others=[one for one in sheet.plan.materials if one.source != MaterialSource.SELF],
        papers=papers,
        later=open_papers(sheet.filling, frozenset()),
        owed_within=owed_within(hand.office, sheet.filling),
        step=keys.index(PAPERS) + 1 if PAPERS in keys else len(keys),
        steps=len(keys),
        problems=problems,
        found=by_pointer(problems),
    )
