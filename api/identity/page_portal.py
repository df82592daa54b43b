"""Signing in at a provider's own pages: in goes a browser, out it goes there, and back with a session.

What has to come back with it is sealed in a cookie that only these addresses are sent (RFC 6749 section
10.12), so a sign-in that somebody else began does not end in this browser.
"""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import audit
from api.gate import request_id
from api.identity.door import KEPT_COOKIE, KEPT_SECONDS, account_of, lay_by, portal_named, taken_up
from api.identity.errors import IdentityRefused, NotEnrolled
from api.identity.provider import Identity, Portal
from api.identity.throttle import throttle_of
from api.office import Office, TheOffice
from api.page_sign_in import admit, safe
from api.page_view import locale_of, render
from api.principal import Access, Caller, Purpose
from api.role import ANYBODY

router = APIRouter(include_in_schema=False)
Anybody = Annotated[Caller, Depends(Access(Purpose.SIGN_IN, ANYBODY))]
ProviderName = Annotated[str, Path(pattern=r"^[a-z0-9]{1,32}$")]
_ANSWERED: Final = ("code", "state", "ticket", "error")
_LONGEST: Final = 8000


@router.get("/sign-in/{provider}")
async def go(
    provider: ProviderName,
    caller: Anybody,
    office: TheOffice,
    request: Request,
    to: Annotated[str, Query(max_length=300)] = "",
) -> RedirectResponse:
    """Send the browser to the provider's page."""
    del caller
    portal = portal_named(request, provider)
    await throttle_of(request).check(request)
    begun = await portal.begin(_back(office, provider))
    _set_cookie(request, lay_by(office, provider, begun, safe(to)))
    return RedirectResponse(begun.address, 303)


@router.get("/sign-in/{provider}/callback")
async def come_back(provider: ProviderName, caller: Anybody, office: TheOffice, request: Request) -> Response:
    """Take the browser back in, with a session of its own if the provider's word holds."""
    portal = portal_named(request, provider)
    throttle = throttle_of(request)
    await throttle.check(request)
    cookie = request.cookies.get(KEPT_COOKIE, "")
    _set_cookie(request, None)
    try:
        under_way = taken_up(office, provider, cookie)
        account = await account_of(office, portal, await _completed(office, portal, under_way.kept, request))
    except IdentityRefused:
        await throttle.failed(request)
        await audit.note(office, caller, "sign_in_refused")
        raise
    except NotEnrolled as error:
        await audit.note(office, caller, "sign_in_not_enrolled")
        return _not_enrolled(request, portal, error)
    return await admit(office, request, account, under_way.to)


async def _completed(office: Office, portal: Portal, kept: dict[str, str], request: Request) -> Identity:
    answered = {name: request.query_params.get(name, "")[:_LONGEST] for name in _ANSWERED}
    return await portal.complete(kept, answered, _back(office, portal.name))


def _not_enrolled(request: Request, portal: Portal, error: NotEnrolled) -> HTMLResponse:
    """Say what is missing, and what the administrator has to be told: the provider's name for the visitor."""
    page = render(
        "identity/not_enrolled.html",
        locale_of(request),
        provider=portal.title,
        subject=str(error.params["subject"]),
        number=request_id(request),
    )
    return HTMLResponse(page, error.http_status)


def _back(office: Office, provider: str) -> str:
    return f"{office.settings.public_url}/sign-in/{provider}/callback"


def _set_cookie(request: Request, value: str | None) -> None:
    """Lax, because the provider's page sends the browser back from another site."""
    secure = "; Secure" if request.app.state.office.settings.public_url.startswith("https:") else ""
    age = KEPT_SECONDS if value else 0
    cookie = f"{KEPT_COOKIE}={value or ''}; Path=/sign-in; HttpOnly; SameSite=Lax; Max-Age={age}{secure}"
    request.scope.setdefault("state", {}).setdefault("answer_headers", []).append(("set-cookie", cookie))
