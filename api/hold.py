"""Holds, owed papers and work-orders over HTTP: in goes what a person did, out comes the case then."""

from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Annotated

from fastapi import APIRouter, Form, Path, UploadFile
from pydantic import Field

from activities.signatures import Applied
from api import afterwards, audit
from api.case import Name, Number, Steerer, shown
from api.case_view import CaseView
from api.desk.place import Place
from api.material import MaterialView, keep_with_case
from api.office import Office, TheOffice
from api.order_result import OF_PLEDGE, OrderResult, complete
from api.principal import Caller
from api.review import corrections, doubt
from api.standing import Standing, standing_of
from onething.case_event import HoldEnded, HoldRaised, PaperBrought, WorkOrderClosed
from onething.case_record import WorkOrderKind
from onething.definition import HoldEnd
from onething.desk import AtDesk
from onething.errors import ActionRejected, NotKnown
from onething.text import Model
from records.case import get_case
from records.material import Holder, materials_of
from records.work_order import WorkOrderState, close_work_order, work_orders

router = APIRouter(tags=["steering"])
Material = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,79}$")]
Order = Annotated[str, Path(pattern=r"^[A-Za-z0-9_:\[\]-]{1,160}$")]


class HoldRequest(Model):
    """Which of the case's holds is raised."""

    hold: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,79}$")]


class HoldEndRequest(Model):
    """How the hold ends."""

    end: HoldEnd


class OrderClosedRequest(Model):
    """What a work-order came to, and what was done."""

    result: OrderResult
    words: Annotated[str, Field(max_length=4000)] = ""
    effects: Annotated[dict[str, str], Field(max_length=40)] = {}
    """Corrected results by fact, of a decision that was looked at again."""


class DoubtRequest(Model):
    """What is wrong with a decision, or with what it put on record."""

    words: Annotated[str, Field(max_length=4000)]


@router.post("/cases/{number}/hold")
async def post_hold(number: Number, request: HoldRequest, caller: Steerer, office: TheOffice) -> CaseView:
    """Stop every filing of the case until somebody has looked."""
    applied = await raise_hold(office, caller, number, request.hold)
    return await shown(office, number, applied.revision)


@router.delete("/cases/{number}/hold")
async def delete_hold(
    number: Number, request: HoldEndRequest, caller: Steerer, office: TheOffice
) -> CaseView:
    """Go on, or end the case and have undone what was done."""
    applied = await end_hold(office, caller, number, request.end)
    return await shown(office, number, applied.revision)


@router.post("/cases/{number}/materials", status_code=201)
async def upload_paper(
    number: Number,
    material: Annotated[str, Form(max_length=80)],
    file: UploadFile,
    caller: Steerer,
    office: TheOffice,
) -> MaterialView:
    """Store one paper with the case; it reaches an agency when a correction or an owed paper names it."""
    return await keep_with_case(office, caller, number, material, file)


@router.post("/cases/{number}/slots/{slot}/papers/{material}")
async def post_paper(
    number: Number, slot: Name, material: Material, caller: Steerer, office: TheOffice
) -> CaseView:
    """Say that a paper owed has come."""
    applied = await bring_paper(office, caller, number, slot, material)
    return await shown(office, number, applied.revision)


@router.post("/cases/{number}/work-orders/{order}/close")
async def post_close(
    number: Number, order: Order, request: OrderClosedRequest, caller: Steerer, office: TheOffice
) -> CaseView:
    """Say what a work-order came to and what was done; without words it is refused by name."""
    result, words = complete(request.result, request.words)
    applied = await close_order(office, caller, number, order, result, words, request.effects)
    return await shown(office, number, applied.revision)


@router.post("/cases/{number}/slots/{slot}/doubt")
async def post_doubt(
    number: Number, slot: Name, request: DoubtRequest, caller: Steerer, office: TheOffice
) -> CaseView:
    """Have an agency look at its decision again, to correct it or take it back."""
    applied = await doubt(office, caller, number, slot, request.words)
    return await shown(office, number, applied.revision)


