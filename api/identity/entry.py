"""Signing in without pages: in goes what a provider gave a program, out comes a bearer token; and who it is.

The mini-program and other programs send the token as `Authorization: Bearer`, and take a renewed one from
the header `X-Session-Token` of any answer.
"""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import Field

from api import audit
from api.identity.development import citizen_account, staff_account, wrong_with
from api.identity.door import account_of, prove, provider_named
from api.identity.errors import IdentityRefused
from api.identity.throttle import throttle_of
from api.office import Office, TheOffice
from api.principal import Access, Caller, Purpose, on_loopback
from api.problem import rejected, told
from api.role import ANYBODY, SIGNED_IN, Role
from api.session import IDLE, LONGEST, sign_in
from onething.errors import NotAllowed, NotKnown
from onething.text import Model, Text
from records.account import Account

router = APIRouter(prefix="/api/v1", tags=["identity"])
Anybody = Annotated[Caller, Depends(Access(Purpose.SIGN_IN, ANYBODY))]
Citizen = Annotated[Caller, Depends(Access(Purpose.SIGN_IN, frozenset({Role.CITIZEN})))]
SignedIn = Annotated[Caller, Depends(Access(Purpose.SIGN_IN, SIGNED_IN))]


class DevelopmentSignIn(Model):
    """Whom to be: a staff account by its key, or an invented person by name and number."""

    account: Annotated[str, Field(max_length=80)] = ""
    name: Annotated[str, Field(max_length=40)] = ""
    id_number: Annotated[str, Field(max_length=40)] = ""


class WeChatCode(Model):
    """What `wx.login` gave the mini-program; it counts once, for five minutes."""

    code: Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[\x21-\x7e]+$")]


class PortalTicket(Model):
    """A ticket that the province's portal signed."""

    ticket: Annotated[str, Field(min_length=1, max_length=8000, pattern=r"^[A-Za-z0-9._-]+$")]


class Admission(Model):
    """A session begun."""

    token: str
    expires: datetime
    """When the session ends however much it is used."""
    idle_seconds: int = int(IDLE.total_seconds())
    """How long it lasts without any use."""


class WindowView(Model):
    """The counter that a clerk works at."""

    id: str
    name: Text
    region: str


class Me(Model):
    """Who is signed in, as their own screen shows it."""

    account: str
    role: Role
    name: str
    verified: bool
    """Whether a provider has proven who this is; without it only what this account filed itself is seen."""
    agency: str | None = None
    window: WindowView | None = None
    area: str | None = None
    organisation: str | None = None
    development: bool = False


@router.post("/sign-in/development")
async def sign_in_for_development(
    wanted: DevelopmentSignIn, caller: Anybody, office: TheOffice, request: Request
) -> Admission:
    """Be whoever is chosen: only on this machine and only where the development login is on."""
    del caller
    if not office.settings.development_login or not on_loopback(request):
        raise NotAllowed(what="development login")
    throttle = throttle_of(request)
    tried = wanted.account or wanted.id_number
    await throttle.check(request, tried)
    try:
        if wanted.account:
            account = await staff_account(office, wanted.account)
        else:
            account = await citizen_account(office, wanted.name, wanted.id_number)
    except NotKnown:
        await throttle.failed(request, tried)
        raise _unknown(wanted) from None
    return await admitted(office, account)


@router.post("/sign-in/wechat")
async def sign_in_by_wechat(
    given: WeChatCode, caller: Anybody, office: TheOffice, request: Request
) -> Admission:
    """Change the code of `wx.login` for a session; who it is remains unproven, and WeChat's key unseen."""
    del caller
    return await _admit(office, request, "wechat", {"code": given.code})


@router.post("/sign-in/provincial")
async def sign_in_by_ticket(
    given: PortalTicket, caller: Anybody, office: TheOffice, request: Request
) -> Admission:
    """Change a ticket of the province's portal for a session of the person that it proves."""
    del caller
    return await _admit(office, request, "provincial", {"ticket": given.ticket})


@router.post("/me/identity")
async def prove_me(given: PortalTicket, caller: Citizen, office: TheOffice, request: Request) -> Me:
    """Prove with a portal's ticket whose account this is; for one that WeChat opened."""
    provider = provider_named(request, "provincial")
    throttle = throttle_of(request)
    await throttle.check(request, caller.account)
    try:
        identity = await provider.complete({}, {"ticket": given.ticket}, "")
        account = await prove(office, caller.account, identity)
    except IdentityRefused:
        await throttle.failed(request, caller.account)
        raise
    await audit.note(office, caller, "prove_identity", fields=("id_number", "name"))
    proven = replace(caller, person=account.person_blind, name=account.person.get("name", ""))
    return _view(proven)


@router.get("/me")
async def get_me(caller: SignedIn) -> Me:
    """Who the token belongs to."""
    return _view(caller)


async def admitted(office: Office, account: Account) -> Admission:
    """Begin the account's session for a program; raises NotAllowed for an account that was closed."""
    token = await sign_in(office, account)
    await audit.note(office, Caller(account.id, Role(account.role), Purpose.SIGN_IN), "sign_in")
    return Admission(token=token, expires=office.now() + LONGEST)


def _unknown(wanted: DevelopmentSignIn) -> Exception:
    if wanted.account:
        return rejected([told("/account", "enum")])
    return rejected(wrong_with(wanted.name, wanted.id_number))


async def _admit(office: Office, request: Request, name: str, answered: dict[str, str]) -> Admission:
    provider = provider_named(request, name)
    throttle = throttle_of(request)
    await throttle.check(request)
    try:
        identity = await provider.complete({}, answered, "")
        account = await account_of(office, provider, identity)
    except IdentityRefused:
        await throttle.failed(request)
        raise
    return await admitted(office, account)


def _view(caller: Caller) -> Me:
    window = caller.window
    return Me(
        account=caller.account,
        role=caller.role,
        name=caller.name,
        verified=caller.person is not None,
        agency=caller.agency,
        window=WindowView(id=window.id, name=window.name, region=window.region) if window else None,
        area=caller.area,
        organisation=caller.organisation,
        development=caller.development,
    )
