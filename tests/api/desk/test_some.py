"""Only some agencies at a desk: the others have systems of their own."""

from dataclasses import replace

import pytest


@pytest.fixture(scope="session")
def desks():
    return ("police",)


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"desks": "police"})


@pytest.fixture
def wiring(wiring):
    return replace(wiring, secrets=None)


async def test_a_handler_whose_agency_has_a_system_sees_no_inbox_but_how_it_stands(at):
    health = await at("health")
    assert "由自有系统办理" in await health.open("/desk")
    page = await health.open("/desk/health")
    assert "部门自有系统" in page
    assert "正常" in page
    assert (await (await at("police")).browser.get("/api/v1/desk/health")).json()["adapter"] == "desk"


async def test_no_callback_from_outside_is_taken_for_an_agency_at_a_desk(office, client):
    assert "health" in office.secrets
    assert "police" not in office.secrets
    answer = await client.post("/api/v1/agencies/police/callbacks", content=b"{}")
    assert (answer.status_code, answer.json()["code"]) == (400, "callback_rejected")
