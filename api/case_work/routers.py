"""The routes of this package: nothing in, routers for the application out."""

from typing import Final

from fastapi import APIRouter

from api.case_work import (
    events,
    handover,
    page_owner,
    page_work,
    search,
    worklist,
)

ROUTERS: Final[tuple[APIRouter, ...]] = (
    events.router,
    worklist.router,
    search.router,
    handover.router,
    page_work.router,
    page_owner.router,
)
