"""The routes of this package: nothing in, routers for the application out."""

from typing import Final

from fastapi import APIRouter

from api.phone.follow_routes import FOLLOW

ROUTERS: Final[tuple[APIRouter, ...]] = (*FOLLOW,)
