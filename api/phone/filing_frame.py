"""The frame of a person's pages: in goes a template with values, out comes a page in one of two sizes."""

import re
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api.page_view import COOKIE, LARGE, in_large, locale_of, render
from api.principal import ANYBODY, Access, Caller, Purpose
from api.role import PERSONS
from onething.text import Locale

router = APIRouter(include_in_schema=False)
Anybody = Annotated[Caller, Depends(Access(Purpose.CATALOG, ANYBODY | PERSONS))]
_KEPT_DAYS: Final = 365
_WRONG: Final = 400
_KEPT: Final = re.compile(r"[a-z0-9_]{1,20}(/[a-z0-9_]{1,80})?")
_OWN: Final = re.compile(r"/(m|status|agents)([/?][^\\\s]*)?")
"""Where one was: a page for persons, and never another site's."""
_DRAFT: Final = re.compile(r"/m/drafts/[0-9a-f]{32}")


def draw(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Draw one page for persons, in the size and language asked for, with a status that says how it went."""
    path, query = request.url.path, request.url.query
    frame = {
        "large": in_large(request),
        "here": f"{path}?{query}" if query else path,
        "kept": _kept(request),
        "wrong": status >= _WRONG,
    }
    return HTMLResponse(render(template, locale_of(request), **(frame | values)), status)


def language(request: Request, joint: str = "?") -> str:
    """The query that keeps the page's language, behind `?` or `&`."""
    return f"{joint}lang=en" if locale_of(request) is Locale.EN else ""


@router.post("/m/type")
async def change_size(
    caller: Anybody,
    size: Annotated[str, Form(max_length=10)] = "",
    to: Annotated[str, Form(max_length=300)] = "/m",
) -> RedirectResponse:
    """Switch all of a person's pages to large type, or back; remembered by the device for a year."""
    del caller
    inside = _OWN.fullmatch(to) is not None
    answer = RedirectResponse(to if inside else "/m", 303)
    if size == LARGE:
        age = _KEPT_DAYS * 24 * 3600
        answer.set_cookie(COOKIE, LARGE, max_age=age, path="/", samesite="lax", httponly=True)
    else:
        answer.delete_cookie(COOKIE, path="/")
    return answer


def _kept(request: Request) -> str:
    """The page whose typed words the server has just taken, so that the device may forget them; or empty.

    A page that answers its own form has them; one that a form led to says so in its address.
    """
    if request.method == "POST":
        return request.url.path if request.url.path.startswith("/m/") else ""
    named, draft = request.query_params.get("kept", ""), _DRAFT.match(request.url.path)
    if draft is None or not _KEPT.fullmatch(named):
        return ""
    return f"/m/{named}" if named.startswith("events/") else f"{draft[0]}/{named}"
