"""Staff by an OpenID provider: in goes a code that a browser brought back, out comes who signed in there.

Authorization code with PKCE (RFC 7636, S256), state and nonce; the ID token's signature, issuer, audience,
times and nonce are checked (OpenID Connect Core 1.0, section 3.1.3.7). Nothing of the tokens is kept.
"""

import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import httpx2
from authlib.integrations.base_client import OAuthError  # type: ignore[import-untyped]
from authlib.integrations.httpx_client import AsyncOAuth2Client  # type: ignore[import-untyped]

from api.identity.errors import IdentityRefused, IdentityUnavailable
from api.identity.proof import PATIENCE, check_claims, fetch, opened, same
from api.identity.provider import Begun, Identity
from onething.text import Text
from runtime.settings import Settings

_DISCOVERY: Final = "/.well-known/openid-configuration"
_ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_SCOPE: Final = "openid profile"
_NAME_MOST: Final = 60
_KNOWN_SECONDS: Final = 3600


class OidcProvider:
    """One OpenID provider, named by its issuer."""

    name = "oidc"
    title = Text(zh="单位统一身份认证", en="Your organisation's sign-in")
    staff = True

    def __init__(self, settings: Settings, now: Callable[[], int]) -> None:
        """Nothing is asked before the first sign-in."""
        self._issuer = (settings.oidc_issuer or "").rstrip("/")
        self._client_id = settings.oidc_client_id or ""
        self._secret = settings.oidc_client_secret or ""
        self._now = now
        self._known: Mapping[str, str] | None = None
        self._known_until = 0.0

    async def begin(self, back: str) -> Begun:
        """Give the provider's page to go to; raises IdentityUnavailable."""
        kept = {name: secrets.token_urlsafe(32) for name in ("state", "nonce")}
        verifier = secrets.token_urlsafe(64)
        async with self._client(back) as client:
            known = await self._discovered(client)
            address, _ = client.create_authorization_url(
                known["authorization_endpoint"],
                state=kept["state"],
                nonce=kept["nonce"],
                code_verifier=verifier,
            )
        return Begun(str(address), kept | {"verifier": verifier})

    async def complete(self, kept: Mapping[str, str], answered: Mapping[str, str], back: str) -> Identity:
        """Change the code for an ID token and believe it if it holds."""
        if not same(answered.get("state", ""), kept.get("state", "")):
            raise IdentityRefused(provider=self.name, why="state")
        if not answered.get("code"):
            raise IdentityRefused(provider=self.name, why="denied")
        async with self._client(back) as client:
            known = await self._discovered(client)
            token = await self._token(client, known["token_endpoint"], answered["code"], kept["verifier"])
            keys = await fetch(client, self.name, known["jwks_uri"], withhold_token=True)
        claims = opened(self.name, str(token.get("id_token", "")), keys)
        wanted = {"iss": known["issuer"], "aud": self._client_id, "nonce": kept["nonce"]}
        check_claims(self.name, claims, wanted, self._now())
        name = str(claims.get("name") or claims.get("preferred_username") or "")[:_NAME_MOST]
        return Identity(self.name, str(claims["sub"]), person={"name": name} if name else {})

    async def _token(self, client: Any, endpoint: str, code: str, verifier: str) -> Mapping[str, Any]:
        try:
            token = await client.fetch_token(
                endpoint, grant_type="authorization_code", code=code, code_verifier=verifier
            )
        except OAuthError:
            raise IdentityRefused(provider=self.name, why="code") from None
        except (httpx2.HTTPError, ValueError):
            raise IdentityUnavailable(provider=self.name) from None
        if not isinstance(token, Mapping):
            raise IdentityUnavailable(provider=self.name)
        return token

    async def _discovered(self, client: Any) -> Mapping[str, str]:
        """What the provider says of itself, read once an hour; its issuer has to be the one that we trust."""
        if self._known is not None and time.monotonic() < self._known_until:
            return self._known
        known = await fetch(client, self.name, self._issuer + _DISCOVERY, withhold_token=True)
        issuer = str(known.get("issuer", ""))
        if issuer.rstrip("/") != self._issuer or not all(
            isinstance(known.get(one), str) for one in _ENDPOINTS
        ):
            raise IdentityUnavailable(provider=self.name)
        self._known = {"issuer": issuer} | {one: known[one] for one in _ENDPOINTS}
        self._known_until = time.monotonic() + _KNOWN_SECONDS
        return self._known

    def _client(self, back: str) -> Any:
        return AsyncOAuth2Client(
            client_id=self._client_id,
            client_secret=self._secret,
            scope=_SCOPE,
            redirect_uri=back,
            code_challenge_method="S256",
            timeout=PATIENCE,
            trust_env=False,
        )
