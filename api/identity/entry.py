"""Signing in without pages: in goes what a provider gave a program, out comes a bearer token; and who it is.

The mini-program and other programs send the token as `Authorization: Bearer`, and take a renewed one from
the header `X-Session-Token` of any answer.
"""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import Field

from api import audit
from api.identity.development import citizen_account, staff_account
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
SignedIn = Annotated[Caller, Depends(Access(Purpose.SIGN_IN, SIGNED_IN))]


class DevelopmentSignIn(Model):
    """Whom to be: a staff account by its key, or an invented person by name and number."""

    account: Annotated[str, Field(max_length=80)] = ""
    name: Annotated[str, Field(max_length=40)] = ""
    id_number: Annotated[str, Field(max_length=40)] = ""


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
    throttle.check(request, tried)
    try:
        if wanted.account:
            account = await staff_account(office, wanted.account)
        else:
            account = await citizen_account(office, wanted.name, wanted.id_number)
    except NotKnown:
        throttle.failed(request, tried)
        raise _unknown(wanted) from None
    return await admitted(office, account)


@router.get("/me")
async def get_me(caller: SignedIn) -> Me:
    """Who the token belongs to."""
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


async def admitted(office: Office, account: Account) -> Admission:
    """Begin the account's session for a program; raises NotAllowed for an account that was closed."""
    token = await sign_in(office, account)
    await audit.note(office, Caller(account.id, Role(account.role), Purpose.SIGN_IN), "sign_in")
    return Admission(token=token, expires=office.now() + LONGEST)


def _unknown(wanted: DevelopmentSignIn) -> Exception:
    if wanted.account:
        return rejected([told("/account", "enum")])
    return rejected([told("/id_number", "citizen-id", format="citizen-id")])
