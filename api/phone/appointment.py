"""Appointments for items that need people to come: in goes a time, out comes the booking or what is free.

Citizens, their representatives and clerks on their behalf book alike; no place is given twice.
"""

from datetime import date, datetime
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from activities.told import Channel
from api import audit
from api.case import Name, Number
from api.identity.acting import BOOKING
from api.office import Office, TheOffice
from api.page_view import locale_of
from api.phone.appointment_table import Bookable, moment_of
from api.phone.appointment_view import AppointmentView, view_appointments
from api.phone.filing_frame import draw
from api.principal import Access, Caller, Purpose, Role
from api.role import FILERS
from onething.errors import ActionRejected
from onething.text import Locale, Model
from records import appointment as records
from records.appointment import Booking, Place
from records.notice import NewNotice, queue_notice

router = APIRouter(include_in_schema=False)
api = APIRouter(prefix="/api/v1", tags=["appointments"])
Follower = Annotated[Caller, Depends(Access(Purpose.FOLLOW_CASE, FILERS))]
Steerer = Annotated[Caller, Depends(Access(Purpose.STEER_CASE, FILERS, BOOKING))]
Starts = Annotated[str, Form(pattern=r"^[0-9]{2}:[0-9]{2}$")]
_FULL: Final = "this time is not free"
_PATH: Final = "/cases/{number}/slots/{slot}/appointment"


class AppointmentRequest(Model):
    """The time asked for, one of those that are shown."""

    day: date
    starts: str


@api.get(_PATH)
async def get_appointments(
    number: Number, slot: Name, caller: Follower, office: TheOffice
) -> AppointmentView:
    """What is booked for one item, and every open day with its times and free places."""
    await audit.note(office, caller, "read_appointments", number, (slot,))
    return await view_appointments(office, number, slot)


@api.post(_PATH)
async def post_appointment(
    number: Number, slot: Name, request: AppointmentRequest, caller: Steerer, office: TheOffice
) -> AppointmentView:
    """Book a time, or move to it; a time that is not free is refused, and what was booked stays."""
    view = await view_appointments(office, number, slot)
    if not await book(office, caller, view, (request.day, request.starts)):
        raise ActionRejected(what=_FULL, slot=slot)
    return await view_appointments(office, number, slot)


@api.delete(_PATH)
async def delete_appointment(
    number: Number, slot: Name, caller: Steerer, office: TheOffice
) -> AppointmentView:
    """Give a booked time back."""
    await give_back(office, caller, number, slot)
    return await view_appointments(office, number, slot)


@router.get("/m" + _PATH, response_class=HTMLResponse)
async def show_appointments(  # noqa: PLR0913, PLR0917 - what the address says, what the door gives
    number: Number,
    slot: Name,
    caller: Follower,
    office: TheOffice,
    request: Request,
    on: Annotated[date | None, Query()] = None,
) -> HTMLResponse:
    """The open days, and the times of the one chosen."""
    await audit.note(office, caller, "read_appointments", number, (slot,))
    return await _page(office, caller, request, (number, slot), on)


@router.post("/m" + _PATH)
async def book_time(  # noqa: PLR0913, PLR0917 - what address and form say, what the door gives
    number: Number,
    slot: Name,
    caller: Steerer,
    office: TheOffice,
    request: Request,
    day: Annotated[date, Form()],
    starts: Starts,
) -> Response:
    """Book, or say that somebody else was faster and show what is left."""
    view = await view_appointments(office, number, slot)
    if await book(office, caller, view, (day, starts)):
        return RedirectResponse(case_page(caller, number, request), 303)
    return await _page(office, caller, request, (number, slot), day, full=starts)


