"""What a clerk does to a case beyond filling forms: in go clicks, out come pages that ask once and do it."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import audit, hold, stuck, withdrawal
from api.case import Name, Number
from api.case_view import ORDER_WORDS, view_case
from api.case_work.case_page import TypedOrder
from api.case_work.sent import REMEMBERED, back
from api.hold import Material, Order
from api.material import keep_with_case
from api.office import Office, TheOffice
from api.order_result import OrderResult, complete, problems_of
from api.page_case import Steerer, draw_case
from api.page_view import locale_of, render, word
from api.review import doubt, typed_effects
from api.slot_view import SlotView
from api.stuck import Decided, PaperDecision, ResumeRequest, SkipReason
from api.withdrawal import REASONS
from api.withdrawal_pick import PickedWithdrawal, WhichSlot, considered
from onething.case_event import OperatorAction
from onething.definition import HoldEnd
from onething.errors import AnswersRejected, NotKnown
from onething.text import Locale, Text

router = APIRouter(include_in_schema=False, dependencies=REMEMBERED)


@router.get("/cases/{number}/withdrawal", response_class=HTMLResponse)
async def ask_withdrawal(
    number: Number, caller: Steerer, office: TheOffice, request: Request, slot: WhichSlot = ""
) -> HTMLResponse:
    """What would be taken back, before it is."""
    foresight = await withdrawal.preview(office, caller, number, considered(slot))
    item = await _item(office, number, slot) if slot else None
    declining = item is not None and item.blocked is not None and item.blocked.opt_out
    act = "decline_slot" if declining else "withdraw_slot" if slot else "withdraw_case"
    return _confirm(
        request,
        number,
        title=item.title if item is not None else word("withdraw_case"),
        over=word(act),
        intro=word(f"{act}_intro"),
        button=word("decline_button" if declining else "withdraw_button"),
        declining=declining,
        action=f"/cases/{number}/withdrawal",
        hidden={"slot": slot} if slot else {},
        reasons=REASONS,
        foresight=foresight,
    )


@router.post("/cases/{number}/withdrawal")
async def withdraw(
    number: Number, caller: Steerer, office: TheOffice, request: Request, wanted: PickedWithdrawal
) -> RedirectResponse:
    """Take back one item or the case."""
    await withdrawal.withdraw(office, caller, number, wanted)
    return await back(office, number, request)


@router.post("/cases/{number}/hold")
async def raise_hold(
    number: Number,
    caller: Steerer,
    office: TheOffice,
    request: Request,
    wanted: Annotated[str, Form(alias="hold", max_length=80)],
) -> RedirectResponse:
    """Stop every filing."""
    await hold.raise_hold(office, caller, number, wanted)
    return await back(office, number, request)


@router.get("/cases/{number}/hold/end", response_class=HTMLResponse)
async def ask_hold_end(
    number: Number, caller: Steerer, office: TheOffice, request: Request, end: HoldEnd
) -> HTMLResponse:
    """What ending the hold means, before it is ended."""
    await view_case(office, number)
    await audit.note(office, caller, "read_case", number)
    return _confirm(
        request,
        number,
        title=word(f"hold_{end.value}"),
        over=word("hold_end_title"),
        intro=word(f"hold_{end.value}_intro"),
        button=word(f"hold_{end.value}"),
        action=f"/cases/{number}/hold/end",
        hidden={"end": end.value},
    )


@router.post("/cases/{number}/hold/end")
async def end_hold(
    number: Number, caller: Steerer, office: TheOffice, request: Request, end: Annotated[HoldEnd, Form()]
) -> RedirectResponse:
    """End the hold."""
    await hold.end_hold(office, caller, number, end)
    return await back(office, number, request)


@router.get("/cases/{number}/slots/{slot}/papers/{material}", response_class=HTMLResponse)
async def ask_paper(  # noqa: PLR0913, PLR0917 - what address and form say, what the door gives
    number: Number, slot: Name, material: Material, caller: Steerer, office: TheOffice, request: Request
) -> HTMLResponse:
    """Whether a paper owed has come although no file of it is given, before that is noted."""
    item = await _item(office, number, slot)
    paper = next((one for one in item.owed if one.material == material), None)
    if paper is None:
        raise NotKnown("material", material)
    await audit.note(office, caller, "read_case", number)
    return _confirm(
        request,
        number,
        title=word("paper_brought"),
        over=paper.title,
        intro=word("paper_no_file"),
        button=word("paper_brought"),
        action=f"/cases/{number}/slots/{slot}/papers/{material}",
        hidden={"confirmed": "yes"},
    )


@router.post("/cases/{number}/slots/{slot}/papers/{material}")
async def bring_paper(  # noqa: PLR0913, PLR0917 - what address and form say, what the door gives
    number: Number,
    slot: Name,
    material: Material,
    caller: Steerer,
    office: TheOffice,
    request: Request,
    file: UploadFile | None = None,
    confirmed: Annotated[str, Form(max_length=3)] = "",
) -> RedirectResponse:
    """Note that a paper owed has come and keep its scan; whether it came without one is asked first."""
    if file is not None and file.filename:
        await keep_with_case(office, caller, number, material, file)
    elif not confirmed:
        english = "?lang=en" if locale_of(request) is Locale.EN else ""
        return RedirectResponse(f"/cases/{number}/slots/{slot}/papers/{material}{english}", 303)
    await hold.bring_paper(office, caller, number, slot, material)
    return await back(office, number, request)


@router.post("/cases/{number}/work-orders/{order}/close")
async def close_order(  # noqa: PLR0913, PLR0917 - what address and form say, what the door gives
    number: Number,
    order: Order,
    caller: Steerer,
    office: TheOffice,
    request: Request,
    result: Annotated[str, Form(max_length=40)] = "",
    words: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Say what a work-order came to and what was done; what is missing is said beside its field."""
    given = typed_effects(await request.form())
    try:
        chosen, said = complete(OrderResult(result) if result in set(OrderResult) else None, words)
        await hold.close_order(office, caller, number, order, chosen, said, given)
    except AnswersRejected as error:
        typed = TypedOrder(order, result, words, problems_of(error), given)
        return HTMLResponse(await draw_case(office, caller, number, request, order=typed), 422)
    return await back(office, number, request)


