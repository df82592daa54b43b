"""The routes of this package: nothing in, routers for the application out."""

from typing import Final

from fastapi import APIRouter

from api.identity import (
    entry,
    mandate,
    own_identity,
    page_administration,
    page_agents,
    page_mandate,
    page_own_mandate,
    page_portal,
)

ROUTERS: Final[tuple[APIRouter, ...]] = (
    entry.router,
    own_identity.router,
    mandate.router,
    page_portal.router,
    page_administration.router,
    page_agents.router,
    page_mandate.router,
    page_own_mandate.router,
)
