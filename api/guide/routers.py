"""The routes of this package: nothing in, routers for the application out."""

from typing import Final

from fastapi import APIRouter

from api.guide import page_acceptance, page_guide, page_save, paper

ROUTERS: Final[tuple[APIRouter, ...]] = (
    page_guide.router,
    page_save.router,
    paper.router,
    page_acceptance.router,
)
