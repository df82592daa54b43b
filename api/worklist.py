"""Worklists over HTTP: in goes a supervisor's question, out come items stuck or late, and with whom."""

from datetime import date, datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from api import audit
from api.case_work.area import area_of, windows_of
from api.office import Office, TheOffice
from api.open_order import OpenOrder, orders_in_words
from api.page_view import word
from api.page_word import WORDS
from api.principal import Access, Caller, Purpose
from api.role import WATCHERS
from api.window import Window
from onething.errors import NotKnown
from onething.text import Model, Text
from onething.wording import HOLDERS, SLOT_STATES
from records.hand import hand_of, open_orders
from records.worklist_slot import SlotFilter, SlotLine, late_slots, stuck_slots

router = APIRouter(tags=["worklists"])
Supervisor = Annotated[Caller, Depends(Access(Purpose.SUPERVISE, WATCHERS))]
LIGHTS: Final = ("red", "yellow")
_DAY: Final = 86400


class WorklistQuery(Model):
    """What to list; every field given narrows."""

    region: Annotated[str | None, Field(max_length=6)] = None
    agency: Annotated[str | None, Field(max_length=80)] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 200


class Desk(Model):
    """The window that holds a case, and how to reach it."""

    name: Text
    phone: str


class StuckLine(Model):
    """One item that needs a person: why, whose it is, and how long it has waited."""

    number: str
    bundle: str
    bundle_title: Text
    slot: str
    title: Text
    agency: Text
    agency_phone: str
    round: int
    reason: str
    reason_text: Text
    next: Text | None
    """What a person does about it at the window."""
    note: str | None
    """A machine's word beside the reason, never personal."""
    owner: str
    owner_text: Text
    since: datetime
    age_hours: int
    age_days: int
    window: Desk


class LateLine(Model):
    """One item near its due date or past it, and with whom it is."""

    number: str
    bundle: str
    bundle_title: Text
    slot: str
    title: Text
    agency: Text
    agency_phone: str
    round: int
    state: str
    state_text: Text
    light: str
    promised: date | None
    statutory: date | None
    passed: tuple[str, ...]
    """Which due dates are over: `promised`, `statutory`."""
    holder: str
    holder_text: Text
    since: datetime
    age_days: int
    window: Desk


@router.get("/worklists/stuck")
async def get_stuck(
    wanted: Annotated[WorklistQuery, Query()], caller: Supervisor, office: TheOffice
) -> list[StuckLine]:
    """Every item of an open case that waits for a person, held or unconfirmed ones too, the longest first."""
    return await stuck(office, caller, wanted)


@router.get("/worklists/overdue")
async def get_overdue(
    wanted: Annotated[WorklistQuery, Query()], caller: Supervisor, office: TheOffice
) -> list[LateLine]:
    """Every undecided item with a red light, then those with a yellow one, the earliest promise first."""
    return await late(office, caller, wanted)


async def stuck(office: Office, caller: Caller, wanted: WorklistQuery) -> list[StuckLine]:
    """The stuck items for screens; reading them is audited."""
    lines = await stuck_slots(office.archive, _narrowed(wanted, caller))
    windows = await windows_of(office, (line.window_id for line in lines))
    await audit.note(office, caller, "read_worklist", fields=("stuck",))
    return [_stuck(office, line, windows[line.window_id]) for line in lines]


async def late(office: Office, caller: Caller, wanted: WorklistQuery) -> list[LateLine]:
    """The red and yellow items for screens; reading them is audited."""
    narrowed = _narrowed(wanted, caller)
    found: dict[tuple[str, str], LateLine] = {}
    for light in LIGHTS:
        lines = await late_slots(office.archive, narrowed, light)
        windows = await windows_of(office, (line.window_id for line in lines))
        for line in lines:
            found.setdefault((line.case, line.slot), _late(office, line, light, windows[line.window_id]))
    await audit.note(office, caller, "read_worklist", fields=("overdue",))
    return list(found.values())[: wanted.limit]


async def orders(office: Office, caller: Caller) -> list[OpenOrder]:
    """The open work-orders of the area for screens, of ended cases too; reading them is audited."""
    lines = await open_orders(office.archive, area_of(caller))
    await audit.note(office, caller, "read_worklist", fields=("orders",))
    return orders_in_words(office, lines)


def _narrowed(wanted: WorklistQuery, caller: Caller) -> SlotFilter:
    return SlotFilter(**wanted.model_dump(), area=area_of(caller))


def _stuck(office: Office, line: SlotLine, window: Window) -> StuckLine:
    since = line.since or line.updated_at
    waited = max(int((office.now() - since).total_seconds()), 0)
    reason = line.reason or hand_of(line.state, line.holder) or "unexpected"
    known = f"operator_{reason}" in WORDS
    bundle, title, agency, phone = _names(office, line)
    return StuckLine(
        number=line.case,
        bundle=line.bundle,
        bundle_title=bundle,
        slot=line.slot,
        title=title,
        agency=agency,
        agency_phone=phone,
        round=line.round,
        reason=reason,
        reason_text=word(f"operator_{reason}") if known else Text(zh=reason, en=reason),
        next=word(f"next_{reason}") if known else None,
        note=line.note,
        owner=line.holder or "window",
        owner_text=HOLDERS.get(line.holder or "window", HOLDERS["window"]),
        since=since,
        age_hours=waited // 3600,
        age_days=waited // _DAY,
        window=Desk(name=window.name, phone=window.contact.phone),
    )


def _late(office: Office, line: SlotLine, light: str, window: Window) -> LateLine:
    since = line.since or line.updated_at
    holder = line.holder or "nobody"
    bundle, title, agency, phone = _names(office, line)
    today = office.today()
    due = {"promised": line.due_promised, "statutory": line.due_statutory}
    return LateLine(
        number=line.case,
        bundle=line.bundle,
        bundle_title=bundle,
        slot=line.slot,
        title=title,
        agency=agency,
        agency_phone=phone,
        round=line.round,
        state=line.state,
        state_text={state.value: text for state, text in SLOT_STATES.items()}[line.state],
        light=light,
        promised=line.due_promised,
        statutory=line.due_statutory,
        passed=tuple(name for name, day in due.items() if day is not None and day < today),
        holder=holder,
        holder_text=agency if holder == "agency" else HOLDERS[holder],
        since=since,
        age_days=max(int((office.now() - since).total_seconds()), 0) // _DAY,
        window=Desk(name=window.name, phone=window.contact.phone),
    )


def _names(office: Office, line: SlotLine) -> tuple[Text, Text, Text, str]:
    """Life event, item, agency and its phone, as the catalog names them now."""
    agency = office.catalog.agencies.get(line.agency)
    bundle = office.catalog.bundles.get(line.bundle)
    base = line.slot.partition("[")[0]
    slot = next((one for one in bundle.slots if one.slot == base), None) if bundle else None
    title = slot.title if slot else None
    if title is None and slot is not None:
        try:
            title = office.catalog.item(slot.item, line.received_on).title
        except NotKnown:
            title = None
    return (
        bundle.title if bundle else Text(zh=line.bundle, en=line.bundle),
        title or Text(zh=line.slot, en=line.slot),
        agency.title if agency else Text(zh=line.agency, en=line.agency),
        agency.contact.phone if agency else "",
    )
