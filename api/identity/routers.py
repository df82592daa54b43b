"""The routes of this package: nothing in, routers for the application out."""

from typing import Final

from fastapi import APIRouter

from api.identity import entry

ROUTERS: Final[tuple[APIRouter, ...]] = (entry.router,)
