"""The routes of this package: nothing in, routers for the application out."""

from typing import Final

from fastapi import APIRouter

from api.supervision import (
    disclosure,
    page_audit,
    page_escalation,
    page_home,
    page_inspection,
    page_rating,
    rating,
)

ROUTERS: Final[tuple[APIRouter, ...]] = (
    rating.router,
    disclosure.router,
    page_home.router,
    page_escalation.router,
    page_audit.router,
    page_rating.router,
    page_inspection.router,
    page_inspection.published,
)
