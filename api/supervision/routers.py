"""The routes of this package: nothing in, routers for the application out."""

from typing import Final

from fastapi import APIRouter

from api.supervision import disclosure, rating

ROUTERS: Final[tuple[APIRouter, ...]] = (rating.router, disclosure.router)
