"""The inbox for its handlers' eyes: in go an agency and a filter, out come lines with due days and lights."""

from datetime import date, datetime, timedelta

from api import audit
from api.desk.form import person_of
from api.office import Office
from api.page_view import word
from api.visit import Caller
from onething.duration import ClockError
from onething.errors import NotAllowed, NotKnown
from onething.item import Agency, Item
from onething.text import Model, Text
from records.desk_inbox import DeskFilter, DeskLine, counts_of, inbox_of


class InboxLine(Model):
    """One filing of the inbox; the person's name is masked."""

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
    days_left: int | None
    """Working days from tomorrow to the day by which it is due, that day counted; None when none is due."""


class InboxView(Model):
    """An agency's inbox through one filter, and how many filings each filter shows."""

    agency: Text
    wanted: str | None
    counts: dict[str, int]
    lines: tuple[InboxLine, ...]


def agency_of(office: Office, caller: Caller) -> Agency:
    """The caller's own agency; raises NotAllowed for a handler without one."""
    if caller.agency is None or caller.agency not in office.catalog.agencies:
        raise NotAllowed
    return office.catalog.agencies[caller.agency]


async def view_inbox(
    office: Office, caller: Caller, wanted: DeskFilter | None, number: str = ""
) -> InboxView:
    """The caller's own agency's filings; reading them is audited."""
    agency = agency_of(office, caller)
    lines = await inbox_of(office.archive, agency.agency, wanted, number)
    counts = await counts_of(office.archive, agency.agency)
    await audit.note(office, caller, "read_desk", fields=(wanted.value if wanted is not None else "all",))
    return InboxView(
        agency=agency.title,
        wanted=wanted.value if wanted is not None else None,
        counts={name.value: count for name, count in counts.items()},
        lines=tuple(_line(office, line) for line in lines),
    )


def _line(office: Office, line: DeskLine) -> InboxLine:
    item = _item(office, line)
    bundle = office.catalog.bundles.get(line.bundle)
    over = wanted_done(line)
    due = line.due_promised or line.due_statutory
    lights = {line.light_promised, line.light_statutory}
    light = next((one for one in ("red", "yellow", "green") if one in lights), "none")
    return InboxLine(
        id=line.id,
        number=line.case,
        bundle=bundle.title if bundle is not None else Text(zh=line.bundle, en=line.bundle),
        title=item.title if item is not None else Text(zh=line.slot, en=line.slot),
        person=person_of(office.catalog, item, line.payload),
        round=line.round,
        state=line.state.value,
        state_text=word(f"desk_state_{line.state.value}"),
        received_at=line.received_at,
        promised=line.due_promised,
        statutory=line.due_statutory,
        light="none" if over else light,
        days_left=None if over or due is None else _days_left(office, due),
    )


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
