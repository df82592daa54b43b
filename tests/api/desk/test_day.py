"""Where a limit is one of hours, the desk says the hour."""

import pytest


@pytest.fixture(scope="session")
def life_event():
    return "social_assistance"


@pytest.fixture(scope="session")
def story(catalog):
    return catalog.scenario("social_assistance", "emergency_aid_within_48_hours")


async def test_a_limit_in_hours_is_shown_with_its_hour(number, at):
    del number
    bureau = await at("civil_affairs")
    item = await bureau.item()
    assert "2026年3月5日 10:05" in await bureau.open("/desk")
    assert "<dd>2026年3月5日 10:05" in await bureau.open(f"/desk/items/{item}")
