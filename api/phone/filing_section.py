"""One section of the form on one page: in go its fields as typed, out comes the next page, all of it kept."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response

from api.filling import fill
from api.guide.sheet import uncounted_in
from api.office import TheOffice
from api.own_filing import given_of
from api.page_form import answers_of, changed_rows, read
from api.page_view import place_of
from api.phone.filing_before import just_before
from api.phone.filing_frame import draw
from api.phone.filing_hand import (
    FILER,
    DraftPath,
    Filed,
    Hand,
    Sheet,
    by_pointer,
    go,
    keep,
    sheet_of,
    take,
    to_case,
)
from api.principal import Caller
from onething.errors import NotKnown
from onething.plan import PlanSection

router = APIRouter(include_in_schema=False)
Filer = Annotated[Caller, Depends(FILER)]
SectionName = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9_]{0,79}$")]
_LATER = "later"
_CHECK = "check"


@router.get("/m/drafts/{draft_id}/sections/{section}")
async def show_section(
    draft_id: DraftPath, section: SectionName, caller: Filer, office: TheOffice, request: Request
) -> Response:
    """One section; findings are shown where the check page sends somebody to mend them."""
    hand = await take(office, caller, draft_id)
    if isinstance(hand, Filed):
        return to_case(request, hand)
    return await _page(request, hand, section, complain="mend" in request.query_params)


@router.post("/m/drafts/{draft_id}/sections/{section}")
async def keep_section(
    draft_id: DraftPath, section: SectionName, caller: Filer, office: TheOffice, request: Request
) -> Response:
    """Keep what was typed whatever it is; then go on, or tell what is missing."""
    hand = await take(office, caller, draft_id)
    if isinstance(hand, Filed):
        return to_case(request, hand)
    async with request.form(max_fields=1500) as form:
        posted = read(form)
    do = posted.one("do")
    filling = await fill(office, hand.bundle, given_of(caller, hand.region, hand.body))
    answers = answers_of(hand.bundle, filling.form, posted, hand.body.answers, filling.known)
    answers = changed_rows(hand.bundle, answers, do)
    hand = await keep(hand, hand.body.model_copy(update={"answers": answers}))
    key = f"sections/{section}"
    if ":" in do:
        role = do.partition(":")[2].strip("/").partition("/")[0]
        return go(request, f"{hand.place}/{key}", key, f"#rows{place_of('/' + role)}")
    if do == _LATER:
        return go(request, hand.place, key)
    sheet = await sheet_of(hand)
    task = sheet.progress.of(key)
    if task is not None and task.left:
        return await _page(request, hand, section, complain=True, shown=frozenset(posted.every("shown")))
    back = _CHECK if request.query_params.get("mend") else sheet.progress.after(key)
    return go(request, f"{hand.place}/{back}", key)


async def _page(
    request: Request, hand: Hand, name: str, *, complain: bool, shown: frozenset[str] | None = None
) -> Response:
    """The section with its findings; what the page just sent in had not `shown` is asked, not missed."""
    sheet = await sheet_of(hand)
    section = _section(sheet, name)
    key = f"sections/{name}"
    pages = sheet.progress.pages
    problems = tuple(one for one in sheet.progress.problems if complain and pages[one.pointer] == key)
    sent = shown is not None
    wrong = tuple(one for one in problems if shown is None or one.code != "required" or one.pointer in shown)
    asked = sent and bool(problems) and not wrong
    keys = [one.key for one in sheet.progress.tasks]
    return draw(
        request,
        "phone/filing/section.html",
        422 if sent and wrong else 200,
        hand=hand,
        section=section,
        key=key,
        before=await just_before(request, hand, sheet, key),
        mend="mend" in request.query_params,
        step=keys.index(key) + 1 if key in keys else len(keys),
        steps=len(keys),
        agencies={slot.slot: slot.agency for slot in sheet.plan.slots},
        proven=sheet.applicant,
        problems=problems if asked else wrong,
        asked=asked,
        uncounted=uncounted_in(sheet.filling),
        found=by_pointer(wrong),
    )


def _section(sheet: Sheet, name: str) -> PlanSection:
    for section in sheet.plan.sections:
        if section.section == name:
            return section
    raise NotKnown("section", name)
