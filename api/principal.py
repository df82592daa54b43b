"""Who calls and what for: in goes a request, out comes a `Caller`; every route declares its `Access`.

Without an identity provider there is a development principal, a clerk at one window, and a development login
for every other role: only for a client on this machine's loopback who also addresses the server by a loopback
name. A reverse proxy that forwards the public name, and a page elsewhere that rebinds its name, are therefore
nobody; so is whatever says itself that it came through a proxy. A plain proxy here says nothing of the kind
and uses a loopback name: so there is none of this where the public address is not this machine's
(`Settings.development_login`).
"""

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from fastapi import Request

from api.errors import NotSignedIn
from api.identity.acting import Scopes, scopes_for
from api.office import Office
from api.role import ANYBODY, CLERKS, Purpose, Role
from api.scope import check_scope
from api.session import Visitor, check_form, visitor_of
from api.visit import CALLER, PATH, Caller
from api.window import DEVELOPMENT_WINDOW, WINDOWS, Window, window_of
from onething.errors import NotAllowed

__all__ = [
    "ANYBODY",
    "DEVELOPMENT_ACCOUNT",
    "DEVELOPMENT_WINDOW",
    "WINDOWS",
    "Access",
    "Caller",
    "Purpose",
    "Role",
    "Window",
    "on_loopback",
]

DEVELOPMENT_ACCOUNT: Final = "dev-clerk"
DEVELOPMENT: Final = "development"
"""The identity provider that believes whoever is on this machine."""
_LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_PROXIED: Final = ("forwarded", "x-forwarded-", "x-real-ip", "via")
"""How headers begin that a proxy adds (RFC 7239, RFC 9110 section 7.6.3, and custom)."""


@dataclass(frozen=True, slots=True)
class Access:
    """A route's declaration: which roles may call it, and what for; use as a dependency.

    It also checks whatever the address names: a case is seen by its parties, by the windows of its area and
    by the agencies that have an item in it. `under` is what the mandate has to cover of whoever comes by one,
    any one of it; left out, what the purpose says.
    """

    purpose: Purpose
    roles: frozenset[Role] = CLERKS
    under: Scopes | None = None

    @property
    def scopes(self) -> Scopes:
        """What a mandate has to cover here, any one of it; nothing: no mandate covers it."""
        return scopes_for(self.purpose) if self.under is None else self.under

    async def __call__(self, request: Request) -> Caller:
        """Give the caller; raises NotSignedIn, NotAllowed for another role, NotKnown for another's case."""
        office: Office = request.app.state.office
        caller = await self._caller(request, office)
        CALLER.set(caller)
        PATH.set(request.url.path)
        if caller.role not in self.roles:
            raise NotAllowed
        await check_scope(office, caller, request.path_params, self.scopes)
        return caller

    async def _caller(self, request: Request, office: Office) -> Caller:
        if Role.AGENCY in self.roles:
            return Caller(Role.AGENCY.value, Role.AGENCY, self.purpose)
        try:
            visitor = await visitor_of(request, office)
        except NotSignedIn:
            # Whoever may look without signing in may also look with a session that is over.
            if Role.PUBLIC not in self.roles:
                raise
            visitor = None
        if visitor is not None:
            await check_form(request, visitor)
            caller = await _signed_in(office, visitor, self.purpose)
            public = Role.PUBLIC in self.roles and caller.role not in self.roles
            return _as_public(caller) if public else caller
        if Role.PUBLIC in self.roles:
            return Caller(Role.PUBLIC.value, Role.PUBLIC, self.purpose, area=None)
        if office.settings.development_login and on_loopback(request):
            return Caller(DEVELOPMENT_ACCOUNT, Role.CLERK, self.purpose, DEVELOPMENT_WINDOW, development=True)
        raise NotSignedIn(why="nobody")


def on_loopback(request: Request) -> bool:
    """Whether the request comes from this machine to this machine, through nothing in between."""
    if request.client is None or request.url.hostname not in _LOOPBACK_NAMES:
        return False
    if any(name.startswith(_PROXIED) for name in request.headers):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False


async def _signed_in(office: Office, visitor: Visitor, purpose: Purpose) -> Caller:
    account = visitor.account
    window = await window_of(office.archive, account.window_id) if account.window_id else None
    role = Role(account.role)
    return Caller(
        account=account.id,
        role=role,
        purpose=purpose,
        window=window,
        area=window.area if window is not None and account.area is None else account.area,
        agency=account.agency,
        # Staff have no cases of their own by their office: a representative acts by mandate alone.
        person=account.person_blind if account.verified and role is Role.CITIZEN else None,
        organisation=account.organisation,
        csrf=visitor.csrf,
        development=account.provider == DEVELOPMENT,
        name=account.person.get("name", ""),
    )


def _as_public(caller: Caller) -> Caller:
    """The same person where no role is asked for: the page still greets them."""
    return Caller(
        caller.account,
        Role.PUBLIC,
        caller.purpose,
        area=None,
        csrf=caller.csrf,
        development=caller.development,
        name=caller.name,
    )
