"""A case for the eye: in go the stored snapshot and its pinned definition, out comes what screens show."""

from datetime import date, datetime

from api.office import Office
from api.start import case_input
from onething.case import initial_state
from onething.case_clock import holder
from onething.case_definition import CaseInput, SlotDefinition
from onething.case_state import CaseState, Deadline, SlotCase
from onething.text import Model, Text
from onething.wording import BUNDLE_STATES, FILING_MODES, HOLDERS, ORIGINS, SLOT_STATES, TIMELINE
from records.case import get_case
from records.errors import CaseErased
from records.timeline import TimelineRow, timeline_of
from records.work_order import WorkOrder, WorkOrderState, work_orders


class DueView(Model):
    """One due date with the sentence that a clerk can read out."""

    due: date
    explanation: Text
    provisional: bool
    overdue: bool


class OperatorView(Model):
    """That a person is needed: why, since when, under which key the agency was sent what, and its phone."""

    reason: str
    since: datetime
    detail: str
    key: str
    phone: str


class BlockView(Model):
    """What holds an item back, and how to free it."""

    gate: str | None
    slot: str | None
    text: Text
    fix: Text


class SlotView(Model):
    """One item of the case."""

    slot: str
    title: Text
    agency: Text
    phone: str
    state: str
    state_text: Text
    round: int
    holder: str
    holder_text: Text
    light: str
    ended: bool
    promised_limit: str
    promised: DueView | None
    statutory: DueView | None
    received_at: datetime | None
    accepted_at: datetime | None
    decided_at: datetime | None
    effective_from: date | None
    reasons: tuple[Text, ...]
    remedies: tuple[Text, ...]
    where_to: Text | None
    note: Text | None
    result: Text
    blocked: BlockView | None
    operator: OperatorView | None


class ReceiptLine(Model):
    """One revision of the receipt."""

    revision: int
    sha256: str
    at: datetime


class OrderLine(Model):
    """Something that a person must still do for the case."""

    id: str
    kind: str
    kind_text: Text
    slot: str | None
    title: Text | None
    owner: str
    due_on: date | None
    opened_at: datetime


class CaseView(Model):
    """One case as a clerk sees it; nobody's name, number or answer stands in it."""

    number: str
    bundle: str
    title: Text
    state: str
    state_text: Text
    ended: bool
    region: str | None
    origin: str
    origin_text: Text
    mode: str
    mode_text: Text
    window: str | None
    submitted_at: datetime
    received_on: date
    completed_at: datetime | None
    started: bool
    revision: int
    slots: tuple[SlotView, ...]
    receipts: tuple[ReceiptLine, ...]
    work_orders: tuple[OrderLine, ...]
    """The open ones."""


class TimelineLine(Model):
    """One line of the case's story."""

    seq: int
    at: datetime
    kind: str
    text: Text
    slot: str | None
    title: Text | None


async def view_case(office: Office, number: str) -> CaseView:
    """Draw the case as it stands; raises NotKnown, CaseErased."""
    stored = await get_case(office.archive, number)
    if stored.erased:
        raise CaseErased(number)
    case = await case_input(office, stored)
    orders = await work_orders(office.archive, case=number, state=WorkOrderState.OPEN)
    state = CaseState.model_validate(stored.snapshot) if stored.snapshot is not None else initial_state(case)
    return CaseView(
        number=stored.number,
        bundle=stored.bundle,
        title=case.definition.title,
        state=state.state.value,
        state_text=BUNDLE_STATES[state.state],
        ended=stored.closed_at is not None,
        region=stored.region,
        origin=case.origin.value,
        origin_text=ORIGINS[case.origin],
        mode=case.mode.value,
        mode_text=FILING_MODES[case.mode],
        window=stored.window_id,
        submitted_at=stored.submitted_at,
        received_on=stored.received_on,
        completed_at=state.completed_at,
        started=stored.started_at is not None,
        revision=stored.revision,
        slots=tuple(_slot(one, state.slots[one.slot]) for one in case.definition.slots),
        receipts=tuple(
            ReceiptLine(revision=one.revision, sha256=one.sha256, at=one.at) for one in state.receipts
        ),
        work_orders=tuple(_order(one, case) for one in orders),
    )


async def view_timeline(office: Office, number: str, after: int = 0) -> tuple[TimelineLine, ...]:
    """The lines after number `after`, oldest first; raises NotKnown, CaseErased."""
    stored = await get_case(office.archive, number)
    if stored.erased:
        raise CaseErased(number)
    case = await case_input(office, stored)
    titles = {one.slot: one.title for one in case.definition.slots}
    rows = await timeline_of(office.archive, number, after)
    return tuple(_line(row, titles) for row in rows)


def _slot(definition: SlotDefinition, slot: SlotCase) -> SlotView:
    held = holder(slot)
    blocked = slot.blocked_by
    need = slot.operator
    return SlotView(
        slot=slot.slot,
        title=definition.title,
        agency=definition.agency_title,
        phone=definition.phone,
        state=slot.state.value,
        state_text=SLOT_STATES[slot.state],
        round=slot.round,
        holder=held,
        holder_text=definition.agency_title if held == "agency" else HOLDERS[held],
        light=slot.light.value,
        ended=slot.ended,
        promised_limit=f"{definition.promised.amount}{definition.promised.unit}",
        promised=_due(slot, slot.promised, "promised"),
        statutory=_due(slot, slot.statutory, "statutory"),
        received_at=slot.received_at,
        accepted_at=slot.accepted_at,
        decided_at=slot.decided_at,
        effective_from=slot.effective_from,
        reasons=tuple(reason.text for reason in slot.reasons),
        remedies=slot.remedies,
        where_to=slot.where_to,
        note=slot.note,
        result=definition.result,
        blocked=blocked
        and BlockView(gate=blocked.gate, slot=blocked.slot, text=blocked.text, fix=blocked.fix),
        operator=need
        and OperatorView(
            reason=need.reason.value,
            since=need.since,
            detail=need.detail,
            key=need.key,
            phone=definition.phone,
        ),
    )


def _order(order: WorkOrder, case: CaseInput) -> OrderLine:
    titles = {one.slot: one.title for one in case.definition.slots}
    return OrderLine(
        id=order.id,
        kind=order.kind,
        kind_text=TIMELINE.get(order.kind, Text(zh=order.kind, en=order.kind)),
        slot=order.slot,
        title=titles.get(order.slot or ""),
        owner=order.owner,
        due_on=order.due_on,
        opened_at=order.opened_at,
    )


def _due(slot: SlotCase, deadline: Deadline | None, which: str) -> DueView | None:
    if deadline is None:
        return None
    due = deadline.due
    return DueView(
        due=due.due,
        explanation=due.explanation,
        provisional=due.provisional,
        overdue=which in slot.overdue,
    )


def _line(row: TimelineRow, titles: dict[str, Text]) -> TimelineLine:
    return TimelineLine(
        seq=row.seq,
        at=row.at,
        kind=row.kind,
        text=TIMELINE.get(row.text, Text(zh=row.text, en=row.text)),
        slot=row.slot,
        title=titles.get(row.slot or ""),
    )
