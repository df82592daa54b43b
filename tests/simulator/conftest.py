from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from onething.adapter import Capabilities
from onething.text import Text
from simulator.app import SimulatorOptions, create_app
from simulator.world import AgencyCard, World

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Clock:
    """A clock that a test moves by hand."""

    def __init__(self) -> None:
        self.time = datetime.now(UTC).replace(microsecond=0)

    def __call__(self) -> datetime:
        return self.time

    def pass_(self, **amount: float):
        self.time += timedelta(**amount)


def card(name, **capabilities: bool):
    return AgencyCard(
        agency=name,
        title=Text(zh=f"{name}部门", en=name),
        capabilities=Capabilities(**capabilities),
        items={"cancel_household": Text(zh="户口注销", en="household cancellation")},
        effects={"cancel_household": {"household_cancelled(deceased)": True}},
    )


WORLD = World(
    agencies={
        "police": card("police"),
        "real_estate": card("real_estate", idempotent_submit=False, query_by_key=False),
        "stern": card("stern", withdraw=False),
    },
    stories={"bereavement/refused": {"household": ["refuse"]}},
    registers={"population": "公安人口信息库（模拟）"},
    people={"population": {"110101194001010013": {"name": "甲", "kinship": {"110101196501010026": "child"}}}},
)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def start(tmp_path, clock):
    """Start (or start again) a simulator over the same data folder."""

    def start_app(**given: Any) -> FastAPI:
        transport = given.pop("transport", None)
        options = SimulatorOptions(home=tmp_path, catalog=tmp_path, **{"webhook_secret": SECRET, **given})
        return create_app(options, world=WORLD, now=clock, transport=transport)

    return start_app


@pytest.fixture
async def client(start):
    transport = httpx2.ASGITransport(app=start(), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://stand-in") as opened:
        yield opened