async def raise_hold(office: Office, caller: Caller, number: str, hold: str) -> Applied:
    """Hold the case; raises NotKnown, ActionRejected, EngineUnavailable."""
    await get_case(office.archive, number)
    await audit.note(office, caller, "hold_case", number, (hold,))
    return await afterwards.act(office, number, HoldRaised(hold=hold, actor=caller.account))


async def end_hold(office: Office, caller: Caller, number: str, end: HoldEnd) -> Applied:
    """End the hold; raises NotKnown, ActionRejected, EngineUnavailable."""
    await get_case(office.archive, number)
    await audit.note(office, caller, "end_hold", number, (end.value,))
    return await afterwards.act(office, number, HoldEnded(end=end, actor=caller.account))


async def bring_paper(office: Office, caller: Caller, number: str, slot: str, material: str) -> Applied:
    """Note that a paper has come; raises NotKnown, ActionRejected, EngineUnavailable."""
    standing = await standing_of(office, number)
    await audit.note(office, caller, "bring_paper", number, (slot, material))
    brought = PaperBrought(
        slot=slot,
        material=material,
        actor=caller.account,
        at_agency=await _at_desk(office, standing, slot, material),
    )
    return await afterwards.act(office, number, brought)


async def _at_desk(office: Office, standing: Standing, slot: str, material: str) -> bool:
    """Whether a file of it is with the case, where the agency's desk finds it by itself."""
    held = standing.state.slots.get(slot)
    if held is None or not isinstance(office.adapters.get(held.agency), AtDesk):
        return False
    files = await materials_of(office.archive, Holder(case=standing.stored.number))
    return any(one.material == material for one in files)


async def close_order(  # noqa: PLR0913, PLR0917 - which order, and what is said of it
    office: Office,
    caller: Caller,
    number: str,
    order: str,
    result: OrderResult,
    words: str,
    given: Mapping[str, str] = MappingProxyType({}),
    place: Place | None = None,
) -> Applied:
    """Close a work-order of the case, or one that an agency's late word opened beside it.

    A case that has ended is taken up again for it; where nothing can be, the records close it. `words` say
    what was done; they are sealed and stay out of the workflow. `given` are corrected results by fact, of a
    doubted decision; `place`, the filing that they are held against.
    Raises NotKnown, AnswersRejected, ActionRejected, EngineUnavailable.
    """
    standing = await standing_of(office, number)
    effects = corrections(office, standing, order, result, given, place)
    await audit.note(office, caller, "close_work_order", number, (order, result.value))
    kind = next((one.kind for one in standing.state.work_orders if one.order == order), None)
    own = kind is not None
    if result in OF_PLEDGE and kind is not WorkOrderKind.VERIFY_PLEDGE:
        raise ActionRejected(what="only a pledge can be found true or false", slot="")
    wanted = f"{number}/{order}" if own else order
    if own:
        closed = WorkOrderClosed(order=order, result=result.value, effects=effects, actor=caller.account)
        with suppress(NotKnown):
            applied = await afterwards.act(office, number, closed)
            await _write_down(office, wanted, result, words)
            return applied
    rows = await work_orders(office.archive, case=number, state=WorkOrderState.OPEN)
    if not any(row.id == wanted for row in rows):
        raise NotKnown("work_order", order)
    await close_work_order(office.archive, wanted, office.now(), result.value, words)
    return Applied(revision=standing.stored.revision)


async def _write_down(office: Office, order: str, result: OrderResult, words: str) -> None:
    """Close it in the records at once: whoever looks next no longer finds it open."""
    with suppress(NotKnown):
        # An order that no snapshot has told of yet is written with the next one, closed as it is then.
        await close_work_order(office.archive, order, office.now(), result.value, words)
