"""The routes of what comes after filing: nothing in, routers out."""

from typing import Final

from fastapi import APIRouter

from api.phone import appointment, follow, follow_act, follow_correction, status

FOLLOW: Final[tuple[APIRouter, ...]] = (
    follow.router,
    follow.api,
    follow_act.router,
    follow_correction.router,
    appointment.router,
    appointment.api,
    status.router,
)
