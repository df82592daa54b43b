"""The routes of this package: nothing in, routers for the application out."""

from typing import Final

from fastapi import APIRouter

from api.desk import page, route

ROUTERS: Final[tuple[APIRouter, ...]] = (page.router, route.router)
