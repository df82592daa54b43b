"""Signing in and out as pages: in goes a choice or a provider's answer, out comes a session's cookie."""

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import audit
from api.identity.development import choices, citizen_account, staff_account, wrong_with
from api.identity.door import providers_of
from api.identity.provider import Portal
from api.identity.throttle import throttle_of
from api.office import Office, TheOffice
from api.page_view import in_large, is_of_persons, locale_of, render
from api.phone.filing_frame import language
from api.principal import Access, Caller, Purpose, on_loopback
from api.role import ANYBODY, HOMES, PERSONS, SIGNED_IN, Role
from api.session import set_cookie, sign_in, sign_out, visitor_of
from onething.errors import NotAllowed, NotKnown
from onething.text import Text
from records.account import Account

router = APIRouter(include_in_schema=False)
_NONE: Final[Mapping[str, Text]] = {}
Anybody = Annotated[Caller, Depends(Access(Purpose.SIGN_IN, ANYBODY))]
SignedIn = Annotated[Caller, Depends(Access(Purpose.SIGN_IN, SIGNED_IN))]
NextQuery = Annotated[str, Query(max_length=300)]


@router.get("/sign-in", response_class=HTMLResponse)
async def show_sign_in(
    caller: Anybody, office: TheOffice, request: Request, to: NextQuery = ""
) -> HTMLResponse:
    """The ways of signing in that this installation offers."""
    del caller
    return HTMLResponse(_page(office, request, to))


@router.post("/sign-in/development")
async def sign_in_for_development(  # noqa: PLR0913, PLR0917 - what the form says, what the door gives
    caller: Anybody,
    office: TheOffice,
    request: Request,
    account: Annotated[str, Form(max_length=80)] = "",
    name: Annotated[str, Form(max_length=40)] = "",
    id_number: Annotated[str, Form(max_length=40)] = "",
    to: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    """Be whoever is chosen: only on this machine, and marked on every page."""
    if not office.settings.development_login or not on_loopback(request):
        raise NotAllowed(what="development login")
    del caller
    throttle = throttle_of(request)
    await throttle.check(request, account or id_number)
    try:
        if account:
            chosen = await staff_account(office, account)
        else:
            chosen = await citizen_account(office, name, id_number)
    except NotKnown:
        await throttle.failed(request, account or id_number)
        problems = {one.pointer.strip("/"): one.text for one in wrong_with(name, id_number)}
        return HTMLResponse(_page(office, request, to, problems, name), 422)
    return await admit(office, request, chosen, to)


@router.post("/sign-out")
async def leave(caller: SignedIn, office: TheOffice, request: Request) -> RedirectResponse:
    """End the session."""
    visitor = await visitor_of(request, office)
    if visitor is not None:
        await sign_out(office, visitor)
        await audit.note(office, caller, "sign_out")
    set_cookie(request, None)
    back = f"?to={HOMES[Role.CITIZEN]}" if caller.role is Role.CITIZEN else ""
    joint = "&" if back else "?"
    return RedirectResponse(f"/sign-in{back}{language(request, joint)}", 303)


async def admit(office: Office, request: Request, account: Account, to: str = "") -> RedirectResponse:
    """Begin the account's session, always a fresh one, and go where it was going.

    A page for persons is no place for staff: they go to their own.
    """
    # Whatever session the browser brought stays behind, so nobody can have planted this one.
    set_cookie(request, await sign_in(office, account))
    caller = Caller(account.id, Role(account.role), Purpose.SIGN_IN)
    await audit.note(office, caller, "sign_in")
    there = safe(to)
    if caller.role not in PERSONS and is_of_persons(there):
        there = ""
    return RedirectResponse(_spoken(request, there or HOMES[caller.role]), 303)


def safe(to: str) -> str:
    """An address of our own to go on to; empty for any other."""
    return to if to.startswith("/") and not to.startswith(("//", "/\\")) and "\n" not in to else ""


def _spoken(request: Request, to: str) -> str:
    """The address in the language of the page that leads there, whatever language it was left in."""
    path, _, query = to.partition("?")
    kept = "&".join(one for one in query.split("&") if one and not one.startswith("lang="))
    bare = f"{path}?{kept}" if kept else path
    return bare + language(request, "&" if kept else "?")


def _page(
    office: Office, request: Request, to: str, errors: Mapping[str, Text] = _NONE, name: str = ""
) -> str:
    development = office.settings.development_login and on_loopback(request)
    for_persons = is_of_persons(safe(to))
    portals = [one for one in providers_of(request).values() if isinstance(one, Portal)]
    return render(
        "sign_in.html",
        locale_of(request),
        to=_spoken(request, safe(to)) if safe(to) else "",
        for_persons=for_persons,
        large=for_persons and in_large(request),
        staff=choices(office) if development else (),
        errors=errors,
        name=name,
        portals=sorted(portals, key=lambda one: one.staff) if for_persons else portals,
        development=development,
    )
