"""Signed claims of a provider: in go a JSON Web Token and its keys, out come claims that hold."""

import hmac
from collections.abc import Mapping
from typing import Any, Final

import httpx2
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from api.identity.errors import IdentityRefused, IdentityUnavailable

ALGORITHMS: Final = ["RS256", "PS256", "ES256"]
"""Signatures by a key that only the provider has: never `none`, never one made with a shared secret."""
LEEWAY: Final = 60
"""Seconds by which two clocks may differ."""
PATIENCE: Final = httpx2.Timeout(10.0)


async def fetch(client: httpx2.AsyncClient, provider: str, address: str, **request: Any) -> dict[str, Any]:
    """Get a JSON object; raises IdentityUnavailable."""
    try:
        answer = await client.request("GET", address, **request)
        document = answer.json() if answer.is_success else None
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError):
        raise IdentityUnavailable(provider=provider) from None
    if not isinstance(document, dict):
        raise IdentityUnavailable(provider=provider)
    return document


def opened(provider: str, token: str, keys: Mapping[str, Any]) -> dict[str, Any]:
    """Check a token's signature and give its claims; raises IdentityRefused."""
    try:
        known = KeySet.import_key_set(dict(keys))  # type: ignore[arg-type]
        return dict(jwt.decode(token, known, algorithms=ALGORITHMS).claims)
    except (JoseError, ValueError, KeyError, TypeError):
        raise IdentityRefused(provider=provider, why="signature") from None


def check_claims(provider: str, claims: Mapping[str, Any], wanted: Mapping[str, str], now: int) -> None:
    """Check issuer, audience, subject and times (OpenID Connect Core 1.0, 3.1.3.7); raises IdentityRefused.

    `wanted` has `iss` and `aud`, and `nonce` where one was sent.
    """
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    several = len(audiences) > 1 or "azp" in claims
    times = [claims.get("exp"), claims.get("iat")]
    if not all(isinstance(time, int) and not isinstance(time, bool) for time in times):
        raise IdentityRefused(provider=provider, why="times")
    expires, issued = int(claims["exp"]), int(claims["iat"])
    findings = {
        "issuer": claims.get("iss") == wanted["iss"],
        "audience": wanted["aud"] in audiences and (not several or claims.get("azp") == wanted["aud"]),
        "subject": isinstance(claims.get("sub"), str) and 0 < len(claims["sub"]) <= 255,
        "expired": now < expires + LEEWAY,
        "early": issued <= now + LEEWAY,
        "nonce": "nonce" not in wanted or same(str(claims.get("nonce", "")), wanted["nonce"]),
    }
    wrong = next((name for name, holds in findings.items() if not holds), None)
    if wrong is not None:
        raise IdentityRefused(provider=provider, why=wrong)


def same(one: str, other: str) -> bool:
    """Whether two secrets are equal and there are any, without telling by time how far."""
    return bool(one) and hmac.compare_digest(one.encode(), other.encode())
