"""The providers of this installation: in goes what one of them has proven, out comes the account it opens."""

import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from fastapi import Request

from api.identity.errors import IdentityRefused, NotEnrolled
from api.identity.oidc import OidcProvider
from api.identity.provider import OPENID, Begun, Identity, IdentityProvider, Portal
from api.identity.provincial import ProvincialProvider
from api.identity.wechat import WeChatProvider
from api.lookup import ID_TYPE
from api.office import Office
from api.role import Role
from onething.errors import NotKnown
from records.account import (
    Account,
    NewAccount,
    add_to_person,
    find_account,
    get_account,
    open_account,
    prove_account,
)
from records.lookup import fingerprint_subject
from records.ticket import spend_ticket
from runtime.keyring import DecryptionFailed, KeyUnknown

KEPT_COOKIE: Final = "once_sign_in"
KEPT_SECONDS: Final = 600
_PLACE: Final = b"sign-in under way"


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A sign-in that a browser went away for."""

    provider: str
    kept: dict[str, str]
    to: str


def providers_of(request: Request) -> Mapping[str, IdentityProvider]:
    """The providers that this installation offers, in its order, by name; the development login is none."""
    state = request.app.state
    if not hasattr(state, "identity_providers"):
        office: Office = state.office
        makers = _makers(office)
        names = (name for name in office.settings.identity_providers if name in makers)
        state.identity_providers = {name: makers[name]() for name in names}
    offered: Mapping[str, IdentityProvider] = state.identity_providers
    return offered


def provider_named(request: Request, name: str) -> IdentityProvider:
    """One of them; raises NotKnown."""
    offered = providers_of(request)
    if name not in offered:
        raise NotKnown("identity provider", name)
    return offered[name]


def portal_named(request: Request, name: str) -> Portal:
    """One that has pages of its own; raises NotKnown."""
    provider = provider_named(request, name)
    if not isinstance(provider, Portal):
        raise NotKnown("identity provider", name)
    return provider


async def account_of(office: Office, provider: IdentityProvider, identity: Identity) -> Account:
    """Give the account of somebody proven.

    Raises NotEnrolled for staff without one, IdentityRefused for a ticket that was used before or a provider
    that now says another person by the same name.
    """
    await _spend(office, identity)
    found = await find_account(office.archive, identity.provider, identity.subject)
    if found is None and provider.staff and identity.subject == office.settings.oidc_administrator:
        first = NewAccount(
            identity.provider, identity.subject, Role.ADMINISTRATOR.value, person=dict(identity.person)
        )
        found = await open_account(office.archive, first, office.now())
    if found is None and provider.staff:
        raise NotEnrolled(provider=identity.provider, subject=identity.subject)
    if found is None:
        found = await open_account(office.archive, _citizen(office, identity), office.now())
    # Of staff it is only known what the administrator typed; it proves nothing, but it has to be right.
    known = found.person_blind if found.role == Role.CITIZEN else blind_of(office, found.person)
    if identity.verified and known != blind_of(office, identity.person):
        raise IdentityRefused(provider=identity.provider, why="another person")
    openid = identity.person.get(OPENID)
    if openid is not None and found.person.get(OPENID) != openid:
        # An account from before it was kept.
        await add_to_person(office.archive, found.id, {OPENID: openid})
    return found


async def prove(office: Office, account_id: str, identity: Identity) -> Account:
    """Have an account that nobody had proven belong to this person from now on; raises IdentityRefused."""
    await _spend(office, identity)
    blind = blind_of(office, identity.person)
    account = await get_account(office.archive, account_id)
    other = account.verified and account.person_blind != blind
    if blind is None or not identity.verified or other or account.role != Role.CITIZEN:
        raise IdentityRefused(provider=identity.provider, why="another person")
    await prove_account(office.archive, account_id, blind, dict(identity.person))
    return await get_account(office.archive, account_id)


def blind_of(office: Office, person: Mapping[str, str]) -> str | None:
    """The keyed hash of a person's identity number, if there is one."""
    number = person.get("id_number")
    return fingerprint_subject(office.archive.ring, ID_TYPE, number) if number else None


def lay_by(office: Office, provider: str, begun: Begun, to: str) -> str:
    """Seal what a browser has to bring back, as the value of its cookie."""
    until = time.time() + KEPT_SECONDS
    told = {"provider": provider, "kept": dict(begun.kept), "to": to, "until": until}
    sealed = office.archive.ring.encrypt(json.dumps(told).encode(), _PLACE)
    return urlsafe_b64encode(sealed).decode()


def taken_up(office: Office, provider: str, cookie: str) -> UnderWay:
    """Open it again; raises IdentityRefused when it is nobody's, another provider's or too old."""
    try:
        told: Any = json.loads(office.archive.ring.decrypt(urlsafe_b64decode(cookie.encode()), _PLACE))
    except (DecryptionFailed, KeyUnknown, ValueError):
        raise IdentityRefused(provider=provider, why="no sign-in under way") from None
    if told["provider"] != provider or told["until"] < time.time():
        raise IdentityRefused(provider=provider, why="no sign-in under way")
    return UnderWay(provider, told["kept"], told["to"])


async def _spend(office: Office, identity: Identity) -> None:
    if not identity.once:
        return
    ticket, until = f"{identity.provider}:{identity.once}", datetime.fromtimestamp(identity.until + 60, UTC)
    if not await spend_ticket(office.archive, ticket, until, office.now()):
        raise IdentityRefused(provider=identity.provider, why="used before")


def _citizen(office: Office, identity: Identity) -> NewAccount:
    return NewAccount(
        provider=identity.provider,
        subject=identity.subject,
        role=Role.CITIZEN.value,
        person_blind=blind_of(office, identity.person) if identity.verified else None,
        verified=identity.verified,
        person=dict(identity.person),
    )


def _makers(office: Office) -> Mapping[str, Callable[[], IdentityProvider]]:
    settings = office.settings

    def now() -> int:
        return int(office.now().timestamp())

    return {
        "oidc": lambda: OidcProvider(settings, now),
        "wechat": lambda: WeChatProvider(settings),
        "provincial": lambda: ProvincialProvider(settings, now),
    }
