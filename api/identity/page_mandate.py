"""Mandates entered at the window: in goes a clerk's form, out comes the mandate as it counts."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from api.identity import mandates
from api.identity.mandate import MandateId
from api.identity.mandate_problem import PERSONS, found_in
from api.identity.mandate_view import MandateRequest
from api.office import Office, TheOffice
from api.page_view import locale_of, render
from api.principal import Access, Caller, Purpose
from api.role import CLERKS
from onething.errors import AnswersRejected
from onething.mandate import SCOPES, MandateScope
from onething.text import Locale, Text

router = APIRouter(include_in_schema=False)
Clerk = Annotated[Caller, Depends(Access(Purpose.MANDATE, CLERKS))]
_PLAIN: Final = ("agent", "starts_on", "until", "bundle", "case")
_LONGEST: Final = 120


@router.get("/mandates", response_class=HTMLResponse)
async def ask(caller: Clerk, office: TheOffice, request: Request) -> HTMLResponse:
    """The form for a mandate."""
    del caller
    return await _form_page(office, request, {"starts_on": office.today().isoformat()}, ())


@router.post("/mandates")
async def enter(caller: Clerk, office: TheOffice, request: Request) -> Response:
    """Enter a mandate of whoever stands at the counter."""
    typed, scope = await typed_in(request)
    try:
        made = await mandates.make(office, caller, MandateRequest.model_validate(asked_for(typed, scope)))
    except (ValidationError, AnswersRejected) as error:
        return await _form_page(office, request, typed, scope, found_in(error))
    return to(request, f"/mandates/{made.id}")


@router.get("/mandates/{mandate}", response_class=HTMLResponse)
async def show(mandate: MandateId, caller: Clerk, office: TheOffice, request: Request) -> HTMLResponse:
    """A mandate that this clerk entered."""
    found = await mandates.opened(office, caller, mandate)
    return HTMLResponse(render("identity/mandate.html", locale_of(request), mandate=found))


@router.get("/mandates/{mandate}/revocation", response_class=HTMLResponse)
async def ask_end(mandate: MandateId, caller: Clerk, office: TheOffice, request: Request) -> HTMLResponse:
    """Ask once before a mandate is ended, which cannot be taken back."""
    found = await mandates.opened(office, caller, mandate)
    return HTMLResponse(render("identity/mandate_end.html", locale_of(request), mandate=found))


@router.post("/mandates/{mandate}/revocation")
async def revoke(mandate: MandateId, caller: Clerk, office: TheOffice, request: Request) -> Response:
    """End it again."""
    await mandates.revoke(office, caller, mandate)
    return to(request, f"/mandates/{mandate}")


async def typed_in(request: Request) -> tuple[dict[str, str], list[str]]:
    """What the form says: its fields, and the ticked scope."""
    form = await request.form()
    typed = {name: str(value).strip()[:_LONGEST] for name, value in form.items() if isinstance(value, str)}
    return typed, [str(one) for one in form.getlist("scope")]


def asked_for(typed: dict[str, str], scope: list[str], *, own: bool = False) -> dict[str, Any]:
    """The form as a request; what is empty is left out. One's `own` names no principal."""
    named = PERSONS[1:] if own else PERSONS
    persons = {one: {part: typed.get(f"{one}_{part}", "") for part in ("name", "id_number")} for one in named}
    if typed.get("agent"):
        del persons["representative"]
    plain = {name: typed[name] for name in _PLAIN if typed.get(name)}
    signed = {"kind": "typed", "value": typed.get("signature", "")}
    return persons | plain | {"scope": scope, "signature": signed}


async def form_values(
    office: Office, typed: dict[str, str], scope: Any, errors: dict[str, Text], own: Caller | None = None
) -> dict[str, Any]:
    """What the form shows; of a citizen's `own` nobody asks who gives it, and their cases are to choose."""
    return {
        "own": own is not None,
        "cases": [
            (one, office.catalog.bundles[one.bundle].title)
            for one in (await mandates.own_cases(office, own) if own is not None else ())
            if one.bundle in office.catalog.bundles
        ],
        "typed": typed,
        "chosen": set(scope),
        "scopes": [(one.value, SCOPES[one]) for one in MandateScope],
        "agents": [
            (one.account, Text(zh=_told(one.name, one.organisation), en=_told(one.name, one.organisation)))
            for one in await mandates.agents(office)
        ],
        "bundles": [(name, bundle.title) for name, bundle in office.catalog.bundles.items()],
        "errors": errors,
    }


async def _form_page(
    office: Office,
    request: Request,
    typed: dict[str, str],
    scope: Any,
    errors: dict[str, Text] | None = None,
) -> HTMLResponse:
    values = await form_values(office, typed, scope, errors or {})
    page = render("identity/mandate_form.html", locale_of(request), **values)
    return HTMLResponse(page, 422 if errors else 200)


def _told(name: str, organisation: str | None) -> str:
    return f"{name} · {organisation}" if organisation else name


def to(request: Request, address: str) -> RedirectResponse:
    """Go on to an address, in the page's language."""
    return RedirectResponse(address + ("?lang=en" if locale_of(request) is Locale.EN else ""), 303)
