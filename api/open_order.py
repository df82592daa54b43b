"""Open work-orders on a supervisor's lists: the records' lines in, lines in words out."""

from collections.abc import Iterable
from datetime import date, datetime

from api.office import Office
from api.supervision.naming import agency_text, slot_title
from onething.case_record import WorkOrderKind
from onething.text import Model, Text
from onething.wording import HOLDERS, WORK_ORDERS
from records.hand import OrderLine


class OpenOrder(Model):
    """One work-order that somebody has still to act on; `title` is its item's, None for the whole case."""

    number: str
    bundle_title: Text
    slot: str | None
    title: Text | None
    kind_text: Text
    owner_text: Text
    """The agency or the window that acts."""
    due_on: date | None
    late: bool
    opened_at: datetime


def orders_in_words(office: Office, lines: Iterable[OrderLine]) -> list[OpenOrder]:
    """The orders for a page, in the order in which they come."""
    return [_order(office, line) for line in lines]


def _order(office: Office, line: OrderLine) -> OpenOrder:
    bundle = office.catalog.bundles.get(line.bundle)
    kinds = {kind.value: text for kind, text in WORK_ORDERS.items()}
    return OpenOrder(
        number=line.case,
        bundle_title=bundle.title if bundle else Text(zh=line.bundle, en=line.bundle),
        slot=line.slot,
        title=slot_title(office, line.bundle, line.slot) if line.slot else None,
        kind_text=kinds.get(line.kind, WORK_ORDERS[WorkOrderKind.LATE_ANSWER]),
        owner_text=HOLDERS["window"] if line.owner == "window" else agency_text(office, line.owner),
        due_on=line.due_on,
        late=line.due_on is not None and line.due_on < office.today(),
        opened_at=line.opened_at,
    )
