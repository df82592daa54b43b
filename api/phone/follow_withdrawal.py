"""Taking back for programs: in goes an item or a whole case, out comes what would follow; then it is done.

The same rules as at the window (`api.withdrawal`), in the words of those whom the case concerns.
"""

from typing import Annotated

from fastapi import APIRouter, Depends

from api import withdrawal
from api.case import Number, arrived
from api.correction import SlotName
from api.foresight import ForeseenOrder, ForeseenSlot
from api.identity.acting import WITHDRAWING
from api.office import Office, TheOffice
from api.principal import Access, Caller, Purpose
from api.role import PERSONS
from api.standing import Standing, standing_of
from api.withdrawal import REASONS, WithdrawalReason, WithdrawalRequest
from onething.errors import NotKnown
from onething.text import Model, Text

api = APIRouter(prefix="/api/v1", tags=["own cases"])
Steerer = Annotated[Caller, Depends(Access(Purpose.STEER_CASE, PERSONS, WITHDRAWING))]


class WhichWithdrawal(Model):
    """One item, or the whole case when none is named."""

    slot: SlotName | None = None


class WithdrawalChoice(Model):
    """One of the reasons that may be given."""

    reason: WithdrawalReason
    title: Text


class OrderAhead(Model):
    """Something that the window will have to see to by hand."""

    title: Text
    text: Text


class WithdrawalAhead(Model):
    """What would follow, and the reasons to choose from."""

    title: Text
    """The item, or the life event for the whole case."""
    withdrawn: tuple[ForeseenSlot, ...]
    held_up: tuple[ForeseenSlot, ...]
    """Undecided items that cannot go on without it."""
    orders: tuple[OrderAhead, ...]
    reasons: tuple[WithdrawalChoice, ...]


@api.post("/own/cases/{number}/withdrawal/preview")
async def preview_withdrawal(
    number: Number, request: WhichWithdrawal, caller: Steerer, office: TheOffice
) -> WithdrawalAhead:
    """What would be taken back, what stops with it, and what somebody has to see to; changes nothing."""
    standing = await standing_of(office, number)
    title = _title(office, standing, request.slot)
    wanted = WithdrawalRequest(slot=request.slot, reason=WithdrawalReason.OTHER)
    foresight = await withdrawal.preview(office, caller, number, wanted)
    return WithdrawalAhead(
        title=title,
        withdrawn=foresight.withdrawn,
        held_up=foresight.held_up,
        orders=tuple(_order(one, title) for one in foresight.work_orders),
        reasons=tuple(WithdrawalChoice(reason=reason, title=text) for reason, text in REASONS.items()),
    )


@api.post("/own/cases/{number}/withdrawal", status_code=204)
async def send_withdrawal(
    number: Number, request: WithdrawalRequest, caller: Steerer, office: TheOffice
) -> None:
    """Take back one item, or all that is undecided; what was decided stays."""
    applied = await withdrawal.withdraw(office, caller, number, request)
    await arrived(office, number, applied.revision)


def _title(office: Office, standing: Standing, slot: str | None) -> Text:
    if slot is None:
        bundle = office.catalog.bundles.get(standing.stored.bundle)
        name = standing.stored.bundle
        return bundle.title if bundle is not None else Text(zh=name, en=name)
    for one in standing.case.definition.slots:
        if one.slot == slot:
            return one.title
    raise NotKnown("slot", slot)


def _order(one: ForeseenOrder, title: Text) -> OrderAhead:
    return OrderAhead(title=one.title or title, text=one.text)
