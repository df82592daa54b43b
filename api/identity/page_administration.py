"""The administrator's pages: in go clicks and forms about accounts and windows, out come pages."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.identity import administration
from api.identity.administration import ENGLISH, ROLES, TITLES, AccountForm
from api.identity.development import PROVIDER
from api.identity.door import providers_of
from api.identity.oidc import OidcProvider
from api.identity.place import place_of
from api.office import Office, TheOffice
from api.page_view import locale_of, render, word
from api.principal import Access, Caller, Purpose
from api.role import ADMINISTRATORS
from api.window import DEVELOPMENT_WINDOW, WINDOWS
from onething.errors import AnswersRejected
from onething.text import Locale, Text
from records.account import Account, list_accounts
from records.window import WindowRow, get_window, list_windows

router = APIRouter(include_in_schema=False)
Administrator = Annotated[Caller, Depends(Access(Purpose.ADMINISTER, ADMINISTRATORS))]
AccountId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
WindowId = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,64}$")]
_LONGEST: Final = 300
_SHOWN: Final = 500
_WINDOW_FIELDS: Final = tuple(one.name for one in fields(WindowRow) if one.name != "closed_at")
_MOST: Final = {
    "id": 64,
    "name_zh": 120,
    "name_en": 200,
    "region": 6,
    "area": 6,
    "phone": 40,
    "address_zh": 200,
    "hours_zh": 120,
}
"""How long a window's fields may be, as the records keep them; others 200."""


@router.get("/administration", response_class=HTMLResponse)
async def show(caller: Administrator, office: TheOffice, request: Request) -> HTMLResponse:
    """Who has an account, and which windows there are."""
    del caller
    accounts = await list_accounts(office.archive, _SHOWN, roles=tuple(role.value for role in ROLES))
    windows = await _kept(office)
    development = office.settings.development_login
    page = render(
        "identity/administration.html",
        locale_of(request),
        accounts=accounts,
        windows=windows,
        built_in=tuple(WINDOWS.values()),
        unsigned=DEVELOPMENT_WINDOW if development else None,
        located={one.id: await place_of(office, one) for one in accounts},
    )
    return HTMLResponse(page)


@router.get("/administration/accounts", response_class=HTMLResponse)
async def ask_account(caller: Administrator, office: TheOffice, request: Request) -> HTMLResponse:
    """The form for a new account."""
    del caller
    return await _account_page(office, request, AccountForm())


@router.post("/administration/accounts")
async def open_account(caller: Administrator, office: TheOffice, request: Request) -> Response:
    """Open an account."""
    form = AccountForm(**await _typed(request, tuple(one.name for one in fields(AccountForm))))
    try:
        account = await administration.open_staff(office, caller, form)
    except AnswersRejected as error:
        return await _account_page(office, request, form, error)
    return _to(request, f"/administration/accounts/{account.id}")


@router.get("/administration/accounts/{account}", response_class=HTMLResponse)
async def show_account(
    account: AccountId, caller: Administrator, office: TheOffice, request: Request
) -> HTMLResponse:
    """One account, and what may be done about it."""
    del caller
    found = await administration.staff_account(office, account)
    return await _account_page(office, request, _form_of(found), account=found)


@router.post("/administration/accounts/{account}")
async def change_account(
    account: AccountId, caller: Administrator, office: TheOffice, request: Request
) -> Response:
    """Give an account another role or place; whoever is signed in by it signs in anew."""
    form = AccountForm(**await _typed(request, ("role", "window", "area", "agency", "organisation")))
    try:
        await administration.change_staff(office, caller, account, form)
    except AnswersRejected as error:
        found = await administration.staff_account(office, account)
        return await _account_page(office, request, form, error, account=found)
    return _to(request, f"/administration/accounts/{account}")


@router.post("/administration/accounts/{account}/closing")
async def close_account(
    account: AccountId, caller: Administrator, office: TheOffice, request: Request
) -> Response:
    """Close an account: nobody signs in by it any more, and nobody is signed in."""
    try:
        await administration.close_staff(office, caller, account)
    except AnswersRejected as error:
        found = await administration.staff_account(office, account)
        return await _account_page(office, request, _form_of(found), error, account=found)
    return _to(request, f"/administration/accounts/{account}")


@router.post("/administration/accounts/{account}/reopening")
async def reopen_account(
    account: AccountId, caller: Administrator, office: TheOffice, request: Request
) -> RedirectResponse:
    """Open a closed account again."""
    await administration.reopen_staff(office, caller, account)
    return _to(request, f"/administration/accounts/{account}")


@router.post("/administration/accounts/{account}/sessions")
async def end_sessions(
    account: AccountId, caller: Administrator, office: TheOffice, request: Request
) -> RedirectResponse:
    """Sign an account out everywhere."""
    await administration.end_sessions(office, caller, account)
    return _to(request, f"/administration/accounts/{account}")


