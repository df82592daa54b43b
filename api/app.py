"""The HTTP door's composition root: in go settings, out comes the application that uvicorn serves."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any, Final
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from api import (
    amendment,
    bundle,
    callback,
    case,
    correction,
    document,
    draft,
    family,
    health,
    hold,
    material,
    migration,
    page,
    page_act,
    page_case,
    page_correction,
    page_eligibility,
    page_family,
    page_public_notice,
    page_sign_in,
    page_worklist,
    plan,
    receipt,
    withdrawal,
    worklist,
)
from api.case_work.routers import ROUTERS as CASE_WORK
from api.case_work.words import index_older
from api.desk.routers import ROUTERS as DESK
from api.errors import NotSignedIn
from api.gate import Gate, request_id
from api.guide.routers import ROUTERS as GUIDE
from api.identity.routers import ROUTERS as IDENTITY
from api.notices.routers import ROUTERS as NOTICES
from api.office import Office, Wiring, open_office
from api.page_view import error_page, name_registers
from api.phone.filing_frame import language
from api.phone.routers import ROUTERS as PHONE
from api.principal import DEVELOPMENT_ACCOUNT
from api.problem import error_of, respond
from api.start import reconcile
from api.supervision.routers import ROUTERS as SUPERVISION
from api.visit import CALLER
from onething.errors import NotAllowed, OneThingError
from runtime.loaded import keep_loaded
from runtime.log import configure_log
from runtime.settings import Settings, load

PREFIX: Final = "/api/v1"
VERSION: Final = "1"
_OF_PERSONS: Final = "/m/"
_REMEMBERED: Final = 300
"""Characters of an address that signing in comes back to."""
_API: Final = (
    bundle.router,
    plan.router,
    draft.router,
    material.router,
    case.router,
    correction.router,
    withdrawal.router,
    amendment.router,
    migration.router,
    hold.router,
    worklist.router,
    receipt.router,
    family.router,
    callback.router,
)
_PAGES: Final = (
    health.router,
    page.router,
    page_case.router,
    page_act.router,
    page_public_notice.router,
    page_eligibility.router,
    page_correction.router,
    page_family.router,
    page_worklist.router,
    document.router,
    page_sign_in.router,
)
_AREAS: Final = (*IDENTITY, *GUIDE, *CASE_WORK, *DESK, *SUPERVISION, *PHONE, *NOTICES)
"""Of each package below, its pages and routes; those of the API say their prefix themselves."""


def create_app(settings: Settings | None = None, wiring: Wiring | None = None) -> FastAPI:
    """Build the application; opening archive, adapters and reconciler is its lifespan's.

    Without arguments everything is as environment and catalog say, as `once serve` runs it.
    """
    chosen = settings or load()
    if settings is None:
        configure_log(chosen)

    app = FastAPI(
        title="OneThing 一件事一次办",
        version=VERSION,
        summary="One merged form, every agency served, one receipt",
        lifespan=_lifespan(chosen, wiring or Wiring(), alone=settings is None),
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    for router in _API:
        app.include_router(router, prefix=PREFIX)
    for router in (*_PAGES, *_AREAS):
        app.include_router(router)
    app.include_router(receipt.public)
    app.add_middleware(Gate, drawn=_drawn)
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    for kind in (OneThingError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, _answer)
    document.describe(app)
    return app


async def _answer(request: Request, raised: Exception) -> Response:
    """Answer an error as problem+json, to a page as a page."""
    error: Any = error_of(raised, request)
    asks_for_page = "text/html" in request.headers.get("accept", "")
    nobody = isinstance(error, NotSignedIn) or (isinstance(error, NotAllowed) and _unsigned(request))
    if nobody and asks_for_page and request.method == "GET":
        return RedirectResponse(f"/sign-in?to={_came_for(request)}{language(request, '&')}", 303)
    return _drawn(request, error)


def _came_for(request: Request) -> str:
    """The page that was asked for, with its query as far as one remembers it."""
    path, query = request.url.path, request.url.query
    there = f"{path}?{query}" if query else path
    return quote(there if len(there) <= _REMEMBERED else path)


def _unsigned(request: Request) -> bool:
    """Whether a person's page was opened without a session on this machine, where that is the clerk's."""
    caller = CALLER.get()
    clerk = caller is not None and caller.account == DEVELOPMENT_ACCOUNT and not caller.csrf
    return clerk and request.url.path.startswith(_OF_PERSONS)


def _drawn(request: Request, error: OneThingError) -> Response:
    """An error as whoever asked can read it: a browser a page, a program a problem document."""
    asks_for_page = "text/html" in request.headers.get("accept", "")
    # A link to a file of the interface, a receipt say, is followed by a browser too, which says so.
    visited = request.headers.get("sec-fetch-dest") == "document"
    if asks_for_page and (visited or not request.url.path.startswith("/api/")):
        return error_page(request, error)
    return respond(error, request_id(request))


async def _look_after(office: Office) -> None:
    """Make cases of older versions findable, and start and relay whatever waits, until cancelled."""
    while await index_older(office):
        pass
    await reconcile(office)


def _lifespan(
    settings: Settings, wiring: Wiring, *, alone: bool
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Archive, adapters and reconciler from start to stop; `alone` in its process as `once serve` is."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_office(settings, wiring) as office:
            app.state.office = office
            name_registers(office.catalog.registers)
            if alone:
                keep_loaded()
            reconciler = asyncio.create_task(_look_after(office))
            try:
                yield
            finally:
                reconciler.cancel()
                with suppress(asyncio.CancelledError):
                    await reconciler

    return lifespan
