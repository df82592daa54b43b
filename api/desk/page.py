"""The desk's pages: in go a handler's clicks, out come pages that work without any script."""

from contextlib import suppress
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import audit
from api.case import Name, Number
from api.desk.act import perform
from api.desk.health import view_health
from api.desk.inbox import desk_of, view_inbox
from api.desk.order import close_order, closed_order, count_orders, view_orders
from api.desk.page_act import KINDS, Typed, blank, read_act
from api.desk.place import ItemId, find
from api.desk.route import act_paper_of, owed_paper_of, paper_of
from api.desk.told import mark_read
from api.desk.view import view_item
from api.office import Office, TheOffice
from api.order_result import RESULTS, OrderResult
from api.page_form import Posted, read
from api.page_view import locale_of, render, word
from api.principal import Access, Caller, Purpose
from api.problem import document_of
from api.review import LONGEST, doubt, typed_effects
from api.role import HANDLERS
from onething.desk import AtDesk
from onething.errors import ActionRejected, AnswersRejected, NotKnown, OneThingError, RequestRejected
from onething.plan import PlanProblem
from onething.text import Locale, Text
from records.desk_inbox import DeskFilter
from records.desk_look import marks_of

router = APIRouter(include_in_schema=False, prefix="/desk")
Handler = Annotated[Caller, Depends(Access(Purpose.HANDLE_ITEM, HANDLERS))]
Kind = Annotated[str, Path(pattern=r"^[a-z_]{3,20}$")]
Prefix = Annotated[str, Query(max_length=60)]
Order = Annotated[str, Query(max_length=200)]
Position = Annotated[int, Path(ge=0, le=999)]
_TABS = ("", *(one.value for one in DeskFilter))


@router.get("", response_class=HTMLResponse)
async def show_inbox(
    caller: Handler, office: TheOffice, request: Request, wanted: str = "", number: Prefix = ""
) -> HTMLResponse:
    """The inbox; without a filter, everything that is still open."""
    return HTMLResponse(await draw_inbox(office, caller, request, (wanted, number)))


@router.get("/health", response_class=HTMLResponse)
async def show_health(caller: Handler, office: TheOffice, request: Request) -> HTMLResponse:
    """How it stands with the agency's connection."""
    health, waiting = await view_health(office, caller), await count_orders(office, caller)
    page = render("desk/health.html", locale_of(request), health=health, open_orders=waiting)
    return HTMLResponse(page)


@router.get("/orders", response_class=HTMLResponse)
async def show_orders(
    caller: Handler, office: TheOffice, request: Request, number: Order = "", closed: Order = ""
) -> HTMLResponse:
    """What the agency has still to do after decisions; `closed` is the one that was closed just now."""
    told = None
    with suppress(NotKnown):
        told = await closed_order(office, caller, number, closed) if closed else None
    return HTMLResponse(await _orders(office, caller, request, told=told))


