"""Work-orders of an agency: in goes the agency, out comes what it has still to do after decisions.

A fact that was corrected, an act to undo, a paper that came later: each is one line with its due day.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from api import audit, hold
from api.desk.corrected import corrected_of, rests_on_old
from api.desk.inbox import desk_of
from api.desk.place import Place, find, title_of
from api.desk.pledge import PledgeView, pledges_of
from api.office import Office
from api.order_result import RESULTS, OrderResult, complete, results_for
from api.page_view import word
from api.review import ReviewView, review_of
from api.standing import Standing, standing_of
from api.visit import Caller
from onething.adapter import Effect
from onething.case_definition import SlotDefinition
from onething.case_record import WorkOrderKind
from onething.errors import NotKnown
from onething.revocation import UNDONE_BY
from onething.text import Model, Text
from onething.wording import WORK_ORDERS
from records.desk_inbox import cases_within, newest_items
from records.errors import CaseErased
from records.work_order import WorkOrder, WorkOrderState, outcomes_of, work_orders

_KINDS: Final = {kind.value: text for kind, text in WORK_ORDERS.items()}
_OTHER: Final = WORK_ORDERS[WorkOrderKind.LATE_ANSWER]
_ABOUT: Final = frozenset(
    {WorkOrderKind.VERIFY_PLEDGE, WorkOrderKind.DEMAND_REPAYMENT, WorkOrderKind.REVIEW_DECISION}
)
"""Kinds of which more is told than their name."""
_TOLD_BY_AGENCY: Final = "told_by_agency"


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
    results: tuple[OrderResult, ...]
    """What it may come to."""
    pledges: tuple[PledgeView, ...]
    """What is to be checked, of the check of a pledge."""
    if_false: Text | None
    """What an untrue pledge leads to, of the check of one."""
    amounts: tuple[Text, ...]
    """What is to come back, of money to demand back; empty where no sum was told with the decision."""
    corrected: tuple[Text, ...]
    """What was corrected after the decision, in the agency's own boxes: before and after."""
    review: ReviewView | None
    """What is wrong with a decision that is to be looked at again, and the results that may be corrected."""


class ItemOrder(Model):
    """A work-order about one filing, open or closed."""

    text: Text
    opened_at: datetime
    due_on: date | None
    late: bool
    closed_at: datetime | None
    result: Text | None
    asked: str
    """What is wrong with the decision, as whoever doubts it wrote."""
    words: str
    """What was done, as the handler who closed it wrote."""
    corrected: tuple[Text, ...]
    """What was corrected after the decision, in the agency's own boxes: before and after."""


async def view_orders(office: Office, caller: Caller) -> tuple[OrderView, ...]:
    """The agency's own open work-orders in the caller's area, the most urgent first; reading is audited."""
    desk = desk_of(office, caller)
    rows = await work_orders(office.archive, owner=desk.agency, state=WorkOrderState.OPEN)
    cases = tuple({row.case for row in rows})
    near = await cases_within(office.archive, desk, cases)
    filed = await newest_items(office.archive, desk, cases)
    await audit.note(office, caller, "read_desk_orders")
    views = [await _view(office, row, filed) for row in rows if row.case in near]
    return tuple([await _with_corrected(office, caller, view) for view in views])


async def count_orders(office: Office, caller: Caller) -> int:
    """How many of the agency's work-orders in the caller's area are open."""
    desk = desk_of(office, caller)
    rows = await work_orders(office.archive, owner=desk.agency, state=WorkOrderState.OPEN)
    near = await cases_within(office.archive, desk, tuple({row.case for row in rows}))
    return sum(row.case in near for row in rows)


