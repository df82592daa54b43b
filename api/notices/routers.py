"""The routes of this package: nothing in, routers for the application out."""

from typing import Final

from fastapi import APIRouter

from api.notices import choice, report, sent

ROUTERS: Final[tuple[APIRouter, ...]] = (choice.router, choice.api, report.router, sent.router, sent.api)
