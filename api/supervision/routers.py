"""The routes of this package: nothing in, routers for the application out."""

from typing import Final

from fastapi import APIRouter

from api.supervision import disclosure, page_home, page_inspection, rating

ROUTERS: Final[tuple[APIRouter, ...]] = (
    rating.router,
    disclosure.router,
    page_home.router,
    page_inspection.router,
    page_inspection.published,
)
