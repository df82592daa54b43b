"""Work-orders of an agency: in goes the agency, out comes what it has still to do after decisions.

A fact that was corrected, an act to undo, a paper that came later: each is one line with its due day.
"""

from datetime import date, datetime
from typing import Final

from api import audit, hold
from api.desk.inbox import desk_of
from api.hold import OrderResult
from api.office import Office
from api.visit import Caller
from onething.case_record import WorkOrderKind
from onething.errors import NotKnown
from onething.text import Model, Text
from onething.wording import WORK_ORDERS
from records.desk_inbox import cases_within, newest_items
from records.work_order import WorkOrder, WorkOrderState, work_orders

_KINDS: Final = {kind.value: text for kind, text in WORK_ORDERS.items()}
_OTHER: Final = WORK_ORDERS[WorkOrderKind.LATE_ANSWER]


class OrderView(Model):
    """One open work-order of the agency."""

    number: str
    order: str
    kind: str
    text: Text
    title: Text | None
    item: str | None
    """The filing on this desk that it is about, if one lies here."""
    due_on: date | None
    late: bool
    opened_at: datetime


async def view_orders(office: Office, caller: Caller) -> tuple[OrderView, ...]:
    """The agency's own open work-orders in the caller's area, the most urgent first; reading is audited."""
    desk = desk_of(office, caller)
    rows = await work_orders(office.archive, owner=desk.agency, state=WorkOrderState.OPEN)
    cases = tuple({row.case for row in rows})
    near = await cases_within(office.archive, desk, cases)
    filed = await newest_items(office.archive, desk, cases)
    await audit.note(office, caller, "read_desk_orders")
    return tuple(_view(office, row, filed) for row in rows if row.case in near)


async def close_order(office: Office, caller: Caller, number: str, order: str, result: OrderResult) -> None:
    """Say what a work-order came to; raises NotKnown for another agency's or area's, ActionRejected."""
    desk = desk_of(office, caller)
    order = order.removeprefix(f"{number}/")
    rows = await work_orders(office.archive, case=number, owner=desk.agency, state=WorkOrderState.OPEN)
    near = await cases_within(office.archive, desk, (number,))
    if not near or not any(row.id.removeprefix(f"{number}/") == order for row in rows):
        raise NotKnown("work_order", order)
    await hold.close_order(office, caller, number, order, result)


def _view(office: Office, row: WorkOrder, filed: dict[tuple[str, str], tuple[str, str]]) -> OrderView:
    item_id, item = filed.get((row.case, row.slot or ""), (None, None))
    versions = office.catalog.items.get(item or "", ())
    return OrderView(
        number=row.case,
        order=row.id.removeprefix(f"{row.case}/"),
        kind=row.kind,
        text=_KINDS.get(row.kind, _OTHER),
        title=versions[-1].title if versions else None,
        item=item_id,
        due_on=row.due_on,
        late=row.due_on is not None and row.due_on < office.today(),
        opened_at=row.opened_at,
    )
