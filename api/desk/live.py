"""The inbox live: in goes how many filings a page has seen, out comes a stream of what has changed since.

Server-sent events (HTML standard, section 9.2): `changed` says that the list is another one now, `said` the
same as words to be read out when filings have come. The id of an event is how many have come altogether.
"""

from collections.abc import AsyncIterable
from contextlib import aclosing
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import HTMLResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api import audit
from api.desk.inbox import desk_of
from api.desk.page import Handler, Prefix, draw_inbox
from api.desk.watch import DeskWatch, desk_watch_of
from api.office import TheOffice
from api.page_view import locale_of, word
from records.desk_inbox import Desk

router = APIRouter(include_in_schema=False, prefix="/desk")
LONGEST: Final = 900.0
"""Seconds after which a page has to come again, and to prove again who it is."""
_RETRY: Final = 3000
"""Milliseconds after which a browser comes again."""
Seen = Annotated[int, Query(ge=0, le=10**9)]
LastCount = Annotated[str | None, Header(alias="Last-Event-ID", max_length=20)]


async def watched(
    caller: Handler, office: TheOffice, request: Request, seen: Seen, last_event_id: LastCount = None
) -> tuple[DeskWatch, Desk]:
    """The watch and the caller's own desk; raises NotAllowed before anything streams."""
    del seen  # asked for here as well, so that a page which does not say it is refused at once
    desk = desk_of(office, caller)
    if not last_event_id:
        await audit.note(office, caller, "follow_desk")
    return desk_watch_of(request), desk


@router.get("/live", response_class=HTMLResponse)
async def show_live(
    caller: Handler, office: TheOffice, request: Request, wanted: str = "", number: Prefix = ""
) -> HTMLResponse:
    """The part of the inbox that changes, for a page that has heard that it has."""
    return HTMLResponse(await draw_inbox(office, caller, request, (wanted, number), live=True))


@router.get("/events", response_class=EventSourceResponse)
async def events(
    place: Annotated[tuple[DeskWatch, Desk], Depends(watched)],
    request: Request,
    seen: Seen,
    last_event_id: LastCount = None,
) -> AsyncIterable[ServerSentEvent]:
    """What happens on the desk after so many filings have come."""
    locale = locale_of(request)
    last = int(last_event_id) if last_event_id and last_event_id.isdecimal() else seen
    watch, desk = place
    first = True
    yield ServerSentEvent(comment="open", retry=_RETRY)
    async with aclosing(watch.marks(desk, LONGEST)) as marks:
        async for mark in marks:
            if mark.filings > last:
                said = word("desk_came", count=mark.filings - last).say(locale)
                yield ServerSentEvent(event="said", raw_data=said)
            if not first or mark.filings != last:
                yield ServerSentEvent(event="changed", raw_data=str(mark.filings), id=str(mark.filings))
            first, last = False, mark.filings
