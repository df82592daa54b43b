"""Who calls and what for: in goes a request, out comes a `Caller`; every route declares its `Access`.

Until an identity provider is connected there is one development principal, a clerk at one window, and only
for a client on this machine's loopback who also addresses the server by a loopback name. A reverse proxy
that forwards the public name, and a page elsewhere that rebinds its name, are therefore nobody; so is
whatever says itself that it came through a proxy.
"""

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from typing import Final

from fastapi import Request

from onething.errors import NotAllowed
from onething.item import Contact
from onething.text import Text


class Role(StrEnum):
    """In what capacity somebody calls."""

    PUBLIC = "public"
    CLERK = "clerk"
    AGENCY = "agency"
    """Proven by the callback's signature, not by an account."""


class Purpose(StrEnum):
    """What a route is for; it stands in the audit trail beside every access to personal data."""

    CATALOG = "catalog"
    FILE_CASE = "file_case"
    FOLLOW_CASE = "follow_case"
    STEER_CASE = "steer_case"
    SUPERVISE = "supervise"
    HAND_OUT_RECEIPT = "hand_out_receipt"
    CHECK_RECEIPT = "check_receipt"
    AGENCY_CALLBACK = "agency_callback"
    OPERATE = "operate"


@dataclass(frozen=True, slots=True)
class Window:
    """One counter: its id in the records, its region, and how people reach it."""

    id: str
    name: Text
    region: str
    contact: Contact


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls; `account` is an account's id, never a person's name."""

    account: str
    role: Role
    purpose: Purpose
    window: Window | None = None


DEVELOPMENT_WINDOW: Final = Window(
    id="dev-window-1",
    name=Text(zh="政务服务中心综合窗口", en="Combined window, government service centre"),
    region="360900",
    contact=Contact(
        phone="12345",
        address=Text(zh="政务服务中心一楼综合受理区", en="Ground floor, government service centre"),
        hours=Text(zh="工作日 9:00–12:00、13:30–17:00", en="Working days 9:00–12:00, 13:30–17:00"),
    ),
)
"""The window of the development principal."""
DEVELOPMENT_ACCOUNT: Final = "dev-clerk"
WINDOWS: Final = {DEVELOPMENT_WINDOW.id: DEVELOPMENT_WINDOW}
_LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_PROXIED: Final = ("forwarded", "x-forwarded-", "x-real-ip", "via")
"""How headers begin that a proxy adds (RFC 7239, RFC 9110 section 7.6.3, and custom)."""


@dataclass(frozen=True, slots=True)
class Access:
    """A route's declaration: which roles may call it, and what for; use as a dependency."""

    purpose: Purpose
    roles: frozenset[Role] = frozenset({Role.CLERK})

    def __call__(self, request: Request) -> Caller:
        """Give the caller; raises NotAllowed when none of the roles fits."""
        if Role.CLERK in self.roles and _on_loopback(request):
            return Caller(DEVELOPMENT_ACCOUNT, Role.CLERK, self.purpose, DEVELOPMENT_WINDOW)
        for role in (Role.AGENCY, Role.PUBLIC):
            if role in self.roles:
                return Caller(role.value, role, self.purpose)
        raise NotAllowed


ANYBODY: Final = frozenset({Role.PUBLIC})


def _on_loopback(request: Request) -> bool:
    if request.client is None or request.url.hostname not in _LOOPBACK_NAMES:
        return False
    if any(name.startswith(_PROXIED) for name in request.headers):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False