@router.get("/m" + _PATH + "/cancel", response_class=HTMLResponse)
async def ask_cancelling(
    number: Number, slot: Name, caller: Steerer, office: TheOffice, request: Request
) -> Response:
    """Ask once before a time is given back, for somebody else may have it a moment later."""
    await audit.note(office, caller, "read_appointments", number, (slot,))
    view = await view_appointments(office, number, slot)
    if view.booked is None:
        return RedirectResponse(case_page(caller, number, request), 303)
    return draw(request, "phone/follow/appointment_cancel.html", view=view)


@router.post("/m" + _PATH + "/cancel")
async def cancel_time(
    number: Number, slot: Name, caller: Steerer, office: TheOffice, request: Request
) -> RedirectResponse:
    """Give a booked time back, and say so."""
    await give_back(office, caller, number, slot)
    return RedirectResponse(case_page(caller, number, request, done="cancelled"), 303)


async def book(office: Office, caller: Caller, view: AppointmentView, wanted: tuple[date, str]) -> bool:
    """Book one of the times that the view shows, and tell the applicant; False when it is not free."""
    await audit.note(office, caller, "book_appointment", view.number, (view.slot,))
    booked = view.booked
    if booked is not None and (booked.day, booked.starts) == wanted:
        return True
    found = _time(view, *wanted)
    if found is None or not found.free:
        return False
    place = Place(view.window_id, view.item, *wanted)
    booking = Booking(view.number, view.slot, place, found.places, caller.role.value)
    new = await records.book(office.archive, booking, office.now())
    if new is None:
        return False
    kind = "appointment_moved" if booked is not None else "appointment_booked"
    await tell(office, (new.case, new.slot, new.id), kind, moment_of(new.day, new.starts))
    return True


async def give_back(office: Office, caller: Caller, number: str, slot: str) -> None:
    """Give a booked time back, and tell the applicant; asking again changes nothing."""
    await audit.note(office, caller, "cancel_appointment", number, (slot,))
    ended = await records.cancel(office.archive, number, slot, office.now())
    if ended is not None:
        at = moment_of(ended.day, ended.starts)
        await tell(office, (number, slot, ended.id), "appointment_cancelled", at)


async def tell(office: Office, about: tuple[str, str, str], kind: str, at: datetime) -> None:
    """Queue the notice of one booking; `about` is case, slot and booking."""
    number, slot, booking = about
    courier = office.settings.notify_url is not None
    notice = NewNotice(
        key=f"{kind}/{booking}",
        case=number,
        kind=kind,
        channel=(Channel.HTTP if courier else Channel.WINDOW).value,
        content={"text": kind, "params": {"at": at.isoformat()}, "slots": [slot]},
        queued_at=office.now(),
        recipient="applicant",
        slot=slot,
    )
    await queue_notice(office.archive, notice)


def case_page(caller: Caller, number: str, request: Request, done: str = "") -> str:
    """The case's page for whoever calls, in the language before; a person is told what is done."""
    said = {"lang": "en"} if locale_of(request) is Locale.EN else {}
    if caller.role is Role.CLERK:
        done = ""
    query = urlencode(({"done": done} if done else {}) | said)
    place = f"{'' if caller.role is Role.CLERK else '/m'}/cases/{number}"
    return f"{place}?{query}" if query else place


def _time(view: AppointmentView, day: date, starts: str) -> Bookable | None:
    times = (one for open_day in view.days if open_day.day == day for one in open_day.times)
    return next((one for one in times if one.starts == starts), None)


async def _page(
    office: Office,
    caller: Caller,
    request: Request,
    place: tuple[str, str],
    on: date | None,
    **values: Any,
) -> HTMLResponse:
    number, slot = place
    view = await view_appointments(office, number, slot)
    wanted = on or (view.booked.day if view.booked is not None else None)
    free = next((one for one in view.days if one.free), None)
    chosen = next((one for one in view.days if one.day == wanted), free)
    return draw(
        request,
        "phone/follow/appointment.html",
        409 if values.get("full") else 200,
        view=view,
        chosen=chosen,
        back_to=case_page(caller, number, request),
        **{"full": ""} | values,
    )
