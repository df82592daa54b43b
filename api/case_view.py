"""A case for the eye: in go the stored snapshot and its pinned definition, out comes what screens show."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from api.clock_view import DueView
from api.office import Office
from api.slot_view import SlotView, view_slot
from api.standing import Standing, standing_of
from onething.case_definition import CaseInput, SlotDefinition
from onething.case_state import CaseState
from onething.family_order import line_for_family
from onething.text import Model, Text
from onething.timeline import line_text
from onething.wording import BUNDLE_STATES, FILING_MODES, ORIGINS, WORK_ORDERS
from records.timeline import TimelineRow, timeline_of
from records.work_order import WorkOrder, WorkOrderState, work_orders

__all__ = ["CaseView", "DueView", "SlotView", "TimelineLine", "titles_of", "view_case", "view_timeline"]

ORDER_WORDS: Final[dict[str, Text]] = {
    **{kind.value: words for kind, words in WORK_ORDERS.items()},
    "odd_answer": Text(
        zh="部门来文与事项不符，请与该部门核对", en="an agency's answer does not fit its item"
    ),
}


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
    owner_text: Text
    due_on: date | None
    opened_at: datetime
    late: bool


class HoldView(Model):
    """Why nothing is filed for the time being, what to do, and how it may end."""

    hold: str
    since: datetime
    slot: str | None
    title: Text | None
    """The item whose agency gave rise to it."""
    text: Text
    fix: Text
    ends: tuple[str, ...]
    cite: str


class HoldChoice(Model):
    """A hold that a person may raise."""

    hold: str
    text: Text


class NoticeView(Model):
    """One notice of what is to be put right."""

    number: int
    at: datetime
    supplementary: bool
    slots: tuple[str, ...]
    titles: tuple[Text, ...]
    breach: tuple[str, ...]


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
    hold: HoldView | None
    may_hold: tuple[HoldChoice, ...]
    notices: tuple[NoticeView, ...]
    asked: bool
    """Whether some agency waits for a correction, or a hold puts a question."""
    may_withdraw: bool
    receipts: tuple[ReceiptLine, ...]
    work_orders: tuple[OrderLine, ...]
    """The open ones, the most urgent first."""
    family: str | None = None
    """The family it belongs to, if an earlier case was of the same persons."""


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
    standing = await standing_of(office, number)
    stored, case, state = standing.stored, standing.case, standing.state
    orders = await work_orders(office.archive, case=number, state=WorkOrderState.OPEN)
    titles = {one.slot: one.title for one in case.definition.slots}
    slots = tuple(
        view_slot(case, state, one, office.now()) for one in case.definition.slots if one.slot in state.slots
    )
    hold = _hold(standing, titles)
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
        slots=slots,
        hold=hold,
        may_hold=_may_hold(standing),
        notices=tuple(_notices(state, titles)),
        asked=stored.closed_at is None
        and (hold is not None or any(slot.correction and slot.correction.open for slot in slots)),
        may_withdraw=any(slot.may_withdraw for slot in slots),
        receipts=tuple(
            ReceiptLine(revision=one.revision, sha256=one.sha256, at=one.at) for one in state.receipts
        ),
        work_orders=_orders(office, standing, orders),
        family=stored.family,
    )


async def view_timeline(
    office: Office, number: str, after: int = 0, *, family: bool = False
) -> tuple[TimelineLine, ...]:
    """The lines after number `after`, oldest first, for staff or a family; raises NotKnown, CaseErased."""
    standing = await standing_of(office, number)
    known = {one.slot: one for one in standing.case.definition.slots}
    rows = await timeline_of(office.archive, number, after)
    return tuple(_line(row, known, family=family) for row in rows)


async def titles_of(office: Office, number: str) -> dict[str, Text]:
    """The names of the case's items; raises NotKnown, CaseErased."""
    standing = await standing_of(office, number)
    return {one.slot: one.title for one in standing.case.definition.slots}


def _hold(standing: Standing, titles: dict[str, Text]) -> HoldView | None:
    held = standing.state.hold
    if held is None:
        return None
    rule = next((one for one in standing.case.definition.holds if one.hold == held.hold), None)
    unknown = Text(zh=held.hold, en=held.hold)
    return HoldView(
        hold=held.hold,
        since=held.since,
        slot=held.slot,
        title=titles.get(held.slot or ""),
        text=rule.text if rule else unknown,
        fix=rule.fix if rule else unknown,
        ends=tuple(end.value for end in rule.ends) if rule else ("continue", "terminate"),
        cite=rule.cite if rule else "",
    )


def _may_hold(standing: Standing) -> tuple[HoldChoice, ...]:
    if standing.state.hold is not None or standing.stored.closed_at is not None:
        return ()
    return tuple(HoldChoice(hold=one.hold, text=one.text) for one in standing.case.definition.holds)


def _notices(state: CaseState, titles: dict[str, Text]) -> Iterator[NoticeView]:
    for one in state.notices:
        yield NoticeView(
            number=one.number,
            at=one.at,
            supplementary=one.supplementary,
            slots=one.slots,
            titles=tuple(titles[slot] for slot in one.slots if slot in titles),
            breach=one.breach,
        )


def _orders(office: Office, standing: Standing, rows: tuple[WorkOrder, ...]) -> tuple[OrderLine, ...]:
    """The case's own open work-orders under their names in the case, and those that came after its end."""
    case, own = standing.case, f"{standing.number}/"
    known = {f"{own}{one.order}" for one in standing.state.work_orders}
    lines = [
        order_line(office, case, one.order, one.kind.value, one.slot, one.owner, one.due, one.opened_at)
        for one in standing.state.work_orders
        if one.closed_at is None and _is_open(f"{own}{one.order}", standing, rows)
    ]
    lines += [
        order_line(office, case, one.id, one.kind, one.slot, one.owner, one.due_on, one.opened_at)
        for one in rows
        if one.id not in known
    ]
    return tuple(sorted(lines, key=lambda line: (line.due_on or date.max, line.opened_at)))


def _is_open(order: str, standing: Standing, rows: tuple[WorkOrder, ...]) -> bool:
    """While the case runs its own state says so; afterwards the records do."""
    return standing.stored.closed_at is None or any(row.id == order for row in rows)


def order_line(  # noqa: PLR0913, PLR0917 - one line from either of two sources
    office: Office,
    case: CaseInput,
    id_: str,
    kind: str,
    slot: str | None,
    owner: str,
    due_on: date | None,
    opened_at: datetime,
) -> OrderLine:
    """A work-order for screens."""
    titles = {one.slot: one.title for one in case.definition.slots}
    agency = office.catalog.agencies.get(owner)
    return OrderLine(
        id=id_,
        kind=kind,
        kind_text=ORDER_WORDS.get(kind, Text(zh=kind, en=kind)),
        slot=slot,
        title=titles.get(slot or ""),
        owner=owner,
        owner_text=agency.title if agency else Text(zh="受理窗口", en="the window"),
        due_on=due_on,
        opened_at=opened_at,
        late=due_on is not None and due_on < office.today(),
    )


def _line(row: TimelineRow, known: dict[str, SlotDefinition], *, family: bool) -> TimelineLine:
    slot, titles = known.get(row.slot or ""), {name: one.title for name, one in known.items()}
    own = line_for_family(row.kind, row.params) if family else None
    return TimelineLine(
        seq=row.seq,
        at=row.at,
        kind=row.kind,
        text=own or line_text(row.text, row.params, slot, titles),
        slot=row.slot,
        title=titles.get(row.slot or ""),
    )
