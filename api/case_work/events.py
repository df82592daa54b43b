"""A case live: in goes its number and the last line seen, out comes a stream of what happens to it.

Server-sent events (HTML standard, section 9.2): `line` carries one line of the story as an element for the
page, `said` the same as words to be read out, `changed` the case's revision, `end` that nothing more comes.
The id of an event is the number of the story's last line before it, so a page that lost the connection goes
on from there. Comments keep idle connections open.
"""

from collections.abc import AsyncIterable
from contextlib import aclosing
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api import audit
from api.case import Number
from api.case_view import TimelineLine
from api.case_work.watch import Watch, watch_of
from api.office import TheOffice
from api.page_view import locale_of, render
from api.principal import Access, Caller, Purpose
from onething.text import Locale
from records.case import get_case

router = APIRouter(include_in_schema=False)
LONGEST: Final = 900.0
"""Seconds after which a page has to come again, and to prove again who it is."""
_RETRY: Final = 3000
"""Milliseconds after which a browser comes again."""
Follower = Annotated[Caller, Depends(Access(Purpose.FOLLOW_CASE))]
LastLine = Annotated[str | None, Header(alias="Last-Event-ID", max_length=20)]


async def watched(
    number: Number, caller: Follower, office: TheOffice, request: Request, last_event_id: LastLine = None
) -> Watch:
    """The watch, once it is certain that there is such a case; raises NotKnown before anything streams."""
    await get_case(office.archive, number)
    if not last_event_id:
        await audit.note(office, caller, "follow_case", number)
    return watch_of(request)


@router.get("/cases/{number}/events", response_class=EventSourceResponse)
async def events(
    number: Number,
    watch: Annotated[Watch, Depends(watched)],
    request: Request,
    after: Annotated[int, Query(ge=0, le=10**9)] = 0,
    last_event_id: LastLine = None,
) -> AsyncIterable[ServerSentEvent]:
    """What happens to the case after the line seen last, until it ends."""
    locale = locale_of(request)
    last = int(last_event_id) if last_event_id and last_event_id.isdecimal() else after
    revision: int | None = None
    yield ServerSentEvent(comment="open", retry=_RETRY)
    async with aclosing(watch.marks(number, LONGEST)) as marks:
        async for mark in marks:
            for line in await watch.lines(number, last) if mark.seq > last else ():
                last = line.seq
                yield ServerSentEvent(event="line", raw_data=_element(line, locale), id=str(last))
                yield ServerSentEvent(event="said", raw_data=_words(line, locale))
            if revision is not None or mark.seq > after:
                yield ServerSentEvent(event="changed", raw_data=str(mark.revision), id=str(last))
            revision = mark.revision
            if mark.closed:
                yield ServerSentEvent(event="end", raw_data="closed", id=str(last))
                return


def _element(line: TimelineLine, locale: Locale) -> str:
    return render("case_work/line.html", locale, line=line).strip()


def _words(line: TimelineLine, locale: Locale) -> str:
    return render("case_work/said.html", locale, line=line).strip()
