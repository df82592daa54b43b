"""Appointments for the eye: a case and its bookings in, what pages of citizens and clerks show out."""

from datetime import date, datetime, timedelta

from api.office import Office
from api.phone.appointment_table import (
    BookableDay,
    OpeningHours,
    moment_of,
    opening_hours,
    table,
)
from api.phone.kept_time import KeptTime, kept_times
from api.standing import Standing, standing_of
from api.window import DEVELOPMENT_WINDOW, Window, window_of
from onething.case_definition import SlotDefinition
from onething.errors import NotKnown
from onething.text import Model, Text
from records.appointment import (
    ENDED,
    Appointment,
    appointments_of,
    given_back_of,
    taken,
    window_serving,
)


class AppointmentLine(Model):
    """One booking: for which item, when and where, what to bring."""

    slot: str
    title: Text
    day: date
    starts: str
    at: datetime
    window: Text
    address: Text
    phone: str
    bring: Text | None
    past: bool
    ended: bool = False
    """Given back because the item came to an end."""


class AppointmentView(Model):
    """The times of one item: what is booked, and every open day with its times."""

    number: str
    slot: str
    title: Text
    who: tuple[Text, ...]
    bring: Text | None
    item: str
    """`agency/item`."""
    window_id: str
    window: Text
    address: Text
    phone: str
    booked: AppointmentLine | None
    days: tuple[BookableDay, ...]


async def appointments_of_case(office: Office, number: str) -> tuple[AppointmentLine, ...]:
    """The bookings of a case that hold, the next one first; raises NotKnown, CaseErased."""
    return await lines_of(office, await standing_of(office, number))


async def lines_of(office: Office, standing: Standing) -> tuple[AppointmentLine, ...]:
    """The bookings of a case whose standing is known."""
    known = {one.slot: one for one in standing.case.definition.slots}
    found = await appointments_of(office.archive, standing.number)
    return tuple([await _line(office, one, known[one.slot]) for one in found if one.slot in known])


async def given_back(office: Office, standing: Standing) -> tuple[AppointmentLine, ...]:
    """The bookings that ended with their items, each item's last one."""
    known = {one.slot: one for one in standing.case.definition.slots}
    found = {one.slot: one for one in reversed(await given_back_of(office.archive, standing.number))}
    return tuple([await _line(office, one, known[one.slot]) for one in found.values() if one.slot in known])


async def bookable_slots(office: Office, standing: Standing) -> tuple[SlotDefinition, ...]:
    """The items for which a time can be booked here: somebody has to come, and no other item keeps a time."""
    return (await times_to_come(office, standing))[0]


async def times_to_come(
    office: Office, standing: Standing
) -> tuple[tuple[SlotDefinition, ...], dict[str, KeptTime]]:
    """The items for which a time can be booked here, and the times kept already by slot."""
    waiting = _coming(standing)
    kept = await kept_times(office, standing, waiting)
    unkept = {one.slot for one in waiting if one.slot not in kept or kept[one.slot].past}
    if len(unkept) < len(waiting):
        unkept |= {one.slot for one in await appointments_of(office.archive, standing.number)}
    return tuple(one for one in waiting if one.slot in unkept), kept


async def view_appointments(office: Office, number: str, slot: str) -> AppointmentView:
    """What may be booked for one item; raises NotKnown where nobody has to come for it."""
    standing = await standing_of(office, number)
    definition = next((one for one in await bookable_slots(office, standing) if one.slot == slot), None)
    if definition is None:
        raise NotKnown("appointment", slot)
    window = await _window(office, standing)
    hours = opening_hours(office.settings.catalog_dir)
    booked = [one for one in await lines_of(office, standing) if one.slot == slot]
    return AppointmentView(
        number=number,
        slot=slot,
        title=definition.title,
        who=tuple(text for gate in definition.gates if gate.in_person for text in gate.who),
        bring=hours.bring(definition.item),
        item=definition.item,
        window_id=window.id,
        window=window.name,
        address=window.contact.address,
        phone=window.contact.phone,
        booked=booked[0] if booked else None,
        days=await _days(office, hours, window.id, definition.item),
    )


def _coming(standing: Standing) -> tuple[SlotDefinition, ...]:
    """The items for which somebody still has to come in person."""
    if standing.stored.closed_at is not None:
        return ()
    waiting = []
    for one in standing.case.definition.slots:
        slot = standing.state.slots.get(one.slot)
        by = slot.blocked_by if slot is not None else None
        gates = {gate.gate for gate in one.gates if gate.in_person}
        if by is not None and by.gate in gates:
            waiting.append(one)
    return tuple(waiting)


async def _days(office: Office, hours: OpeningHours, window_id: str, item: str) -> tuple[BookableDay, ...]:
    today = office.today()
    last = today + timedelta(days=hours.days_ahead)
    full = await taken(office.archive, window_id, item, today, last)
    return table(hours, office.calendar, (window_id, item), full, office.now())


async def _window(office: Office, standing: Standing) -> Window:
    """Where people come: the window that took the case in, or the one that serves its region."""
    window_id = standing.stored.window_id
    if window_id is None:
        window_id = await window_serving(office.archive, standing.stored.region or "")
    return await window_of(office.archive, window_id or DEVELOPMENT_WINDOW.id)


async def _line(office: Office, one: Appointment, definition: SlotDefinition) -> AppointmentLine:
    window = await window_of(office.archive, one.window_id)
    at = moment_of(one.day, one.starts)
    return AppointmentLine(
        slot=one.slot,
        title=definition.title,
        day=one.day,
        starts=one.starts,
        at=at,
        window=window.name,
        address=window.contact.address,
        phone=window.contact.phone,
        bring=opening_hours(office.settings.catalog_dir).bring(one.item),
        past=at < office.now(),
        ended=one.end_reason == ENDED,
    )


__all__ = [
    "AppointmentLine",
    "AppointmentView",
    "appointments_of_case",
    "bookable_slots",
    "given_back",
    "lines_of",
    "times_to_come",
    "view_appointments",
]
