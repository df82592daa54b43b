"""The routes of this package: nothing in, routers for the application out."""

from typing import Final

from fastapi import APIRouter

from api.desk import live, page, route, route_result

ROUTERS: Final[tuple[APIRouter, ...]] = (
    page.router,
    live.router,
    route.router,
    route_result.api,
    route_result.page,
)