@router.post("/orders/{number}/close")
async def post_close(  # noqa: PLR0913, PLR0917 - what address and form say, what the door gives
    number: Number,
    caller: Handler,
    office: TheOffice,
    request: Request,
    order: Annotated[str, Form(max_length=200)],
    result: Annotated[str, Form(max_length=40)] = "",
    words: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Say what a work-order came to and what was done; what is missing is said beside its field."""
    chosen = OrderResult(result) if result in set(OrderResult) else None
    order, given = order.removeprefix(f"{number}/"), typed_effects(await request.form())
    try:
        await close_order(office, caller, number, order, chosen, words, given)
    except (AnswersRejected, ActionRejected) as error:
        typed = {"number": number, "order": order, "result": result, "words": words, "effects": given}
        page = await _orders(office, caller, request, typed=typed, problems=_told(error))
        return HTMLResponse(page, error.http_status)
    query = urlencode({"number": number, "closed": order})
    suffix = "&lang=en" if locale_of(request) is Locale.EN else ""
    return RedirectResponse(f"/desk/orders?{query}{suffix}", 303)


@router.post("/told/{notice_id}/read")
async def post_read(
    notice_id: ItemId,
    caller: Handler,
    office: TheOffice,
    request: Request,
    item: Annotated[str, Form(pattern=r"^([0-9a-f]{32})?$")] = "",
) -> RedirectResponse:
    """Say that a letter or a reminder was read, on the inbox or on the page of `item`."""
    await mark_read(office, caller, notice_id)
    language = "?lang=en" if locale_of(request) is Locale.EN else ""
    return RedirectResponse(f"/desk/items/{item}{language}" if item else f"/desk{language}", 303)


@router.get("/items/{item_id}", response_class=HTMLResponse)
async def show_item(item_id: ItemId, caller: Handler, office: TheOffice, request: Request) -> HTMLResponse:
    """One filing, and what may be done about it."""
    return HTMLResponse(await _page(office, caller, item_id, request, blank()))


@router.post("/items/{item_id}/acts/{kind}")
async def post_act(
    item_id: ItemId, kind: Kind, caller: Handler, office: TheOffice, request: Request
) -> Response:
    """Do one act; what is wrong is said beside its field, and everything typed stays."""
    async with request.form(max_files=6, max_fields=400) as form:
        typed = Typed(kind, read(form))
        files = [
            value for name, value in form.multi_items() if name == "papers" and not isinstance(value, str)
        ]
        try:
            asked = read_act(typed)
            await perform(office, caller, item_id, asked, files)
        except (AnswersRejected, ActionRejected, RequestRejected) as error:
            page = await _page(office, caller, item_id, request, typed, _told(error))
            return HTMLResponse(page, error.http_status)
    query = f"?done={kind}" + ("&lang=en" if locale_of(request) is Locale.EN else "")
    return RedirectResponse(f"/desk/items/{item_id}{query}", 303)


@router.post("/items/{item_id}/doubt")
async def post_doubt(
    item_id: ItemId,
    caller: Handler,
    office: TheOffice,
    request: Request,
    words: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Have the desk's own decision looked at again; what is missing is said beside its field."""
    place = await find(office, caller, item_id)
    try:
        await doubt(office, caller, place.item.case, place.item.slot, words)
    except (AnswersRejected, ActionRejected) as error:
        typed = Typed("doubt", Posted({"words": (words[:LONGEST],)}, {}))
        page = await _page(office, caller, item_id, request, typed, _told(error))
        return HTMLResponse(page, error.http_status)
    query = "?done=doubt" + ("&lang=en" if locale_of(request) is Locale.EN else "")
    return RedirectResponse(f"/desk/items/{item_id}{query}", 303)


@router.get("/items/{item_id}/papers/{position}")
async def show_paper(item_id: ItemId, position: Position, caller: Handler, office: TheOffice) -> Response:
    """A paper that came with the filing."""
    return await paper_of(office, caller, item_id, position)


@router.get("/items/{item_id}/owed/{material}")
async def show_owed_paper(item_id: ItemId, material: Name, caller: Handler, office: TheOffice) -> Response:
    """A paper that was owed and has come."""
    return await owed_paper_of(office, caller, item_id, material)


@router.get("/items/{item_id}/acts/{seq}/papers/{position}")
async def show_act_paper(
    item_id: ItemId, seq: Position, position: Position, caller: Handler, office: TheOffice
) -> Response:
    """A file that lies beside an act."""
    return await act_paper_of(office, caller, item_id, seq, position)


async def draw_inbox(
    office: Office, caller: Caller, request: Request, asked: tuple[str, str], *, live: bool = False
) -> str:
    """Draw the inbox through a filter and some of a case's number; `live`, what of it changes."""
    wanted, number = asked
    chosen = DeskFilter(wanted) if wanted in set(DeskFilter) else None
    typed = "".join(mark for mark in number.strip().upper() if mark.isalnum() or mark == "-")
    # Counted before the list is read: what comes in between is told once more, and not passed over.
    desk = desk_of(office, caller)
    mark = (await marks_of(office.archive, (desk,)))[desk]
    inbox = await view_inbox(office, caller, chosen, typed, looks=not live)
    return render(
        "desk/live.html" if live else "desk/inbox.html",
        locale_of(request),
        open_orders=0 if live else await count_orders(office, caller),
        inbox=inbox,
        tabs=_TABS,
        wanted=chosen.value if chosen is not None else "",
        number=typed,
        today=office.today(),
        seen=mark.filings,
        fresh=sum(line.new for line in inbox.lines),
        at_desk=isinstance(office.adapters[str(caller.agency)], AtDesk),
    )


async def _orders(  # noqa: PLR0913 - what one page is drawn from
    office: Office,
    caller: Caller,
    request: Request,
    *,
    told: Text | None = None,
    typed: dict[str, Any] | None = None,
    problems: tuple[PlanProblem, ...] = (),
) -> str:
    orders = await view_orders(office, caller)
    return render(
        "desk/orders.html",
        locale_of(request),
        orders=orders,
        open_orders=len(orders),
        results=RESULTS,
        told=told,
        typed=typed or {},
        problems=problems,
        found={one.pointer: one for one in problems},
    )


async def _page(  # noqa: PLR0913, PLR0917 - what one page is drawn from
    office: Office,
    caller: Caller,
    item_id: str,
    request: Request,
    typed: Typed,
    problems: tuple[PlanProblem, ...] = (),
) -> str:
    place = await find(office, caller, item_id)
    view = await view_item(office, place, caller.account)
    await audit.note(office, caller, "read_desk_item", place.item.case, view.box_names)
    found: dict[str, list[PlanProblem]] = {}
    for problem in problems:
        found.setdefault(problem.pointer, []).append(problem)
    done = request.query_params.get("done", "")
    last = view.acts[-1]
    return render(
        "desk/item.html",
        locale_of(request),
        open_orders=await count_orders(office, caller),
        item=view,
        seen=view.digest,
        typed=typed,
        problems=problems,
        found=found,
        done=last.title if done in KINDS and last.kind == done and last.by == "own" else None,
        doubted=done == "doubt",
        today=office.today(),
        kinds=tuple(kind for kind in KINDS if kind in view.possible),
    )


def _told(error: OneThingError) -> tuple[PlanProblem, ...]:
    """An error's own findings, or the error itself as the one."""
    found = error.params.get("problems")
    if isinstance(found, tuple) and found and all(isinstance(one, PlanProblem) for one in found):
        return found
    document = document_of(error)
    entries = [
        PlanProblem(pointer=one.pointer, code=one.code, text=Text(zh=one.zh, en=one.en))
        for one in document.errors
    ]
    if error.http_status in {413, 415}:
        return (PlanProblem(pointer="/papers", code=error.code, text=word(f"desk_file_{error.http_status}")),)
    whole = PlanProblem(pointer="", code=error.code, text=Text(zh=document.title, en=document.title_en))
    return tuple(entries) or (whole,)
