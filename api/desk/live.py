"""The desk live: in goes what a page has seen, out comes a stream of what has changed since.

Server-sent events (HTML standard, section 9.2): `changed` says that the list is another one now, `said` the
same as words to be read out when filings have come. The id of an event is how many have come altogether.
The page of a filing hears only `said`: what is being typed there is not taken away.
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
from api.desk.place import ItemId, find
from api.desk.view import view_item
from api.desk.watch import DeskWatch, ItemWatch, desk_watch_of, item_watch_of
from api.office import TheOffice
from api.page_view import locale_of, render, word
from api.visit import Caller
from onething.errors import NotKnown
from records.desk_inbox import Desk
from records.errors import CaseErased

router = APIRouter(include_in_schema=False, prefix="/desk")
LONGEST: Final = 900.0
"""Seconds after which a page has to come again, and to prove again who it is."""
_RETRY: Final = 3000
"""Milliseconds after which a browser comes again."""
Seen = Annotated[int, Query(ge=0, le=10**9)]
Digest = Annotated[str, Query(pattern=r"^[0-9a-f]{16}$")]
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


async def item_watched(
    item_id: ItemId, caller: Handler, office: TheOffice, request: Request
) -> tuple[ItemWatch, Caller]:
    """The watch and who looks; raises NotKnown, CaseErased before anything streams."""
    await find(office, caller, item_id)
    return item_watch_of(request), caller


@router.get("/items/{item_id}/events", response_class=EventSourceResponse)
async def item_events(  # noqa: PLR0913, PLR0917 - what the address says, what the door gives
    item_id: ItemId,
    watcher: Annotated[tuple[ItemWatch, Caller], Depends(item_watched)],
    office: TheOffice,
    request: Request,
    seen: Digest,
    last_event_id: LastCount = None,
) -> AsyncIterable[ServerSentEvent]:
    """Says that a filing stands otherwise than the page shows it, which was drawn as `seen`."""
    watch, caller = watcher
    last = last_event_id or seen
    locale = locale_of(request)
    yield ServerSentEvent(comment="open", retry=_RETRY)
    async with aclosing(watch.marks(item_id, LONGEST)) as marks:
        async for _ in marks:
            try:
                view = await view_item(office, await find(office, caller, item_id), caller.account)
            except (NotKnown, CaseErased):
                return
            if view.digest != last:
                said = render("desk/moved.html", locale, item=item_id).strip()
                yield ServerSentEvent(event="said", raw_data=said, id=view.digest)
            last = view.digest
