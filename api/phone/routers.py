"""The routes of this package: nothing in, routers for the application out."""

from typing import Final

from fastapi import APIRouter

from api.phone import filing_own

ROUTERS: Final[tuple[APIRouter, ...]] = (filing_own.router,)
