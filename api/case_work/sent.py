"""What was just asked of a case and is not on record yet: in goes a request, out comes the way back to it.

The case's workflow answers before the records have its next state; until they do, the page says that what was
asked is on its way, and offers nothing to press twice.
"""

from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import Depends, Query, Request
from fastapi.responses import RedirectResponse

from api.office import Office, TheOffice
from api.page_view import locale_of
from onething.errors import NotKnown
from onething.text import Locale
from records.case import get_case

Sent = Annotated[int | None, Query(alias="sent", ge=0, le=10**9)]
"""The revision that the case had when something was asked of it."""


async def remember(request: Request, office: TheOffice) -> None:
    """Note which revision a case has before anything is asked of it."""
    number = request.path_params.get("number")
    if request.method == "POST" and number:
        request.state.before = await _revision(office, number)


REMEMBERED: Final = [Depends(remember)]
"""For the routers whose pages ask something of a case."""


async def back(office: Office, number: str, request: Request) -> RedirectResponse:
    """To the case's page, in the language of the page before; while the records lag, it will say so."""
    query: dict[str, str | int] = {"lang": "en"} if locale_of(request) is Locale.EN else {}
    before = getattr(request.state, "before", None)
    if before is not None and await _revision(office, number) == before:
        query["sent"] = before
    return RedirectResponse(f"/cases/{number}{'?' if query else ''}{urlencode(query)}", 303)


async def _revision(office: Office, number: str) -> int | None:
    try:
        return (await get_case(office.archive, number)).revision
    except NotKnown:
        return None
