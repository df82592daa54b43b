"""The routes of this package: nothing in, routers for the application out."""

from typing import Final

from fastapi import APIRouter

from api.phone import (
    filing_check,
    filing_for,
    filing_frame,
    filing_home,
    filing_material,
    filing_own,
    filing_section,
    filing_start,
)
from api.phone.follow_routes import FOLLOW

ROUTERS: Final[tuple[APIRouter, ...]] = (
    filing_own.router,
    filing_for.api,
    filing_home.router,
    filing_frame.router,
    filing_start.router,
    filing_section.router,
    filing_material.router,
    filing_check.router,
    *FOLLOW,
)
