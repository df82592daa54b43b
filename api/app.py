"""The HTTP door's composition root: in go settings, out comes the application that uvicorn serves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

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
    page_worklist,
    plan,
    receipt,
    withdrawal,
    worklist,
)
from api.gate import Gate, request_id
from api.office import Wiring, open_office
from api.page_view import error_page, name_registers
from api.problem import error_of, respond
from api.start import reconcile
from onething.errors import OneThingError
from runtime.loaded import keep_loaded
from runtime.log import configure_log
from runtime.settings import Settings, load

PREFIX: Final = "/api/v1"
VERSION: Final = "1"


def create_app(settings: Settings | None = None, wiring: Wiring | None = None) -> FastAPI:
    """Build the application; opening archive, adapters and reconciler is its lifespan's.

    Without arguments everything is as environment and catalog say, as `once serve` runs it.
    """
    chosen = settings or load()
    if settings is None:
        configure_log(chosen)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_office(chosen, wiring or Wiring()) as office:
            app.state.office = office
            name_registers(office.catalog.registers)
            if settings is None:  # as `once serve` runs it, alone in its process
                keep_loaded()
            reconciler = asyncio.create_task(reconcile(office))
            try:
                yield
            finally:
                reconciler.cancel()
                with suppress(asyncio.CancelledError):
                    await reconciler

    app = FastAPI(
        title="OneThing 一件事一次办",
        version=VERSION,
        summary="One merged form, every agency served, one receipt",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    for router in (
        bundle,
        plan,
        draft,
        material,
        case,
        correction,
        withdrawal,
        amendment,
        migration,
        hold,
        worklist,
        receipt,
        family,
        callback,
    ):
        app.include_router(router.router, prefix=PREFIX)
    for router in (
        health,
        page,
        page_case,
        page_act,
        page_public_notice,
        page_eligibility,
        page_correction,
        page_family,
        page_worklist,
        document,
    ):
        app.include_router(router.router)
    app.include_router(receipt.public)
    app.add_middleware(Gate)
    for kind in (OneThingError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, _answer)
    document.describe(app)
    return app


async def _answer(request: Request, raised: Exception) -> Response:
    """Answer an error as problem+json, to a page as a page."""
    error: Any = error_of(raised, request)
    if not request.url.path.startswith("/api/") and "text/html" in request.headers.get("accept", ""):
        return error_page(request, error)
    return respond(error, request_id(request))
