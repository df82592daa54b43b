"""Handlers of an area: items of cases elsewhere are not on their desk, whatever they ask for."""

import pytest

from api.identity.development import staff_account
from records.account import change_account
from tests.api.desk.conftest import Handler
from tests.api.desk.test_order import revoked


@pytest.fixture
def handler_for(office, at):
    """A function that signs in an agency's handler who works for an area."""

    async def sign_in(agency, area) -> Handler:
        account = await staff_account(office, f"handler-{agency}")
        await change_account(office.archive, account.id, area=area)
        return await at(agency)

    return sign_in


@pytest.fixture
def region(story):
    return story.region


@pytest.mark.parametrize("share", [0, 2, 4, 6])
async def test_a_handler_sees_the_cases_of_the_own_area_and_below(number, handler_for, region, share):
    handler = await handler_for("health", region[:share] or None)
    (item,) = await handler.inbox()
    assert number in await handler.open(f"/desk/items/{item}")


async def test_a_case_elsewhere_is_neither_listed_nor_counted_nor_opened_nor_decided(
    number, handler_for, at, engine
):
    whole = await at("health")
    item = await whole.item()
    everywhere = (await whole.browser.get("/api/v1/desk/health")).json()
    assert (everywhere["open"], everywhere["unrelayed"], everywhere["orphaned"]) == (1, 0, 0)
    handler = await handler_for("health", "11")
    assert await handler.inbox() == []
    assert "11 开头" in handler.page
    assert "/desk/items/" not in await handler.open(f"/desk?number={number}")
    told = (await handler.browser.get("/api/v1/desk/items")).json()
    assert (told["lines"], told["counts"]["new"], told["area"]) == ([], 0, "11")
    health = (await handler.browser.get("/api/v1/desk/health")).json()
    assert (health["open"], health["counts"]["new"]) == (0, 0)
    assert (health["unrelayed"], health["orphaned"]) == (None, None)
    assert "无法归入办件的反馈" not in await handler.open("/desk/health")
    for address in (f"/desk/items/{item}", f"/api/v1/desk/items/{item}", f"/desk/items/{item}/papers/0"):
        assert (await handler.browser.get(address)).status_code == 404
    bearer = {"authorization": f"Bearer {handler.browser.cookies['once_session']}"}
    handler.browser.cookies.clear()
    asked = {"revision": 0, "act": {"kind": "grant"}}
    place = f"/api/v1/desk/items/{item}/acts"
    assert (await handler.browser.post(place, json=asked, headers=bearer)).status_code == 404
    await engine.work()
    assert engine.state("death_proof").state == "received"


async def test_a_work_order_of_a_case_elsewhere_is_neither_shown_nor_closed(
    number, handler_for, at, engine, client
):
    health = await at("health")
    await health.act(await health.item(), "grant")
    await engine.work()
    await revoked(client, number)
    await engine.work()
    (order,) = (await health.browser.get("/api/v1/desk/orders")).json()
    elsewhere = await handler_for("health", "11")
    assert (await elsewhere.browser.get("/api/v1/desk/orders")).json() == []
    bearer = {"authorization": f"Bearer {elsewhere.browser.cookies['once_session']}"}
    elsewhere.browser.cookies.clear()
    place, asked = f"/api/v1/desk/orders/{number}/close", {"order": order["order"], "result": "done"}
    assert (await elsewhere.browser.post(place, json=asked, headers=bearer)).status_code == 404
