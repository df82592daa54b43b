"""The routes of this package: nothing in, routers for the application out."""

from typing import Final

from fastapi import APIRouter

from api.case_work import (
    case_file,
    events,
    handover,
    page_amendment,
    page_filled,
    page_owner,
    page_print,
    page_reapplication,
    page_work,
    search,
    worklist,
)

ROUTERS: Final[tuple[APIRouter, ...]] = (
    case_file.router,
    events.router,
    worklist.router,
    search.router,
    handover.router,
    page_work.router,
    page_amendment.router,
    page_filled.router,
    page_owner.router,
    page_print.router,
    page_reapplication.router,
)
