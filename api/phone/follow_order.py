"""What staff still see to in a family's case: the case in, each open work-order in its words out."""

from api.case_view import CaseView
from api.standing import Standing
from onething.family_order import CALLS, order_words
from onething.text import Model, Text


class FollowOrder(Model):
    """One open work-order: for which item, what will be seen to, and whether staff will call about it."""

    kind: str
    slot: str | None
    title: Text
    """The item; of the whole case, the life event."""
    text: Text
    calls: bool


def orders_for_family(view: CaseView, standing: Standing, *, sums: bool) -> tuple[FollowOrder, ...]:
    """The open work-orders, the most urgent first; staff's own days for them are theirs.

    The `sums` that a result gives are for those who may have the receipt.
    """
    known = {one.slot: one for one in standing.case.definition.slots}
    slots = standing.state.slots
    return tuple(
        FollowOrder(
            kind=one.kind,
            slot=one.slot,
            title=one.title or view.title,
            text=order_words(
                one.kind, known.get(one.slot or "") if sums else None, slots.get(one.slot or "")
            ),
            calls=one.kind in CALLS,
        )
        for one in view.work_orders
    )
