"""The desk over HTTP: inbox, filing, papers and acts for the handlers of one agency, as JSON."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from api import audit
from api.case import Number
from api.desk.act import perform
from api.desk.health import HealthView, view_health
from api.desk.inbox import InboxView, view_inbox
from api.desk.item_view import ItemView
from api.desk.order import OrderView, close_order, view_orders
from api.desk.place import ItemId, find
from api.desk.request import ActRequest
from api.desk.result import file_of
from api.desk.told import mark_read
from api.desk.view import view_item
from api.office import TheOffice
from api.order_result import OrderResult
from api.principal import Access, Caller, Purpose
from api.role import HANDLERS
from onething.case_record import OwedState
from onething.errors import NotKnown
from onething.text import Model
from records.blob import get_blob
from records.desk_inbox import DeskFilter
from records.material import Holder, materials_of

router = APIRouter(tags=["desk"], prefix="/api/v1/desk")
Handler = Annotated[Caller, Depends(Access(Purpose.HANDLE_ITEM, HANDLERS))]
Prefix = Annotated[str, Query(pattern=r"^[A-Za-z0-9-]{0,48}$")]


class OrderClosed(Model):
    """Which work-order, what it came to, and what was done."""

    order: Annotated[str, Field(max_length=200)]
    result: OrderResult
    words: Annotated[str, Field(max_length=500)] = ""
    effects: Annotated[dict[str, str], Field(max_length=40)] = {}
    """Corrected results by fact, of a decision that was looked at again."""


@router.get("/items")
async def get_inbox(
    caller: Handler, office: TheOffice, wanted: DeskFilter | None = None, number: Prefix = ""
) -> InboxView:
    """The agency's own filings, those due first in front."""
    return await view_inbox(office, caller, wanted, number, looks=False)


@router.get("/items/{item_id}")
async def get_filing(item_id: ItemId, caller: Handler, office: TheOffice) -> ItemView:
    """One filing: its form, papers, steps, what was done about it and what may be done."""
    place = await find(office, caller, item_id)
    view = await view_item(office, place, caller.account)
    await audit.note(office, caller, "read_desk_item", place.item.case, view.box_names)
    return view


@router.post("/items/{item_id}/acts")
async def post_act(item_id: ItemId, asked: ActRequest, caller: Handler, office: TheOffice) -> ItemView:
    """Do one act on the filing as it was at `revision`, and give it as it is then."""
    await perform(office, caller, item_id, asked)
    return await view_item(office, await find(office, caller, item_id), caller.account)


@router.post("/told/{notice_id}/read", status_code=204)
async def post_read(notice_id: ItemId, caller: Handler, office: TheOffice) -> Response:
    """Say that a supervisor's letter, or a reminder, was read."""
    await mark_read(office, caller, notice_id)
    return Response(status_code=204)


@router.get("/orders")
async def get_orders(caller: Handler, office: TheOffice) -> tuple[OrderView, ...]:
    """What the agency has still to do after decisions, the most urgent first."""
    return await view_orders(office, caller)


@router.post("/orders/{number}/close", status_code=204)
async def post_close(number: Number, asked: OrderClosed, caller: Handler, office: TheOffice) -> Response:
    """Say what one of the agency's work-orders came to."""
    await close_order(office, caller, number, asked.order, asked.result, asked.words, asked.effects)
    return Response(status_code=204)


@router.get("/health")
async def get_health(caller: Handler, office: TheOffice) -> HealthView:
    """How it stands with the agency's connection, and what lies with it."""
    return await view_health(office, caller)


async def paper_of(office: TheOffice, caller: Caller, item_id: str, number: int) -> Response:
    """A paper that came with the filing; raises NotKnown."""
    place = await find(office, caller, item_id)
    if place.gone or number >= len(place.item.materials):
        raise NotKnown("paper", str(number))
    paper = place.item.materials[number]
    data = await get_blob(office.archive, place.item.case, paper.blob_id)
    await audit.note(office, caller, "read_desk_paper", place.item.case, (paper.material,))
    return file_of(data, paper.mime, f"{paper.material}-{number}")


async def owed_paper_of(office: TheOffice, caller: Caller, item_id: str, material: str) -> Response:
    """The newest file of a paper that was owed to this item and has come; raises NotKnown."""
    place = await find(office, caller, item_id)
    met = {owed.material for owed in place.slot.owed if owed.state is OwedState.MET}
    stored = await materials_of(office.archive, Holder(case=place.item.case))
    papers = [paper for paper in stored if paper.material == material and material in met]
    if place.gone or not papers:
        raise NotKnown("paper", material)
    data = await get_blob(office.archive, place.item.case, papers[-1].blob_id)
    await audit.note(office, caller, "read_desk_paper", place.item.case, (material,))
    return file_of(data, papers[-1].mime, material)


async def act_paper_of(office: TheOffice, caller: Caller, item_id: str, seq: int, number: int) -> Response:
    """A file beside an act; raises NotKnown."""
    place = await find(office, caller, item_id)
    papers = [paper for act in place.item.acts if act.seq == seq for paper in act.papers]
    if place.gone or number >= len(papers):
        raise NotKnown("paper", str(number))
    data = await get_blob(office.archive, place.item.case, papers[number].blob_id)
    await audit.note(office, caller, "read_desk_paper", place.item.case, (place.item.slot,))
    return file_of(data, papers[number].mime, f"act-{seq}-{number}")
