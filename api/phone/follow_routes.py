"""The routes of what comes after filing: nothing in, routers out."""

from typing import Final

from fastapi import APIRouter

from api.phone import (
    appointment,
    follow,
    follow_act,
    follow_correction,
    follow_mandate,
    follow_notice,
    follow_paper,
    follow_rating,
    follow_todo,
    follow_withdrawal,
    status,
)

FOLLOW: Final[tuple[APIRouter, ...]] = (
    follow.router,
    follow.api,
    follow_act.router,
    follow_correction.router,
    follow_correction.api,
    follow_mandate.router,
    follow_rating.router,
    follow_todo.api,
    follow_withdrawal.api,
    follow_notice.api,
    follow_paper.router,
    follow_paper.api,
    appointment.router,
    appointment.api,
    status.router,
)