@router.post("/cases/{number}/slots/{slot}/doubt")
async def doubt_decision(  # noqa: PLR0913, PLR0917 - what address and form say, what the door gives
    number: Number,
    slot: Name,
    caller: Steerer,
    office: TheOffice,
    request: Request,
    words: Annotated[str, Form(max_length=4000)] = "",
) -> RedirectResponse:
    """Have an agency look at its decision again."""
    await doubt(office, caller, number, slot, words)
    return await back(office, number, request)


@router.post("/cases/{number}/slots/{slot}/skip")
async def skip(  # noqa: PLR0913, PLR0917 - what address and form say, what the door gives
    number: Number,
    slot: Name,
    caller: Steerer,
    office: TheOffice,
    request: Request,
    reason: Annotated[SkipReason, Form()],
) -> RedirectResponse:
    """Give a stuck item up."""
    given_up = ResumeRequest(action=OperatorAction.SKIP, reason=reason)
    await stuck.resume(office, caller, (number, slot), given_up)
    return await back(office, number, request)


@router.post("/cases/{number}/slots/{slot}/decision")
async def enter_decision(  # noqa: PLR0913, PLR0917 - what address and form say, what the door gives
    number: Number,
    slot: Name,
    caller: Steerer,
    office: TheOffice,
    request: Request,
    decision: Annotated[Decided, Form()],
    words: Annotated[str, Form(max_length=200)] = "",
) -> RedirectResponse:
    """Enter what the agency of a stuck item decided on paper."""
    paper = PaperDecision(decision=decision, words=words)
    await stuck.enter_decision(office, caller, (number, slot), paper)
    return await back(office, number, request)


def _confirm(request: Request, number: str, *, title: Text, over: Text, **values: Any) -> HTMLResponse:
    """One page that asks before something is done."""
    locale = locale_of(request)
    said = {name: value.say(locale) if isinstance(value, Text) else value for name, value in values.items()}
    colon = "：" if locale is Locale.ZH else ": "
    heading = title.say(locale) if title == over else colon.join((over.say(locale), title.say(locale)))
    page = render(
        "confirm.html",
        locale,
        number=number,
        title=heading,
        here=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        order_words=ORDER_WORDS,
        **{"hidden": {}, "reasons": {}, "foresight": None, "declining": False} | said,
    )
    return HTMLResponse(page)


async def _item(office: Office, number: str, slot: str) -> SlotView:
    for one in (await view_case(office, number)).slots:
        if one.slot == slot:
            return one
    raise NotKnown("slot", slot)
