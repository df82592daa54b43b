"""Proving who one is from a program: in goes who calls, out comes whether it is proven, and where to."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from api.identity.door import providers_of
from api.office import TheOffice
from api.principal import Access, Caller, Purpose
from api.role import Role
from onething.text import Model, Text

router = APIRouter(prefix="/api/v1", tags=["identity"])
Citizen = Annotated[Caller, Depends(Access(Purpose.SIGN_IN, frozenset({Role.CITIZEN})))]
_PORTAL = "provincial"


class PortalView(Model):
    """A portal at which name and number can be proven."""

    title: Text
    audience: str
    """What its ticket has to be for (`aud`)."""


class OwnIdentity(Model):
    """Whether it is proven whose account this is, and where that is done."""

    verified: bool
    name: str
    portal: PortalView | None


@router.get("/me/identity")
async def get_identity(caller: Citizen, office: TheOffice, request: Request) -> OwnIdentity:
    """Whether a provider has proven who the caller is, and which portal's ticket would."""
    portal = providers_of(request).get(_PORTAL)
    audience = office.settings.provincial_audience or ""
    return OwnIdentity(
        verified=caller.person is not None,
        name=caller.name,
        portal=PortalView(title=portal.title, audience=audience) if portal is not None else None,
    )
