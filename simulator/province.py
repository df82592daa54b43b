"""A stand-in for a province's identity portal: in go a name and a number, out comes a signed ticket for them.

It believes whatever is typed. Its key is made when the process starts and published at `/provincial/keys`.
"""

import secrets
from datetime import datetime
from html import escape
from typing import Annotated, Any, Final
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import ECKey
from pydantic import BaseModel, Field

from simulator.problem import Refusal

router = APIRouter()
ISSUER: Final = "urn:onething:stand-in:province"
SECONDS: Final = 120
_Words = Annotated[str, Query(max_length=500)]


class Person(BaseModel):
    """Whom a ticket is for, and where it counts."""

    name: str = Field(min_length=1, max_length=60)
    id_number: str = Field(min_length=1, max_length=18)
    audience: str = Field(max_length=200)
    nonce: str = Field(default="", max_length=200)


@router.get("/provincial/keys")
async def keys(request: Request) -> dict[str, Any]:
    """The portal's public key."""
    return {"keys": [_key(request).as_dict(private=False)]}


@router.get("/provincial/login", response_class=HTMLResponse)
async def show(back: _Words, audience: _Words, state: _Words = "", nonce: _Words = "") -> str:
    """Ask who it is."""
    hidden = {"back": back, "audience": audience, "state": state, "nonce": nonce}
    kept = "".join(f'<input type="hidden" name="{name}" value="{escape(hidden[name])}">' for name in hidden)
    return _PAGE.replace("<!-- kept -->", kept)


@router.post("/provincial/login")
async def sign_in(  # noqa: PLR0913, PLR0917 - what the form says
    request: Request,
    name: Annotated[str, Form(max_length=60)],
    id_number: Annotated[str, Form(max_length=18)],
    back: Annotated[str, Form(max_length=500)],
    audience: Annotated[str, Form(max_length=200)],
    state: Annotated[str, Form(max_length=200)] = "",
    nonce: Annotated[str, Form(max_length=200)] = "",
) -> RedirectResponse:
    """Send the browser back with a ticket."""
    if urlsplit(back).scheme not in {"http", "https"}:
        raise Refusal(400, "back")
    person = Person(name=name, id_number=id_number, audience=audience, nonce=nonce)
    return RedirectResponse(f"{back}?{urlencode({'ticket': _ticket(request, person), 'state': state})}", 303)


@router.post("/provincial/tickets")
async def ticket(person: Person, request: Request) -> dict[str, str]:
    """Give a ticket to a program."""
    return {"ticket": _ticket(request, person)}


def _ticket(request: Request, person: Person) -> str:
    now: datetime = request.app.state.now()
    claims = {
        "iss": ISSUER,
        "aud": person.audience,
        "sub": person.id_number[::-1],
        "iat": int(now.timestamp()),
        "exp": int(now.timestamp()) + SECONDS,
        "jti": secrets.token_hex(16),
        "name": person.name,
        "id_number": person.id_number,
    } | ({"nonce": person.nonce} if person.nonce else {})
    key = _key(request)
    return jwt.encode({"alg": "ES256", "kid": key.kid}, claims, key, algorithms=["ES256"])


def _key(request: Request) -> ECKey:
    state = request.app.state
    if not hasattr(state, "provincial_key"):
        state.provincial_key = ECKey.generate_key("P-256", {"use": "sig"}, auto_kid=True)
    key: ECKey = state.provincial_key
    return key


_PAGE: Final = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>省统一身份认证平台（模拟）</title></head><body><main>
<h1>省统一身份认证平台（模拟）</h1>
<p>本页面仅供演示，填写的内容不作核验。 A stand-in: whatever is typed is believed.</p>
<form method="post" action="/provincial/login"><!-- kept -->
<p><label for="name">姓名 Name</label> <input id="name" name="name" required></p>
<p><label for="id_number">身份证号码 Id number</label> <input id="id_number" name="id_number" required></p>
<p><button>登录 Sign in</button></p></form></main></body></html>"""
