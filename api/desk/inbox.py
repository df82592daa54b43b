"""The inbox for its handlers' eyes: in go an agency and a filter, out come lines with due days and lights."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from api import audit
from api.clock_view import within_day
from api.desk.form import person_of
from api.desk.place import area_of, title_of
from api.desk.told import ToldAtDesk, told_at
from api.office import Office
from api.page_view import word
from api.visit import Caller
from onething.case_state import SlotState
from onething.clock import LightRule
from onething.duration import ClockError
from onething.errors import NotAllowed, NotKnown
from onething.item import Agency, ClockStart, Item
from onething.text import Model, Text
from records.desk_inbox import Desk, DeskFilter, DeskLine, counts_of, inbox_of
from records.desk_item import OPEN, DeskState
from records.desk_look import look, new_since

_ACCEPTED: Final = frozenset({SlotState.ACCEPTED.value, SlotState.UNDER_REVIEW.value})


class InboxLine(Model):
    """One filing of the inbox; the person's name is masked."""

    new: bool
    """Came after the reader's last visit, and nobody has done anything about it."""

    id: str
    number: str
    bundle: Text
    title: Text
    person: str
    round: int
    state: str
    state_text: Text
    received_at: datetime
    promised: date | None
    statutory: date | None
    light: str
    """green, yellow, red, or none once nothing more is due."""
    due_at: datetime | None
    """The instant by which it is due, where its limit is one in hours."""
    accept_by: date | None
    """The day by which it has to be accepted or sent back: afterwards it counts as accepted."""
    answer_by: date | None
    """The applicant's last day, while a correction waits."""
    counts_from: Text | None
    """The step from whose end its limit counts, while that has not been recorded."""
    days_left: int | None
    """Working days from tomorrow to the first of these days, that day counted; None where there is none."""


class InboxView(Model):
    """An agency's inbox through one filter, and how many filings each filter shows."""

    agency: Text
    wanted: str | None
    counts: dict[str, int]
    lines: tuple[InboxLine, ...]
    area: str
    """How the codes begin of the regions that the reader works for; empty for all."""
    since: datetime | None
    """When the reader's last visit was; what came afterwards is new."""
    told: tuple[ToldAtDesk, ...]
    """Supervisors' letters and reminders that nobody of the agency has read."""


def agency_of(office: Office, caller: Caller) -> Agency:
    """The caller's own agency; raises NotAllowed for a handler without one."""
    if caller.agency is None or caller.agency not in office.catalog.agencies:
        raise NotAllowed
    return office.catalog.agencies[caller.agency]


def desk_of(office: Office, caller: Caller) -> Desk:
    """Whose filings the caller sees: those of the own agency in the own area; raises NotAllowed."""
    return Desk(agency_of(office, caller).agency, area_of(caller))


def soon_of(office: Office) -> date:
    """The day until which what has to be accepted counts as due soon, as a light turns yellow."""
    today = office.today()
    try:
        return office.calendar.add_working_days(today, LightRule().days)
    except ClockError:
        return today


async def view_inbox(
    office: Office, caller: Caller, wanted: DeskFilter | None, number: str = "", *, looks: bool = True
) -> InboxView:
    """The caller's own agency's filings; reading them is audited.

    Without `looks` it is a page that has heard of something and draws itself anew: that is no visit.
    """
    agency, desk = agency_of(office, caller), desk_of(office, caller)
    soon = soon_of(office)
    lines = await inbox_of(office.archive, desk, wanted, number, soon=soon)
    counts = await counts_of(office.archive, desk, soon)
    since = await _since(office, caller, looks=looks)
    await audit.note(office, caller, "read_desk", fields=(wanted.value if wanted is not None else "all",))
    return InboxView(
        agency=agency.title,
        wanted=wanted.value if wanted is not None else None,
        counts={name.value: count for name, count in counts.items()},
        lines=tuple(_line(office, line, since) for line in lines),
        area=caller.area or "",
        since=since,
        told=await told_at(office, desk),
    )


async def _since(office: Office, caller: Caller, *, looks: bool) -> datetime | None:
    if looks:
        return await look(office.archive, caller.account, office.now())
    return await new_since(office.archive, caller.account)


def _line(office: Office, line: DeskLine, since: datetime | None) -> InboxLine:
    item = _item(office, line)
    bundle = office.catalog.bundles.get(line.bundle)
    over = wanted_done(line)
    due = line.due_promised or line.due_statutory
    accept_by = line.accept_by if line.state is DeskState.NEW else None
    answer_by = line.answer_by if line.state is DeskState.CORRECTION else None
    days = [day for day in (due, accept_by, answer_by) if day is not None]
    light = light_of(line.state, due, (line.light_promised, line.light_statutory))
    return InboxLine(
        new=since is not None and line.state is DeskState.NEW and line.received_at > since,
        id=line.id,
        number=line.case,
        bundle=bundle.title if bundle is not None else Text(zh=line.bundle, en=line.bundle),
        title=title_of(office, line.bundle, line.slot, item),
        person="" if line.state is DeskState.WITHDRAWN else person_of(office.catalog, item, line.payload),
        round=line.round,
        state=line.state.value,
        state_text=state_text(line.state, deemed=line.slot_state in _ACCEPTED),
        received_at=line.received_at,
        promised=line.due_promised,
        statutory=line.due_statutory,
        light=light,
        due_at=within_day(line.due_at),
        accept_by=accept_by,
        answer_by=answer_by,
        counts_from=_counts_from(item) if due is None and not over else None,
        days_left=None if over or not days else _days_left(office, min(days)),
    )


def light_of(state: DeskState, due: date | None, lights: Iterable[str | None]) -> str:
    """The light that inbox and filing show: the worst there is, none while no limit is counted.

    What was sent back waits for the applicant and has the applicant's day instead.
    """
    if state not in OPEN or state is DeskState.CORRECTION or due is None:
        return "none"
    given = {*lights}
    return next((one for one in ("red", "yellow", "green") if one in given), "none")


def state_text(state: DeskState, *, deemed: bool) -> Text:
    """Where a filing stands; of a new one also whether silence has accepted it."""
    return word("desk_state_deemed" if deemed and state is DeskState.NEW else f"desk_state_{state.value}")


def _counts_from(item: Item | None) -> Text | None:
    limit = item.limits.promised if item is not None else None
    if item is None or limit is None or limit.starts is not ClockStart.EVENT:
        return None
    return next((step.title for step in item.steps if step.step == limit.event), None)


def wanted_done(line: DeskLine) -> bool:
    """Whether nothing more is to be done about it here."""
    return line.state.value not in {"new", "review", "correction"}


def _item(office: Office, line: DeskLine) -> Item | None:
    try:
        return office.catalog.item(line.item, line.received_on, line.region or "")
    except NotKnown:
        return None


def _days_left(office: Office, due: date) -> int | None:
    """Working days after today until the due day; negative once it has passed, None beyond the calendar."""
    today, one = office.today(), timedelta(days=1)
    try:
        if due >= today:
            return office.calendar.working_days(today + one, due) if due > today else 0
        return -office.calendar.working_days(due + one, today)
    except ClockError:
        return None