@router.get("/administration/windows", response_class=HTMLResponse)
async def ask_window(caller: Administrator, request: Request) -> HTMLResponse:
    """The form for a new window."""
    del caller
    return _window_page(request, dict.fromkeys(_WINDOW_FIELDS, ""))


@router.post("/administration/windows")
async def open_window(caller: Administrator, office: TheOffice, request: Request) -> Response:
    """Open a window; clerks may be given it at once."""
    typed = await _typed(request, _WINDOW_FIELDS)
    try:
        await administration.open_window(office, caller, WindowRow(**typed, closed_at=None))
    except AnswersRejected as error:
        return _window_page(request, typed, error)
    return _to(request, f"/administration/windows/{typed['id']}")


@router.get("/administration/windows/{window}", response_class=HTMLResponse)
async def show_window(
    window: WindowId, caller: Administrator, office: TheOffice, request: Request
) -> HTMLResponse:
    """One window, to be changed or closed."""
    del caller
    row = await administration.kept_window(office, window)
    typed = {name: str(getattr(row, name)) for name in _WINDOW_FIELDS}
    # What only repeats the Chinese was never said: it follows when the Chinese changes.
    repeated = {english: "" for english, chinese in ENGLISH.items() if typed[english] == typed[chinese]}
    return _window_page(request, typed | repeated, row=row)


@router.post("/administration/windows/{window}")
async def change_window(
    window: WindowId, caller: Administrator, office: TheOffice, request: Request
) -> Response:
    """Change a window; every page and receipt made from now on says so."""
    typed = await _typed(request, _WINDOW_FIELDS) | {"id": window}
    try:
        await administration.alter_window(office, caller, WindowRow(**typed, closed_at=None))
    except AnswersRejected as error:
        return _window_page(request, typed, error, await get_window(office.archive, window))
    return _to(request, f"/administration/windows/{window}")


@router.post("/administration/windows/{window}/closing")
async def close_window(
    window: WindowId, caller: Administrator, office: TheOffice, request: Request
) -> RedirectResponse:
    """Close a window to new accounts, or open it again."""
    row = await administration.kept_window(office, window)
    await administration.close_window(office, caller, window, closed=row.closed_at is None)
    return _to(request, f"/administration/windows/{window}")


async def _account_page(
    office: Office,
    request: Request,
    form: AccountForm,
    error: AnswersRejected | None = None,
    account: Account | None = None,
) -> HTMLResponse:
    windows = [(one.id, Text(zh=one.name_zh, en=one.name_en)) for one in await _kept(office)]
    offered = [(one.name, one.title) for one in providers_of(request).values() if one.staff]
    page = render(
        "identity/account.html",
        locale_of(request),
        form=form,
        account=account,
        titles=TITLES,
        errors=_errors(error),
        roles=[(role.value, word(f"role_{role.value}")) for role in ROLES],
        windows=[*((one.id, one.name) for one in WINDOWS.values()), *windows],
        agencies=[(name, agency.title) for name, agency in office.catalog.agencies.items()],
        providers=offered or [(OidcProvider.name, OidcProvider.title)],
        signed_by=_provider_title(account.provider) if account is not None else None,
    )
    return HTMLResponse(page, 422 if error else 200)


def _window_page(
    request: Request,
    typed: Mapping[str, str],
    error: AnswersRejected | None = None,
    row: WindowRow | None = None,
) -> HTMLResponse:
    names = [name for name in _WINDOW_FIELDS if row is None or name != "id"]
    page = render(
        "identity/window.html",
        locale_of(request),
        typed=typed,
        titles=TITLES,
        names=names,
        free={"area", *ENGLISH},
        longest={name: _MOST.get(name, 200) for name in names},
        errors=_errors(error),
        row=row,
    )
    return HTMLResponse(page, 422 if error else 200)


def _provider_title(name: str) -> Text:
    """What proves who somebody of staff is, in words."""
    known = {OidcProvider.name: OidcProvider.title, PROVIDER: word("identity_by_development")}
    return known.get(name, Text(zh=name, en=name))


async def _kept(office: Office) -> list[WindowRow]:
    """The windows that an administrator keeps."""
    return [one for one in await list_windows(office.archive) if one.id not in WINDOWS]


def _errors(error: AnswersRejected | None) -> dict[str, Text]:
    """Findings by field."""
    problems: Any = error.params["problems"] if error is not None else ()
    return {one.pointer.strip("/"): one.text for one in problems}


async def _typed(request: Request, names: tuple[str, ...]) -> dict[str, str]:
    form = await request.form()
    return {name: str(form.get(name, "")).strip()[: _MOST.get(name, _LONGEST)] for name in names}


def _form_of(account: Account) -> AccountForm:
    return AccountForm(
        role=account.role,
        provider=account.provider,
        name=account.person.get("name", ""),
        window=account.window_id or "",
        area=account.area or "",
        agency=account.agency or "",
        organisation=account.organisation or "",
    )


def _to(request: Request, address: str) -> RedirectResponse:
    return RedirectResponse(address + ("?lang=en" if locale_of(request) is Locale.EN else ""), 303)
