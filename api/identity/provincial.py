"""The province's identity portal: in goes a ticket that it signed, out comes a person proven by real name.

A ticket is a compact JWS (RFC 7515) under one of the portal's published keys. Its claims: `iss`, `aud`,
`sub` (the portal's own name for the person), `iat`, `exp` (five minutes at most), `jti` (it counts once),
`name` and `id_number` (GB 11643); `nonce` repeats what the browser was sent away with. Each province words
its own; this is the least that one has to say.
"""

import secrets
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlencode

import httpx2

from api.identity.errors import IdentityRefused
from api.identity.proof import PATIENCE, check_claims, fetch, opened, same
from api.identity.provider import Begun, Identity
from forms.identity import is_citizen_id
from onething.text import Text
from runtime.settings import Settings

LONGEST: Final = 300
"""Seconds that a ticket may count."""
_PHONE_MOST: Final = 20


class ProvincialProvider:
    """The portal at which a person has proven name and number."""

    name = "provincial"
    title = Text(zh="省统一身份认证平台", en="The province's identity portal")
    staff = False

    def __init__(self, settings: Settings, now: Callable[[], int]) -> None:
        """Nothing is asked before the first sign-in."""
        self._login = settings.provincial_login_url or ""
        self._keys = settings.provincial_keys_url or ""
        self._wanted = {"iss": settings.provincial_issuer or "", "aud": settings.provincial_audience or ""}
        self._now = now

    async def begin(self, back: str) -> Begun:
        """Give the portal's page to go to."""
        kept = {name: secrets.token_urlsafe(32) for name in ("state", "nonce")}
        asked = kept | {"back": back, "audience": self._wanted["aud"]}
        return Begun(f"{self._login}?{urlencode(asked)}", kept)

    async def complete(self, kept: Mapping[str, str], answered: Mapping[str, str], back: str) -> Identity:
        """Believe a ticket if it holds; a program that asked by itself kept nothing and has no state."""
        del back
        if kept and not same(answered.get("state", ""), kept.get("state", "")):
            raise IdentityRefused(provider=self.name, why="state")
        async with httpx2.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
            keys = await fetch(client, self.name, self._keys)
        claims = opened(self.name, answered.get("ticket", ""), keys)
        nonce = {"nonce": kept["nonce"]} if "nonce" in kept else {}
        check_claims(self.name, claims, self._wanted | nonce, self._now())
        return self._identity(claims)

    def _identity(self, claims: Mapping[str, Any]) -> Identity:
        ticket, name, number = (claims.get(word) for word in ("jti", "name", "id_number"))
        if claims["exp"] - claims["iat"] > LONGEST or not isinstance(ticket, str) or not ticket:
            raise IdentityRefused(provider=self.name, why="ticket")
        number = str(number).strip().upper()
        if not isinstance(name, str) or not name.strip() or not is_citizen_id(number):
            raise IdentityRefused(provider=self.name, why="person")
        person = {"name": name.strip()[:60], "id_number": number}
        if isinstance(claims.get("phone"), str):
            person["phone"] = claims["phone"][:_PHONE_MOST]
        return Identity(self.name, str(claims["sub"]), True, person, once=ticket, until=int(claims["exp"]))
