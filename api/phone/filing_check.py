"""Checking and submitting: in goes a finished draft, out comes its case; a double tap is one case.

The draft's id is the filing's key, and a filed draft is gone: whoever taps twice, or goes back and taps
again, comes to the case that the first tap made.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from api import audit
from api.case_view import view_case
from api.coming import coming_with
from api.intake import Filing
from api.lookup import asked_in_vain
from api.notices.heard import heard_of, heard_with
from api.office import TheOffice
from api.own_filing import file_for
from api.page_form import read
from api.page_view import locale_of
from api.phone.filing_before import before
from api.phone.filing_frame import draw
from api.phone.filing_hand import (
    FILER,
    DraftPath,
    Filed,
    Hand,
    Sheet,
    by_pointer,
    go,
    sheet_of,
    take,
    to_case,
)
from api.phone.follow_may import may_at
from api.principal import Access, Caller, Purpose
from api.problem import told
from api.receipt_code import code_of
from api.role import PERSONS
from api.standing import Standing, standing_of
from api.upon_filing import charges_with, sending_with
from forms.prefill import register_facts
from forms.resolve import Resolution
from onething.case_state import SlotState
from onething.errors import AnswersRejected, CaseExists, NotKnown
from onething.item_material import MaterialSource
from onething.plan import PlanProblem
from onething.sentence import error_sentence
from onething.text import Text

router = APIRouter(include_in_schema=False)
Filer = Annotated[Caller, Depends(FILER)]
Follower = Annotated[Caller, Depends(Access(Purpose.FOLLOW_CASE, PERSONS))]


@router.get("/m/drafts/{draft_id}/check")
async def show_check(draft_id: DraftPath, caller: Filer, office: TheOffice, request: Request) -> Response:
    """Everything typed, with a link to change each section; what registers hold is named, not shown."""
    hand = await take(office, caller, draft_id)
    if isinstance(hand, Filed):
        return to_case(request, hand)
    await audit.note(office, caller, "read_draft")
    return await _page(request, hand, who=True)


@router.post("/m/drafts/{draft_id}/submit")
async def submit(draft_id: DraftPath, caller: Filer, office: TheOffice, request: Request) -> Response:
    """File once; what is wrong is told on the check page."""
    hand = await take(office, caller, draft_id)
    if isinstance(hand, Filed):
        return to_case(request, hand)
    async with request.form() as form:
        pledge = read(form).one("/pledge") == "true"
    if not pledge or (await sheet_of(hand)).progress.problems:
        # Nobody is asked anything while something is missing here.
        missing = () if pledge else (told("/pledge", "pledge_missing"),)
        return await _page(request, hand, missing, 422, who=True)
    try:
        filed = await file_for(office, caller, _filing(hand, pledge=pledge), draft_id, locale_of(request))
    except AnswersRejected as error:
        problems: Any = error.params["problems"]
        fresh = await take(office, caller, draft_id)
        return (
            to_case(request, fresh)
            if isinstance(fresh, Filed)
            else await _page(request, fresh, problems, 422)
        )
    except CaseExists as error:
        words = error_sentence(error.code, error.params)
        problem = PlanProblem(pointer="", code=error.code, text=words)
        return await _page(request, hand, (problem,), error.http_status)
    except NotKnown:
        # The other tap was first and used the draft up while this one was on its way.
        fresh = await take(office, caller, draft_id)
        if not isinstance(fresh, Filed):
            raise
        return to_case(request, fresh)
    return go(request, f"/m/done/{filed.number}")


@router.get("/m/done/{number}")
async def show_done(number: str, caller: Follower, office: TheOffice, request: Request) -> Response:
    """The case's number, and what happens now."""
    view = await view_case(office, number)
    later, held = _still_waiting(await standing_of(office, number))
    await audit.note(office, caller, "read_case", number)
    may = await may_at(office, caller, number)
    code = await code_of(office, number) if may.receive else None
    shown: dict[str, Any] = {"case": view, "later": later, "held": held, "receipt_code": code}
    return draw(request, "phone/filing/done.html", heard=await heard_of(office, caller), **shown)


def _still_waiting(standing: Standing) -> tuple[int, int]:
    """How many items come by themselves after others, and how many once something else is there."""
    slots = standing.state.slots
    later = held = 0
    for one in standing.case.definition.slots:
        slot = slots.get(one.slot)
        if slot is None or slot.state not in {SlotState.WAITING, SlotState.BLOCKED}:
            continue
        if slot.blocked_by is None and set(one.waits_for) & set(slots):
            later += 1
        elif slot.blocked_by is not None or any(not gate.open for gate in one.gates):
            held += 1
    return later, held


def _filing(hand: Hand, *, pledge: bool) -> Filing:
    return Filing(
        bundle=hand.bundle.bundle,
        region=hand.region,
        origin=hand.body.origin,
        mode=hand.body.mode,
        situations=hand.body.situations,
        answers=hand.body.answers,
        draft=hand.draft.id,
        pledge=pledge,
        owed=hand.body.owed,
    )


def _unheld(hand: Hand, sheet: Sheet, findings: tuple[PlanProblem, ...]) -> tuple[Text, ...]:
    """What has to be typed because a register was asked for it and does not hold it, by title."""
    if not hand.body.held.joined:
        return ()
    form = sheet.filling.form
    resolution = Resolution(form, sheet.filling.answers, sheet.filling.known)
    asked = {
        one.pointer: form.fields[one.fact].concept.title
        for one in register_facts(form, resolution)
        if asked_in_vain(hand.office, hand.body.held, one)
    }
    open_ones = (one.pointer for one in findings if one.code == "required")
    return tuple(dict.fromkeys(asked[one] for one in open_ones if one in asked))


async def _page(
    request: Request,
    hand: Hand,
    problems: tuple[PlanProblem, ...] = (),
    status: int = 200,
    *,
    who: bool = False,
) -> Response:
    sheet = await sheet_of(hand)
    problems = (*problems, *sheet.whose) if who else problems
    shown = {(one.pointer, one.code): one for one in (*sheet.progress.problems, *problems)}
    findings = tuple(shown.values())
    resolution = Resolution(sheet.filling.form, sheet.filling.answers, sheet.filling.known)
    return draw(
        request,
        "phone/filing/check.html",
        status,
        hand=hand,
        plan=sheet.plan,
        before=await before(hand),
        coming=coming_with(hand.office, sheet.filling.form, hand.body.answers, hand.region),
        sending=sending_with(sheet.filling.form, resolution, hand.region),
        charges=charges_with(hand.office, sheet.filling.form),
        heard=await heard_with(
            hand.office, hand.caller, hand.bundle, hand.body.answers, own=hand.body.mandate is None
        ),
        pages=sheet.progress.pages,
        unheld=_unheld(hand, sheet, findings),
        papers={one.material for one in sheet.papers},
        own=[one for one in sheet.plan.materials if one.source == MaterialSource.SELF],
        problems=findings,
        found=by_pointer(findings),
    )
