"""ID tokens that prove nothing, from a provider that has been told to lie."""

import hmac
import time
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from joserfc.util import urlsafe_b64encode

from api.session import COOKIE
from records.account import NewAccount, open_account
from tests.api.identity.conftest import with_oidc

KEY = RSAKey.generate_key(2048, {"use": "sig", "kid": "one"})
OTHER = RSAKey.generate_key(2048, {"use": "sig", "kid": "one"})


@pytest.fixture
def clock():
    return lambda: datetime.now(UTC)


@pytest.fixture
def settings(tmp_path, httpserver):
    return with_oidc(tmp_path, httpserver.url_for("").rstrip("/"))


@pytest.fixture
def liar(httpserver):
    """A provider whose next ID token is `make(claims)`."""
    issuer = httpserver.url_for("").rstrip("/")
    known = {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "jwks_uri": f"{issuer}/jwks",
    }
    httpserver.expect_request("/.well-known/openid-configuration").respond_with_json(known)
    httpserver.expect_request("/jwks").respond_with_json({"keys": [KEY.as_dict(private=False)]})
    return issuer


async def sign_in(browser, httpserver, make):
    """Begin, and come back with a code for the token that `make` makes of honest claims."""
    asked = parse_qs(urlsplit((await browser.get("/sign-in/oidc")).headers["location"]).query)
    now = int(time.time())
    claims = {
        "iss": httpserver.url_for("").rstrip("/"),
        "aud": "once",
        "sub": "s-100",
        "iat": now,
        "exp": now + 300,
        "nonce": asked["nonce"][0],
    }
    answer = {"access_token": "a", "token_type": "Bearer", "id_token": make(claims)}
    httpserver.expect_oneshot_request("/token", method="POST").respond_with_json(answer)
    back = await browser.get("/sign-in/oidc/callback", params={"code": "c", "state": asked["state"][0]})
    return asked, back


def honest(claims: dict[str, Any], key=KEY, alg="RS256", **changed: Any) -> str:
    return jwt.encode({"alg": alg, "kid": "one"}, claims | changed, key, algorithms=[alg])


def unsigned(claims):
    header = urlsafe_b64encode(b'{"alg":"none"}').decode()
    return f"{header}.{honest(claims).split('.')[1]}."


def with_the_public_key_as_a_secret(claims):
    """Signed with what everybody knows, in the hope that it is taken for a shared secret."""
    header = urlsafe_b64encode(b'{"alg":"HS256","kid":"one"}').decode()
    told = f"{header}.{honest(claims).split('.')[1]}"
    mark = hmac.digest(KEY.as_pem(private=False), told.encode(), "sha256")
    return f"{told}.{urlsafe_b64encode(mark).decode()}"


LIES = {
    "forged": lambda claims: honest(claims, key=OTHER),
    "unsigned": unsigned,
    "confused": with_the_public_key_as_a_secret,
    "cut": lambda claims: honest(claims)[:-4],
    "empty": lambda _claims: "",
    "expired": lambda claims: honest(claims, exp=int(time.time()) - 61),
    "not yet": lambda claims: honest(claims, iat=int(time.time()) + 3600),
    "for another": lambda claims: honest(claims, aud="someone-else"),
    "for several": lambda claims: honest(claims, aud=["once", "someone-else"]),
    "by another": lambda claims: honest(claims, iss="https://evil.example"),
    "of another sign-in": lambda claims: honest(claims, nonce="n" * 43),
    "of nobody": lambda claims: honest(claims, sub=""),
    "without an end": lambda claims: honest({name: claims[name] for name in claims if name != "exp"}),
    "without a nonce": lambda claims: honest({name: claims[name] for name in claims if name != "nonce"}),
}


@pytest.mark.parametrize("lie", sorted(LIES))
@pytest.mark.usefixtures("liar")
async def test_a_token_that_does_not_hold_begins_no_session(outside, httpserver, office, lie):
    await open_account(office.archive, NewAccount("oidc", "s-100", "clerk", area="36"), office.now())
    async with outside() as browser:
        _, answer = await sign_in(browser, httpserver, LIES[lie])
        assert (answer.status_code, answer.json()["code"]) == (401, "identity_refused")
        assert COOKIE not in browser.cookies


@pytest.mark.usefixtures("liar")
async def test_one_that_holds_does_and_the_code_was_asked_for_with_its_verifier(outside, httpserver, office):
    await open_account(office.archive, NewAccount("oidc", "s-100", "clerk", area="36"), office.now())
    async with outside() as browser:
        asked, answer = await sign_in(browser, httpserver, honest)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
    sent = next(request for request, _ in httpserver.log if request.path == "/token")
    digest = sha256(sent.form["code_verifier"].encode()).digest()
    assert urlsafe_b64encode(digest).decode() == asked["code_challenge"][0]
    assert sent.headers["authorization"].startswith("Basic ")


@pytest.mark.parametrize("spoilt", ["issuer", "token_endpoint"])
async def test_a_provider_that_is_another_or_makes_no_sense_is_not_used(outside, httpserver, spoilt):
    known = {"issuer": "https://evil.example", "authorization_endpoint": "a", "jwks_uri": "b"}
    if spoilt == "token_endpoint":
        known["issuer"] = httpserver.url_for("").rstrip("/")
    httpserver.expect_request("/.well-known/openid-configuration").respond_with_json(known)
    async with outside() as browser:
        answer = await browser.get("/sign-in/oidc")
        assert (answer.status_code, answer.json()["code"]) == (503, "identity_unavailable")


async def test_a_provider_that_is_away_is_told_as_such(outside, httpserver):
    httpserver.stop()
    async with outside() as browser:
        assert (await browser.get("/sign-in/oidc")).status_code == 503
    httpserver.start()
