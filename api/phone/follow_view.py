"""Somebody's own cases for the eye: in goes a caller or a case, out comes who holds it, since when, due when.

What stands here is for the family: no work-orders, no keys, no detail of what went wrong inside.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from api.case_view import CaseView, HoldView, ReceiptLine, TimelineLine, view_case, view_timeline
from api.clock_view import DueView, ExtensionView
from api.day import on_month
from api.desk.result import ResultPaper, results_of
from api.gate_asked import untold_slots
from api.office import Office
from api.page_view import limit_text, word
from api.phone.appointment_view import AppointmentLine, given_back, lines_of, times_to_come
from api.phone.follow_may import ALL, May
from api.phone.follow_next import next_for
from api.phone.follow_order import FollowOrder, orders_for_family
from api.phone.kept_time import KeptTime
from api.progress import DECIDED, progress_of
from api.receipt_code import code_of
from api.slot_view import OwedView, SlotView
from api.standing import Standing, standing_of
from onething.case_state import SlotState
from onething.duration import Duration
from onething.explanation import with_days
from onething.outcome import outcome_lines, start_month
from onething.text import Model, Text

_NOT_A_MOVE: Final = frozenset({"reminded", "overdue", "applicant_reminded", "paper_reminded"})
"""Lines of the story after which the same one still holds the item."""


class FollowItem(Model):
    """One item: who holds it, since when, due when, and what next."""

    slot: str
    title: Text
    agency: Text
    phone: str
    state: str
    state_text: Text
    ended: bool
    holder: str
    holder_text: Text
    since: datetime
    promised: DueView | None
    statutory: DueView | None
    due_from: Text | None
    """While no limit runs yet: how long it is from acceptance, and until when that is decided."""
    extension: ExtensionView | None
    next: Text
    reasons: tuple[Text, ...]
    remedies: tuple[Text, ...]
    where_to: Text | None
    result: Text | None
    """What the family has of it, once it is granted."""
    outcome: tuple[Text, ...] = ()
    """What the decision brought about, as the receipt says it, for those who may have the receipt."""
    results: tuple[ResultPaper, ...] = ()
    """The files that its agency gave out with the decision."""
    decided_at: datetime | None
    asked: bool
    opt_out: bool = False
    """Whether it goes on by itself unless it is declined."""
    untold: bool = False
    """Whether it waits for a field that nobody has filled."""
    answer_by: DueView | None
    owed: tuple[OwedView, ...]
    appointment: AppointmentLine | None
    kept: KeptTime | None = None
    """The time that an earlier item keeps for it, while somebody still has to come."""
    in_person: bool = False
    """It waits for people to come in person."""
    may_book: bool
    may_withdraw: bool
    may_rate: bool


class FollowView(Model):
    """One case as those see it whom it concerns."""

    number: str
    bundle: str
    title: Text
    state: str
    state_text: Text
    ended: bool
    submitted_at: datetime
    received_on: date
    done: int
    """Items that have ended, however that came about."""
    decided: int
    """Those of them that an agency decided."""
    withdrawn: int
    progress: Text
    """How many have a result, and what the others wait for."""
    asked: bool
    orders: tuple[FollowOrder, ...]
    """What staff still see to."""
    may_withdraw: bool
    hold: HoldView | None
    items: tuple[FollowItem, ...]
    receipts: tuple[ReceiptLine, ...]
    may: May
    """What the caller may do here, under whose mandate."""
    receipt_code: str | None
    """The code that the newest receipt prints, in groups: with the number it asks how the case stands."""
    lines: tuple[TimelineLine, ...]


async def view_followed(office: Office, number: str, may: May = ALL) -> FollowView:
    """Where a case stands, and of the acts only those that the caller may do; raises NotKnown, CaseErased."""
    view = await view_case(office, number)
    lines = await view_timeline(office, number, family=True)
    standing = await standing_of(office, number)
    over = {one.slot for one in view.slots if one.ended}
    bookings = {one.slot: one for one in await given_back(office, standing) if one.slot in over}
    bookings |= {one.slot: one for one in await lines_of(office, standing)}
    to_book, kept = await times_to_come(office, standing)
    bookable = {one.slot for one in to_book}
    results = await results_of(office, number)
    untold = await untold_slots(office, standing)
    orders = orders_for_family(view, standing, sums=may.receive)
    calls = {one.slot: one.text for one in orders if one.calls}
    return FollowView(
        number=view.number,
        bundle=view.bundle,
        title=view.title,
        state=view.state,
        state_text=view.state_text,
        ended=view.ended,
        submitted_at=view.submitted_at,
        received_on=view.received_on,
        done=sum(one.ended for one in view.slots),
        decided=sum(one.state in DECIDED for one in view.slots),
        withdrawn=sum(one.state == "withdrawn" for one in view.slots),
        progress=progress_of(view.slots, over=view.ended),
        asked=view.asked,
        orders=orders,
        may_withdraw=view.may_withdraw and may.withdraw,
        hold=view.hold,
        items=tuple(
            _item(
                one,
                _since(view, lines, one.slot),
                bookings,
                bookable=one.slot in bookable and may.book,
                call=calls.get(one.slot),
            ).model_copy(
                update={
                    "outcome": _outcome(standing, one.slot) if may.receive else (),
                    "results": tuple(paper for paper in results if paper.slot == one.slot and may.receive),
                    "may_withdraw": one.may_withdraw and may.withdraw,
                    "kept": kept.get(one.slot),
                    "untold": one.slot in untold and not view.ended,
                    "may_rate": one.state in DECIDED and may.rate,
                }
            )
            for one in view.slots
        ),
        receipts=view.receipts if may.receive else (),
        receipt_code=await code_of(office, number) if may.receive else None,
        may=may,
        lines=lines,
    )


def _outcome(standing: Standing, slot: str) -> tuple[Text, ...]:
    """Numbers, days, sums and what else was decided, and the month from which that counts."""
    definition = next(one for one in standing.case.definition.slots if one.slot == slot)
    told = standing.state.slots[slot]
    lines = tuple(outcome_lines(definition, told))
    month = start_month(definition, told) if lines else None
    return lines if month is None else (*lines, on_month(word("follow_start"), "month", month))


def _due_from(slot: SlotView) -> Text | None:
    if slot.state != SlotState.RECEIVED.value or slot.promised is not None:
        return None
    limit = Duration.parse(slot.promised_limit)
    said = word("follow_from_acceptance", limit="{limit}") if limit.amount else word("follow_at_once")
    words = limit_text(limit)
    said = Text(zh=said.zh.replace("{limit}", words.zh), en=said.en.replace("{limit}", words.en))
    if slot.accept_by is None:
        return said
    by = with_days(word("follow_accept_by"), day=slot.accept_by)
    return Text(zh=said.zh + by.zh, en=said.en + by.en)


def _since(view: CaseView, lines: tuple[TimelineLine, ...], slot: str) -> datetime:
    """Since when whoever holds the item now has held it: the last line of its story that moved it."""
    moves = [one.at for one in lines if one.slot == slot and one.kind not in _NOT_A_MOVE]
    return moves[-1] if moves else view.submitted_at


def _item(
    slot: SlotView,
    since: datetime,
    bookings: Mapping[str, AppointmentLine],
    *,
    bookable: bool,
    call: Text | None,
) -> FollowItem:
    asked = slot.correction is not None and slot.correction.open and slot.correction.notice is not None
    return FollowItem(
        slot=slot.slot,
        title=slot.title,
        agency=slot.agency,
        phone=slot.phone,
        state=slot.state,
        state_text=slot.state_text,
        ended=slot.ended,
        holder=slot.holder,
        holder_text=slot.holder_text,
        since=since,
        promised=slot.promised,
        statutory=slot.statutory,
        due_from=_due_from(slot),
        extension=slot.extension,
        next=next_for(slot, asked=asked, call=call),
        reasons=slot.reasons,
        remedies=slot.remedies,
        where_to=slot.where_to,
        result=slot.result if slot.state in {"granted", "partly_granted"} else None,
        decided_at=slot.decided_at,
        asked=asked,
        answer_by=slot.correction.due if asked and slot.correction is not None else None,
        owed=tuple(one for one in slot.owed if one.state != "met"),
        appointment=bookings.get(slot.slot),
        in_person=slot.blocked is not None and slot.blocked.in_person,
        may_book=bookable,
        may_withdraw=slot.may_withdraw,
        opt_out=slot.blocked is not None and slot.blocked.opt_out,
        may_rate=slot.state in DECIDED,
    )