async def close_order(  # noqa: PLR0913, PLR0917 - which order, and what is said of it
    office: Office,
    caller: Caller,
    number: str,
    order: str,
    result: OrderResult | None,
    words: str,
    given: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Say what a work-order came to, and what was done; `given` are the results that are corrected, by fact.

    Raises NotKnown for another agency's or area's, AnswersRejected for what is missing, ActionRejected.
    """
    order = order.removeprefix(f"{number}/")
    row = await _own(office, caller, number, order, WorkOrderState.OPEN)
    chosen, said = complete(result, words, results_for(row.kind))
    place = await _filing(office, caller, row) if chosen is OrderResult.RESULT_CORRECTED else None
    await hold.close_order(office, caller, number, order, chosen, said, given, place)


async def closed_order(office: Office, caller: Caller, number: str, order: str) -> Text:
    """What a closed work-order came to, to be said to who closed it; raises NotKnown."""
    row = await _own(office, caller, number, order.removeprefix(f"{number}/"), WorkOrderState.DONE)
    what, result = _KINDS.get(row.kind, _OTHER), _result(row.result)
    return word("desk_order_told", zh=f"{what.zh}——{result.zh}", en=f"{what.en}: {result.en}")


async def orders_of(office: Office, place: Place) -> tuple[ItemOrder, ...]:
    """Every work-order of the filing's own agency about it, the oldest first; none once it was taken back."""
    if place.gone:
        return ()
    item = place.item
    rows = await work_orders(office.archive, case=item.case, owner=item.agency)
    words = await outcomes_of(office.archive, item.case)
    asked = {one.order: one.words for one in place.standing.state.work_orders}
    about_old = any(row.slot == item.slot and rests_on_old(row.kind) for row in rows)
    corrected = await corrected_of(office, place) if about_old else ()
    return tuple(
        ItemOrder(
            text=_KINDS.get(row.kind, _OTHER),
            opened_at=row.opened_at,
            due_on=row.due_on,
            late=row.closed_at is None and row.due_on is not None and row.due_on < office.today(),
            closed_at=row.closed_at,
            result=_result(row.result) if row.closed_at is not None else None,
            asked=asked.get(row.id.removeprefix(f"{item.case}/"), ""),
            words=words.get(row.id, ""),
            corrected=corrected if rests_on_old(row.kind) else (),
        )
        for row in sorted(rows, key=lambda one: (one.opened_at, one.id))
        if row.slot == item.slot
    )


async def _filing(office: Office, caller: Caller, row: WorkOrder) -> Place | None:
    """The newest filing on the desk that an order is about, if one lies here."""
    filed = await newest_items(office.archive, desk_of(office, caller), (row.case,))
    item, _, _ = filed.get((row.case, row.slot or ""), (None, None, ""))
    return await find(office, caller, item) if item is not None else None


async def _own(office: Office, caller: Caller, number: str, order: str, state: WorkOrderState) -> WorkOrder:
    desk = desk_of(office, caller)
    rows = await work_orders(office.archive, case=number, owner=desk.agency, state=state)
    near = await cases_within(office.archive, desk, (number,))
    row = next((one for one in rows if one.id.removeprefix(f"{number}/") == order), None)
    if not near or row is None:
        raise NotKnown("work_order", order)
    return row


def _result(code: str | None) -> Text:
    """What a result is called; one that no person has chosen has come of itself."""
    known = {one.value: text for one, text in RESULTS.items()}
    return known.get(code or "", word("desk_order_by_itself"))


async def _view(
    office: Office, row: WorkOrder, filed: dict[tuple[str, str], tuple[str, str, str]]
) -> OrderView:
    slot = row.slot or ""
    item_id, item, bundle = filed.get((row.case, slot), (None, None, ""))
    versions = office.catalog.items.get(item or "", ())
    about = await _about(office, row)
    return OrderView(
        number=row.case,
        order=row.id.removeprefix(f"{row.case}/"),
        kind=row.kind,
        text=_KINDS.get(row.kind, _OTHER),
        title=title_of(office, bundle, slot, versions[-1]) if versions else None,
        item=item_id,
        due_on=row.due_on,
        late=row.due_on is not None and row.due_on < office.today(),
        opened_at=row.opened_at,
        results=results_for(row.kind),
        pledges=about.pledges,
        if_false=about.if_false,
        amounts=about.amounts,
        corrected=(),
        review=about.review,
    )


async def _with_corrected(office: Office, caller: Caller, order: OrderView) -> OrderView:
    """The order with what was corrected since; whoever reads that reads of the filing, and is noted so."""
    if order.item is None or not rests_on_old(order.kind):
        return order
    with suppress(NotKnown, CaseErased):
        place = await find(office, caller, order.item)
        found = await corrected_of(office, place)
        if found:
            await audit.note(office, caller, "read_desk_item", order.number, (place.item.slot,))
        return order.model_copy(update={"corrected": found})
    return order


@dataclass(frozen=True, slots=True)
class _About:
    """What an order is about, beyond its kind."""

    pledges: tuple[PledgeView, ...] = ()
    if_false: Text | None = None
    amounts: tuple[Text, ...] = ()
    review: ReviewView | None = None


async def _about(office: Office, row: WorkOrder) -> _About:
    """Pledges to check and sums to demand back; of an erased case nothing is known any more."""
    if row.kind not in _ABOUT:
        return _About()
    with suppress(NotKnown, CaseErased):
        standing = await standing_of(office, row.case)
        definition = next((one for one in standing.case.definition.slots if one.slot == row.slot), None)
        if definition is not None and row.kind == WorkOrderKind.VERIFY_PLEDGE:
            leads_to = _KINDS[UNDONE_BY[definition.reversibility].value]
            return _About(pledges=pledges_of(office, definition), if_false=leads_to)
        if row.kind == WorkOrderKind.REVIEW_DECISION:
            return _About(review=review_of(office, standing, row.id.removeprefix(f"{row.case}/")))
        if definition is not None:
            return _About(amounts=tuple(_sums(definition, standing, told=row.reason == _TOLD_BY_AGENCY)))
    return _About()


def _sums(definition: SlotDefinition, standing: Standing, *, told: bool) -> Iterator[Text]:
    """Sums in yuan: of what its agency told was paid too much that alone, else everything that was paid."""
    slot = standing.state.slots.get(definition.slot)
    earlier = [one for grant in slot.earlier for one in grant.effects] if slot is not None else []
    for effect in definition.effects:
        asked = effect.opens is WorkOrderKind.DEMAND_REPAYMENT if told else effect.opens is None
        if not effect.money or not asked:
            continue
        for paid in (*earlier, *(slot.effects if slot is not None else ())):
            if paid.fact == effect.item_fact and paid.value:
                yield _sum(effect.title, paid)


def _sum(title: Text, paid: Effect) -> Text:
    fen = int(paid.value)
    yuan = f"{fen // 100:,}.{fen % 100:02d}"
    return Text(zh=f"{title.zh}：{yuan} 元", en=f"{title.en}: {yuan} yuan")
