"""Signed-in visitors: in goes a request with a cookie or bearer token, out comes the account behind it.

A token is signed (JWS, RFC 7515, HMAC-SHA256 under a key of the ring) and names a session and its
generation. It is renewed every ten minutes of use; once the renewed one has been used, one from before it is
a stolen copy, and ends the session for both. Until then its answer may have been lost: it is given again. A
session ends half an hour after its last use, and twelve hours after it began.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from fastapi import Request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from api.errors import NotSignedIn
from api.office import Office
from onething.errors import NotAllowed, NotKnown
from records.account import Account, get_account
from records.session import (
    Session,
    end_session,
    get_session,
    reissue_session,
    rotate_session,
    see_session,
    start_session,
)
from runtime.keyring import KeyRing

COOKIE: Final = "once_session"
RENEWED: Final = "x-session-token"
"""The answer's header in which a program that sent a bearer token finds the renewed one."""
CSRF_FIELD: Final = "csrf"
IDLE: Final = timedelta(minutes=30)
LONGEST: Final = timedelta(hours=12)
RENEW_AFTER: Final = timedelta(minutes=10)
GRACE: Final = timedelta(seconds=60)
"""How long the token before the renewal still counts: for requests that were under way."""
_SEEN_EVERY: Final = timedelta(minutes=1)
_ALGORITHM: Final = "HS256"
_FORMS: Final = ("multipart/form-data", "application/x-www-form-urlencoded")
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is signed in, and how the page's forms prove that they are its own."""

    account: Account
    session: str
    csrf: str
    by_cookie: bool


async def sign_in(office: Office, account: Account) -> str:
    """Begin a session and give its token; raises NotAllowed for an account that was closed."""
    if account.disabled_at is not None:
        raise NotAllowed(what="account closed")
    session = await start_session(office.archive, account.id, office.now())
    return _token(office, session)


async def sign_out(office: Office, visitor: Visitor) -> None:
    """End the visitor's session."""
    await end_session(office.archive, visitor.session, "signed_out", office.now())


async def visitor_of(request: Request, office: Office) -> Visitor | None:
    """Give who is signed in; None without a token.

    Raises NotSignedIn (`why`: invalid, expired, replayed, closed) for a token that does not count.
    """
    token, by_cookie = _sent(request)
    if token is None:
        return None
    session_id, generation = _opened(office, token)
    session = await _living(office, session_id)
    now = office.now()
    if generation != session.generation:
        await _take_older(request, office, session, generation, by_cookie=by_cookie)
    elif now - session.rotated_at > RENEW_AFTER:
        await _renew(request, office, session, by_cookie=by_cookie)
    elif not session.confirmed or now - session.seen_at > _SEEN_EVERY:
        await see_session(office.archive, session, now)
    account = await get_account(office.archive, session.account)
    if account.disabled_at is not None:
        await end_session(office.archive, session.id, "closed", now)
        raise NotSignedIn(why="closed")
    return Visitor(account, session.id, csrf_token(office, session.id), by_cookie)


async def check_form(request: Request, visitor: Visitor) -> None:
    """Refuse a browser's form that does not come from one of this session's own pages; raises NotAllowed.

    JSON needs no such proof: no other site's page can send it with the session's cookie.
    """
    kind = request.headers.get("content-type", "").lower()
    if not visitor.by_cookie or request.method in _SAFE or not (kind.startswith(_FORMS) or not kind):
        return
    form = await request.form(max_files=40, max_fields=1500)
    if form.get(CSRF_FIELD) != visitor.csrf:
        raise NotAllowed(what="form without its session's mark")


def csrf_token(office: Office, session_id: str) -> str:
    """The mark that forms of this session carry."""
    return office.archive.ring.blind("csrf", session_id)[:32]


def set_cookie(request: Request, token: str | None) -> None:
    """Have the answer set the session's cookie, or take it away."""
    secure = "; Secure" if request.app.state.office.settings.public_url.startswith("https:") else ""
    age = f"; Max-Age={int(LONGEST.total_seconds())}" if token else "; Max-Age=0"
    cookie = f"{COOKIE}={token or ''}; Path=/; HttpOnly; SameSite=Lax{age}{secure}"
    request.scope.setdefault("state", {}).setdefault("answer_headers", []).append(("set-cookie", cookie))


def _sent(request: Request) -> tuple[str | None, bool]:
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and bearer.strip():
        return bearer.strip(), False
    return request.cookies.get(COOKIE) or None, True


def _opened(office: Office, token: str) -> tuple[str, int]:
    """Session and generation of a token; raises NotSignedIn when its signature or shape is wrong."""
    try:
        claims = jwt.decode(token, _key(office.archive.ring), algorithms=[_ALGORITHM]).claims
        return str(claims["sid"]), int(claims["gen"])
    except (JoseError, ValueError, KeyError, TypeError):
        raise NotSignedIn(why="invalid") from None


async def _living(office: Office, session_id: str) -> Session:
    try:
        session = await get_session(office.archive, session_id)
    except NotKnown:
        raise NotSignedIn(why="invalid") from None
    now = office.now()
    if session.ended_at is not None:
        raise NotSignedIn(why="expired")
    if now - session.seen_at > IDLE or now - session.created_at > LONGEST:
        await end_session(office.archive, session.id, "expired", now)
        raise NotSignedIn(why="expired")
    return session


async def _take_older(
    request: Request, office: Office, session: Session, generation: int, *, by_cookie: bool
) -> None:
    """Take the token before the newest while that may not have arrived; raises NotSignedIn for a copy."""
    now = office.now()
    if generation != session.generation - 1 or (session.confirmed and now - session.rotated_at > GRACE):
        await end_session(office.archive, session.id, "replayed", now)
        raise NotSignedIn(why="replayed")
    if session.confirmed:
        return
    if now - session.seen_at > _SEEN_EVERY:
        await reissue_session(office.archive, session, now)
    _hand_over(request, _token(office, session), by_cookie=by_cookie)


async def _renew(request: Request, office: Office, session: Session, *, by_cookie: bool) -> None:
    now: datetime = office.now()
    if not await rotate_session(office.archive, session, now):
        return  # another request of the same page was first
    token = _token(office, replace(session, generation=session.generation + 1))
    _hand_over(request, token, by_cookie=by_cookie)


def _hand_over(request: Request, token: str, *, by_cookie: bool) -> None:
    if by_cookie:
        set_cookie(request, token)
    else:
        request.scope.setdefault("state", {}).setdefault("answer_headers", []).append((RENEWED, token))


def _token(office: Office, session: Session) -> str:
    claims = {"sid": session.id, "gen": session.generation}
    return jwt.encode({"alg": _ALGORITHM}, claims, _key(office.archive.ring), algorithms=[_ALGORITHM])


def _key(ring: KeyRing) -> OctKey:
    return OctKey.import_key(ring.derived("session token"))
